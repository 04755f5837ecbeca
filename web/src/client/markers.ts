/**
 * How far each side of one case has read, and when. Pure state. Whatever order frames and pages come in, a marker only
 * moves forward; but a new person on a side begins anew, and nothing said of the one before counts for them.
 */

import type { BySide, Role, Seq, ThreadRecord, Timestamp } from "./wire.ts";

export interface Marker {
  readonly seq: Seq;
  /** When the server was told; null while it has not said so. */
  readonly at: Timestamp | null;
}

export class Markers {
  readonly #markers: Record<Role, Marker | null> = { requester: null, provider: null };
  readonly #people: BySide<string> = { requester: null, provider: null };
  /** Since when the person on that side has been there: what was read before was read by someone else. */
  readonly #since: BySide<Timestamp> = { requester: null, provider: null };

  of(role: Role): Marker | null {
    return this.#markers[role];
  }

  /** False when that is nothing new. */
  advance(role: Role, seq: Seq, at: Timestamp | null): boolean {
    const known = this.#markers[role];
    const since = this.#since[role];
    if (at !== null && since !== null && at < since) return false;
    if (known !== null && (seq < known.seq || (seq === known.seq && (at === null || known.at !== null)))) return false;
    this.#markers[role] = { seq, at };
    return true;
  }

  /** Who is on the case now, by its newest record. */
  follow({ participants, sentAt }: ThreadRecord): void {
    for (const role of ["requester", "provider"] as const) {
      const { userId } = participants[role];
      if (this.#people[role] === userId) continue;
      if (this.#people[role] !== null) {
        this.#markers[role] = null;
        this.#since[role] = sentAt;
      }
      this.#people[role] = userId;
    }
  }

  forget(): void {
    for (const role of ["requester", "provider"] as const) {
      this.#markers[role] = this.#people[role] = this.#since[role] = null;
    }
  }
}

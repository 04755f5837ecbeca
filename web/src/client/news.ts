/**
 * Which messages are news to whoever sits at this tab: of the other side, not read yet, and told once. Owns what was
 * told of each case, by number; nothing of what is in the messages.
 */

import type { MessageRecord } from "./thread.ts";
import type { Role, Seq, ThreadRecord } from "./wire.ts";

/** The numbers of one case that are no news any more: all up to `floor`, and some above it. */
interface Known {
  floor: Seq;
  above: Set<Seq>;
}

export class News {
  readonly #known = new Map<string, Known>();
  readonly #listeners = new Set<(message: MessageRecord) => void>();

  on(listener: (message: MessageRecord) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The case is in the list: what the first list knows of is no news. Later lists may be ahead of what was told. */
  listed(caseId: string, head: Seq): void {
    const known = this.#known.get(caseId);
    if (known === undefined || known.floor < 0) this.#raise(caseId, head);
  }

  /** Up to where everything is told, or no news; -1 where nothing is known of the case. */
  told(caseId: string): Seq {
    return this.#known.get(caseId)?.floor ?? -1;
  }

  /** Somebody reads it on screen, for the first time or back from the beginning. */
  shown(caseId: string, seq: Seq): void {
    this.#raise(caseId, seq);
  }

  /** A record that has just come; `role` is the side of whoever sits here, and `marker` how far they have read. */
  offer(record: ThreadRecord, role: Role | null, marker: Seq): void {
    if (!this.#isNew(record.caseId, record.seq)) return;
    if (record.kind !== "message" || role === null || record.sender.role === role || record.seq <= marker) return;
    for (const listener of this.#listeners) listener(record);
  }

  forget(caseId: string): void {
    this.#known.delete(caseId);
  }

  #of(caseId: string): Known {
    const known = this.#known.get(caseId) ?? { floor: -1, above: new Set() };
    this.#known.set(caseId, known);
    return known;
  }

  #raise(caseId: string, floor: Seq): void {
    const known = this.#of(caseId);
    known.floor = Math.max(known.floor, floor);
    for (const seq of known.above) if (seq <= known.floor) known.above.delete(seq);
  }

  #isNew(caseId: string, seq: Seq): boolean {
    const known = this.#of(caseId);
    if (seq <= known.floor || known.above.has(seq)) return false;
    known.above.add(seq);
    while (known.above.delete(known.floor + 1)) known.floor++;
    return true;
  }
}

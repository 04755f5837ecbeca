/**
 * How far both sides of one case have read, as one person's client knows it: hears of it, tells of it, and remembers
 * where the unread began. Owns the parts of that; what is unread in all, the list of cases counts.
 */

import type { Api } from "./api.ts";
import type { Cases } from "./cases.ts";
import { FirstUnread } from "./first-unread.ts";
import { Markers, type Marker } from "./markers.ts";
import { Reading } from "./reading.ts";
import { otherSide } from "./side.ts";
import type { Thread } from "./thread.ts";
import type { BySide, MessagePage, Role, Seq, Timestamp } from "./wire.ts";

export interface ReceiptsOptions {
  caseId: string;
  api: Api;
  cases: Cases;
  thread: Thread;
  /** The side of whoever reads here; null while it is not known. */
  role: () => Role | null;
}

export class Receipts {
  readonly #markers = new Markers();
  readonly #firstUnread = new FirstUnread();
  readonly #reading: Reading;

  constructor(private readonly options: ReceiptsOptions) {
    const { api, caseId, cases } = options;
    this.#reading = new Reading({
      put: (seq) => api.markRead(caseId, seq),
      confirmed: ({ seq }) => void cases.confirmed(caseId, seq),
      refused: () => cases.refused(caseId),
    });
  }

  /** One's own side at once, the server knowing it or not. */
  get markers(): BySide<Seq> {
    const role = this.options.role();
    const known = { requester: this.#markers.of("requester")?.seq ?? null, provider: this.#markers.of("provider")?.seq ?? null };
    return role === null || this.#mine < 0 ? known : { ...known, [role]: this.#mine };
  }

  get times(): BySide<Timestamp> {
    return { requester: this.#markers.of("requester")?.at ?? null, provider: this.#markers.of("provider")?.at ?? null };
  }

  get peer(): Marker | null {
    const role = this.options.role();
    return role && this.#markers.of(otherSide(role));
  }

  get firstUnread(): Seq | null {
    return this.#firstUnread.among(this.options.thread.records, this.options.role());
  }

  /** Whether there may be more unread before what is held. */
  get unreadEarlier(): boolean {
    return this.#firstUnread.isBefore(this.options.thread.records, this.options.role());
  }

  /** Somebody opens the conversation. */
  open(): void {
    this.#firstUnread.open(this.options.thread.loaded ? this.#mine : null);
  }

  /** The thread has been read up to its head. */
  caughtUp(): void {
    this.#firstUnread.caughtUp(this.options.thread.head);
  }

  /** This person has seen that record. False when that is nothing new. */
  reached(seq: Seq): boolean {
    const { caseId, cases, role, thread } = this.options;
    const read = Math.min(seq, thread.head);
    if (role() === null || read <= this.#reading.refusedUpTo || !cases.reached(caseId, read)) return false;
    this.#reading.reached(read);
    return true;
  }

  /** That side has read so far, says the server. False when that is nothing new. */
  heard(role: Role, seq: Seq, at: Timestamp | null): boolean {
    if (role === this.options.role()) this.#reading.known(seq);
    return this.#markers.advance(role, seq, at);
  }

  /** A page says how far the people have read who are on the case now. */
  onPage({ participants, readMarkers, readTimes }: MessagePage): void {
    const { caseId, cases, role: mine, thread } = this.options;
    this.follow();
    const now = thread.records.at(-1)?.participants;
    for (const role of ["requester", "provider"] as const) {
      const seq = readMarkers[role];
      if (seq === null || participants[role].userId !== now?.[role].userId) continue;
      this.heard(role, seq, readTimes[role]);
    }
    // What was heard before it was known which side is one's own, counts as well.
    const side = mine();
    const read = side && this.#markers.of(side);
    if (read) cases.confirmed(caseId, read.seq);
    this.#firstUnread.loaded(this.#mine);
  }

  /** The thread may say that somebody else is on the case now. */
  follow(): void {
    const latest = this.options.thread.records.at(-1);
    if (latest !== undefined) this.#markers.follow(latest);
  }

  rest(): void {
    this.#reading.rest();
  }

  wake(): void {
    this.#reading.wake();
  }

  forget(): void {
    this.#markers.forget();
  }

  get #mine(): Seq {
    return this.options.cases.marker(this.options.caseId);
  }
}

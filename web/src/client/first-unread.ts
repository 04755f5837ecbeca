/**
 * Where the unread began when somebody opened a conversation. It stays there while they look, whatever is read or comes
 * meanwhile, so that a line can be drawn. Pure state.
 */

import type { Role, Seq, ThreadRecord } from "./wire.ts";

export class FirstUnread {
  /** How far they had read; null before the first page says so. */
  #marker: Seq | null = null;
  /** What there was to read then; null until it has been read up to the head. */
  #head: Seq | null = null;

  /** Somebody opens it. `marker` is null where it is not known yet. */
  open(marker: Seq | null): void {
    this.#marker = marker;
    this.#head = null;
  }

  loaded(marker: Seq): void {
    this.#marker ??= marker;
  }

  caughtUp(head: Seq): void {
    this.#head ??= head;
  }

  /** Among the records held; `mine` is the reader's side. */
  among(records: readonly ThreadRecord[], mine: Role | null): Seq | null {
    const [marker, head] = [this.#marker, this.#head ?? Infinity];
    if (marker === null || mine === null) return null;
    const first = records.find(
      (record) => record.seq > marker && record.seq <= head && record.kind === "message" && record.sender.role !== mine,
    );
    return first?.seq ?? null;
  }
}

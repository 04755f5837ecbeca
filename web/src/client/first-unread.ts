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
    const [marker, head, tail] = [this.#marker, this.#head ?? Infinity, records[0]?.seq ?? 0];
    if (marker === null || mine === null) return null;
    for (let index = Math.max(0, marker + 1 - tail), record; (record = records[index]) !== undefined && record.seq <= head; index++) {
      if (record.kind === "message" && record.sender.role !== mine) return record.seq;
    }
    return null;
  }

  /** Whether there may be more unread before the records held, which begin with unread ones. */
  isBefore(records: readonly ThreadRecord[], mine: Role | null): boolean {
    const first = records[0];
    if (first === undefined || this.#marker === null || first.seq <= this.#marker + 1) return false;
    return this.among(records, mine) !== null && messagesBefore(first, mine) > 0;
  }
}

/** How many messages of the other side there are before that record: each says how many there are by then. */
function messagesBefore(record: ThreadRecord, mine: Role | null): number {
  const counted = mine === "requester" ? record.fromProvider : record.fromRequester;
  return counted - (record.kind === "message" && record.sender.role !== mine ? 1 : 0);
}

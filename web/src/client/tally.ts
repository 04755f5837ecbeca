/**
 * How much of one case is unread. Pure state: no network, no clock.
 *
 * The server's row says how many messages of the other side were unread at its head, counted with a marker at least as
 * far as every one that the server had confirmed before the row was asked for (`covered`). To that come the messages
 * of the other side seen above that head, by their numbers, so that none counts twice. A marker of one's own that is
 * ahead of `covered` takes off what it has passed: all of the row if it is at the row's head, otherwise all but what
 * can lie between. That last case alone is a guess (`exact` says so), until a row is asked for that covers the marker.
 */

import type { Seq } from "./wire.ts";

export class Tally {
  #head: Seq = -1;
  #unread = 0;
  #covered: Seq = -1;
  #marker: Seq = -1;
  #confirmed: Seq = -1;
  /** Messages of the other side above the row's head. */
  readonly #above = new Set<Seq>();

  /** How far this person has read, the server knowing it or not; -1 before the first. */
  get marker(): Seq {
    return this.#marker;
  }

  /** How far the server is known to know. */
  get confirmed(): Seq {
    return this.#confirmed;
  }

  get unread(): number {
    let unread = this.#passed ? Math.min(this.#unread, Math.max(0, this.#head - this.#marker)) : this.#unread;
    for (const seq of this.#above) if (seq > this.#marker) unread++;
    return unread;
  }

  /** Whether nothing in `unread` is a guess. */
  get exact(): boolean {
    return !this.#passed || this.#marker >= this.#head;
  }

  /** A row of the server's list. `covered` is what was confirmed when it was asked for. */
  listed(head: Seq, unread: number, covered: Seq): void {
    this.#head = head;
    this.#unread = unread;
    this.#covered = covered;
    for (const seq of this.#above) if (seq <= head) this.#above.delete(seq);
  }

  /** A message of the other side. */
  saw(seq: Seq): void {
    if (seq > this.#head) this.#above.add(seq);
  }

  /** This person has read so far. False when that is nothing new: a marker never moves back. */
  reached(seq: Seq): boolean {
    if (seq <= this.#marker) return false;
    this.#marker = seq;
    return true;
  }

  /** The server says that this person has read so far, here or on another device. */
  confirm(seq: Seq): boolean {
    this.#confirmed = Math.max(this.#confirmed, seq);
    return this.reached(seq);
  }

  /** The server would not have it: what it knows is what counts. */
  refuse(): void {
    this.#marker = this.#confirmed;
  }

  get #passed(): boolean {
    return this.#marker > this.#covered;
  }
}

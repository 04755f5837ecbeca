/**
 * Tells the server how far this person has read one case: one request at a time, the newest number wins, and it is
 * tried again while somebody looks. Owns these requests only; what is unread, `tally.ts` counts.
 */

import { Retry } from "./backoff.ts";
import { isPassing, SessionEnded } from "./failure.ts";
import type { ReadMark, Seq } from "./wire.ts";

export interface ReadingOptions {
  put: (seq: Seq) => Promise<ReadMark>;
  confirmed: (mark: ReadMark) => void;
  /** It will never be accepted. */
  refused: () => void;
}

export class Reading {
  /** What the server did not take, and will not. */
  refusedUpTo: Seq = -1;
  #wanted: Seq = -1;
  #confirmed: Seq = -1;
  #sending = false;
  readonly #retry = new Retry(() => void this.#send());

  constructor(private readonly options: ReadingOptions) {}

  /** This person has read so far. */
  reached(seq: Seq): void {
    this.#wanted = Math.max(this.#wanted, seq);
    void this.#send();
  }

  /** The server knows already, by whichever device. */
  known(seq: Seq): void {
    this.#confirmed = Math.max(this.#confirmed, seq);
  }

  /** Nobody looks: what is not said yet, is said when somebody does. */
  rest(): void {
    this.#retry.rest();
  }

  wake(): void {
    this.#retry.wake();
    void this.#send();
  }

  async #send(): Promise<void> {
    if (this.#sending) return;
    this.#retry.cancel();
    this.#sending = true;
    try {
      while (this.#wanted > this.#confirmed) {
        const asked = this.#wanted;
        const mark = await this.options.put(asked);
        this.known(Math.max(asked, mark.seq));
        this.#retry.reset();
        this.options.confirmed(mark);
      }
    } catch (error) {
      if (isPassing(error)) this.#retry.later();
      else if (!(error instanceof SessionEnded)) {
        this.refusedUpTo = this.#wanted;
        this.#wanted = this.#confirmed;
        this.options.refused();
      }
    } finally {
      this.#sending = false;
    }
  }
}

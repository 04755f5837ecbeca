/** That someone is writing just now: saying so, and hearing so. A hint that gets lost is no loss. */

/** What the server takes from one connection; more often would say nothing new. */
const SAY_MS = 3_000;
/** Two hints may be this far apart before one thinks that the other has stopped: two go out meanwhile. */
const HEAR_MS = 6_000;

/** Says it, at most once in a while on one connection, whichever case it is. */
export class TypingHints {
  #last = -Infinity;

  /** `send` says whether it went out. */
  constructor(private readonly send: (caseId: string) => boolean) {}

  say(caseId: string): void {
    const now = Date.now();
    // A clock that was set back must not silence it.
    if (now >= this.#last && now - this.#last < SAY_MS) return;
    if (this.send(caseId)) this.#last = now;
  }

  /** A new connection has said nothing yet. */
  reset(): void {
    this.#last = -Infinity;
  }
}

/** Whether the other person of one case is writing. */
export class PeerTyping {
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly changed: () => void) {}

  get now(): boolean {
    return this.#timer !== undefined;
  }

  heard(): void {
    const before = this.now;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.over(), HEAR_MS);
    if (!before) this.changed();
  }

  /** Their message is here, or they are no longer there. */
  over(): void {
    if (!this.now) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.changed();
  }
}

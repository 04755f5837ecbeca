/** When to try again. Chance comes in as an argument. */

/** Short enough that a person who just lost a second of network does not notice. */
const FIRST_MS = 500;
/** Long enough to spare a server in trouble, short enough that nobody gives up waiting. */
const LONGEST_MS = 30_000;

/** Full jitter: anywhere between now and a ceiling that doubles, so that clients do not return as one wave. */
export function fullJitter(attempt: number, random: () => number = Math.random): number {
  return random() * Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempt, 16));
}

/** One thing that failed and is to be tried again while somebody looks. Owns the timer of its next try. */
export class Retry {
  #attempt = 0;
  #resting = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly act: () => void) {}

  later(): void {
    if (this.#resting) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.act();
    }, fullJitter(this.#attempt++));
  }

  /** It is being tried now. */
  cancel(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** It worked: the next failure begins anew. */
  reset(): void {
    this.cancel();
    this.#attempt = 0;
  }

  /** Nobody looks: no try is arranged until `wake`. */
  rest(): void {
    this.#resting = true;
    this.cancel();
  }

  wake(): void {
    this.#resting = false;
  }
}

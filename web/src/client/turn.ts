/**
 * A turn at something that only one tab may do at a time, and that has pauses: asks for the turn, works, pauses, works
 * again, gives the turn back. Owns that sequence; what the work is, it does not know.
 */

export interface TurnOptions {
  /** Runs `held` when the turn has come; rejects when `signal` says that it is no longer wanted. */
  take: (signal: AbortSignal, held: () => Promise<void>) => Promise<void>;
  work: () => Promise<void>;
}

export class Turn {
  /** Whether the pause waits for the server, as it asked, rather than for the network. */
  asked = false;
  stopped = false;
  #due = false;
  #busy = false;
  #waiting: AbortController | null = null;
  #endPause: (() => void) | null = null;

  constructor(private readonly options: TurnOptions) {}

  get pausing(): boolean {
    return this.#endPause !== null;
  }

  /** There is work. A pause goes on. */
  start(): void {
    this.stopped = false;
    this.#due = true;
    if (!this.#busy) void this.#run();
  }

  /** There is work, and a pause should end now. */
  startNow(): void {
    this.start();
    this.#endPause?.();
  }

  /** A good moment to go on, unless the pause was asked for. */
  nudge(): void {
    if (this.pausing && this.asked) return;
    this.startNow();
  }

  stop(): void {
    this.stopped = true;
    this.#due = false;
    this.#waiting?.abort();
    this.#endPause?.();
  }

  pause(ms: number): Promise<void> {
    if (this.stopped) return Promise.resolve();
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        this.#endPause = null;
        resolve();
      };
      const timer = setTimeout(end, ms);
      this.#endPause = end;
    });
  }

  async #run(): Promise<void> {
    this.#busy = true;
    try {
      while (this.#due) {
        this.#due = false;
        this.#waiting = new AbortController();
        await this.options.take(this.#waiting.signal, async () => {
          if (!this.stopped) await this.options.work();
        });
      }
    } catch (error) {
      // No longer wanted.
      if (!this.#waiting?.signal.aborted) throw error;
    } finally {
      this.#busy = false;
      if (this.#due) void this.#run();
    }
  }
}

/**
 * How well one is connected, judged by both ways of hearing from the server: the live connection, and asking.
 * Owns that judgement only; it neither connects nor loads.
 */

import { Changes } from "./changes.ts";
import type { LiveSocket } from "./socket.ts";

/** `late`: asking works, so nothing is lost but immediacy. `none`: nothing gets through. */
export type Quality = "good" | "late" | "none";

/** An absence as short as this worries nobody. */
const BLINK_MS = 1_500;

export class Connection extends Changes {
  quality: Quality = "good";
  #away = false;
  #blinking = false;
  #reached: boolean | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #unwatch: () => void;

  /** `ask` says whether the server answers a request. */
  constructor(
    private readonly socket: LiveSocket,
    private readonly ask: () => Promise<boolean>,
  ) {
    super();
    this.#unwatch = socket.watch(() => this.#follow());
  }

  get live(): boolean {
    return this.socket.state === "open";
  }

  /** Asks, where the live connection cannot tell. */
  look(): void {
    if (this.#away) void this.#look();
  }

  stop(): void {
    this.#unwatch();
    clearTimeout(this.#timer);
  }

  #follow(): void {
    const { state } = this.socket;
    // The attempts in between are the same absence.
    const away = state === "waiting" || (this.#away && state === "connecting");
    if (away === this.#away) return;
    this.#away = away;
    this.#reached = null;
    this.#blinking = away;
    clearTimeout(this.#timer);
    if (away) {
      this.#timer = setTimeout(() => {
        this.#blinking = false;
        this.#judge();
      }, BLINK_MS);
      void this.#look();
    }
    this.#judge();
  }

  async #look(): Promise<void> {
    this.#reached = await this.ask();
    this.#judge();
  }

  #judge(): void {
    const quality = !this.#away || this.#blinking ? "good" : this.#reached === true ? "late" : "none";
    if (quality === this.quality) return;
    this.quality = quality;
    this.changed();
  }
}

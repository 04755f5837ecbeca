/** Draws an element anew when a day has ended, so that "Today" never stands above yesterday's messages. */

import type { ReactiveController, ReactiveControllerHost } from "lit";

export class Midnight implements ReactiveController {
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly host: ReactiveControllerHost) {
    host.addController(this);
  }

  hostConnected(): void {
    this.#wait();
    // A timer stands still while the machine sleeps.
    document.addEventListener("visibilitychange", this.#passed);
  }

  hostDisconnected(): void {
    clearTimeout(this.#timer);
    document.removeEventListener("visibilitychange", this.#passed);
  }

  readonly #passed = () => {
    this.#wait();
    this.host.requestUpdate();
  };

  #wait(): void {
    const now = new Date();
    const next = new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#passed, next.getTime() - now.getTime());
  }
}

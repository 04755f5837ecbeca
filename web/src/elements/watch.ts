/** Redraws an element when something that it shows has changed, for as long as it is on the page. */

import type { ReactiveController, ReactiveControllerHost } from "lit";
import type { Changes } from "../client/changes.ts";

export class Watch implements ReactiveController {
  #watched: readonly (Changes | null)[] = [];
  #stops: (() => void)[] = [];
  #connected = false;

  /** `find` gives what to watch; it is asked again before every drawing. */
  constructor(
    private readonly host: ReactiveControllerHost,
    private readonly find: () => (Changes | null)[],
  ) {
    host.addController(this);
  }

  hostConnected(): void {
    this.#connected = true;
    this.#watch();
  }

  hostUpdate(): void {
    const found = this.find();
    if (found.some((changes, index) => changes !== this.#watched[index])) this.#watch();
  }

  hostDisconnected(): void {
    this.#connected = false;
    this.#stop();
  }

  #watch(): void {
    this.#stop();
    if (!this.#connected) return;
    this.#watched = this.find();
    this.#stops = this.#watched.flatMap((changes) => changes?.watch(() => this.host.requestUpdate()) ?? []);
  }

  #stop(): void {
    for (const stop of this.#stops) stop();
    this.#stops = [];
    this.#watched = [];
  }
}

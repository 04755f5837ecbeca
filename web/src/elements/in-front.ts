/**
 * Tells when the end of the newest record is in front of somebody: inside what the scroller and all around it show, in a
 * window that can be seen. That a conversation is open is not enough. Owns this judgement; what follows from it is its caller's.
 */

import type { ReactiveController, ReactiveControllerHost } from "lit";

interface Sight {
  scroller: () => HTMLElement | null;
  /** A mark at the end of the newest record: another element for each. */
  end: () => HTMLElement | null;
  seen: (end: HTMLElement) => void;
}

export class InFront implements ReactiveController {
  #observer: IntersectionObserver | null = null;
  #end: HTMLElement | null = null;

  constructor(
    host: ReactiveControllerHost,
    private readonly sight: Sight,
  ) {
    host.addController(this);
  }

  hostConnected(): void {
    document.addEventListener("visibilitychange", this.#again);
    addEventListener("focus", this.#again);
  }

  hostUpdated(): void {
    const before = this.#end;
    if (this.sight.end() === before) return;
    this.#again();
    // What comes in under somebody's eyes does not count as unread for as long as a frame. A page that is only just
    // being drawn may yet move, so that one has to wait for its observer.
    if (before !== null && this.#isInside()) this.#seen();
  }

  hostDisconnected(): void {
    document.removeEventListener("visibilitychange", this.#again);
    removeEventListener("focus", this.#again);
    this.#observer?.disconnect();
    this.#observer = this.#end = null;
  }

  /** An observer that begins to observe says how things are, once something has been drawn. */
  readonly #again = () => {
    this.#observer?.disconnect();
    this.#end = this.sight.end();
    if (this.#end === null) return;
    this.#observer = new IntersectionObserver((entries) => this.#judge(entries));
    this.#observer.observe(this.#end);
  };

  #judge(entries: readonly IntersectionObserverEntry[]): void {
    if (entries.at(-1)?.isIntersecting === true) this.#seen();
  }

  #isInside(): boolean {
    const [outer, inner] = [this.sight.scroller(), this.#end].map((element) => element?.getBoundingClientRect());
    if (outer === undefined || inner === undefined || inner.height === 0) return false;
    return inner.top >= Math.max(outer.top, 0) && inner.bottom <= Math.min(outer.bottom, innerHeight);
  }

  #seen(): void {
    if (this.#end !== null && document.visibilityState === "visible") this.sight.seen(this.#end);
  }
}

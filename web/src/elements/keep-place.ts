/**
 * Where one reads in a list that grows at both ends: at the end one stays at the end, elsewhere nothing moves.
 * The only code that scrolls the thread.
 */

import type { ReactiveController, ReactiveControllerHost } from "lit";

interface Place {
  scroller: () => HTMLElement | null;
  /** Tells when something was added above. */
  first: () => number;
  /** Tells when one has written something oneself, which leads to the end. */
  mine: () => string | undefined;
}

/** So near the end counts as at the end. */
const NEAR_PX = 48;

export class KeepPlace implements ReactiveController {
  atEnd = true;
  #first = -1;
  #mine: string | undefined;
  #fromEnd = 0;
  #top = 0;
  #resizing: ResizeObserver | null = null;

  constructor(
    private readonly host: ReactiveControllerHost,
    private readonly place: Place,
  ) {
    host.addController(this);
  }

  hostUpdate(): void {
    const scroller = this.place.scroller();
    if (scroller !== null) this.#fromEnd = scroller.scrollHeight - scroller.scrollTop;
  }

  hostUpdated(): void {
    const scroller = this.place.scroller();
    if (scroller === null) return;
    this.#observe(scroller);
    const first = this.place.first();
    const mine = this.place.mine();
    const wrote = mine !== undefined && mine !== this.#mine;
    if (this.atEnd || wrote) this.toEnd();
    else if (first < this.#first) scroller.scrollTop = scroller.scrollHeight - this.#fromEnd;
    this.#first = first;
    this.#mine = mine;
  }

  hostDisconnected(): void {
    this.#resizing?.disconnect();
    this.#resizing = null;
  }

  toEnd(): void {
    const scroller = this.place.scroller();
    if (scroller !== null) scroller.scrollTop = scroller.scrollHeight;
  }

  /** To be told of every scrolling, before anything else that it leads to can draw. */
  scrolled(): void {
    const scroller = this.place.scroller();
    if (scroller === null) return;
    const atEnd = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < NEAR_PX;
    const movedUp = scroller.scrollTop < this.#top;
    this.#top = scroller.scrollTop;
    // Only its reader leaves the end. That more has come below, or that the window shrank, is no leaving.
    if (atEnd === this.atEnd || (this.atEnd && !movedUp)) return;
    this.atEnd = atEnd;
    this.host.requestUpdate();
  }

  /** A growing composer or a keyboard on a phone makes the window smaller: the end stays in it. */
  #observe(scroller: HTMLElement): void {
    if (this.#resizing !== null) return;
    this.#resizing = new ResizeObserver(() => this.atEnd && this.toEnd());
    this.#resizing.observe(scroller);
  }
}

/**
 * Where one reads in a list that grows at both ends: one begins at what is new, at the end one stays at the end, and
 * elsewhere nothing that is on screen moves. The only code that scrolls the thread.
 */

import type { ReactiveController, ReactiveControllerHost } from "lit";

interface Place {
  scroller: () => HTMLElement | null;
  /** What stays the same element from drawing to drawing, from top to bottom: one of them is held on to. */
  items: () => Iterable<HTMLElement>;
  /** Where reading begins; null: at the end. */
  start: () => HTMLElement | null;
  /** Tells one such place from the next. */
  startKey: () => number | null;
  /** Tells when one has written something oneself, which leads to the end. */
  mine: () => string | undefined;
}

interface Anchor {
  item: HTMLElement;
  top: number;
}

/** So near the end counts as at the end. */
const NEAR_PX = 48;
/** Above what is new, a little of what was read before stays in sight. */
const CONTEXT_PX = 56;

export class KeepPlace implements ReactiveController {
  atEnd = true;
  /** Whether the reader has scrolled: from then on, only the end leads elsewhere by itself. */
  #moved = false;
  #startKey: number | null = null;
  #mine: string | undefined;
  #anchor: Anchor | null = null;
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
    this.#anchor = scroller === null || this.atEnd ? null : this.#firstInSight(scroller);
  }

  hostUpdated(): void {
    const scroller = this.place.scroller();
    if (scroller === null) return;
    this.#observe(scroller);
    const mine = this.place.mine();
    const startKey = this.place.startKey();
    const wrote = mine !== undefined && mine !== this.#mine;
    const begins = startKey !== this.#startKey && (this.atEnd || !this.#moved);
    this.#mine = mine;
    this.#startKey = startKey;
    if (wrote) this.toEnd();
    else if (begins && startKey !== null) this.#toStart();
    else if (this.atEnd) this.toEnd();
    else if (this.#anchor?.item.isConnected === true) this.#scrollTo(scroller.scrollTop + topOf(this.#anchor.item) - this.#anchor.top);
  }

  hostDisconnected(): void {
    this.#resizing?.disconnect();
    this.#resizing = null;
  }

  toEnd(): void {
    const scroller = this.place.scroller();
    if (scroller !== null) this.#scrollTo(scroller.scrollHeight);
  }

  /** To be told of every scrolling, before anything else that it leads to can draw. */
  scrolled(): void {
    const scroller = this.place.scroller();
    if (scroller === null) return;
    const movedUp = scroller.scrollTop < this.#top;
    if (Math.abs(scroller.scrollTop - this.#top) > 1) this.#moved = true;
    this.#top = scroller.scrollTop;
    const atEnd = isAtEnd(scroller);
    // Only its reader leaves the end. That more has come below, or that the window shrank, is no leaving.
    if (atEnd === this.atEnd || (this.atEnd && !movedUp)) return;
    this.#become(atEnd);
  }

  #toStart(): void {
    const [scroller, start] = [this.place.scroller(), this.place.start()];
    if (scroller === null || start === null) return;
    this.#moved = false;
    this.#scrollTo(scroller.scrollTop + topOf(start) - topOf(scroller) - CONTEXT_PX);
    this.#become(isAtEnd(scroller));
  }

  #scrollTo(top: number): void {
    const scroller = this.place.scroller();
    if (scroller === null) return;
    scroller.scrollTop = top;
    this.#top = scroller.scrollTop;
  }

  #become(atEnd: boolean): void {
    if (atEnd === this.atEnd) return;
    this.atEnd = atEnd;
    this.host.requestUpdate();
  }

  #firstInSight(scroller: HTMLElement): Anchor | null {
    const top = topOf(scroller);
    for (const item of this.place.items()) {
      const box = item.getBoundingClientRect();
      if (box.bottom > top) return { item, top: box.top };
    }
    return null;
  }

  /** A growing composer or a keyboard on a phone makes the window smaller: the end stays in it, and so does the start. */
  #observe(scroller: HTMLElement): void {
    if (this.#resizing !== null) return;
    this.#resizing = new ResizeObserver(() => {
      if (this.atEnd) this.toEnd();
      else if (!this.#moved) this.#toStart();
    });
    this.#resizing.observe(scroller);
  }
}

function topOf(element: HTMLElement): number {
  return element.getBoundingClientRect().top;
}

function isAtEnd({ scrollHeight, scrollTop, clientHeight }: HTMLElement): boolean {
  return scrollHeight - scrollTop - clientHeight < NEAR_PX;
}

/**
 * Where one reads in a list that grows at both ends: one begins at what is new, at the end one stays at the end, and
 * elsewhere nothing that is on screen moves. The only code that scrolls the thread. Says before each drawing what it is
 * made around, and sees to it afterwards.
 */

import type { ReactiveController, ReactiveControllerHost } from "lit";
import type { DrawnPart } from "./drawn-part.ts";
import type { Aim } from "./long-list.ts";

interface Place {
  scroller: () => HTMLElement | null;
  /** The items that are drawn. What is in one stays the same element from drawing to drawing, and is held on to. */
  part: DrawnPart;
  /** Where reading begins, within an item; null: at the end. */
  start: () => HTMLElement | null;
  /** The number of the item in which it does: tells one such place from the next. */
  startKey: () => number | null;
  /** Tells when one has written something oneself, which leads to the end. */
  mine: () => string | undefined;
}

interface Anchor {
  number: number;
  element: Element;
  /** From the top of the view. */
  below: number;
}

/** What is held on to within an item. */
const HELD = "article, .fact";
/** So near the end counts as at the end. */
const NEAR_PX = 48;
/** Above what is new, a little of what was read before stays in sight. */
const CONTEXT_PX = 56;

export class KeepPlace implements ReactiveController {
  atEnd = true;
  /** Whether the reader has scrolled: from then on, only the end leads elsewhere by itself. */
  moved = false;
  #startKey: number | null = null;
  #mine: string | undefined;
  /** What this drawing leads to. */
  #leads: "end" | "start" | "sought" | "nowhere" = "end";
  /** To be brought into view. */
  #sought: number | null = null;
  /** What was in view when one last scrolled or something was drawn. */
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
    const [mine, startKey] = [this.place.mine(), this.place.startKey()];
    const wrote = mine !== undefined && mine !== this.#mine;
    const begins = startKey !== null && startKey !== this.#startKey && (this.atEnd || !this.moved);
    this.#mine = mine;
    this.#startKey = startKey;
    if (wrote) [this.#sought, this.atEnd] = [null, true];
    this.#leads = wrote ? "end" : this.#sought !== null ? "sought" : begins ? "start" : this.atEnd ? "end" : "nowhere";
    this.#anchor = this.#leads === "nowhere" ? this.#firstInSight() : null;
  }

  /** What the next drawing is to be made around. */
  get aim(): Aim {
    const { px } = this.place.part;
    if (this.#leads === "end") return "end";
    if (this.#leads === "start") return { item: this.#startKey, below: CONTEXT_PX, px };
    if (this.#leads === "sought") return { item: this.#sought, below: (this.place.scroller()?.clientHeight ?? 0) / 2, px };
    return { item: this.#anchor?.number ?? null, below: this.#anchor?.below ?? 0, px };
  }

  hostUpdated(): void {
    const scroller = this.place.scroller();
    if (scroller === null) return;
    this.#observe(scroller);
    if (this.#leads === "end") this.#toEnd();
    else if (this.#leads === "start") this.#toStart();
    else if (this.#leads === "sought") this.#toSought(scroller);
    else this.#hold(scroller);
    this.#anchor = this.#firstInSight();
    if (this.place.part.news && !this.place.part.covers(0)) this.host.requestUpdate();
  }

  hostDisconnected(): void {
    this.#resizing?.disconnect();
    this.#resizing = null;
  }

  toEnd(): void {
    this.atEnd = true;
    this.#toEnd();
    this.host.requestUpdate();
  }

  toTop(): void {
    this.#leave();
    this.#scrollTo(0);
    this.host.requestUpdate();
  }

  /** Brings that item into the middle of the view, by this drawing or the next. */
  seek(number: number): void {
    this.#sought = number;
    // Asked for within a drawing, it is for that one.
    this.#leads = "sought";
    this.host.requestUpdate();
  }

  /** To be told of every scrolling, before anything else that it leads to can draw. */
  scrolled(): void {
    const scroller = this.place.scroller();
    if (scroller === null) return;
    const movedUp = scroller.scrollTop < this.#top;
    if (Math.abs(scroller.scrollTop - this.#top) > 1) this.moved = true;
    this.#top = scroller.scrollTop;
    this.#anchor = this.#firstInSight();
    const atEnd = isAtEnd(scroller);
    // Only its reader leaves the end. That more has come below, or that the window shrank, is no leaving.
    if (atEnd === this.atEnd || (this.atEnd && !movedUp)) return;
    this.#become(atEnd);
  }

  #toEnd(): void {
    const scroller = this.place.scroller();
    if (scroller !== null) this.#scrollTo(scroller.scrollHeight);
  }

  #toStart(): void {
    const [scroller, start] = [this.place.scroller(), this.place.start()];
    if (scroller === null || start === null) return;
    this.moved = false;
    this.#scrollTo(scroller.scrollTop + topOf(start) - topOf(scroller) - CONTEXT_PX);
    this.#become(isAtEnd(scroller));
  }

  #toSought(scroller: HTMLElement): void {
    const sought = this.#sought;
    this.#sought = null;
    for (const [number, item] of this.place.part.items()) {
      if (number !== sought) continue;
      const room = Math.max(CONTEXT_PX, (scroller.clientHeight - item.clientHeight) / 2);
      this.#leave();
      this.#scrollTo(scroller.scrollTop + topOf(item) - topOf(scroller) - room);
      this.#become(isAtEnd(scroller));
    }
  }

  #hold(scroller: HTMLElement): void {
    if (this.#anchor?.element.isConnected !== true) return;
    const lower = topOf(this.#anchor.element) - topOf(scroller) - this.#anchor.below;
    if (Math.abs(lower) >= 0.5 && !this.place.part.absorb(lower)) this.#scrollTo(scroller.scrollTop + lower);
  }

  #leave(): void {
    this.moved = true;
    this.atEnd = false;
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

  #firstInSight(): Anchor | null {
    const scroller = this.place.scroller();
    if (scroller === null) return null;
    const { top, bottom } = scroller.getBoundingClientRect();
    for (const [number, { firstElementChild, children }] of this.place.part.items()) {
      // What stands above a message may come and go: a day, for one.
      const element = [...children].find((child) => child.matches(HELD)) ?? firstElementChild;
      if (element === null) continue;
      const box = element.getBoundingClientRect();
      if (box.bottom > top) return box.top < bottom ? { number, element, below: box.top - top } : null;
    }
    return null;
  }

  /**
   * A growing composer or a keyboard on a phone makes the window smaller, and what is drawn may change its height: the end
   * stays in the window, and so does the start, or what is in view.
   */
  #observe(scroller: HTMLElement): void {
    if (this.#resizing !== null) return;
    this.#resizing = new ResizeObserver(() => {
      this.place.part.measure();
      if (this.atEnd) this.#toEnd();
      else if (!this.moved) this.#toStart();
      // Whoever has scrolled meanwhile, is about to be heard of.
      else if (Math.abs(scroller.scrollTop - this.#top) <= 1) this.#hold(scroller);
      if (!this.place.part.covers()) this.host.requestUpdate();
    });
    this.#resizing.observe(scroller);
    if (this.place.part.log !== null) this.#resizing.observe(this.place.part.log);
  }
}

function topOf(element: Element): number {
  return element.getBoundingClientRect().top;
}

function isAtEnd({ scrollHeight, scrollTop, clientHeight }: HTMLElement): boolean {
  return scrollHeight - scrollTop - clientHeight < NEAR_PX;
}

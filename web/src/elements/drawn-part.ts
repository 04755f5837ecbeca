/**
 * The part of the thread that is drawn, as elements: cuts it out of the whole, keeps the room of what is not drawn, and
 * measures what is. Does not scroll.
 */

import type { LitElement, ReactiveController } from "lit";
import { LongList, type Aim, type Part, type Range } from "./long-list.ts";

interface Places {
  scroller: () => HTMLElement | null;
  /** Has one child for each item that is drawn, and nothing else. */
  log: () => HTMLElement | null;
  /** The empty room above and below the log. */
  gaps: () => Iterable<HTMLElement>;
}

/** Where less than this is drawn beyond the view, it is time to draw on. */
const SOON_PX = 400;
/** The least room above what is drawn while there is as much: scrolling up does not come to its end too early. */
const ROOM_PX = 2_000;

export class DrawnPart implements ReactiveController {
  readonly #list = new LongList();
  #all: Range = { from: 0, to: 0 };
  #part: Part = { from: 0, to: 0, above: 0, below: 0 };
  /** By so much the empty room above is larger than what is not drawn there: see `absorb`. */
  #slack = 0;
  #width = 0;
  #hadFocus = false;
  /** Whether something that was drawn last is not as high as was thought: perhaps more has to be drawn. */
  news = false;

  constructor(
    private readonly host: LitElement,
    private readonly places: Places,
  ) {
    host.addController(this);
  }

  get log(): HTMLElement | null {
    return this.places.log();
  }

  /** Which items to draw now. */
  cut(all: Range, costOf: (item: number) => number, aim: Aim): Part {
    this.#all = all;
    this.#part = this.#list.part(all, costOf, aim, this.places.scroller()?.clientHeight ?? innerHeight);
    // Far from what was drawn before, nothing stands anywhere yet.
    if (aim !== "end" && aim.item === null) this.#slack = 0;
    return this.#part;
  }

  hostUpdate(): void {
    this.#hadFocus = this.places.log()?.contains(this.#focused) === true;
  }

  hostUpdated(): void {
    const [above, below] = this.places.gaps();
    if (!this.#hasRoom(this.#slack)) this.#slack = 0;
    above?.style.setProperty("block-size", `${this.#part.above + this.#slack}px`);
    below?.style.setProperty("block-size", `${this.#part.below}px`);
    this.news = this.measure();
    // The thread is still where the keys go to when what had the focus is no longer drawn.
    if (this.#hadFocus && this.#focused === null) this.places.scroller()?.focus({ preventScroll: true });
  }

  /** Every item that is drawn, with its number. */
  *items(): Iterable<[number, HTMLElement]> {
    let number = this.#part.from;
    for (const item of this.places.log()?.children ?? []) yield [number++, item as HTMLElement];
  }

  /** Whether that is drawn which is in view, and so much beyond it. */
  covers(beyond = SOON_PX): boolean {
    const [scroller, log] = [this.places.scroller(), this.places.log()];
    if (scroller === null || log === null) return true;
    const [view, drawn] = [scroller.getBoundingClientRect(), log.getBoundingClientRect()];
    const [{ from, to }, all] = [this.#part, this.#all];
    return (from === all.from || drawn.top <= view.top - beyond) && (to === all.to || drawn.bottom >= view.bottom + beyond);
  }

  /** How far the top of the view is from the top of the whole, as far as heights are known. */
  get px(): number {
    const [above] = this.places.gaps();
    const top = this.places.scroller()?.getBoundingClientRect().top ?? 0;
    return above === undefined ? 0 : top - above.getBoundingClientRect().top;
  }

  /**
   * What is drawn has come to stand so many pixels too low, because what is above it is not as high as was thought. Takes
   * that from the empty room, so that nothing has to be scrolled while somebody scrolls. False where the room is too small.
   */
  absorb(px: number): boolean {
    const [above] = this.places.gaps();
    if (above === undefined || !this.#hasRoom(this.#slack - px)) return false;
    this.#slack -= px;
    above.style.setProperty("block-size", `${this.#part.above + this.#slack}px`);
    return true;
  }

  /** True when something is not as high as was thought. */
  measure(): boolean {
    const width = this.places.log()?.clientWidth ?? 0;
    if (width === 0) return false;
    if (width !== this.#width) this.#list.forget();
    this.#width = width;
    let news = false;
    for (const [number, item] of this.items()) news = this.#list.measured(number, item.getBoundingClientRect().height) || news;
    return news;
  }

  #hasRoom(slack: number): boolean {
    return this.#part.from > this.#all.from && this.#part.above + slack >= Math.min(this.#part.above, ROOM_PX);
  }

  get #focused(): Element | null {
    return this.host.shadowRoot?.activeElement ?? null;
  }
}

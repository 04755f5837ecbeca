/**
 * Which part of a long list is drawn, so that the page stays small and quick however long the list is. Pure state: it
 * knows how high each item was when it was last drawn, and nothing of elements. Items have numbers without gaps, which
 * they keep when others come before or behind them.
 */

/** What the next drawing is made around: the end, or what is to stand at the top of the view. */
export type Aim =
  | "end"
  /** That item, so many pixels below the top of the view; where it is null or gone, what is that far down in the whole. */
  | { readonly item: number | null; readonly below: number; readonly px: number };

/** The numbers that there are, up to `to` and without that one. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** What is drawn; `above` and `below` it so many pixels stay empty. */
export interface Part extends Range {
  readonly above: number;
  readonly below: number;
}

/** So much is drawn beyond the view on each side, where it does not cost too much: a frame scrolls less than that. */
const BEYOND_PX = 600;
/** Elements that the drawn items may have together. What is in view is drawn in any case. */
const MOST_ELEMENTS = 320;
/** An item's height before any is known. */
const FIRST_GUESS_PX = 80;

export class LongList {
  readonly #heights = new Map<number, number>();
  #sum = 0;
  #first = FIRST_GUESS_PX;

  /** An item is so high. False when that was known. */
  measured(item: number, height: number): boolean {
    const before = this.#heights.get(item);
    if (before !== undefined && Math.abs(before - height) < 0.5) return false;
    this.#sum += height - (before ?? 0);
    this.#heights.set(item, height);
    return true;
  }

  /** The list has another width. What is not drawn is taken to be as high as it was on average. */
  forget(): void {
    this.#first = this.#guess;
    this.#heights.clear();
    this.#sum = 0;
  }

  /** `costOf`: the elements of an item. */
  part(all: Range, costOf: (item: number) => number, aim: Aim, view: number): Part {
    const [tops, count] = [this.#tops(all), all.to - all.from];
    const total = tops[count]!;
    const top = Math.max(0, Math.min(topOf(aim, all, tops, view), total - view));
    let from = Math.min(lastAtOrAbove(tops, top), Math.max(0, count - 1));
    let [to, spent] = [from, 0];
    while (to < count && (to === from || tops[to]! < top + view)) spent += costOf(all.from + to++);
    for (;;) {
      const [over, under] = [from === 0 ? Infinity : top - tops[from]!, to === count ? Infinity : tops[to]! - top - view];
      if (Math.min(over, under) >= BEYOND_PX) break;
      // On the side where less is drawn.
      const next = over <= under ? from - 1 : to;
      spent += costOf(all.from + next);
      if (spent > MOST_ELEMENTS) break;
      if (next < from) from = next;
      else to = next + 1;
    }
    return { from: all.from + from, to: all.from + to, above: tops[from]!, below: total - tops[to]! };
  }

  get #guess(): number {
    return this.#heights.size === 0 ? this.#first : this.#sum / this.#heights.size;
  }

  /** Where each item begins, and the last one ends. */
  #tops({ from, to }: Range): Float64Array {
    const [tops, guess] = [new Float64Array(to - from + 1), this.#guess];
    for (let item = from; item < to; item++) tops[item - from + 1] = tops[item - from]! + (this.#heights.get(item) ?? guess);
    return tops;
  }
}

function topOf(aim: Aim, { from, to }: Range, tops: Float64Array, view: number): number {
  if (aim === "end") return tops[to - from]! - view;
  const { item, below, px } = aim;
  return item === null || item < from || item >= to ? px : tops[item - from]! - below;
}

/** The last item that begins at `top` or above it. */
function lastAtOrAbove(tops: Float64Array, top: number): number {
  let [low, high] = [0, tops.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (tops[middle]! <= top) low = middle;
    else high = middle - 1;
  }
  return low;
}

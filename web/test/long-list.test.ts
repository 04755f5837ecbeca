import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LongList, type Aim } from "../src/elements/long-list.ts";

/** Some that are not held come before. */
const FIRST = 50;
const all = (count: number) => ({ from: FIRST, to: FIRST + count });
const cheap = () => 8;
const VIEW = 800;

/** A list whose items are so high, as far as they were measured. */
function list(heights: readonly (number | null)[]): LongList {
  const made = new LongList();
  for (const [index, height] of heights.entries()) if (height !== null) made.measured(FIRST + index, height);
  return made;
}

const someHeights = fc.array(fc.option(fc.integer({ min: 20, max: 900 })), { maxLength: 300 });
const someAim = (count: number): fc.Arbitrary<Aim> =>
  fc.oneof(
    fc.constant("end" as const),
    fc.record({
      item: fc.option(fc.integer({ min: FIRST - 1, max: FIRST + count })),
      below: fc.integer({ min: -1_000, max: 1_000 }),
      px: fc.integer({ min: -1_000, max: 200_000 }),
    }),
  );
const some = someHeights.chain((heights) => fc.record({ heights: fc.constant(heights), aim: someAim(heights.length) }));

describe("the part of a long list that is drawn", () => {
  test("covers the view, and leaves so much room empty as the rest takes", () => {
    fc.assert(
      fc.property(some, ({ heights, aim }) => {
        const made = list(heights);
        const known = heights.filter((height) => height !== null);
        const guess = known.length === 0 ? 80 : known.reduce((sum, height) => sum + height, 0) / known.length;
        const high = (from: number, to: number) => heights.slice(from, to).reduce<number>((sum, height) => sum + (height ?? guess), 0);
        const part = made.part(all(heights.length), cheap, aim, VIEW);
        const [from, to, { above, below }] = [part.from - FIRST, part.to - FIRST, part];
        expect(above).toBeCloseTo(high(0, from), 3);
        expect(below).toBeCloseTo(high(to, heights.length), 3);
        expect(high(from, to)).toBeGreaterThanOrEqual(Math.min(VIEW, high(0, heights.length)) - 0.001);
        expect(from).toBeLessThanOrEqual(to);
      }),
    );
  });

  test("has what it is made around in it, where that is asked for within the view", () => {
    fc.assert(
      fc.property(someHeights, fc.nat(), fc.integer({ min: 0, max: VIEW - 1 }), (heights, at, below) => {
        fc.pre(heights.length > 0);
        const item = FIRST + (at % heights.length);
        const { from, to } = list(heights).part(all(heights.length), cheap, { item, below, px: 0 }, VIEW);
        expect(from <= item && item < to).toBe(true);
      }),
    );
  });

  test("costs little, however long the list and however low its items, but never less than the view takes", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10_000 }), fc.integer({ min: 30, max: 200 }), fc.integer({ min: 1, max: 40 }), (count, height, cost) => {
        const made = list(Array.from({ length: Math.min(count, 5) }, () => height));
        const { from, to } = made.part(all(count), () => cost, { item: null, below: 0, px: (count * height) / 2 }, VIEW);
        expect((to - from) * cost).toBeLessThanOrEqual(Math.max(320, (Math.ceil(VIEW / height) + 1) * cost));
      }),
    );
  });

  test("goes as far beyond the view on either side, and up to an end where that is nearer", () => {
    const made = list(Array.from({ length: 100 }, () => 100));
    const from = (below: number) => made.part(all(100), cheap, { item: FIRST + 50, below, px: 0 }, VIEW);
    expect(from(0)).toEqual({ from: FIRST + 44, to: FIRST + 64, above: 4_400, below: 3_600 });
    expect(made.part(all(100), cheap, "end", VIEW)).toEqual({ from: FIRST + 86, to: FIRST + 100, above: 8_600, below: 0 });
    expect(made.part(all(100), cheap, { item: FIRST - 1, below: 0, px: 300 }, VIEW)).toMatchObject({ from: FIRST, above: 0 });
  });

  test("takes what was never drawn to be as high as the rest is on average, in another width too", () => {
    const made = list([100, 300]);
    expect(made.part(all(1_000), cheap, "end", VIEW).above + VIEW).toBeLessThan(200_000);
    expect(made.part(all(1_000), cheap, { item: null, below: 0, px: 0 }, VIEW)).toMatchObject({ from: FIRST, above: 0, to: FIRST + 7, below: 198_600 });
    made.forget();
    expect(made.part(all(10), cheap, { item: FIRST + 9, below: 0, px: 0 }, VIEW)).toMatchObject({ to: FIRST + 10 });
    expect(made.part(all(100), cheap, "end", VIEW).below).toBe(0);
    expect(made.part(all(100), cheap, { item: null, below: 0, px: 0 }, VIEW).below).toBe(18_600);
  });

  test("says whether a height is news", () => {
    const made = list([100]);
    expect(made.measured(FIRST, 100.2)).toBe(false);
    expect(made.measured(FIRST, 101)).toBe(true);
    expect(made.measured(FIRST + 1, 101)).toBe(true);
  });
});

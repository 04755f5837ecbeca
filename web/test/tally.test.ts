import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Tally } from "../src/client/tally.ts";

describe("unread of a case", () => {
  test("is the server's row, and what came above it, each once", () => {
    const tally = new Tally();
    tally.saw(6);
    tally.listed(5, 2, -1);
    tally.saw(6);
    tally.saw(5);
    expect(tally.unread).toBe(3);
    tally.listed(6, 3, -1);
    expect(tally.unread).toBe(3);
  });

  test("is none at once when one has read, and a list asked for before brings nothing back", () => {
    const tally = new Tally();
    tally.listed(5, 2, -1);
    tally.reached(5);
    expect(tally.unread).toBe(0);
    tally.listed(5, 2, -1);
    expect(tally.unread).toBe(0);
    tally.saw(6);
    expect(tally.unread).toBe(1);
  });

  test("counts by the row again when that was asked for after the server knew", () => {
    const tally = new Tally();
    tally.listed(5, 3, -1);
    tally.reached(3);
    expect([tally.unread, tally.exact]).toEqual([2, false]);
    tally.confirm(3);
    tally.listed(5, 1, tally.confirmed);
    expect([tally.unread, tally.exact]).toEqual([1, true]);
  });

  test("comes back when the server will not have it", () => {
    const tally = new Tally();
    tally.listed(5, 3, -1);
    tally.reached(5);
    tally.refuse();
    expect(tally.unread).toBe(3);
  });

  test("is right after any order of rows, pushes and reading, once a last row was asked for", () => {
    const step = fc.record({ do: fc.constantFrom("push", "list", "late list", "read", "confirm"), seq: fc.nat(30) });
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 1, maxLength: 30 }), fc.array(step), (theirs, steps) => {
        const tally = new Tally();
        const head = theirs.length - 1;
        const count = (from: number, to: number) => theirs.filter((their, seq) => their && seq > from && seq <= to).length;
        let stored = -1;
        for (const { do: what, seq: any } of steps) {
          const seq = Math.min(any, head);
          if (what === "push" && theirs[seq]) tally.saw(seq);
          if (what === "read") tally.reached(seq);
          if (what === "confirm") tally.confirm((stored = Math.max(stored, tally.marker)));
          if (what === "list") tally.listed(seq, count(stored, seq), tally.confirmed);
          if (what === "late list") tally.listed(seq, count(-1, seq), -1);
          expect(tally.unread).toBeGreaterThanOrEqual(0);
          expect(tally.unread).toBeLessThanOrEqual(count(-1, head));
        }
        tally.confirm((stored = Math.max(stored, tally.marker)));
        tally.listed(head, count(stored, head), tally.confirmed);
        expect(tally.unread).toBe(count(stored, head));
      }),
    );
  });
});

import * as fc from "fast-check";
import { expect, test } from "vitest";
import { MAX_BYTES, MAX_CHARACTERS, refusal, room } from "../src/client/body.ts";

test.each(["", " ", "\n\t ", "\u00a0\u2003"])("white space alone is no message: %j", (body) => {
  expect(refusal(body)).toEqual({ why: "empty" });
});

test("counts Unicode scalar values, not UTF-16 units", () => {
  expect(refusal("😀".repeat(MAX_BYTES / 4))).toBeNull();
  expect(refusal("x".repeat(MAX_CHARACTERS))).toBeNull();
  expect(refusal("x".repeat(MAX_CHARACTERS + 1))).toEqual({ why: "characters", count: 8_001, max: 8_000 });
});

test("16 KiB of UTF-8 is the most", () => {
  expect(refusal("😀".repeat(MAX_BYTES / 4) + "x")).toEqual({ why: "bytes" });
});

test.each(["a\u0000b", "a\rb", "a\u0085b", "a\ud800b"])("refuses what the server would: %j", (body) => {
  expect(refusal(body)).toEqual({ why: "hidden" });
});

test("newline and tab are fine, and so is white space around the text", () => {
  expect(refusal(" a\n\tb ")).toBeNull();
});

test("room is left for as long as a text is not refused", () => {
  const letters = fc.string({ unit: fc.constantFrom("x", "ä", "漢", "😀"), minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(letters, fc.nat({ max: 9_000 }), (text, times) => {
      const body = text.repeat(times);
      const tooLong = ["characters", "bytes"].includes(refusal(body)?.why ?? "");
      expect(room(body) < 0).toBe(tooLong);
    }),
  );
  expect(room("")).toBe(MAX_CHARACTERS);
  expect(room("x".repeat(7_990))).toBe(10);
  expect(room("漢".repeat(5_460))).toBe(1);
});

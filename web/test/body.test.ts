import { expect, test } from "vitest";
import { MAX_BYTES, MAX_CHARACTERS, refusal } from "../src/client/body.ts";

test.each(["", " ", "\n\t ", "\u00a0\u2003"])("white space alone is no message: %j", (body) => {
  expect(refusal(body)).toMatch(/Write something/);
});

test("counts Unicode scalar values, not UTF-16 units", () => {
  expect(refusal("😀".repeat(MAX_BYTES / 4))).toBeNull();
  expect(refusal("x".repeat(MAX_CHARACTERS))).toBeNull();
  expect(refusal("x".repeat(MAX_CHARACTERS + 1))).toMatch(/8,001 characters, and 8,000 is the most/);
});

test("16 KiB of UTF-8 is the most", () => {
  expect(refusal("😀".repeat(MAX_BYTES / 4) + "x")).toMatch(/too long/);
});

test.each(["a\u0000b", "a\rb", "a\u0085b", "a\ud800b"])("refuses what the server would: %j", (body) => {
  expect(refusal(body)).toMatch(/hidden character/);
});

test("newline and tab are fine, and so is white space around the text", () => {
  expect(refusal(" a\n\tb ")).toBeNull();
});

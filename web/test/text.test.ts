import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { pieces } from "../src/elements/text.ts";

const links = (text: string) => pieces(text).flatMap(({ text, href }) => (href === null ? [] : [[text, href]]));
const found = (text: string, query: string) => pieces(text, query).flatMap(({ text, found }) => (found ? [text] : []));

describe("addresses", () => {
  test.each([
    ["see https://example.org/a?b=c#d.", "https://example.org/a?b=c#d"],
    ["(https://example.org/wiki/A_(b))", "https://example.org/wiki/A_(b)"],
    ["HTTP://EXAMPLE.ORG, or", "HTTP://EXAMPLE.ORG"],
    ["«https://example.org/ä»", "https://example.org/ä"],
  ])("finds the one in %j", (text, address) => {
    expect(links(text).map(([shown]) => shown)).toEqual([address]);
  });

  test.each([
    "javascript:alert(1)",
    "java\u0000script:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "https://bank.example@evil.example/",
    "https://user:password@example.org/",
    "https://аpple.com/",
    "https://example\u3002org",
    "https://",
    "http:///",
    "example.org",
    "ftp://example.org",
    `https://example.org/${"x".repeat(2_000)}`,
  ])("leaves %j what it is", (text) => {
    expect(links(text)).toEqual([]);
  });

  test("end where the signs behind them begin, and are a hundred at most", () => {
    expect(links(`https://example.org/a${")".repeat(1_900)}`)).toEqual([["https://example.org/a", "https://example.org/a"]]);
    expect(links(`https://example.org/(a)${")!".repeat(900)}`).map(([shown]) => shown)).toEqual(["https://example.org/(a)"]);
    expect(links(`https://a${")".repeat(7_990)}`)).toEqual([]);
    expect(links("http://a.b ".repeat(700))).toHaveLength(100);
  });

  test("do not reach behind a sign that turns the text around", () => {
    expect(links("https://example.org/\u202egpj.exe")).toEqual([["https://example.org/", "https://example.org/"]]);
  });

  test("lead to the web only, whatever is written", () => {
    const nasty = fc.string({ unit: fc.constantFrom("http", "https", "://", "javascript:", "@", ":", "/", "\\", "\t", "\n", "\u202e", "a", ".", "(", ")", "'", '"', "<", "[", "]", "%00") });
    fc.assert(fc.property(nasty, (text) => links(text).every(([, href]) => /^https?:\/\/[^/@]/.test(href!))));
  });
});

describe("what is searched for", () => {
  test.each([
    ["The Results, the RESULTS", "results", ["Results", "RESULTS"]],
    ["Mañana, manana", "manana", ["Mañana", "manana"]],
    ["e\u0301tude", "etude", ["e\u0301tude"]],
    ["كِتَاب", "كتاب", ["كِتَاب"]],
    ["ﬁne", "fi", ["ﬁ"]],
    ["3 ㎜ and more", "m", ["㎜", "m"]],
    ["see https://example.org/scan", "scan", ["scan"]],
    ["nothing", "x", []],
    ["nothing", "", []],
  ])("in %j, %j", (text, query, expected) => {
    expect(found(text, query)).toEqual(expected);
  });
});

test("shows every text whole", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary", maxLength: 3 }), (text, query) => {
      expect(pieces(text, query).map((piece) => piece.text).join("")).toBe(text);
    }),
  );
});

import { expect, test } from "vitest";
import { News } from "../src/client/news.ts";
import { record } from "./records.ts";

function news() {
  const one = new News();
  const told: number[] = [];
  one.on(({ seq }) => told.push(seq));
  // Whoever sits here is the provider; the records' writer is the requester.
  return { news: one, told, offer: (seq: number, marker = -1) => one.offer(record(seq), "provider", marker) };
}

test("a message is news once, in whatever order it comes", () => {
  const { told, offer } = news();
  for (const seq of [3, 1, 3, 2, 1]) offer(seq);
  expect(told).toEqual([3, 1, 2]);
});

test("what the first list knows is no news; what a later one is ahead of, is", () => {
  const { news: one, told, offer } = news();
  one.listed("case-1", 4);
  one.listed("case-1", 6);
  for (const seq of [4, 5, 6]) offer(seq);
  expect(told).toEqual([5, 6]);
});

test("neither is what is on screen, what was read on another device, nor one's own", () => {
  const { news: one, told, offer } = news();
  one.shown("case-1", 3);
  offer(3);
  offer(4, 4);
  one.offer(record(5), "requester", -1);
  one.offer(record(6), null, -1);
  expect(told).toEqual([]);
});

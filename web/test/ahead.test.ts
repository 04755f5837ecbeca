import { afterEach, expect, test, vi } from "vitest";
import { hashAhead } from "../src/client/ahead.ts";
import type { ThreadRecord } from "../src/client/wire.ts";
import { records, seal } from "./records.ts";

afterEach(() => vi.useRealTimers());

const long = (count: number): ThreadRecord[] =>
  records(count + 1).slice(1).map((record) => seal({ ...record, body: "x".repeat(8_000) } as ThreadRecord));

test("a page of short messages is hashed in one go", async () => {
  vi.useFakeTimers();
  await hashAhead(records(100));
  expect(vi.getTimerCount()).toBe(0);
});

test("a page of long ones lets others have their turn, and is done in the end", async () => {
  vi.useFakeTimers();
  let done = false;
  const hashing = hashAhead(long(50)).then(() => (done = true));
  await Promise.resolve();
  expect(done).toBe(false);
  expect(vi.getTimerCount()).toBe(1);
  await vi.runAllTimersAsync();
  await hashing;
  expect(done).toBe(true);
});

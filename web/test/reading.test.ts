import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Refused, Unreachable } from "../src/client/failure.ts";
import { FirstUnread } from "../src/client/first-unread.ts";
import { Markers } from "../src/client/markers.ts";
import { Reading } from "../src/client/reading.ts";
import type { ReadMark } from "../src/client/wire.ts";
import { PARTICIPANTS, record, records } from "./records.ts";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function reading(answers: (Error | null)[] = []) {
  const asked: number[] = [];
  const settle: (() => void)[] = [];
  const put = (seq: number) => {
    asked.push(seq);
    return new Promise<ReadMark>((resolve, reject) => {
      const error = answers.shift() ?? null;
      settle.push(() => (error === null ? resolve({ seq, unread: 0 }) : reject(error)));
    });
  };
  const told = { confirmed: 0, refused: 0 };
  const one = new Reading({ put, confirmed: () => told.confirmed++, refused: () => told.refused++ });
  const answer = async () => {
    settle.shift()?.();
    await vi.advanceTimersByTimeAsync(0);
  };
  return { reading: one, asked, answer, told };
}

describe("telling how far one has read", () => {
  test("is one request at a time, and the newest number wins", async () => {
    const { reading: one, asked, answer } = reading();
    for (const seq of [3, 5, 4, 9]) one.reached(seq);
    expect(asked).toEqual([3]);
    await answer();
    expect(asked).toEqual([3, 9]);
    await answer();
    one.reached(8);
    expect(asked).toEqual([3, 9]);
  });

  test("is tried again while somebody looks", async () => {
    const { reading: one, asked, answer } = reading([new Unreachable(), new Unreachable()]);
    one.reached(3);
    await answer();
    await vi.advanceTimersByTimeAsync(30_000);
    expect(asked).toEqual([3, 3]);
    one.rest();
    await answer();
    await vi.advanceTimersByTimeAsync(300_000);
    expect(asked).toEqual([3, 3]);
    one.wake();
    await answer();
    expect(asked).toEqual([3, 3, 3]);
  });

  test("ends where the server refuses, and is not asked for again", async () => {
    const { reading: one, answer, told } = reading([new Refused({ status: 400, title: "", detail: "", code: "invalid_request" })]);
    one.reached(3);
    await answer();
    expect(told.refused).toBe(1);
    expect(one.refusedUpTo).toBe(3);
  });
});

describe("markers", () => {
  test("only move forward, and gain the time that goes with them", () => {
    const markers = new Markers();
    expect(markers.advance("provider", 4, null)).toBe(true);
    expect(markers.advance("provider", 4, "2026-01-01T00:00:00.000Z")).toBe(true);
    expect(markers.advance("provider", 3, "2026-01-02T00:00:00.000Z")).toBe(false);
    expect(markers.of("provider")).toEqual({ seq: 4, at: "2026-01-01T00:00:00.000Z" });
    expect(markers.of("requester")).toBeNull();
  });

  test("of someone who left the case say nothing about who came", () => {
    const markers = new Markers();
    markers.follow(record(3));
    markers.advance("provider", 3, "2026-01-01T00:00:03.500Z");
    const provider = { userId: "okafor", name: "Dr. Ngozi Okafor" };
    markers.follow({ ...record(4), participants: { ...PARTICIPANTS, provider } });
    expect(markers.of("provider")).toBeNull();
    // Their last word comes late.
    expect(markers.advance("provider", 3, "2026-01-01T00:00:03.900Z")).toBe(false);
    expect(markers.advance("provider", 4, "2026-01-01T00:00:09.000Z")).toBe(true);
  });
});

describe("where the unread began", () => {
  test("stays while one looks, whatever comes or is read, and begins anew when it is opened again", () => {
    const first = new FirstUnread();
    first.open(null);
    expect(first.among(records(6), "provider")).toBeNull();
    first.loaded(3);
    expect(first.among(records(6), "provider")).toBe(4);
    first.caughtUp(5);
    first.loaded(5);
    expect(first.among(records(9), "provider")).toBe(4);
    first.open(8);
    expect(first.among(records(9), "provider")).toBeNull();
    first.caughtUp(8);
    expect(first.among(records(12), "provider")).toBeNull();
  });

  test("may lie before what is held, where that begins behind what one has read", () => {
    const first = new FirstUnread();
    first.open(3);
    const before = (from: number) => first.isBefore(records(9).slice(from), "provider");
    expect([before(6), before(5), before(4), before(0)]).toEqual([true, true, false, false]);
    expect(first.among(records(9).slice(6), "provider")).toBe(6);
    expect(first.isBefore(records(9).slice(6), "requester")).toBe(false);
    first.caughtUp(5);
    expect(before(6)).toBe(false);
    first.open(-1);
    // Before the very first message of the other side there is none.
    expect([before(2), before(1)]).toEqual([true, false]);
  });

  test("is never at one's own message", () => {
    const first = new FirstUnread();
    first.open(-1);
    expect(first.among(records(6), "requester")).toBeNull();
  });
});

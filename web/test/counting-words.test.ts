import { expect, test } from "vitest";
import { badgeNumber, beginsDay, dayOf, titled, totalWords, unreadWords } from "../src/elements/words.ts";

test("says how much waits in as little room as there is, and in words", () => {
  expect([1, 99, 100, 12_345].map(badgeNumber)).toEqual(["1", "99", "99+", "99+"]);
  expect([1, 2, 1234].map(unreadWords)).toEqual(["1 unread message", "2 unread messages", "1,234 unread messages"]);
  expect([0, 1, 3].map(totalWords)).toEqual(["No unread messages", "1 unread message in all", "3 unread messages in all"]);
  expect([titled("Case chat", 0), titled("Case chat", 3), titled("Case chat", 120)]).toEqual(["Case chat", "(3) Case chat", "(99+) Case chat"]);
});

/** As the reader's own clock has it, whatever its zone. */
const local = (...parts: [number, number, number, number, number]) => new Date(...parts);

test("names a day as the reader's calendar has it", () => {
  const now = local(2026, 2, 1, 0, 5);
  expect(dayOf(local(2026, 2, 1, 0, 0).toISOString(), now)).toBe("Today");
  expect(dayOf(local(2026, 1, 28, 23, 59).toISOString(), now)).toBe("Yesterday");
  expect(dayOf(local(2026, 1, 28, 0, 0).toISOString(), now)).toBe("Yesterday");
  expect(dayOf(local(2026, 1, 27, 23, 59).toISOString(), now)).toMatch(/27/);
  expect(dayOf(local(2025, 2, 1, 0, 5).toISOString(), now)).toMatch(/2025/);
});

test("a day begins with its first message, not a day after the last one", () => {
  const [late, later, next] = [local(2026, 0, 1, 23, 58), local(2026, 0, 1, 23, 59), local(2026, 0, 2, 0, 0)].map((date) => date.toISOString());
  expect(beginsDay(late!, undefined)).toBe(true);
  expect(beginsDay(later!, late)).toBe(false);
  expect(beginsDay(next!, later)).toBe(true);
});

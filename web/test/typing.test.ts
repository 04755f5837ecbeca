import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { PeerTyping, TypingHints } from "../src/client/typing.ts";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test("says that someone writes every three seconds at most, and at once on a new connection", () => {
  const said: string[] = [];
  const hints = new TypingHints((caseId) => said.push(caseId) > 0);
  hints.say("a");
  hints.say("b");
  vi.advanceTimersByTime(2_999);
  hints.say("a");
  expect(said).toEqual(["a"]);
  vi.advanceTimersByTime(1);
  hints.say("b");
  hints.reset();
  hints.say("a");
  expect(said).toEqual(["a", "b", "a"]);
});

test("what did not go out has not been said", () => {
  let open = false;
  let said = 0;
  const hints = new TypingHints(() => open && said++ >= 0);
  hints.say("a");
  open = true;
  hints.say("a");
  expect(said).toBe(1);
});

test("the other one writes until they have said nothing for six seconds, or until their message is here", () => {
  let changes = 0;
  const typing = new PeerTyping(() => changes++);
  typing.heard();
  vi.advanceTimersByTime(5_000);
  typing.heard();
  vi.advanceTimersByTime(5_999);
  expect([typing.now, changes]).toEqual([true, 1]);
  vi.advanceTimersByTime(1);
  expect([typing.now, changes]).toEqual([false, 2]);
  typing.heard();
  typing.over();
  expect(typing.now).toBe(false);
});

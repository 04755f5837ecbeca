import { afterEach, expect, test, vi } from "vitest";
import { Presence } from "../src/presence.ts";

/** As browsers have them, shared between windows. */
function fakeLocks() {
  const held: { name: string }[] = [];
  return {
    query: async () => ({ held: [...held] }),
    request: async (name: string, _: object, act: () => Promise<void>) => {
      const lock = { name };
      held.push(lock);
      await act();
      held.splice(held.indexOf(lock), 1);
    },
  };
}

afterEach(() => vi.unstubAllGlobals());

test("one window knows what another has in front of somebody, for as long as it has", async () => {
  vi.stubGlobal("navigator", { locks: fakeLocks() });
  const [one, other] = [new Presence(), new Presence()];
  one.hold(["chat a", "window"]);
  expect(await other.anywhere("chat a")).toBe(true);
  expect(await other.anywhere("chat b")).toBe(false);
  one.hold(["chat b", "window"]);
  other.hold(["chat b"]);
  await Promise.resolve();
  expect(await other.anywhere("chat a")).toBe(false);
  expect(await other.anywhere("window")).toBe(true);
  other.hold([]);
  expect(await other.anywhere("chat b")).toBe(true);
});

test("without locks a window knows of itself", async () => {
  vi.stubGlobal("navigator", {});
  const one = new Presence();
  one.hold(["chat a"]);
  expect(await one.anywhere("chat a")).toBe(true);
  expect(await new Presence().anywhere("chat a")).toBe(false);
});

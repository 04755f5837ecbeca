import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Api } from "../src/client/api.ts";
import { createClient } from "../src/client/client.ts";
import { Refused, SessionEnded, Unreachable } from "../src/client/failure.ts";
import { allows, Preferences } from "../src/client/preferences.ts";
import type { ChosenPreferences, MailPreferences } from "../src/client/wire.ts";
import { token } from "./records.ts";

/** Keeps what it is sent, and answers when it is let: in the order in which it was asked. */
class Server {
  stored: MailPreferences = { email: "full", mutedCases: [], mail: "ok", emailCeiling: "full" };
  readonly chosen: ChosenPreferences[] = [];
  asked = 0;
  down = false;
  /** Answers in its place. */
  instead: { status: number; body: unknown } | null = null;
  slow = false;
  readonly #waiting: (() => void)[] = [];

  readonly fetch = async (_: string | URL | Request, init?: RequestInit): Promise<Response> => {
    this.asked++;
    if (this.slow) await new Promise<void>((answer) => this.#waiting.push(answer));
    if (this.down) throw new TypeError("network");
    if (this.instead !== null) return new Response(JSON.stringify(this.instead.body), { status: this.instead.status });
    if (init?.method === "PUT") {
      const chosen = JSON.parse(String(init.body)) as ChosenPreferences;
      this.chosen.push(chosen);
      this.stored = { ...this.stored, ...chosen };
    }
    return new Response(JSON.stringify(this.stored));
  };

  answer(): void {
    this.#waiting.shift()?.();
  }
}

const refusal = (status: number, code: string) => ({ status, body: { status, title: "", detail: "", code } });

let server: Server;
let preferences: Preferences;
let getToken: () => Promise<string>;
const soon = () => vi.advanceTimersByTimeAsync(0);
const later = () => vi.advanceTimersByTimeAsync(2_000);

beforeEach(() => {
  vi.useFakeTimers();
  server = new Server();
  getToken = async () => token("amira");
  preferences = new Preferences(new Api("http://test", () => getToken(), server.fetch));
});
afterEach(() => {
  preferences.rest();
  vi.useRealTimers();
});

describe("what is chosen", () => {
  test("shows at once, and is sent whole", async () => {
    server.stored.mutedCases = ["a"];
    await preferences.load();
    preferences.choose({ email: "sender" });
    expect(preferences.current).toMatchObject({ email: "sender", mutedCases: ["a"] });
    expect(preferences.saving).toBe(true);
    await soon();
    expect(server.chosen).toEqual([{ email: "sender", mutedCases: ["a"] }]);
    expect([preferences.saving, preferences.trouble]).toEqual([false, null]);
  });

  test("quickly one after the other arrives one after the other, and the last one stays", async () => {
    await preferences.load();
    server.slow = true;
    preferences.choose({ email: "sender" });
    await soon();
    preferences.choose({ email: "generic" });
    preferences.choose({ mutedCases: ["a"] });
    preferences.choose({ email: "off" });
    preferences.choose({ mutedCases: ["a", "b"] });
    await soon();
    expect(server.asked).toBe(2);
    server.answer();
    await soon();
    expect(preferences.current).toMatchObject({ email: "off", mutedCases: ["a", "b"] });
    server.answer();
    await soon();
    expect(server.chosen).toEqual([{ email: "sender", mutedCases: [] }, { email: "off", mutedCases: ["a", "b"] }]);
    expect(preferences.saving).toBe(false);
  });

  test("while they are being read again is not undone by what is read", async () => {
    await preferences.load();
    server.slow = true;
    void preferences.load();
    await soon();
    preferences.choose({ email: "off" });
    server.answer();
    await soon();
    expect(preferences.current?.email).toBe("off");
    server.answer();
    await soon();
    expect(server.stored.email).toBe("off");
  });

  test("and refused is taken back, and one is told", async () => {
    await preferences.load();
    server.instead = refusal(400, "invalid_request");
    preferences.choose({ email: "off" });
    await later();
    expect(preferences.current?.email).toBe("full");
    expect(preferences.trouble).toBeInstanceOf(Refused);
    expect([preferences.saving, server.asked]).toEqual([false, 2]);
    server.instead = null;
    preferences.choose({ email: "off" });
    expect(preferences.trouble).toBeNull();
    await soon();
    expect(server.stored.email).toBe("off");
  });

  test("and refused takes nothing along that was chosen since, and stays said", async () => {
    await preferences.load();
    server.slow = true;
    server.instead = refusal(400, "invalid_request");
    preferences.choose({ mutedCases: ["too", "many"] });
    await soon();
    preferences.choose({ email: "off" });
    server.answer();
    await soon();
    expect(preferences.current).toMatchObject({ email: "off", mutedCases: [] });
    server.instead = null;
    server.answer();
    await soon();
    expect(server.chosen).toEqual([{ email: "off", mutedCases: [] }]);
    expect(preferences.trouble).toBeInstanceOf(Refused);
  });

  test("when nobody is signed in any more is taken back", async () => {
    await preferences.load();
    getToken = async () => {
      throw new SessionEnded();
    };
    preferences.choose({ email: "off" });
    await later();
    expect([preferences.current?.email, preferences.saving]).toEqual(["full", false]);
    expect(preferences.trouble).toBeInstanceOf(SessionEnded);
  });

  test.each([() => (server.down = true), () => (server.instead = refusal(503, "unavailable"))])(
    "stays and is tried again while it may yet arrive",
    async (harm) => {
      await preferences.load();
      harm();
      preferences.choose({ email: "off" });
      await later();
      expect(preferences.current?.email).toBe("off");
      expect([preferences.saving, preferences.trouble !== null]).toEqual([true, true]);
      server.down = false;
      server.instead = null;
      await vi.advanceTimersByTimeAsync(40_000);
      expect(server.stored.email).toBe("off");
      expect([preferences.saving, preferences.trouble]).toEqual([false, null]);
    },
  );

  test("is tried no more while nobody looks, and at once when somebody does", async () => {
    await preferences.load();
    server.down = true;
    preferences.choose({ email: "off" });
    await soon();
    preferences.rest();
    server.down = false;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(server.stored.email).toBe("full");
    preferences.wake();
    await soon();
    expect(server.stored.email).toBe("off");
  });

  test("before they are known changes nothing", async () => {
    preferences.choose({ email: "off" });
    await preferences.load();
    expect([preferences.current?.email, server.chosen.length]).toEqual(["full", 0]);
  });
});

describe("what is known", () => {
  test("is asked for once, by however many, and again after some minutes", async () => {
    await Promise.all([preferences.load(), preferences.load()]);
    preferences.wake();
    await soon();
    expect(server.asked).toBe(1);
    server.stored = { ...server.stored, email: "generic" };
    await vi.advanceTimersByTimeAsync(6 * 60_000);
    preferences.wake();
    await soon();
    expect([server.asked, preferences.current?.email]).toEqual([2, "generic"]);
  });

  test("stays when it cannot be read again, and nobody is told", async () => {
    await preferences.load();
    server.down = true;
    await preferences.load();
    expect([preferences.current?.email, preferences.trouble]).toEqual(["full", null]);
  });

  test.each([{ records: [] }, null, "hello", { email: "full" }])("is not %j, which is asked for again", async (body) => {
    server.instead = { status: 200, body };
    await preferences.load();
    expect(preferences.current).toBeNull();
    expect(preferences.trouble).toBeInstanceOf(Unreachable);
    server.instead = null;
    await later();
    expect([preferences.current?.email, preferences.trouble]).toEqual(["full", null]);
  });

  test("is nothing where the server does not know of it, and that is not asked again and again", async () => {
    server.instead = { status: 404, body: { message: "Not Found" } };
    await preferences.load();
    await vi.advanceTimersByTimeAsync(60_000);
    expect([preferences.current, server.asked]).toEqual([null, 1]);
    expect(preferences.trouble).toBeInstanceOf(Refused);
  });
});

describe("what may be said", () => {
  test.each([
    ["full", "full", "full"],
    ["full", "sender", "sender"],
    ["generic", "sender", "generic"],
    ["off", "full", "off"],
    ["full", "off", "off"],
    ["louder", "full", "louder"],
    ["full", "louder", "louder"],
  ])("of %s where %s is the most is %s", async (email, emailCeiling, allowed) => {
    server.stored = { ...server.stored, email, emailCeiling } as MailPreferences;
    expect(preferences.allowed).toBeNull();
    await preferences.load();
    expect(preferences.allowed).toBe(allowed);
  });

  test("at a ceiling is all up to it", () => {
    const levels = ["off", "generic", "sender", "full"] as const;
    expect(levels.filter((level) => allows("sender", level))).toEqual(["off", "generic", "sender"]);
    expect(levels.filter((level) => allows("off", level))).toEqual(["off"]);
  });

  test("is another person's choice no more after signing out, and nothing is sent", async () => {
    await preferences.load();
    server.slow = true;
    preferences.choose({ email: "off" });
    await soon();
    preferences.choose({ email: "generic" });
    preferences.forget();
    expect([preferences.current, preferences.allowed, preferences.saving]).toEqual([null, null, false]);
    server.answer();
    await soon();
    preferences.wake();
    await preferences.load();
    await later();
    expect([preferences.current, server.asked]).toEqual([null, 2]);
  });
});

test("a client asks when it starts, says that a choice on its way would be lost, and forgets at sign-out", async () => {
  class NoSocket {
    close(): void {}
    send(): void {}
  }
  const fetch = async (url: string | URL | Request, init?: RequestInit) =>
    new URL(String(url)).pathname === "/preferences" ? server.fetch(url, init) : new Response(`{"cases":[],"totalUnread":0}`);
  const client = createClient({ http: "http://test", websocket: "ws://test", getToken, fetch, WebSocket: NoSocket as never });
  client.start();
  await soon();
  expect([client.preferences.allowed, client.atRisk(), server.asked]).toEqual(["full", false, 1]);
  server.slow = true;
  client.preferences.choose({ email: "sender" });
  expect(client.atRisk()).toBe(true);
  await soon();
  server.answer();
  await soon();
  expect([client.atRisk(), server.stored.email]).toEqual([false, "sender"]);
  await client.signOut();
  expect(client.preferences.current).toBeNull();
});

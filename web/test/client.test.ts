/** One person's tabs, in one browser or one after the other, against a small server. */

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createClient, type Client } from "../src/client/client.ts";
import { SessionEnded } from "../src/client/failure.ts";
import type { Tabs } from "../src/client/tabs.ts";
import type { PostMessage, ThreadRecord } from "../src/client/wire.ts";
import { browser } from "./browser.ts";
import { append, page, PARTICIPANTS, record, records, summary, token } from "./records.ts";

class Server {
  readonly all = records(3);
  readonly posts: PostMessage[] = [];
  down = false;
  unread = 0;
  listed = true;

  readonly fetch = async (url: string | URL | Request, init?: RequestInit): Promise<Response> => {
    if (this.down) throw new TypeError("network");
    const { pathname, searchParams } = new URL(String(url));
    if (pathname === "/cases") {
      const row = { ...summary("case-1", this.all.length - 1, "2026-01-01T00:00:00.000Z"), unread: this.unread };
      const cases = this.listed && searchParams.get("status") === "open" ? [row] : [];
      return json({ cases, totalUnread: 0 });
    }
    if (init?.method !== "POST") return json(page(this.all, Number(searchParams.get("after") ?? -1) + 1, this.all.length));
    const message = JSON.parse(String(init.body)) as PostMessage;
    this.posts.push(message);
    const old = this.all.find((stored) => "clientId" in stored && stored.clientId === message.clientId);
    return json(old ?? append(this.all, { ...record(this.all.length, message.clientId), body: message.body } as ThreadRecord));
  };
}

const json = (body: unknown) => new Response(JSON.stringify(body), { status: 200 });

/** A connection that never comes: this is about everything else. */
class NoSocket {
  close(): void {}
  send(): void {}
}

describe("the words of one person", () => {
  let server: Server;
  let shared: ReturnType<typeof browser>;
  const clients: Client[] = [];
  const soon = () => vi.advanceTimersByTimeAsync(2_000);
  const bodies = () => server.all.map((stored) => ("body" in stored ? stored.body : ""));

  function start(user = "amira", getToken = async () => token(user), tabs: Tabs = shared, socket = NoSocket as never): Client {
    const options = { http: "http://test", websocket: "ws://test", getToken, fetch: server.fetch, tabs, WebSocket: socket };
    const client = createClient(options);
    clients.push(client);
    client.start();
    return client;
  }

  beforeEach(() => {
    vi.useFakeTimers();
    server = new Server();
    shared = browser();
  });
  afterEach(() => {
    for (const client of clients.splice(0)) client.stop();
    vi.useRealTimers();
  });

  test("go on their way by themselves after a reload, with the same clientId and anchor", async () => {
    const first = start();
    const conversation = first.open("case-1");
    await soon();
    server.down = true;
    conversation.send("written underground");
    await soon();
    const { clientId, after } = conversation.thread.pending[0]!;
    expect(first.atRisk()).toBe(false);
    first.stop();
    server.all.push(record(3));
    server.down = false;
    start();
    await soon();
    expect(server.posts).toEqual([{ clientId, after, body: "written underground" }]);
    expect((await shared.disks.values().next().value!.messages())).toEqual([]);
  });

  test("outlive an expired session, and wait for the next one", async () => {
    let ended = false;
    const first = start("amira", async () => {
      if (ended) throw new SessionEnded();
      return token("amira");
    });
    const conversation = first.open("case-1");
    await soon();
    ended = true;
    conversation.send("too late");
    conversation.draft.text = "half a thou";
    await soon();
    expect(conversation.thread.pending[0]).toMatchObject({ state: "waiting", failure: null });
    first.stop();
    const again = start();
    await soon();
    expect(bodies()).toContain("too late");
    expect(again.open("case-1").draft.text).toBe("half a thou");
  });

  test("are never sent by another person of the same browser", async () => {
    server.down = true;
    const first = start();
    const conversation = first.open("case-1");
    await soon();
    conversation.send("mine alone");
    conversation.draft.text = "mine too";
    await soon();
    first.stop();
    server.down = false;
    const other = start("chen");
    await soon();
    expect(server.posts).toEqual([]);
    expect(other.open("case-1").draft.text).toBe("");
  });

  test("are sent under no other name when the token changes hands", async () => {
    let user = "amira";
    const first = start("", async () => token(user));
    const conversation = first.open("case-1");
    await soon();
    user = "chen";
    conversation.send("mine alone");
    await soon();
    expect(server.posts).toEqual([]);
    expect(conversation.thread.pending[0]?.state).toBe("waiting");
  });

  test("are gone at sign-out, in every tab", async () => {
    const [first, second] = [start(), start()];
    await soon();
    const [here, there] = [first.open("case-1"), second.open("case-1")];
    await soon();
    server.down = true;
    here.send("one");
    there.send("two");
    here.draft.text = "three";
    there.draft.text = "four";
    await soon();
    expect(here.thread.pending.map(({ body }) => body)).toEqual(["one", "two"]);
    await first.signOut();
    await soon();
    there.draft.text = "five";
    second.stop();
    await soon();
    server.down = false;
    const again = start();
    await soon();
    expect(server.posts).toEqual([]);
    expect(again.open("case-1").draft.text).toBe("");
    expect([here, there].flatMap(({ thread }) => thread.pending)).toEqual([]);
  });

  test("show in each tab once, and are sent by one of them", async () => {
    const [first, second] = [start(), start()];
    const [here, there] = [first.open("case-1"), second.open("case-1")];
    await soon();
    server.down = true;
    here.send("one");
    await vi.advanceTimersByTimeAsync(0);
    there.send("two");
    await soon();
    for (const { thread } of [here, there]) expect(thread.pending.map(({ body }) => body)).toEqual(["one", "two"]);
    server.down = false;
    first.wake();
    await soon();
    expect(server.posts.map(({ body }) => body)).toEqual(["one", "two"]);
    for (const { thread } of [here, there]) expect([thread.pending.length, thread.head]).toEqual([0, 4]);
  });

  test("are sent by the tab that stays when the other one is closed", async () => {
    const [first] = [start(), start()];
    await soon();
    const here = first.open("case-1");
    await soon();
    server.down = true;
    here.send("one");
    await soon();
    first.stop();
    server.down = false;
    await vi.advanceTimersByTimeAsync(40_000);
    expect(bodies()).toContain("one");
  });

  test("go to nobody else after a reload, unless their writer says so", async () => {
    const first = start();
    const conversation = first.open("case-1");
    await soon();
    server.down = true;
    conversation.send("for Dr. Chen");
    await soon();
    first.stop();
    const to = { userId: "okafor", name: "Dr. Ngozi Okafor" };
    const change = { role: "provider", from: PARTICIPANTS.provider, to } as const;
    append(server.all, { ...record(0), participants: { ...PARTICIPANTS, provider: to }, kind: "participantReassigned", change });
    server.down = false;
    const again = start().open("case-1");
    await soon();
    expect(server.posts).toEqual([]);
    expect(again.thread.pending[0]).toMatchObject({ state: "failed", failure: "peer_changed", holds: true });
    again.retry(again.thread.pending[0]!.clientId);
    await soon();
    expect(server.posts.map(({ body }) => body)).toEqual(["for Dr. Chen"]);
  });

  test("written before anything is there get their anchor when something is", async () => {
    const conversation = start().open("case-1");
    conversation.send("in a hurry");
    await soon();
    expect(server.posts.map(({ after }) => after)).toEqual([2]);
  });

  test("that failed are removed in every tab", async () => {
    const [first, second] = [start(), start()];
    const [here, there] = [first.open("case-1"), second.open("case-1")];
    await soon();
    server.down = true;
    here.send("one");
    await soon();
    there.discard(there.thread.pending[0]!.clientId);
    await soon();
    server.down = false;
    await vi.advanceTimersByTimeAsync(40_000);
    expect([here.thread.pending, server.posts.filter(({ body }) => body === "one").length]).toEqual([[], 0]);
  });

  test("of the other side that no push brought are told all the same, once, though nobody has the case open", async () => {
    const client = start("chen");
    const told: number[] = [];
    client.onNews(({ seq }) => told.push(seq));
    await soon();
    server.all.push(record(3), record(4));
    server.unread = 2;
    client.wake();
    await soon();
    client.wake();
    await soon();
    expect(told).toEqual([3, 4]);
  });

  test("of a case that the list does not have yet bring it in as soon as the list does", async () => {
    let sockets: { onmessage?: (event: unknown) => void }[] = [];
    class Pushing extends NoSocket {
      onmessage?: (event: unknown) => void;
      constructor() {
        super();
        sockets.push(this);
      }
    }
    server.listed = false;
    const client = start("chen", undefined, shared, Pushing as never);
    await soon();
    sockets.at(-1)!.onmessage!({ data: JSON.stringify({ type: "message", record: record(2) }) });
    await soon();
    expect(client.cases.all).toEqual([]);
    server.listed = true;
    await soon();
    expect(client.cases.all.map(({ caseId }) => caseId)).toEqual(["case-1"]);
  });

  test("that the browser will not keep make it ask before the page is left", async () => {
    const client = start("amira", undefined, { ...shared, openStore: () => Promise.reject(new Error("private")) });
    const conversation = client.open("case-1");
    await soon();
    expect(client.atRisk()).toBe(false);
    conversation.draft.text = "half a thou";
    expect(client.atRisk()).toBe(true);
    conversation.draft.text = "";
    await soon();
    expect(client.atRisk()).toBe(false);
    server.down = true;
    conversation.send("one");
    await soon();
    expect(client.atRisk()).toBe(true);
    server.down = false;
    client.wake();
    await soon();
    expect([client.atRisk(), bodies().at(-1)]).toEqual([false, "one"]);
  });
});

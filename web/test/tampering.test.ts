/** One browser that comes back to a case whose thread somebody has got at meanwhile. */

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createClient, type Client } from "../src/client/client.ts";
import type { Conversation } from "../src/client/conversation.ts";
import type { PostMessage, ThreadRecord } from "../src/client/wire.ts";
import { browser, type Browser } from "./browser.ts";
import { append, page, PARTICIPANTS, records, seal, summary, token } from "./records.ts";

const LATEST = 5;

class Server {
  all = records(8);
  readonly posts: PostMessage[] = [];
  readonly asked: string[] = [];
  /** How far the list knows of it, and what it counts. */
  listed = 7;
  unread = 0;

  readonly fetch = async (url: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const { pathname, search, searchParams } = new URL(String(url));
    if (pathname === "/cases") return json({ cases: search.includes("open") ? [this.row] : [], totalUnread: 0 });
    if (init?.method === "POST") return json(this.post(JSON.parse(String(init.body)) as PostMessage));
    if (!pathname.endsWith("/messages")) return json({ seq: 0, unread: 0 });
    this.asked.push(search);
    const [after, before] = [searchParams.get("after"), searchParams.get("before")];
    if (after !== null) return json(page(this.all, Number(after) + 1, this.all.length));
    const end = Math.min(this.all.length, Number(before ?? Infinity));
    return json(page(this.all, end - Math.min(LATEST, Number(searchParams.get("limit") ?? LATEST)), end));
  };

  get row() {
    return { ...summary("case-1", this.listed, "2026-01-01T00:00:00.000Z"), unread: this.unread };
  }

  post(message: PostMessage): ThreadRecord {
    this.posts.push(message);
    return this.write(message.body, message.clientId);
  }

  write(body: string, clientId = body): ThreadRecord {
    return append(this.all, { ...this.all[1]!, clientId, body } as ThreadRecord);
  }

  /** Changes one record, and computes every hash from there on anew. */
  rewrite(seq: number): void {
    const old = this.all;
    this.all = old.slice(0, seq);
    for (const one of old.slice(seq)) this.all.push(seal(one.seq === seq ? ({ ...one, body: "rewritten" } as ThreadRecord) : one, this.all.at(-1)));
  }

  alter(seq: number): void {
    this.all = this.all.with(seq, { ...this.all[seq], body: "altered" } as ThreadRecord);
  }
}

const json = (body: unknown) => new Response(JSON.stringify(body), { status: 200 });

/** A connection on which a test pushes. */
class Line {
  static open: Line[] = [];
  onmessage?: (event: unknown) => void;
  constructor() {
    Line.open.push(this);
  }
  close(): void {}
  send(): void {}
}

describe("a conversation that is not what it was", () => {
  let server: Server;
  let shared: Browser;
  const clients: Client[] = [];
  const soon = () => vi.advanceTimersByTimeAsync(2_000);
  const bodies = ({ thread }: Conversation) => thread.records.map((one) => ("body" in one ? one.body : ""));

  function start(user = "amira"): Client {
    const options = { http: "http://test", websocket: "ws://test", fetch: server.fetch, tabs: shared, WebSocket: Line as never };
    const client = createClient({ ...options, getToken: async () => token(user) });
    clients.push(client);
    client.start();
    return client;
  }

  async function visit(user = "amira"): Promise<Conversation> {
    const conversation = start(user).open("case-1");
    await soon();
    return conversation;
  }

  async function leave(): Promise<void> {
    for (const client of clients.splice(0)) client.stop();
    await soon();
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

  test("is none where the server is honest, on the first visit and on later ones, however much came between", async () => {
    expect((await visit()).tampered).toBeNull();
    await leave();
    for (let more = 0; more < 20; more++) server.write(`more ${more}`);
    const again = await visit();
    expect([again.tampered, again.thread.head]).toEqual([null, 27]);
    // The one record that tells, once; nothing in between.
    expect(server.asked.filter((query) => query.endsWith("&limit=1"))).toEqual(["?before=8&limit=1"]);
    while (again.thread.hasEarlier) await again.loadEarlier();
    expect([again.tampered, again.thread.tail]).toEqual([null, 0]);
  });

  test("shows, counts and keeps nothing of a page that was altered, and reads on no more", async () => {
    server.alter(6);
    server.listed = 5;
    const client = start();
    const conversation = client.open("case-1");
    await soon();
    expect([bodies(conversation), conversation.tampered]).toEqual([["text 7"], { what: "altered", seq: 6 }]);
    expect(await shared.disks.values().next().value!.head("case-1")).toBeNull();
    const asked = server.asked.length;
    await conversation.sync();
    expect(server.asked).toHaveLength(asked);
    await leave();
    server.alter(7);
    const other = start();
    other.open("case-1");
    await soon();
    expect(other.cases.find("case-1")).toMatchObject({ head: 5, preview: null });
  });

  test("shows and counts no push that was altered, or does not follow", async () => {
    const whole = server.write("as it was sent");
    const elsewhere = seal(whole, server.all[3]);
    server.all.pop();
    for (const [pushed, fault] of [
      [{ ...whole, body: "altered" }, { what: "altered", seq: 8 }],
      [elsewhere, { what: "rewritten", seq: 8 }],
    ] as const) {
      const client = start("chen");
      const told: number[] = [];
      client.onNews(({ seq }) => told.push(seq));
      const conversation = client.open("case-1");
      await soon();
      Line.open.at(-1)!.onmessage!({ data: JSON.stringify({ type: "message", record: pushed }) });
      expect([conversation.tampered, conversation.thread.head, told, client.cases.find("case-1")?.head]).toEqual([fault, 7, [], 7]);
      await leave();
    }
  });

  test("tells nobody what was altered where nobody has it open", async () => {
    const client = start("chen");
    const told: number[] = [];
    client.onNews(({ seq }) => told.push(seq));
    await soon();
    for (const text of ["more", "and more"]) server.write(text);
    server.alter(8);
    Object.assign(server, { listed: 9, unread: 2 });
    client.wake();
    await soon();
    expect(told).toEqual([9]);
  });

  test("was cut, when what this browser has seen is gone, though it signed out meanwhile", async () => {
    await visit();
    await clients[0]!.signOut();
    await leave();
    server.all = server.all.slice(0, 6);
    const again = await visit();
    expect([again.tampered, again.thread.head]).toEqual([{ what: "cut", seq: 6 }, 5]);
    // Whoever was not there before cannot know.
    expect((await visit("chen")).tampered).toBeNull();
  });

  test("was cut while one looks at it", async () => {
    const conversation = await visit();
    server.all = server.all.slice(0, 6);
    await conversation.sync();
    expect([conversation.tampered, conversation.thread.head]).toEqual([{ what: "cut", seq: 6 }, 7]);
  });

  test("has lost what a page leaves out, on the way on and on the way back", async () => {
    const { fetch } = server;
    let leaveOut = -1;
    Object.assign(server, {
      fetch: async (url: string, init?: RequestInit) => {
        const answer = await fetch(url, init);
        if (!url.includes("/messages?")) return answer;
        const found = (await answer.json()) as ReturnType<typeof page>;
        return json({ ...found, records: found.records.filter(({ seq }) => seq !== leaveOut) });
      },
    });
    for (const [gap, look] of [
      [8, (conversation: Conversation) => conversation.sync()],
      [2, (conversation: Conversation) => conversation.loadEarlier()],
    ] as const) {
      server.all = records(8);
      leaveOut = gap;
      shared = browser();
      const conversation = await visit();
      for (let more = 0; more < 3; more++) server.write(`more ${more}`);
      await look(conversation);
      expect([conversation.tampered, conversation.thread.tail, conversation.thread.head]).toEqual([{ what: "cut", seq: gap }, 3, 7]);
      await leave();
    }
  });

  test("was rewritten, however well every hash was computed anew", async () => {
    await visit();
    await leave();
    server.rewrite(5);
    const again = await visit();
    // Nobody knows since when.
    expect([again.tampered, bodies(again)]).toEqual([{ what: "rewritten", seq: 7 }, []]);
  });

  test("was rewritten, though so much follows that what was seen is not on the page", async () => {
    await visit();
    await leave();
    server.rewrite(5);
    for (let more = 0; more < 20; more++) server.write(`more ${more}`);
    const again = await visit();
    expect([again.tampered, bodies(again)]).toEqual([{ what: "rewritten", seq: 7 }, []]);
    // What is remembered stays.
    await leave();
    expect((await visit()).tampered).toEqual({ what: "rewritten", seq: 7 });
  });

  test("was cut, though much follows the one that is missing", async () => {
    await visit();
    await leave();
    for (let more = 0; more < 20; more++) server.write(`more ${more}`);
    const { fetch } = server;
    let missing = true;
    Object.assign(server, {
      fetch: async (url: string, init?: RequestInit) => (missing && url.endsWith("&limit=1") ? json(page(server.all, 7, 7)) : fetch(url, init)),
    });
    const again = await visit();
    expect([again.tampered, bodies(again)]).toEqual([{ what: "cut", seq: 7 }, []]);
    // Taken off the case and put on it again, one reads anew.
    missing = false;
    again.revoke();
    await again.sync();
    expect([again.tampered, again.thread.head]).toEqual([null, 27]);
  });

  test("is found on the way back, when the one record that was asked for was the old one", async () => {
    await visit();
    await leave();
    const [seen] = server.all.slice(7);
    server.rewrite(5);
    for (let more = 0; more < 20; more++) server.write(`more ${more}`);
    const { fetch } = server;
    Object.assign(server, {
      fetch: async (url: string, init?: RequestInit) => (url.endsWith("&limit=1") ? json({ ...page(server.all, 7, 8), records: [seen] }) : fetch(url, init)),
    });
    const again = await visit();
    expect(again.tampered).toBeNull();
    while (again.thread.hasEarlier) await again.loadEarlier();
    expect([again.tampered, again.thread.tail]).toEqual([{ what: "rewritten", seq: 7 }, 8]);
  });

  test("is read back as far as it holds, and no further, however often it was altered", async () => {
    server.all = records(30);
    server.alter(29);
    server.alter(12);
    const conversation = start().open("case-1");
    await soon();
    expect(await conversation.readAll()).toBe(false);
    expect(conversation.thread).toMatchObject({ tail: 13, hasEarlier: false, tampered: { what: "altered", seq: 29 } });
    const asked = server.asked.length;
    await conversation.loadEarlier();
    expect(await conversation.readAll()).toBe(false);
    expect(server.asked.length).toBe(asked);
  });

  test("is sent nothing, neither what waits nor what is written, and says so", async () => {
    const conversation = await visit();
    server.alter(6);
    Line.open.at(-1)!.onmessage!({ data: JSON.stringify({ type: "message", record: server.all[6] }) });
    expect(conversation.send("can you read this?")).toEqual({ why: "paused" });
    await leave();
    const waiting = start();
    const later = waiting.open("case-1");
    later.send("written before it was read");
    await soon();
    expect(later.tampered).toEqual({ what: "altered", seq: 6 });
    expect(later.thread.pending).toMatchObject([{ state: "waiting", failure: null }]);
    waiting.wake();
    await soon();
    expect(server.posts).toEqual([]);
    // It goes out when all is well again.
    await leave();
    server.all = records(8);
    await visit();
    expect(server.posts.map(({ body }) => body)).toEqual(["written before it was read"]);
  });

  test("is read before anything is sent after a silence", async () => {
    const conversation = await visit();
    server.all = server.all.slice(0, 6);
    conversation.interrupted();
    conversation.send("are you there?");
    await soon();
    expect([conversation.tampered?.what, server.posts.length, conversation.thread.pending[0]?.state]).toEqual(["cut", 0, "waiting"]);
  });

  test("is still found by a browser that keeps nothing, for as long as the page lasts; and reading goes on", async () => {
    shared.openStore = () => Promise.reject(new Error("private"));
    const conversation = await visit();
    expect([conversation.tampered, conversation.thread.head]).toEqual([null, 7]);
    server.rewrite(2);
    conversation.revoke();
    await conversation.sync();
    expect(conversation.tampered).toEqual({ what: "rewritten", seq: 7 });
  });

  test("is no matter of two tabs, of which one has seen more than the other's answer", async () => {
    await visit();
    server.write("more");
    const { fetch } = server;
    const old = page(server.all.slice(0, 8), 3, 8);
    let slow = true;
    Object.assign(server, {
      fetch: async (url: string, init?: RequestInit) => {
        if (!slow || !url.endsWith("/messages")) return fetch(url, init);
        slow = false;
        // Made before the other tab read on, and there after it.
        await new Promise((later) => setTimeout(later, 1_000));
        return json(old);
      },
    });
    const second = start().open("case-1");
    await vi.advanceTimersByTimeAsync(100);
    clients[0]!.wake();
    await clients[0]!.open("case-1").sync();
    await soon();
    expect(second.tampered).toBeNull();
    await second.sync();
    expect([second.tampered, second.thread.head]).toEqual([null, 8]);
  });

  test("is not what a change of the people on the case makes of it", async () => {
    await visit();
    await leave();
    const to = { userId: "okafor", name: "Dr. Ngozi Okafor" };
    const change = { role: "provider", from: PARTICIPANTS.provider, to } as const;
    append(server.all, { ...server.all[0]!, participants: { ...PARTICIPANTS, provider: to }, kind: "participantReassigned", change } as ThreadRecord);
    expect((await visit()).tampered).toBeNull();
  });
});

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Api } from "../src/client/api.ts";
import { Conversation } from "../src/client/conversation.ts";
import { MemoryStore } from "../src/client/store.ts";
import { alone } from "../src/client/tabs.ts";
import type { PostMessage, ThreadRecord } from "../src/client/wire.ts";
import { append, page, PARTICIPANTS, record, records, token } from "./records.ts";
import { shared } from "./shared.ts";

/** A server with one thread, whose next answers a test can spoil. */
class Server {
  all = records(3);
  posts: PostMessage[] = [];
  marks: number[] = [];
  spoil: (() => Response | null)[] = [];
  storeDespite = false;

  readonly fetch = async (url: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const query = new URL(String(url)).searchParams;
    if (init?.method === "PUT") {
      const { seq } = JSON.parse(String(init.body)) as { seq: number };
      this.marks.push(seq);
      return json(200, { seq, unread: 0 });
    }
    if (init?.method !== "POST") {
      const [after, before] = [query.get("after"), query.get("before")];
      if (before !== null) return json(200, page(this.all, Number(before) - 100, Number(before)));
      return json(200, after === null ? page(this.all, this.all.length - 50, this.all.length) : page(this.all, Number(after) + 1, Number(after) + 101));
    }
    const message = JSON.parse(String(init.body)) as PostMessage;
    this.posts.push(message);
    const spoilt = this.spoil.shift();
    if (spoilt === undefined) return json(201, this.store(message));
    if (this.storeDespite) this.store(message);
    const answer = spoilt();
    if (answer === null) throw new TypeError("network");
    return answer;
  };

  store({ clientId, body }: PostMessage): ThreadRecord {
    const old = this.all.find((stored) => "clientId" in stored && stored.clientId === clientId);
    if (old !== undefined) return old;
    return append(this.all, { ...record(this.all.length, clientId), body } as ThreadRecord);
  }
}

function byProvider(seq: number): ThreadRecord {
  const sender = { ...PARTICIPANTS.provider, role: "provider" } as const;
  return { ...record(seq), kind: "message", clientId: `client-${seq}`, sender, body: `text ${seq}`, attachments: [] };
}

const json = (status: number, body: unknown, headers = {}) => new Response(JSON.stringify(body), { status, headers });
const problem = (status: number, code: string, headers = {}) => () => json(status, { status, title: "", detail: "", code }, headers);

describe("a conversation", () => {
  let server: Server;
  let conversation: Conversation;
  const bodies = () => conversation.thread.records.map((stored) => ("body" in stored ? stored.body : ""));
  /** Lets time pass, a second at a stretch, until it is so: tries wait a random while, so no fixed time would do. */
  const until = async (condition: () => boolean) => {
    for (let second = 0; second < 300 && !condition(); second++) await vi.advanceTimersByTimeAsync(1_000);
    expect(condition(), `not so after five minutes: ${condition}`).toBe(true);
  };
  const pending = () => conversation.thread.pending;
  const settled = () => until(() => pending().length === 0);

  beforeEach(async () => {
    vi.useFakeTimers();
    server = new Server();
    conversation = new Conversation("case-1", shared(new Api("http://test", async () => token("amira"), server.fetch)));
    await conversation.sync();
  });
  afterEach(() => vi.useRealTimers());

  test("tries again with the same clientId and anchor, so that a lost answer stores nothing twice", async () => {
    server.spoil = [() => null, () => null];
    conversation.send("once");
    await settled();
    expect(server.posts).toHaveLength(3);
    expect(new Set(server.posts.map(({ clientId, after }) => `${clientId} ${after}`)).size).toBe(1);
    expect(bodies().filter((body) => body === "once")).toHaveLength(1);
  });

  test("finds out by reading that a message whose answer was lost is stored", async () => {
    server.storeDespite = true;
    server.spoil = [() => null];
    conversation.send("once");
    await settled();
    expect(server.posts).toHaveLength(1);
    expect(bodies().filter((body) => body === "once")).toHaveLength(1);
  });

  test("sends in the order of writing", async () => {
    server.spoil = [() => null];
    for (const body of ["one", "two", "three"]) conversation.send(body);
    await settled();
    expect(bodies().slice(3)).toEqual(["one", "two", "three"]);
  });

  test("waits as long as the server asks", async () => {
    server.spoil = [problem(429, "too_many_requests", { "retry-after": "20" })];
    conversation.send("patient");
    await until(() => pending()[0]?.state === "waiting");
    await vi.advanceTimersByTimeAsync(15_000);
    expect(server.posts).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(6_000);
    expect(server.posts).toHaveLength(2);
    await settled();
  });

  test("neither a new message nor a good moment shortens the wait that the server asked for", async () => {
    server.spoil = [problem(503, "internal", { "retry-after": "20" })];
    conversation.send("one");
    await until(() => pending()[0]?.state === "waiting");
    conversation.send("two");
    conversation.flush();
    await vi.advanceTimersByTimeAsync(15_000);
    expect(server.posts).toHaveLength(1);
    await settled();
    expect(bodies().slice(3)).toEqual(["one", "two"]);
  });

  test("outlasts an outage of minutes, whatever is written meanwhile", async () => {
    server.spoil = Array.from({ length: 500 }, () => problem(503, "internal"));
    for (const body of ["one", "two", "three"]) {
      conversation.send(body);
      conversation.flush();
      await vi.advanceTimersByTimeAsync(60_000);
    }
    expect(pending().map(({ state }) => state)).not.toContain("failed");
    server.spoil = [];
    await settled();
    expect(bodies().slice(3)).toEqual(["one", "two", "three"]);
  });

  test("after five minutes it asks the writer, and nothing overtakes until the writer has decided", async () => {
    server.spoil = Array.from({ length: 500 }, () => problem(503, "internal"));
    conversation.send("one");
    conversation.send("two");
    await vi.advanceTimersByTimeAsync(6 * 60_000);
    expect(pending().map(({ state }) => state)).toEqual(["failed", "waiting"]);
    server.spoil = [];
    conversation.flush();
    conversation.send("three");
    await vi.advanceTimersByTimeAsync(60_000);
    expect(bodies()).toHaveLength(3);
    conversation.retry(pending()[0]!.clientId);
    await settled();
    expect(bodies().slice(3)).toEqual(["one", "two", "three"]);
  });

  test("one that failed and turns out to be stored lets those behind it go, by itself", async () => {
    server.storeDespite = true;
    server.spoil = Array.from({ length: 500 }, () => problem(503, "internal"));
    conversation.send("one");
    conversation.send("two");
    await vi.advanceTimersByTimeAsync(6 * 60_000);
    expect(pending().map(({ state }) => state)).toEqual(["failed", "waiting"]);
    server.spoil = [];
    conversation.receive(server.all.at(-1)!);
    await settled();
    expect(bodies().slice(3)).toEqual(["one", "two"]);
  });

  test("a removed message lets those behind it go", async () => {
    server.spoil = Array.from({ length: 500 }, () => problem(503, "internal"));
    conversation.send("one");
    conversation.send("two");
    await vi.advanceTimersByTimeAsync(6 * 60_000);
    expect(pending()[0]?.state).toBe("failed");
    server.spoil = [];
    conversation.discard(pending()[0]!.clientId);
    await settled();
    expect(bodies().slice(3)).toEqual(["two"]);
  });

  test("reads who is on the case before it sends what waited for the network", async () => {
    server.spoil = [() => null];
    conversation.send("for Dr. Chen");
    await vi.advanceTimersByTimeAsync(0);
    const to = { userId: "okafor", name: "Dr. Ngozi Okafor" };
    const change = { role: "provider", from: PARTICIPANTS.provider, to } as const;
    append(server.all, { ...record(0), participants: { ...PARTICIPANTS, provider: to }, kind: "participantReassigned", change });
    // No push told of it: the next try comes by itself.
    await vi.advanceTimersByTimeAsync(60_000);
    expect(server.posts).toHaveLength(1);
    expect(pending()[0]).toMatchObject({ state: "failed", failure: "peer_changed", holds: true });
  });

  test("asks before a message goes to someone it was not written to", async () => {
    server.spoil = [() => null];
    conversation.send("for Dr. Chen");
    await vi.advanceTimersByTimeAsync(0);
    const to = { userId: "okafor", name: "Dr. Ngozi Okafor" };
    const participants = { ...PARTICIPANTS, provider: to };
    const change = { role: "provider", from: PARTICIPANTS.provider, to } as const;
    conversation.receive(append(server.all, { ...record(0), participants, kind: "participantReassigned", change }));
    expect(pending()[0]).toMatchObject({ state: "failed", failure: "peer_changed", holds: true });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(server.posts).toHaveLength(1);
    conversation.retry(pending()[0]!.clientId);
    await settled();
    expect(bodies()).toContain("for Dr. Chen");
  });

  test("a page still on its way brings nothing of a revoked case back", async () => {
    const syncing = conversation.sync();
    conversation.revoke();
    await syncing;
    expect(conversation.thread.loaded).toBe(false);
    expect(conversation.trouble).toMatchObject({ code: "case_not_found" });
    // Put on the case again, one reads it again.
    await conversation.sync();
    expect(conversation.thread.head).toBe(2);
    expect(conversation.trouble).toBeNull();
  });

  test("earlier records that cannot be loaded are a trouble of their own", async () => {
    server.all = records(80);
    const api = new Api("http://test", async () => token("amira"), (url) => {
      if (String(url).includes("before=")) throw new TypeError("network");
      return server.fetch(url);
    });
    const long = new Conversation("case-1", shared(api));
    await long.sync();
    await long.loadEarlier();
    expect(long).toMatchObject({ earlierFailed: true, trouble: null, loadingEarlier: false });
  });

  test("leaves a refused message to its writer, sends the next, and retries with the same clientId", async () => {
    server.spoil = [problem(409, "case_closed")];
    conversation.send("refused");
    conversation.send("accepted");
    await until(() => bodies().includes("accepted"));
    expect(pending()[0]).toMatchObject({ body: "refused", state: "failed", failure: "case_closed" });
    expect(pending()[0]?.holds).toBe(false);
    conversation.retry(pending()[0]!.clientId);
    await settled();
    expect(server.posts[2]?.clientId).toBe(server.posts[0]?.clientId);
  });

  test("reads up to date and takes a new anchor when the old one is too old", async () => {
    const spoilt = problem(409, "anchor_too_old");
    server.spoil = [
      () => {
        server.all.push(...Array.from({ length: 600 }, (_, index) => record(3 + index)));
        return spoilt();
      },
    ];
    conversation.send("late");
    await settled();
    expect(server.posts.map(({ after }) => after)).toEqual([2, 602]);
    expect(conversation.thread.head).toBe(603);
  });

  test("is done when its clientId turns up in what it reads for a new anchor", async () => {
    server.storeDespite = true;
    server.spoil = [problem(409, "anchor_too_old")];
    conversation.send("already there");
    await settled();
    expect(server.posts).toHaveLength(1);
    expect(bodies().filter((body) => body === "already there")).toHaveLength(1);
  });

  test("looks for an earlier try down to its anchor, however little of the thread has been read", async () => {
    const disk = new MemoryStore();
    const tabs = { ...alone(), openStore: async () => disk };
    const api = new Api("http://test", async () => token("amira"), server.fetch);
    const first = new Conversation("case-1", shared(api, { tabs }));
    await first.sync();
    server.storeDespite = true;
    server.spoil = Array.from({ length: 9 }, () => () => null);
    first.send("answered in vain");
    await vi.advanceTimersByTimeAsync(0);
    first.stop();
    for (let more = 0; more < 600; more++) append(server.all, record(server.all.length));
    server.posts = [];
    server.spoil = [problem(409, "anchor_too_old")];
    const again = new Conversation("case-1", shared(api, { tabs }));
    await again.takeUp();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(server.posts).toHaveLength(1);
    expect(again.thread.pending).toEqual([]);
    expect(await disk.messages()).toEqual([]);
  });

  test("shows the thread anew when the anchor is beyond its end, and asks the writer", async () => {
    server.all = records(2);
    server.spoil = [problem(409, "unknown_anchor")];
    conversation.send("hm");
    await until(() => pending()[0]?.state === "failed");
    expect(pending()[0]).toMatchObject({ after: 1 });
    expect(conversation.thread.head).toBe(1);
  });

  test("fetches what lies between when a push is ahead", async () => {
    server.all = records(9);
    conversation.receive(record(8));
    await until(() => conversation.thread.head === 8);
  });

  test("keeps what is pushed before the first page is there", async () => {
    const fresh = new Conversation("case-1", shared(new Api("http://test", async () => token("amira"), server.fetch)));
    const before = fresh.sync();
    // The answer on its way does not have it yet.
    const pushed = record(3);
    fresh.receive(pushed);
    await before;
    await vi.advanceTimersByTimeAsync(0);
    expect(fresh.thread.head).toBe(3);
  });

  test("knows that the other one writes, until their message is here", () => {
    conversation.typed("requester");
    expect(conversation.peerTyping).toBe(false);
    conversation.typed("provider");
    expect(conversation.peerTyping).toBe(true);
    conversation.receive(append(server.all, byProvider(3)));
    expect(conversation.peerTyping).toBe(false);
  });

  test("says how far each side has read, its own at once and never back", async () => {
    conversation.reached(1);
    expect(conversation.readMarkers).toEqual({ requester: 1, provider: null });
    conversation.reached(0);
    // What is not there yet cannot have been on screen.
    conversation.reached(99);
    expect(conversation.readMarkers.requester).toBe(2);
    conversation.read("provider", 2, "2026-01-01T00:01:00.000Z");
    conversation.read("provider", 1, "2026-01-01T00:02:00.000Z");
    expect(conversation.peerRead).toEqual({ seq: 2, at: "2026-01-01T00:01:00.000Z" });
    expect(conversation.readTimes).toEqual({ requester: null, provider: "2026-01-01T00:01:00.000Z" });
    await vi.advanceTimersByTimeAsync(0);
    expect(server.marks).toEqual([1, 2]);
  });

  test("draws the line where the unread began, until it is opened anew", async () => {
    for (const seq of [3, 4]) append(server.all, byProvider(seq));
    const fresh = new Conversation("case-1", shared(new Api("http://test", async () => token("amira"), server.fetch)));
    fresh.open();
    await vi.advanceTimersByTimeAsync(0);
    expect(fresh.firstUnread).toBe(3);
    fresh.reached(4);
    fresh.receive(append(server.all, byProvider(5)));
    expect(fresh.firstUnread).toBe(3);
    fresh.open();
    expect(fresh.firstUnread).toBe(5);
  });

  test("sends nothing that the server would refuse", () => {
    expect(conversation.send("   ")).toEqual({ why: "empty" });
    expect(server.posts).toEqual([]);
  });
});

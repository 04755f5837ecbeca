/** One person's files in several tabs of a browser, one of which may be slow, signed out or gone. */

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createClient, type Client } from "../src/client/client.ts";
import { SessionEnded, Unreachable } from "../src/client/failure.ts";
import type { Put } from "../src/client/files/put.ts";
import type { MemoryStore, UnsentStore } from "../src/client/store.ts";
import type { PostMessage, ThreadRecord } from "../src/client/wire.ts";
import { browser, type Browser } from "./browser.ts";
import { append, page, PARTICIPANTS, record, records, summary, token } from "./records.ts";

const pdf = (name = "report.pdf") => new File(["%PDF"], name, { type: "application/pdf" });
const json = (status: number, body: unknown) => new Response(JSON.stringify(body), { status });

class Server {
  readonly all: ThreadRecord[] = records(3);
  readonly posts: PostMessage[] = [];
  granted = 0;
  down = false;
  /** What is posted is stored, and then the network is gone. */
  losesAnswers = false;
  readonly arrived = new Set<string>();

  readonly fetch = async (url: string | URL | Request, init?: RequestInit): Promise<Response> => {
    if (this.down) throw new TypeError("network");
    const { pathname, searchParams } = new URL(String(url));
    if (pathname === "/cases") {
      const row = summary("case-1", this.all.length - 1, "2026-01-01T00:00:00.000Z");
      return json(200, { cases: searchParams.get("status") === "open" ? [row] : [], totalUnread: 0 });
    }
    if (init?.method !== "POST") return json(200, page(this.all, Number(searchParams.get("after") ?? -1) + 1, this.all.length));
    if (pathname.endsWith("/attachments")) {
      const attachmentId = `attachment-${++this.granted}`;
      return json(201, { attachmentId, upload: { method: "PUT", url: attachmentId, headers: {} }, expiresAt: "" });
    }
    if (pathname.endsWith("/verify")) {
      const id = pathname.split("/").at(-2)!;
      return json(200, { status: "ready", attachment: { id } });
    }
    return this.post(JSON.parse(String(init.body)) as PostMessage);
  };

  readonly put: Put = async ({ url }, content, sent) => {
    sent(content.size);
    this.arrived.add(url);
    return 200;
  };

  private post(message: PostMessage): Response {
    this.posts.push(message);
    const old = this.all.find((stored) => "clientId" in stored && stored.clientId === message.clientId);
    const { participants } = this.all.at(-1)!;
    const sent = { ...record(this.all.length, message.clientId), participants, body: message.body } as ThreadRecord;
    const stored = old ?? append(this.all, sent);
    if (this.losesAnswers) {
      this.down = true;
      throw new TypeError("the answer was lost");
    }
    return json(200, stored);
  }
}

/** A connection that never comes: this is about everything else. */
class NoSocket {
  close(): void {}
  send(): void {}
}

/** Ends when nobody wants it any more. */
const endless: Put = (_link, _content, sent, signal) =>
  new Promise((_, reject) => {
    sent(1);
    signal.addEventListener("abort", () => reject(new Unreachable("no longer wanted")));
  });

/** A disk with some of its doings replaced. */
function but(disk: MemoryStore, change: (disk: MemoryStore) => Partial<UnsentStore>): UnsentStore {
  const changed: Partial<Record<string | symbol, unknown>> = change(disk);
  return new Proxy(disk as UnsentStore, {
    get(target, name) {
      const own: unknown = Reflect.get(target, name);
      return changed[name] ?? (typeof own === "function" ? own.bind(target) : own);
    },
  });
}

describe("files in several tabs", () => {
  let server: Server;
  let shared: Browser;
  const clients: Client[] = [];
  const soon = (ms = 2_000) => vi.advanceTimersByTimeAsync(ms);
  const disk = () => shared.disks.values().next().value!;
  const bodies = () => server.posts.map(({ body }) => body);

  function start({ getToken = async () => token("amira"), put = server.put, sha256 = async () => "hash" } = {}): Client {
    const options = { http: "http://test", websocket: "ws://test", fetch: server.fetch, tabs: shared, WebSocket: NoSocket as never };
    const client = createClient({ ...options, getToken, put, sha256 });
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

  test("a message that one tab removes while the other waits for its file holds nothing up", async () => {
    const a = start({ put: endless }).open("case-1");
    const b = start().open("case-1");
    await soon();
    await a.draft.attach([pdf()]);
    a.send("with a file");
    await soon();
    const okafor = { userId: "okafor", name: "Dr. Ngozi Okafor" };
    const change = { role: "provider", from: PARTICIPANTS.provider, to: okafor } as const;
    append(server.all, { ...record(3), kind: "participantReassigned", participants: { ...PARTICIPANTS, provider: okafor }, change } as ThreadRecord);
    await b.sync();
    await soon();
    b.discard(b.thread.pending[0]!.clientId);
    a.send("words from one");
    b.send("words from the other");
    await soon(60_000);
    expect(bodies().toSorted()).toEqual(["words from one", "words from the other"]);
  });

  test("a tab whose session has ended keeps nobody from sending", async () => {
    let ended = false;
    const getToken = async () => {
      if (ended) throw new SessionEnded();
      return token("amira");
    };
    const first = start({ getToken });
    const a = first.open("case-1");
    await soon();
    ended = true;
    first.stop();
    await a.draft.attach([pdf("chosen in the ended tab.pdf")]);
    const second = start({ put: endless });
    const b = second.open("case-1");
    await soon();
    b.send("with its file");
    await soon();
    second.stop();
    await soon();
    const c = start().open("case-1");
    c.send("plain words");
    await soon(120_000);
    expect(bodies()).toEqual(["with its file", "plain words"]);
  });

  test("the files of a draft go on when its case is opened later, and a lost one is not left out in silence", async () => {
    const first = start({ put: endless });
    const conversation = first.open("case-1");
    await soon();
    await conversation.draft.attach([pdf()]);
    conversation.draft.text = "half a thought";
    await soon();
    first.stop();
    const second = start();
    await soon(5_000);
    const later = second.open("case-1");
    await soon(5_000);
    expect(later.draft.files.map(({ step }) => step.at)).toEqual(["ready"]);
    expect(later.draft.lostFile).toBe(false);
    await disk().removeFile(later.draft.files[0]!.file.id);
    second.stop();
    const third = start().open("case-1");
    await soon();
    expect(third.draft.lostFile).toBe(true);
  });

  test("what one tab could not put on the disk, another does not take away from it", async () => {
    shared.access = (kept) => but(kept, () => ({ putFile: async () => Promise.reject(new Error("quota")) }));
    const a = start().open("case-1");
    await soon();
    await a.draft.attach([pdf()]);
    a.draft.text = "see the file";
    await soon(5_000);
    const b = start().open("case-1");
    await soon(5_000);
    expect(b.draft.lostFile).toBe(true);
    expect(a.draft.files).toHaveLength(1);
    a.send(a.draft.text);
    await soon(5_000);
    expect(server.posts).toMatchObject([{ body: "see the file", attachments: ["attachment-1"] }]);
  });

  test("a disk that is busy with a large file says nothing of the others", async () => {
    let writing: Promise<unknown> = Promise.resolve();
    shared.access = (kept) =>
      but(kept, () => ({
        putFile: async (file, content) => {
          writing = writing.then(() => new Promise((written) => setTimeout(written, file.name === "large.pdf" ? 8_000 : 1)));
          await writing;
          await kept.putFile(file, content);
        },
        files: async () => writing.then(() => kept.files()),
      }));
    const a = start().open("case-1");
    await soon();
    await a.draft.attach([pdf("small.pdf")]);
    await soon();
    await a.draft.attach([pdf("large.pdf")]);
    await soon(500);
    const b = start().open("case-1");
    await soon(6_000);
    expect([a.draft.files.length, b.draft.lostFile]).toEqual([2, false]);
    await soon(20_000);
    b.send("both");
    await soon(20_000);
    b.send("both");
    await soon(20_000);
    expect(server.posts.map(({ attachments }) => attachments?.length)).toEqual([2]);
  });

  test("a message whose file is gone is not given back before it is known that it was not sent", async () => {
    shared.access = (kept) => but(kept, () => ({ putFile: async () => Promise.reject(new Error("quota")) }));
    const other = start().open("case-1");
    const first = start();
    const conversation = first.open("case-1");
    await soon();
    await conversation.draft.attach([pdf()]);
    await soon();
    server.losesAnswers = true;
    conversation.send("look");
    await soon(200);
    first.stop();
    await soon(20_000);
    const { clientId } = other.thread.pending[0]!;
    expect(other.canTakeBack(clientId)).toBe(false);
    server.down = server.losesAnswers = false;
    await soon(120_000);
    expect(other.thread.pending).toEqual([]);
    expect(server.all.filter((stored) => "clientId" in stored && stored.clientId === clientId)).toHaveLength(1);
  });

  test("a file whose choosing ends after signing out is not kept", async () => {
    const client = start();
    const conversation = client.open("case-1");
    await soon();
    const slow = pdf("IM000001");
    Object.defineProperty(slow, "type", { value: "" });
    Object.defineProperty(slow, "slice", { value: () => ({ text: () => new Promise((read) => setTimeout(() => read("DICM"), 1_000)) }) });
    const choosing = conversation.draft.attach([slow]);
    await soon(100);
    await client.signOut();
    await soon(5_000);
    await choosing;
    expect(await disk().files()).toEqual([]);
    expect(await disk().drafts()).toEqual([]);
  });

  test("a message has ten files at most, however they came together", async () => {
    const conversation = start({ put: endless }).open("case-1");
    await soon();
    const eight = () => Array.from({ length: 8 }, (_, index) => pdf(`${index}.pdf`));
    await Promise.all([conversation.draft.attach(eight()), conversation.draft.attach(eight())]);
    expect(conversation.draft.files).toHaveLength(10);
    conversation.send("ten");
    await soon();
    await conversation.draft.attach([pdf("eleventh.pdf")]);
    conversation.takeBack(conversation.thread.pending[0]!.clientId);
    expect(conversation.draft.files).toHaveLength(11);
    expect(conversation.send(conversation.draft.text)).toEqual({ why: "files.many", count: 11, max: 10 });
  });

  test("what was sent does not come back as a draft that another tab read before", async () => {
    let slow = 0;
    shared.access = (kept) =>
      but(kept, () => ({
        drafts: async () => {
          const drafts = await kept.drafts();
          await new Promise((read) => setTimeout(read, slow));
          return drafts;
        },
      }));
    const a = start().open("case-1");
    const b = start().open("case-1");
    await soon();
    a.draft.text = "typed in one";
    await soon();
    slow = 50;
    b.draft.text = "typed in the other";
    await soon(160);
    a.send(a.draft.text);
    await soon(5_000);
    expect(a.draft.text).toBe("");
    expect(b.draft.text).toBe("");
  });

  test("a file that is removed in one tab stops going up in the other", async () => {
    let aborted = 0;
    const put: Put = (link, content, sent, signal) => {
      signal.addEventListener("abort", () => aborted++);
      return endless(link, content, sent, signal);
    };
    const a = start({ put }).open("case-1");
    const b = start().open("case-1");
    await soon();
    await a.draft.attach([pdf()]);
    await soon();
    const { id } = a.draft.files[0]!.file;
    b.draft.detach(id);
    await soon(5_000);
    expect([a.draft.files.length, aborted, a.upload(id)]).toEqual([0, 1, undefined]);
  });

  test("a file is hashed once, however often it is tried", async () => {
    let hashed = 0;
    const sha256 = async () => (hashed++, "hash");
    const conversation = start({ sha256 }).open("case-1");
    await soon();
    server.down = true;
    await conversation.draft.attach([pdf()]);
    await soon(600_000);
    expect(hashed).toBe(1);
  });
});

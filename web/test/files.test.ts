/** Files on their way, alone and with the message that waits for them, against a server whose answers a test can spoil. */

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Api } from "../src/client/api.ts";
import { Conversation } from "../src/client/conversation.ts";
import { SessionEnded, Unreachable } from "../src/client/failure.ts";
import { contentTypeOf, DEFAULT_POLICY, fileName, refusalOf } from "../src/client/files/policy.ts";
import type { Put } from "../src/client/files/put.ts";
import { sha256Of } from "../src/client/files/sha256.ts";
import { MemoryStore } from "../src/client/store.ts";
import { alone, LocalLocks, type Tabs } from "../src/client/tabs.ts";
import type { PostMessage, ThreadRecord } from "../src/client/wire.ts";
import { append, page, record, records, token } from "./records.ts";
import { shared, uploadDesk } from "./shared.ts";

const pdf = (name = "report.pdf", size = 10) => new File(["%".repeat(size)], name, { type: "application/pdf" });

class Server {
  readonly all = records(3);
  readonly posts: PostMessage[] = [];
  granted = 0;
  /** Ids of what has arrived. */
  readonly arrived = new Set<string>();
  /** Answers in place of the next ones, by the end of the path. */
  readonly spoilt: { path: string; answer: () => Response }[] = [];

  readonly fetch = async (url: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const { pathname, searchParams } = new URL(String(url));
    const spoilt = this.spoilt.findIndex(({ path }) => init?.method === "POST" && pathname.endsWith(path));
    if (spoilt >= 0) return this.spoilt.splice(spoilt, 1)[0]!.answer();
    if (init?.method !== "POST") return json(200, page(this.all, Number(searchParams.get("after") ?? -1) + 1, this.all.length));
    if (pathname.endsWith("/attachments")) {
      const attachmentId = `attachment-${++this.granted}`;
      return json(201, { attachmentId, upload: { method: "PUT", url: attachmentId, headers: {} }, expiresAt: "" });
    }
    if (pathname.endsWith("/verify")) {
      const id = pathname.split("/").at(-2)!;
      return this.arrived.has(id) ? json(200, { status: "ready", attachment: { id } }) : problem(422, "attachment_not_ready")();
    }
    const message = JSON.parse(String(init.body)) as PostMessage;
    this.posts.push(message);
    return json(201, append(this.all, { ...record(this.all.length, message.clientId), body: message.body } as ThreadRecord));
  };

  readonly put: Put = async ({ url }, content, sent) => {
    sent(content.size);
    this.arrived.add(url);
    return 200;
  };
}

const json = (status: number, body: unknown) => new Response(JSON.stringify(body), { status });
const problem = (status: number, code: string) => () => json(status, { status, title: "", detail: "", code });

describe("a file on its way", () => {
  let server: Server;
  let disk: MemoryStore;
  let tabs: Tabs;
  let put: Put;
  let getToken: () => Promise<string>;
  const until = async (condition: () => boolean) => {
    for (let second = 0; second < 600 && !condition(); second++) await vi.advanceTimersByTimeAsync(1_000);
    expect(condition(), `not so after ten minutes: ${condition}`).toBe(true);
  };

  async function open(): Promise<Conversation> {
    const api = new Api("http://test", () => getToken(), server.fetch);
    const parts = shared(api, { tabs, desk: (unsent) => ({ ...uploadDesk(api, unsent), put: (...given) => put(...given) }) });
    const conversation = new Conversation("case-1", parts);
    await conversation.sync();
    await vi.advanceTimersByTimeAsync(1);
    return conversation;
  }

  beforeEach(() => {
    vi.useFakeTimers();
    server = new Server();
    disk = new MemoryStore();
    tabs = { ...alone(), locks: new LocalLocks(), openStore: async () => disk };
    put = server.put;
    getToken = async () => token("amira");
  });
  afterEach(() => vi.useRealTimers());

  test("is sent with the message that it was chosen for, and not kept any longer", async () => {
    const conversation = await open();
    expect(await conversation.draft.attach([pdf(), pdf("second.pdf")])).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(await disk.files()).toHaveLength(2);
    expect(conversation.send("")).toBeNull();
    expect(conversation.draft.files).toEqual([]);
    await until(() => server.posts.length === 1 && conversation.thread.pending.length === 0);
    expect(server.posts[0]!.attachments).toEqual(["attachment-1", "attachment-2"]);
    expect(await disk.files()).toEqual([]);
  });

  test("is sent again when the line breaks, and once it has arrived, no more", async () => {
    let breaks = 3;
    put = async (...given) => {
      if (breaks-- > 0) throw new Unreachable("cut");
      return server.put(...given);
    };
    const conversation = await open();
    await conversation.draft.attach([pdf()]);
    server.spoilt.push({ path: "/verify", answer: problem(503, "internal") });
    conversation.send("patient");
    await until(() => server.posts.length === 1);
    expect(server.posts[0]!.attachments).toEqual(["attachment-4"]);
    expect(server.granted).toBe(4);
  });

  test("counts as arrived when only the answer to it was lost", async () => {
    put = async (...given) => {
      await server.put(...given);
      return 412;
    };
    const conversation = await open();
    await conversation.draft.attach([pdf()]);
    await until(() => conversation.draft.files[0]!.step.at === "ready");
    expect(server.granted).toBe(1);
  });

  test("waits for the scanner", async () => {
    const scanning = () => json(202, { status: "scanning" });
    server.spoilt.push({ path: "/verify", answer: scanning }, { path: "/verify", answer: scanning });
    const conversation = await open();
    await conversation.draft.attach([pdf()]);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(conversation.draft.files[0]!.step.at).toBe("checking");
    await until(() => conversation.draft.files[0]!.step.at === "ready");
  });

  test("that never arrives although the server is there is given up, and tried again when its owner says so", async () => {
    put = async () => 403;
    const conversation = await open();
    await conversation.draft.attach([pdf()]);
    await until(() => conversation.draft.files[0]!.step.at === "failed");
    expect(conversation.draft.files[0]!.step).toMatchObject({ failure: "not_arrived", again: true });
    expect(conversation.send("with it")).toEqual({ why: "files.failed" });
    put = server.put;
    conversation.draft.files[0]!.retry();
    expect(conversation.send("with it")).toBeNull();
    await until(() => server.posts.length === 1);
  });

  test("that is refused leaves its message to be changed, and those behind it go on", async () => {
    const conversation = await open();
    server.spoilt.push({ path: "/verify", answer: problem(422, "attachment_rejected") });
    put = async (...given) => {
      await new Promise((resolve) => setTimeout(resolve, 500));
      return server.put(...given);
    };
    await conversation.draft.attach([pdf()]);
    conversation.send("look at this");
    conversation.send("and answer");
    await until(() => server.posts.length === 1);
    expect(server.posts[0]!.body).toBe("and answer");
    const [failed] = conversation.thread.pending;
    expect(failed).toMatchObject({ state: "failed", failure: "attachment_rejected", holds: false });
    expect(conversation.canTakeBack(failed!.clientId)).toBe(true);
    conversation.takeBack(failed!.clientId);
    expect(conversation.thread.pending).toEqual([]);
    expect(conversation.draft.text).toBe("look at this");
    expect(conversation.draft.files[0]!.step).toMatchObject({ at: "failed", again: false });
  });

  test("goes up once more when the server has let go of it before it was sent", async () => {
    const conversation = await open();
    await conversation.draft.attach([pdf()]);
    await until(() => conversation.draft.files[0]!.step.at === "ready");
    server.spoilt.push({ path: "/messages", answer: problem(422, "attachment_not_ready") });
    conversation.send("the day after");
    await until(() => server.posts.length === 1);
    expect(server.posts[0]!.attachments).toEqual(["attachment-2"]);
  });

  test("goes on after the page was lost, from where it was, in whichever tab comes next", async () => {
    const first = await open();
    await first.draft.attach([pdf()]);
    await until(() => first.draft.files[0]!.step.at === "ready");
    getToken = async () => Promise.reject(new SessionEnded());
    first.send("before the crash");
    await vi.advanceTimersByTimeAsync(5_000);
    expect(first.thread.pending[0]).toMatchObject({ state: "waiting", failure: null });
    first.stop();
    getToken = async () => token("amira");
    const next = await open();
    await next.takeUp();
    await until(() => server.posts.length === 1);
    expect(server.posts[0]!.attachments).toEqual(["attachment-1"]);
    expect(server.granted).toBe(1);
  });

  test("outlives a session that ends while it goes up", async () => {
    getToken = async () => Promise.reject(new SessionEnded());
    const conversation = await open();
    await conversation.draft.attach([pdf()]);
    await vi.advanceTimersByTimeAsync(600_000);
    expect(conversation.draft.files[0]!.step.at).toBe("waiting");
    getToken = async () => token("amira");
    conversation.draft.files[0]!.wake();
    await until(() => conversation.draft.files[0]!.step.at === "ready");
  });

  test("can be had back while its message waits for it, and not once it may have been sent", async () => {
    put = () => new Promise(() => undefined);
    const conversation = await open();
    await conversation.draft.attach([pdf()]);
    conversation.send("too early");
    await vi.advanceTimersByTimeAsync(1_000);
    const { clientId } = conversation.thread.pending[0]!;
    conversation.takeBack(clientId);
    expect(conversation.draft.files).toHaveLength(1);
    expect(await disk.files()).toHaveLength(1);
    conversation.draft.detach(conversation.draft.files[0]!.file.id);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await disk.files()).toEqual([]);
    conversation.send("on its way");
    expect(conversation.canTakeBack(conversation.thread.pending[0]!.clientId)).toBe(false);
    await until(() => server.posts.length === 1);
  });

  test("is refused before anything is sent when it is of another kind, too large, empty or one too many", async () => {
    const conversation = await open();
    const wrong = [new File(["x"], "a.svg", { type: "image/svg+xml" }), pdf("empty.pdf", 0)];
    const refused = await conversation.draft.attach([...wrong, ...Array.from({ length: 11 }, (_, index) => pdf(`${index}.pdf`))]);
    expect(refused).toEqual([
      { name: "a.svg", size: 1, refusal: "type" },
      { name: "empty.pdf", size: 0, refusal: "empty" },
      { name: "10.pdf", size: 10, refusal: "too_many" },
    ]);
    expect(refusalOf({ contentType: "application/pdf", size: 100_000_001 }, DEFAULT_POLICY)).toBe("size");
    expect(refusalOf({ contentType: "application/pdf", size: 100_000_000 }, DEFAULT_POLICY)).toBeNull();
  });
});

test("names are composed, without what misleads, and at most 200 bytes long with their ending", () => {
  expect(fileName("Ro\u0308ntgen.jpg")).toBe("R\u00f6ntgen.jpg");
  expect(fileName("a/b\\c\u202efdp.exe")).toBe("a_b_c_fdp.exe");
  expect(fileName("\u0000\u200b..")).toBe("__..");
  expect(fileName("..")).toBe("file");
  expect(fileName("  ")).toBe("file");
  const long = fileName(`${"😀".repeat(5_000)}.pdf`);
  expect(new TextEncoder().encode(long).length).toBeLessThanOrEqual(200);
  expect(long).toMatch(/^(😀)+\.pdf$/u);
});

test("a scan without a name that says so is known by its content", async () => {
  const scan = new Blob([new Uint8Array(128), "DICM", "more"]);
  expect(await contentTypeOf(scan)).toBe("application/dicom");
  expect(await contentTypeOf(new Blob(["DICM"]))).toBe("");
  expect(await contentTypeOf(new Blob(["x"], { type: "image/png" }))).toBe("image/png");
});

test("the hash of a file is that of its bytes, however they come", async () => {
  const content = new Uint8Array(300_000).map((_, index) => index);
  const expected = await crypto.subtle.digest("SHA-256", content);
  expect(await sha256Of(new Blob([content]))).toBe(btoa(String.fromCharCode(...new Uint8Array(expected))));
});

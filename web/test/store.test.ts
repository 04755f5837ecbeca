import "fake-indexeddb/auto";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { openDB } from "idb";
import { openIndexedStore } from "../src/client/indexed-store.ts";
import { SafeStore } from "../src/client/safe-store.ts";
import { MemoryStore, type KeptMessage, type UnsentStore } from "../src/client/store.ts";

const message = (clientId: string, order = 1): KeptMessage => ({
  caseId: "case-1",
  clientId,
  body: "hello",
  files: [],
  after: 2,
  to: "chen",
  failure: null,
  holds: false,
  order,
});
const draft = { caseId: "case-1", files: [], text: "half a", to: "chen" };
const ids = async (store: UnsentStore) => (await store.messages()).map(({ clientId }) => clientId).sort();

describe.each([
  ["memory", async () => new MemoryStore()],
  ["IndexedDB", () => openIndexedStore(crypto.randomUUID())],
])("a store in %s", (_, open) => {
  test("keeps, changes and removes, and changes nothing that it no longer keeps", async () => {
    const store = await open();
    await store.put(message("a"));
    await store.put(message("b"));
    await store.change("a", { after: 9, failure: "internal", holds: true });
    await store.remove("b");
    await store.change("b", { after: 9 });
    expect(await store.messages()).toEqual([{ ...message("a"), after: 9, failure: "internal", holds: true }]);
  });

  test("keeps a draft for each case, and an empty one not at all", async () => {
    const store = await open();
    await store.putDraft({ ...draft, text: "half" });
    await store.putDraft(draft);
    await store.putDraft({ ...draft, caseId: "case-2" });
    await store.putDraft({ caseId: "case-2", files: [], text: "", to: null });
    expect(await store.drafts()).toEqual([draft]);
  });

  test("keeps the highest head of each case, and through signing out", async () => {
    const store = await open();
    const head = (seq: number) => ({ seq, hash: `hash ${seq}` });
    await Promise.all([store.putHead("case-1", head(4)), store.putHead("case-1", head(7)), store.putHead("case-1", head(5))]);
    await store.putHead("case-1", { seq: 7, hash: "another" });
    await store.putHead("case-2", head(0));
    await store.clear();
    expect([await store.head("case-1"), await store.head("case-2"), await store.head("case-3")]).toEqual([head(7), head(0), null]);
  });

  test("forgets everything else", async () => {
    const store = await open();
    await store.put(message("a"));
    await store.putDraft(draft);
    await store.clear();
    expect([await store.messages(), await store.drafts()]).toEqual([[], []]);
  });
});

test("one browser keeps the words of two people apart, over a reload", async () => {
  const [mine, theirs] = [await openIndexedStore(`["issuer","amira"]`), await openIndexedStore(`["issuer","amira2"]`)];
  await mine.put(message("a"));
  await theirs.put(message("b"));
  await theirs.putDraft(draft);
  await mine.clear();
  const reloaded = await openIndexedStore(`["issuer","amira2"]`);
  expect(await ids(mine)).toEqual([]);
  expect(await ids(reloaded)).toEqual(["b"]);
  expect(await reloaded.drafts()).toEqual([draft]);
});

test("what a page without heads has kept is there when the next one adds them", async () => {
  indexedDB = new IDBFactory();
  const old = await openDB("case-chat", 2, {
    upgrade(database) {
      for (const [name, key] of [["messages", "clientId"], ["drafts", "caseId"], ["files", "id"], ["contents", "id"]] as const) {
        database.createObjectStore(name, { keyPath: ["owner", key] });
      }
    },
  });
  await old.put("messages", { ...message("a"), owner: "amira" });
  old.close();
  const store = await openIndexedStore("amira");
  await store.putHead("case-1", { seq: 3, hash: "three" });
  expect([await ids(store), await store.head("case-1")]).toEqual([["a"], { seq: 3, hash: "three" }]);
});

test("one browser keeps the heads of two people apart", async () => {
  const [mine, theirs] = [await openIndexedStore(`["issuer","lucas"]`), await openIndexedStore(`["issuer","lucas2"]`)];
  await mine.putHead("case-1", { seq: 3, hash: "three" });
  expect(await theirs.head("case-1")).toBeNull();
});

describe("a browser that does not keep", () => {
  const fails = () => Promise.reject(new Error("quota"));

  test("anything: it is kept in memory, and at risk", async () => {
    const store = new SafeStore(fails);
    await store.put(message("a"));
    await store.putDraft(draft);
    expect(await ids(store)).toEqual(["a"]);
    expect(store.atRisk).toBe(true);
    await store.remove("a");
    expect(store.atRisk).toBe(true);
    await store.putDraft({ ...draft, text: "" });
    expect(store.atRisk).toBe(false);
  });

  test("one more message: the others stay where they are", async () => {
    const disk = new MemoryStore();
    const store = new SafeStore(async () => disk);
    await store.put(message("a"));
    expect(store.atRisk).toBe(false);
    disk.put = fails;
    await store.put(message("b", 2));
    expect([await ids(store), store.atRisk]).toEqual([["a", "b"], true]);
    // What another tab has sent meanwhile is gone here too.
    await disk.remove("a");
    expect(await ids(store)).toEqual(["b"]);
  });

  test("a head: it is known for as long as the page lasts, and nothing is at risk", async () => {
    const disk = new MemoryStore();
    const store = new SafeStore(async () => disk);
    disk.putHead = disk.head = fails;
    await store.putHead("case-1", { seq: 3, hash: "three" });
    expect([await store.head("case-1"), store.atRisk]).toEqual([{ seq: 3, hash: "three" }, false]);
  });

  test("and can no longer be read: what this tab knows still counts", async () => {
    const disk = new MemoryStore();
    const store = new SafeStore(async () => disk);
    await store.put(message("a"));
    disk.messages = fails;
    expect(await ids(store)).toEqual(["a"]);
  });
});

describe("a browser that never answers", () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  test("costs a few seconds, and then memory does", async () => {
    const store = new SafeStore(() => new Promise(() => undefined));
    const kept = store.put(message("a"));
    await vi.advanceTimersByTimeAsync(3_000);
    await kept;
    expect(store.atRisk).toBe(true);
  });
});

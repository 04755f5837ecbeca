/**
 * Unsent words and files, and heads of threads, in IndexedDB, under issuer and user. Owns the database's layout; falls back on nothing (`safe-store.ts`
 * does). Keys are ids alone: what somebody wrote is in the values only.
 */

import { openDB, type DBSchema, type IDBPDatabase } from "idb";
import type { Head } from "./chain.ts";
import { isEmpty, type KeptDraft, type KeptFile, type KeptMessage, type UnsentStore } from "./store.ts";
import type { Written } from "./thread.ts";

const NAME = "case-chat";
const VERSION = 3;

interface Layout extends DBSchema {
  messages: { key: [owner: string, clientId: string]; value: KeptMessage & { owner: string } };
  drafts: { key: [owner: string, caseId: string]; value: KeptDraft & { owner: string } };
  files: { key: [owner: string, id: string]; value: KeptFile & { owner: string } };
  /** Apart from what is known of the file, which changes: content is written once. */
  contents: { key: [owner: string, id: string]; value: { owner: string; id: string; content: Blob } };
  heads: { key: [owner: string, caseId: string]; value: Head & { owner: string; caseId: string } };
}

/** What somebody has sent must outlive a power cut, not only a crash of the page. */
const LASTING = { durability: "strict" } as const;
/** What was kept before there were files. */
const WITHOUT_FILES = { files: [] };

export async function openIndexedStore(owner: string): Promise<UnsentStore> {
  const database = await openDB<Layout>(NAME, VERSION, {
    upgrade(database, from) {
      if (from < 1) {
        database.createObjectStore("messages", { keyPath: ["owner", "clientId"] });
        database.createObjectStore("drafts", { keyPath: ["owner", "caseId"] });
      }
      if (from < 2) {
        database.createObjectStore("files", { keyPath: ["owner", "id"] });
        database.createObjectStore("contents", { keyPath: ["owner", "id"] });
      }
      database.createObjectStore("heads", { keyPath: ["owner", "caseId"] });
    },
    // A tab with a newer version of this page must not wait for this one.
    blocking: (_old, _new, event) => (event.target as IDBDatabase).close(),
  });
  return new IndexedStore(database, owner);
}

class IndexedStore implements UnsentStore {
  readonly #mine: IDBKeyRange;
  /** Files that are being written, which takes a while for a large one, each with the way to stop that. */
  readonly #writing = new Map<string, () => void>();

  constructor(
    private readonly database: IDBPDatabase<Layout>,
    private readonly owner: string,
  ) {
    // An array is above every string: all keys that begin with this owner.
    this.#mine = IDBKeyRange.bound([owner], [owner, []]);
  }

  async messages(): Promise<KeptMessage[]> {
    const kept = await this.database.getAll("messages", this.#mine);
    return kept.map(({ owner: _, ...message }) => ({ ...WITHOUT_FILES, ...message }));
  }

  async put(message: KeptMessage): Promise<void> {
    const change = this.database.transaction("messages", "readwrite", LASTING);
    await Promise.all([change.store.put({ ...message, owner: this.owner }), change.done]);
  }

  async change(clientId: string, change: Partial<Written>): Promise<void> {
    const { store, done } = this.database.transaction("messages", "readwrite", LASTING);
    const kept = await store.get([this.owner, clientId]);
    await Promise.all([kept && store.put({ ...kept, ...change }), done]);
  }

  async remove(clientId: string): Promise<void> {
    await this.database.delete("messages", [this.owner, clientId]);
  }

  async drafts(): Promise<KeptDraft[]> {
    const kept = await this.database.getAll("drafts", this.#mine);
    return kept.map(({ owner: _, ...draft }) => ({ ...WITHOUT_FILES, ...draft }));
  }

  async putDraft(draft: KeptDraft): Promise<void> {
    const change = this.database.transaction("drafts", "readwrite");
    const { store, done } = change;
    const made = isEmpty(draft) ? store.delete([this.owner, draft.caseId]) : store.put({ ...draft, owner: this.owner });
    // The page may be going away: it does not wait to be found finished.
    change.commit();
    await Promise.all([made, done]);
  }

  async files(): Promise<KeptFile[]> {
    const kept = await this.database.getAll("files", this.#mine);
    return kept.map(({ owner: _, ...file }) => file);
  }

  async putFile(file: KeptFile, content: Blob): Promise<void> {
    const { owner } = this;
    const both = this.database.transaction(["files", "contents"], "readwrite");
    this.#writing.set(file.id, () => both.abort());
    const put = [both.objectStore("files").put({ ...file, owner }), both.objectStore("contents").put({ owner, id: file.id, content })];
    await Promise.all([...put, both.done]).finally(() => this.#writing.delete(file.id));
  }

  async changeFile(id: string, change: Partial<KeptFile>): Promise<void> {
    const { store, done } = this.database.transaction("files", "readwrite");
    const kept = await store.get([this.owner, id]);
    await Promise.all([kept && store.put({ ...kept, ...change }), done]);
  }

  async content(id: string): Promise<Blob | null> {
    return (await this.database.get("contents", [this.owner, id]))?.content ?? null;
  }

  async removeFile(id: string): Promise<void> {
    this.#writing.get(id)?.();
    const both = this.database.transaction(["files", "contents"], "readwrite");
    const gone = [both.objectStore("files").delete([this.owner, id]), both.objectStore("contents").delete([this.owner, id])];
    await Promise.all([...gone, both.done]);
  }

  async head(caseId: string): Promise<Head | null> {
    const kept = await this.database.get("heads", [this.owner, caseId]);
    return kept === undefined ? null : { seq: kept.seq, hash: kept.hash };
  }

  async putHead(caseId: string, { seq, hash }: Head): Promise<void> {
    const { store, done } = this.database.transaction("heads", "readwrite");
    const kept = await store.get([this.owner, caseId]);
    const isHigher = seq > (kept?.seq ?? -1);
    await Promise.all([isHigher && store.put({ owner: this.owner, caseId, seq, hash }), done]);
  }

  async clear(): Promise<void> {
    for (const stop of this.#writing.values()) stop();
    // Words do not wait for files, of which another tab may be writing a large one.
    await Promise.all([this.#clear(["messages", "drafts"]), this.#clear(["files", "contents"])]);
  }

  async #clear(stores: (keyof Layout & ("messages" | "drafts" | "files" | "contents"))[]): Promise<void> {
    const all = this.database.transaction(stores, "readwrite", LASTING);
    const gone = stores.map((name) => all.objectStore(name).delete(this.#mine));
    await Promise.all([...gone, all.done]);
  }
}

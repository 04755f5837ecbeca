/**
 * Unsent words in IndexedDB, under issuer and user. Owns the database's layout; falls back on nothing (`safe-store.ts`
 * does). Keys are ids alone: what somebody wrote is in the values only.
 */

import { openDB, type DBSchema, type IDBPDatabase } from "idb";
import type { KeptDraft, KeptMessage, UnsentStore } from "./store.ts";
import type { Written } from "./thread.ts";

const NAME = "case-chat";
const VERSION = 1;

interface Layout extends DBSchema {
  messages: { key: [owner: string, clientId: string]; value: KeptMessage & { owner: string } };
  drafts: { key: [owner: string, caseId: string]; value: KeptDraft & { owner: string } };
}

/** What somebody has sent must outlive a power cut, not only a crash of the page. */
const LASTING = { durability: "strict" } as const;

export async function openIndexedStore(owner: string): Promise<UnsentStore> {
  const database = await openDB<Layout>(NAME, VERSION, {
    upgrade(fresh) {
      fresh.createObjectStore("messages", { keyPath: ["owner", "clientId"] });
      fresh.createObjectStore("drafts", { keyPath: ["owner", "caseId"] });
    },
    // A tab with a newer version of this page must not wait for this one.
    blocking: (_old, _new, event) => (event.target as IDBDatabase).close(),
  });
  return new IndexedStore(database, owner);
}

class IndexedStore implements UnsentStore {
  readonly #mine: IDBKeyRange;

  constructor(
    private readonly database: IDBPDatabase<Layout>,
    private readonly owner: string,
  ) {
    // An array is above every string: all keys that begin with this owner.
    this.#mine = IDBKeyRange.bound([owner], [owner, []]);
  }

  async messages(): Promise<KeptMessage[]> {
    const kept = await this.database.getAll("messages", this.#mine);
    return kept.map(({ owner: _, ...message }) => message);
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
    return kept.map(({ owner: _, ...draft }) => draft);
  }

  async putDraft(draft: KeptDraft): Promise<void> {
    const change = this.database.transaction("drafts", "readwrite");
    const { store, done } = change;
    const made = draft.text === "" ? store.delete([this.owner, draft.caseId]) : store.put({ ...draft, owner: this.owner });
    // The page may be going away: it does not wait to be found finished.
    change.commit();
    await Promise.all([made, done]);
  }

  async clear(): Promise<void> {
    const both = this.database.transaction(["messages", "drafts"], "readwrite", LASTING);
    const gone = [both.objectStore("messages").delete(this.#mine), both.objectStore("drafts").delete(this.#mine)];
    await Promise.all([...gone, both.done]);
  }
}

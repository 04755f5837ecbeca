/**
 * A store that never fails: what the browser will not keep (a private window, a full disk, a database that does not
 * answer) is kept in memory, and then `atRisk` says that leaving the page would lose it. Owns that copy.
 */

import type { Head } from "./chain.ts";
import { isEmpty, MemoryStore, type KeptDraft, type KeptFile, type KeptMessage, type UnsentStore } from "./store.ts";
import type { Written } from "./thread.ts";

/** Some browsers never answer. Nobody's message waits longer than this for a place on the disk. */
const ANSWER_MS = 3_000;
/** A large file takes its time. Nobody waits for it: what is not kept yet is in memory. */
const LARGE_MS = 120_000;

export class SafeStore implements UnsentStore {
  /** All that this tab knows to be kept, and what only it keeps. */
  readonly #memory = new MemoryStore();
  readonly #unsaved = new Set<string>();
  readonly #store: Promise<UnsentStore | null>;
  /** Whether the browser kept what it was last given. */
  lasting = false;

  constructor(open: () => Promise<UnsentStore>) {
    this.#store = within(open()).then(
      (store) => ((this.lasting = true), store),
      () => null,
    );
  }

  /** Whether something would be lost with the page. */
  get atRisk(): boolean {
    return this.#unsaved.size > 0;
  }

  async messages(): Promise<KeptMessage[]> {
    const kept = await this.#try((store) => store.messages());
    const known = await this.#memory.messages();
    if (kept === null) return known;
    for (const { clientId } of known) if (!this.#unsaved.has(clientId)) await this.#memory.remove(clientId);
    for (const message of kept) if (!this.#unsaved.has(message.clientId)) await this.#memory.put(message);
    return this.#memory.messages();
  }

  async put(message: KeptMessage): Promise<void> {
    await this.#memory.put(message);
    await this.#save(message.clientId, (store) => store.put(message));
  }

  async change(clientId: string, change: Partial<Written>): Promise<void> {
    await this.#memory.change(clientId, change);
    await this.#try((store) => store.change(clientId, change));
  }

  async remove(clientId: string): Promise<void> {
    this.#unsaved.delete(clientId);
    await this.#memory.remove(clientId);
    await this.#try((store) => store.remove(clientId));
  }

  /** Removes the messages that this tab knows of, and no others. */
  async removeKnown(): Promise<void> {
    for (const { clientId } of await this.#memory.messages()) await this.remove(clientId);
  }

  async drafts(): Promise<KeptDraft[]> {
    return (await this.#try((store) => store.drafts())) ?? this.#memory.drafts();
  }

  async putDraft(draft: KeptDraft): Promise<void> {
    await this.#memory.putDraft(draft);
    if (isEmpty(draft)) this.#unsaved.delete(draft.caseId);
    await this.#save(isEmpty(draft) ? null : draft.caseId, (store) => store.putDraft(draft));
  }

  async files(): Promise<KeptFile[] | null> {
    const inMemory = await this.#memory.files();
    if ((await this.#store) === null) return inMemory;
    const kept = await this.#try((store) => store.files());
    return kept && [...kept, ...inMemory.filter(({ id }) => kept.every((file) => file.id !== id))];
  }

  async putFile(file: KeptFile, content: Blob): Promise<void> {
    await this.#memory.putFile(file, content);
    this.#unsaved.add(file.id);
    const saved = await this.#try(async (store) => (await store.putFile(file, content), true), LARGE_MS);
    // Removed meanwhile: it does not stay.
    if (!this.#unsaved.has(file.id)) return this.removeFile(file.id);
    if (saved !== true) return;
    this.#unsaved.delete(file.id);
    await this.#memory.removeFile(file.id);
  }

  async changeFile(id: string, change: Partial<KeptFile>): Promise<void> {
    await this.#memory.changeFile(id, change);
    await this.#try((store) => store.changeFile(id, change));
  }

  async content(id: string): Promise<Blob | null> {
    return (await this.#memory.content(id)) ?? this.#try((store) => store.content(id));
  }

  async removeFile(id: string): Promise<void> {
    this.#unsaved.delete(id);
    await this.#memory.removeFile(id);
    await this.#try((store) => store.removeFile(id));
  }

  async head(caseId: string): Promise<Head | null> {
    const kept = await this.#try((store) => store.head(caseId));
    if (kept !== null) await this.#memory.putHead(caseId, kept);
    return this.#memory.head(caseId);
  }

  /** Nothing is at risk with it: it can be had again by reading. */
  async putHead(caseId: string, head: Head): Promise<void> {
    await this.#memory.putHead(caseId, head);
    await this.#try((store) => store.putHead(caseId, head));
  }

  async clear(): Promise<void> {
    this.#unsaved.clear();
    await this.#memory.clear();
    await this.#try((store) => store.clear());
  }

  async #save(id: string | null, act: (store: UnsentStore) => Promise<void>): Promise<void> {
    const saved = (await this.#try(async (store) => (await act(store), true))) ?? false;
    this.lasting = saved;
    if (id === null) return;
    if (saved) this.#unsaved.delete(id);
    else this.#unsaved.add(id);
  }

  /** null when the browser did not do it. */
  async #try<Answer>(act: (store: UnsentStore) => Promise<Answer>, ms = ANSWER_MS): Promise<Answer | null> {
    const store = await this.#store;
    if (store === null) return null;
    try {
      return await within(act(store), ms);
    } catch {
      return null;
    }
  }
}

async function within<Answer>(answer: Promise<Answer>, ms = ANSWER_MS): Promise<Answer> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("the browser's store does not answer")), ms);
  });
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}

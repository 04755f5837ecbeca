/**
 * All that one person has written in this browser and not sent, over all cases and tabs: keeps it under issuer and
 * user, gives turns at sending it, and passes word between tabs. Owns the store and its access; sends nothing itself.
 *
 * It opens when it is known whose it is, and stays theirs. Closed, it keeps nothing any more.
 */

import { Drafts } from "./drafts.ts";
import { SafeStore } from "./safe-store.ts";
import type { FileStore, HeadStore, KeptDraft, KeptMessage } from "./store.ts";
import type { Channel, Notice, Tabs } from "./tabs.ts";
import type { Written } from "./thread.ts";

export class Unsent {
  readonly drafts = new Drafts((draft) => this.#keepDraft(draft));
  #owner: string | null = null;
  #closed = false;
  #writing = 0;
  #lastOrder = 0;
  readonly #orders = new Map<string, number>();
  #store: SafeStore | null = null;
  #channel: Channel | null = null;
  readonly #opened: Promise<SafeStore>;
  /** One access after the other, in the order asked for: whoever reads after a change, reads the change. */
  #queue: Promise<unknown>;
  #open: (store: SafeStore) => void = () => undefined;

  constructor(
    private readonly tabs: Tabs,
    private readonly onNotice: (notice: Notice) => void,
  ) {
    this.#opened = new Promise((resolve) => (this.#open = resolve));
    this.#queue = this.#opened;
  }

  /** Whether something would be lost with the page. */
  get atRisk(): boolean {
    if (this.#closed) return false;
    return this.#writing > 0 || this.#store?.atRisk === true || (this.drafts.unkept && this.#store?.lasting !== true);
  }

  /** Theirs it is: gives what was kept of an earlier page. */
  async open(owner: string): Promise<KeptMessage[]> {
    this.#owner = owner;
    const store = new SafeStore(() => this.tabs.openStore(owner));
    this.#store = store;
    this.#channel = this.tabs.openChannel(`case-chat unsent ${owner}`);
    this.#channel.onmessage = ({ data }: MessageEvent<Notice>) => {
      if (data.type === "cleared") this.abandon();
      this.onNotice(data);
    };
    this.drafts.restore(await store.drafts());
    this.#open(store);
    return this.messages();
  }

  /** Whether there is a message that was not sent, or a draft. */
  async holdsAnything(): Promise<boolean> {
    if (this.#closed || this.#store === null) return this.drafts.any;
    return this.drafts.any || (await this.messages()).length > 0;
  }

  /** In the order of writing; of one case, or all. */
  async messages(caseId?: string): Promise<KeptMessage[]> {
    const all = await this.#inTurn(async (store) => (this.#closed ? [] : store.messages()));
    for (const { clientId, order } of all) {
      this.#orders.set(clientId, order);
      this.#lastOrder = Math.max(this.#lastOrder, order);
    }
    return all.filter((message) => caseId === undefined || message.caseId === caseId).sort((a, b) => a.order - b.order);
  }

  /** Keeps a message for the first time, or again. */
  async put(caseId: string, { clientId, body, files, after, to, failure, holds }: Written): Promise<void> {
    // A clock that was set back lets no later message come first.
    const order = this.#orders.get(clientId) ?? (this.#lastOrder = Math.max(Date.now(), this.#lastOrder + 1));
    this.#orders.set(clientId, order);
    await this.#write((store) => store.put({ caseId, clientId, body, files, after, to, failure, holds, order }));
    this.tell({ type: "changed", caseId });
  }

  async change(caseId: string, clientId: string, change: Partial<Written>): Promise<void> {
    await this.#write((store) => store.change(clientId, change));
    this.tell({ type: "changed", caseId });
  }

  /** Another tab has written on at the draft of a case, or sent it. */
  async redrafted(caseId: string): Promise<void> {
    let kept, revision;
    do {
      revision = this.drafts.revision;
      kept = await this.#inTurn(async (store) => (this.#closed ? [] : store.drafts()));
    } while (revision !== this.drafts.revision);
    this.drafts.adopt(caseId, kept.find((draft) => draft.caseId === caseId));
  }

  remove(clientId: string): Promise<void> {
    this.#orders.delete(clientId);
    return this.#write((store) => store.remove(clientId));
  }

  /** What is kept of their files. */
  get files(): Promise<FileStore> {
    return this.#opened;
  }

  /** What is kept of threads that were read. */
  get heads(): Promise<HeadStore> {
    return this.#opened;
  }

  /** Runs `held` when no other tab of this person works at `what`. `busy` is called when one has to wait for that. */
  async turn(what: string, signal: AbortSignal, busy: () => void, held: () => Promise<void>): Promise<void> {
    await this.#opened;
    const name = `case-chat ${what} ${this.#owner}`;
    const { locks } = this.tabs;
    let got = false;
    await locks.request(name, { ifAvailable: true }, async (lock) => {
      got = lock !== null;
      if (got) await held();
    });
    if (got) return;
    busy();
    await locks.request(name, { signal }, held);
  }

  tell(notice: Notice): void {
    if (!this.#closed) this.#channel?.postMessage(notice);
  }

  /** At sign-out: nothing of it stays in this browser, and other tabs keep nothing of it either. */
  async clear(): Promise<void> {
    this.tell({ type: "cleared" });
    this.#close();
    await this.#store?.clear();
  }

  /** Another tab clears. What this one has kept meanwhile goes as well; what is written after the next sign-in does not. */
  abandon(): void {
    this.#close();
    void this.#store?.removeKnown();
  }

  async #keepDraft(draft: KeptDraft): Promise<void> {
    await this.#write((store) => store.putDraft(draft));
    this.tell({ type: "drafted", caseId: draft.caseId });
  }

  #close(): void {
    this.#closed = true;
    this.drafts.forget();
    this.#channel?.close();
  }

  async #write(act: (store: SafeStore) => Promise<void>): Promise<void> {
    if (this.#closed) return;
    this.#writing++;
    try {
      await this.#inTurn(async (store) => {
        if (!this.#closed) await act(store);
      });
    } finally {
      this.#writing--;
    }
  }

  #inTurn<Answer>(act: (store: SafeStore) => Promise<Answer>): Promise<Answer> {
    const done = this.#queue.then(async () => act(await this.#opened));
    this.#queue = done.catch(() => undefined);
    return done;
  }
}

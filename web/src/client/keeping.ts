/**
 * Keeps what is pending in one thread in the browser's store, and the two in step: what is written here goes in, what
 * another tab wrote comes out, what is settled is removed. Owns what this tab knows of the store; sends nothing.
 *
 * A message that vanished from the store was settled by another tab, which says how before it removes it.
 */

import type { Uploads } from "./files/uploads.ts";
import type { Reader } from "./reader.ts";
import type { Notice } from "./tabs.ts";
import type { Thread, Written } from "./thread.ts";
import type { Unsent } from "./unsent.ts";
import type { Seq } from "./wire.ts";

/** The failure of a message that the browser lost sight of: cleared by hand, or evicted. Not of the contract. */
export const NOT_KEPT = "not_kept";

export interface KeepingOptions {
  caseId: string;
  thread: Thread;
  reader: Reader;
  unsent: Unsent;
  uploads: Uploads;
}

export class Keeping {
  /** Written here, and not in the store yet. */
  readonly #unkept = new Set<string>();
  /** In the store, as far as this tab knows, each with its files. */
  readonly #kept = new Map<string, readonly string[]>();
  /** Stored by the server or given up: never to be taken up again. */
  readonly #done = new Set<string>();
  /** Vanished from the store without a word so far. */
  readonly #gone = new Set<string>();
  /** Raised by every change of one's own: what was read of the store before that is old. */
  #version = 0;

  constructor(private readonly options: KeepingOptions) {}

  /** Whether it is in the store, so that whoever takes over after a crash finds it. */
  has(clientId: string): boolean {
    return !this.#unkept.has(clientId);
  }

  /** Whether nobody knows yet what became of it. */
  misses(clientId: string): boolean {
    return this.#gone.has(clientId);
  }

  /** Puts a message into the store, for the first time or again. */
  async keep(clientId: string): Promise<void> {
    const { caseId, thread, unsent } = this.options;
    const message = thread.find(clientId);
    if (message === undefined) return;
    this.#version++;
    this.#unkept.add(clientId);
    await unsent.put(caseId, message);
    this.#unkept.delete(clientId);
    this.#gone.delete(clientId);
    if (this.#done.has(clientId)) void unsent.remove(clientId);
    else this.#kept.set(clientId, message.files);
  }

  async change(clientId: string, change: Partial<Written>): Promise<void> {
    this.#version++;
    await this.options.unsent.change(this.options.caseId, clientId, change);
  }

  /** The server has it. */
  stored(clientId: string, seq: Seq): void {
    void this.#tell({ type: "stored", caseId: this.options.caseId, clientId, seq });
  }

  /** Its writer has no more use for it, or has it back to change it: its files stay then. */
  discarded(clientId: string, keepFiles: boolean): void {
    if (keepFiles) this.#kept.delete(clientId);
    const notice = { type: "discarded", caseId: this.options.caseId, clientId } as const;
    // Said again when it is gone: a tab that has only just started may have read it in between.
    void this.#tell(notice).then(() => this.options.unsent.tell(notice));
  }

  /** Another tab has settled it, and removes it, with its files if it has no more use for them. */
  heed({ clientId }: Extract<Notice, { clientId: string }>): void {
    for (const file of this.#kept.get(clientId) ?? []) this.options.uploads.release(file);
    this.#finish(clientId);
  }

  /** Lets go of what the thread has turned into records, and says whether there was any. */
  letGo(): boolean {
    const { thread, unsent } = this.options;
    const before = this.#kept.size;
    for (const clientId of this.#kept.keys()) {
      if (thread.find(clientId) !== undefined) continue;
      const seq = thread.seqOf(clientId);
      if (seq !== null) this.stored(clientId, seq);
      else {
        this.#drop(clientId);
        this.#finish(clientId);
        void unsent.remove(clientId);
      }
    }
    return this.#kept.size < before;
  }

  /** Brings what is on screen in line with what is kept. */
  async refresh(): Promise<void> {
    const { caseId, thread, unsent } = this.options;
    let kept, version, before: string[];
    do {
      version = this.#version;
      before = [...this.#kept.keys()];
      kept = await unsent.messages(caseId);
    } while (version !== this.#version);

    for (const message of kept) {
      const { clientId } = message;
      if (this.#unkept.has(clientId)) continue;
      if (this.#done.has(clientId)) void unsent.remove(clientId);
      else {
        this.#kept.set(clientId, message.files);
        thread.keep(message);
      }
    }
    const order = kept.map(({ clientId }) => clientId);
    thread.order(order);
    const there = new Set(order);
    for (const clientId of before) {
      if (!there.has(clientId) && this.#kept.has(clientId) && thread.find(clientId)?.state !== "sent") this.#gone.add(clientId);
    }
    this.letGo();
  }

  /** With no word of what became of a message, the thread tells; and if it does not, its writer has to. */
  async trace(): Promise<void> {
    const { thread, reader } = this.options;
    if (this.#gone.size === 0) return;
    const caughtUp = await reader.catchUpAnew().then(() => !thread.hasGap, () => false);
    if (!caughtUp) return;
    for (const clientId of this.#gone) {
      this.#kept.delete(clientId);
      if (thread.find(clientId) !== undefined) thread.fail(clientId, NOT_KEPT, false);
    }
    this.#gone.clear();
  }

  /** Said before it is removed: a tab that misses it then knows why. */
  #tell(notice: Extract<Notice, { clientId: string }>): Promise<void> {
    const { unsent } = this.options;
    unsent.tell(notice);
    this.#drop(notice.clientId);
    this.#finish(notice.clientId);
    return unsent.remove(notice.clientId);
  }

  #drop(clientId: string): void {
    for (const file of this.#kept.get(clientId) ?? []) this.options.uploads.drop(file);
  }

  #finish(clientId: string): void {
    this.#version++;
    this.#done.add(clientId);
    this.#kept.delete(clientId);
    this.#gone.delete(clientId);
  }
}

/**
 * What a browser keeps of one person's unsent words and files, and of how far they have read each thread to be whole: the
 * interfaces, and the store that lasts as long as the page.
 * A store holds the words of one owner only; who that is, whoever opens it has said.
 */

import type { Head } from "./chain.ts";
import type { Written } from "./thread.ts";
import type { Attachment } from "./wire.ts";

export interface KeptMessage extends Written {
  readonly caseId: string;
  /** Rises with the order of writing, over all tabs. */
  readonly order: number;
}

export interface KeptDraft {
  readonly caseId: string;
  readonly text: string;
  /** Ids of the files that go with it, in order. */
  readonly files: readonly string[];
  /** The userId of the person it was begun for. */
  readonly to: string | null;
}

/** A file on its way into a message. Its content is kept beside it. */
export interface KeptFile {
  /** This browser's own id of it. */
  readonly id: string;
  readonly caseId: string;
  readonly name: string;
  readonly contentType: string;
  readonly size: number;
  readonly chosenAt: number;
  /** The server's id of it, once all of it has arrived there. */
  readonly arrivedAs: string | null;
  /** As it will stand in the message, once the server has looked at it. */
  readonly attachment: Attachment | null;
}

/** Files keep no order with words: a large one holds nothing up. */
export interface FileStore {
  /** In no order; null when the store does not answer just now, which says nothing of any file. */
  files(): Promise<KeptFile[] | null>;
  putFile(file: KeptFile, content: Blob): Promise<void>;
  /** Changes nothing that is no longer kept. */
  changeFile(id: string, change: Partial<KeptFile>): Promise<void>;
  content(id: string): Promise<Blob | null>;
  removeFile(id: string): Promise<void>;
}

/**
 * Outlives signing out, after which a thread could else be cut unseen: a number and a hash say nothing of what was written,
 * only that this person had the case.
 */
export interface HeadStore {
  head(caseId: string): Promise<Head | null>;
  /** Changes nothing where one as high is kept: another tab may have read further. */
  putHead(caseId: string, head: Head): Promise<void>;
}

export interface UnsentStore extends FileStore, HeadStore {
  /** In no order. */
  messages(): Promise<KeptMessage[]>;
  /** A new message, or what is to be known of it now. */
  put(message: KeptMessage): Promise<void>;
  /** Changes nothing that is no longer kept: another tab may have sent it. */
  change(clientId: string, change: Partial<Written>): Promise<void>;
  remove(clientId: string): Promise<void>;
  drafts(): Promise<KeptDraft[]>;
  /** An empty draft is none. */
  putDraft(draft: KeptDraft): Promise<void>;
  /** Forgets everything of this owner, but for the heads. */
  clear(): Promise<void>;
}

export class MemoryStore implements UnsentStore {
  readonly #messages = new Map<string, KeptMessage>();
  readonly #drafts = new Map<string, KeptDraft>();
  readonly #files = new Map<string, { file: KeptFile; content: Blob }>();
  readonly #heads = new Map<string, Head>();

  async messages(): Promise<KeptMessage[]> {
    return [...this.#messages.values()];
  }

  async put(message: KeptMessage): Promise<void> {
    this.#messages.set(message.clientId, message);
  }

  async change(clientId: string, change: Partial<Written>): Promise<void> {
    const kept = this.#messages.get(clientId);
    if (kept !== undefined) this.#messages.set(clientId, { ...kept, ...change });
  }

  async remove(clientId: string): Promise<void> {
    this.#messages.delete(clientId);
  }

  async drafts(): Promise<KeptDraft[]> {
    return [...this.#drafts.values()];
  }

  async putDraft(draft: KeptDraft): Promise<void> {
    if (isEmpty(draft)) this.#drafts.delete(draft.caseId);
    else this.#drafts.set(draft.caseId, draft);
  }

  async files(): Promise<KeptFile[]> {
    return [...this.#files.values()].map(({ file }) => file);
  }

  async putFile(file: KeptFile, content: Blob): Promise<void> {
    this.#files.set(file.id, { file, content });
  }

  async changeFile(id: string, change: Partial<KeptFile>): Promise<void> {
    const kept = this.#files.get(id);
    if (kept !== undefined) this.#files.set(id, { ...kept, file: { ...kept.file, ...change } });
  }

  async content(id: string): Promise<Blob | null> {
    return this.#files.get(id)?.content ?? null;
  }

  async removeFile(id: string): Promise<void> {
    this.#files.delete(id);
  }

  async head(caseId: string): Promise<Head | null> {
    return this.#heads.get(caseId) ?? null;
  }

  async putHead(caseId: string, head: Head): Promise<void> {
    if (head.seq > (this.#heads.get(caseId)?.seq ?? -1)) this.#heads.set(caseId, head);
  }

  async clear(): Promise<void> {
    this.#messages.clear();
    this.#drafts.clear();
    this.#files.clear();
  }
}

export function isEmpty({ text, files }: KeptDraft): boolean {
  return text === "" && files.length === 0;
}

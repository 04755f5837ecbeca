/**
 * What a browser keeps of one person's unsent words: the interface, and the store that lasts as long as the page.
 * A store holds the words of one owner only; who that is, whoever opens it has said.
 */

import type { Written } from "./thread.ts";

export interface KeptMessage extends Written {
  readonly caseId: string;
  /** Rises with the order of writing, over all tabs. */
  readonly order: number;
}

export interface KeptDraft {
  readonly caseId: string;
  readonly text: string;
  /** The userId of the person it was begun for. */
  readonly to: string | null;
}

export interface UnsentStore {
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
  /** Forgets everything of this owner. */
  clear(): Promise<void>;
}

export class MemoryStore implements UnsentStore {
  readonly #messages = new Map<string, KeptMessage>();
  readonly #drafts = new Map<string, KeptDraft>();

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
    if (draft.text === "") this.#drafts.delete(draft.caseId);
    else this.#drafts.set(draft.caseId, draft);
  }

  async clear(): Promise<void> {
    this.#messages.clear();
    this.#drafts.clear();
  }
}

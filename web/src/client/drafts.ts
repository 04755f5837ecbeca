/**
 * What is being written in each case and not sent yet. Owns the drafts and when they are kept: a moment after the last
 * key, and at once when they are sent or the page goes away.
 */

import { isEmpty, type KeptDraft } from "./store.ts";

/** So short a pause in typing loses nothing that anyone would miss, and saves a write for every key. */
const PAUSE_MS = 150;

export class Drafts {
  readonly #drafts = new Map<string, KeptDraft>();
  readonly #unkept = new Set<string>();
  /** Raised by every change made here: what was read of the store before that is old. */
  revision = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly keep: (draft: KeptDraft) => Promise<void>) {}

  /** Whether something was written that is on its way to the store. */
  get unkept(): boolean {
    return this.#unkept.size > 0;
  }

  /** Whether anything is being written. */
  get any(): boolean {
    return this.all.some(({ text, files }) => text.trim() !== "" || files.length > 0);
  }

  get all(): KeptDraft[] {
    return [...this.#drafts.values()];
  }

  of(caseId: string): KeptDraft {
    return this.#drafts.get(caseId) ?? { caseId, text: "", files: [], to: null };
  }

  set(draft: KeptDraft): void {
    const { files } = this.of(draft.caseId);
    this.revision++;
    this.#drafts.set(draft.caseId, draft);
    this.#unkept.add(draft.caseId);
    clearTimeout(this.#timer);
    // What was sent must not come back as a draft, nor a file be nobody's.
    if (isEmpty(draft) || draft.files !== files) this.flush();
    else this.#timer = setTimeout(() => this.flush(), PAUSE_MS);
  }

  /** What was kept of an earlier page. Whoever has begun anew meanwhile, keeps that. */
  restore(kept: readonly KeptDraft[]): void {
    for (const draft of kept) if (!this.#drafts.has(draft.caseId)) this.#drafts.set(draft.caseId, draft);
  }

  /** What another tab has made of it. Whoever writes here just now, keeps that. */
  adopt(caseId: string, draft: KeptDraft | undefined): void {
    if (this.#unkept.has(caseId)) return;
    if (draft === undefined) this.#drafts.delete(caseId);
    else this.#drafts.set(caseId, draft);
  }

  flush(): void {
    clearTimeout(this.#timer);
    for (const caseId of this.#unkept) void this.keep(this.of(caseId));
    this.#unkept.clear();
  }

  forget(): void {
    clearTimeout(this.#timer);
    this.#unkept.clear();
    this.#drafts.clear();
  }
}

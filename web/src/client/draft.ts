/**
 * What is being written in one case and not sent yet: its text, its files, and to whom. Owns what may be put to it and
 * whether it can be sent as it is; where it is kept, `Drafts` owns.
 */

import { refusal, type RefusedBody } from "./body.ts";
import { MAX_FILES, type FilePolicy, type Refusal } from "./files/policy.ts";
import type { Upload } from "./files/upload.ts";
import type { Given, Uploads } from "./files/uploads.ts";
import type { KeptDraft } from "./store.ts";
import type { Unsent } from "./unsent.ts";

/** A file that cannot go with a message. */
export interface RefusedFile {
  name: string;
  size: number;
  refusal: Refusal;
}

/** Why what is written cannot be sent as it is. */
export type RefusedDraft =
  | RefusedBody
  | { why: "paused" | "files.failed" | "files.unknown" }
  | { why: "files.many"; count: number; max: number };

export interface DraftOptions {
  caseId: string;
  unsent: Unsent;
  uploads: Uploads;
  /** The userId of whoever would read it. */
  addressee: () => string | null;
  changed: () => void;
}

export class Draft {
  /** Whether a file of it is gone: this browser did not keep it. */
  lostFile = false;

  constructor(private readonly options: DraftOptions) {}

  get text(): string {
    return this.#kept.text;
  }

  set text(text: string) {
    this.#redraft({ text });
  }

  /** The userId of the person it was begun for. */
  get to(): string | null {
    return this.#kept.to;
  }

  set to(to: string | null) {
    this.#redraft({ to });
  }

  /** The files that go with it; of one that this browser lost, there is nothing. */
  get files(): Upload[] {
    return this.fileIds.flatMap((id) => this.options.uploads.find(id) ?? []);
  }

  get fileIds(): readonly string[] {
    return this.#kept.files;
  }

  /** Whether there is nothing that could be sent. */
  get empty(): boolean {
    return this.text === "" && this.files.length === 0;
  }

  get policy(): FilePolicy {
    return this.options.uploads.policy;
  }

  /** Puts files to it, and begins to upload them. Gives those that cannot go with a message, and why. */
  async attach(given: readonly Given[]): Promise<RefusedFile[]> {
    const { caseId, uploads, addressee } = this.options;
    const refused: RefusedFile[] = [];
    this.lostFile = false;
    for (const one of given) {
      const full = () => this.fileIds.length >= MAX_FILES;
      const chosen = full() ? "too_many" : await uploads.choose(caseId, one);
      const refusal = typeof chosen === "string" ? chosen : full() ? "too_many" : null;
      if (refusal !== null) refused.push({ name: one.name, size: one.size, refusal });
      if (typeof chosen === "string") continue;
      if (refusal !== null) uploads.drop(chosen.file.id);
      else this.#redraft({ files: [...this.fileIds, chosen.file.id], ...(this.empty && { to: addressee() }) });
    }
    this.options.changed();
    return refused;
  }

  /** Takes a file away from it. */
  detach(id: string): void {
    this.#redraft({ files: this.fileIds.filter((one) => one !== id) });
    this.options.uploads.drop(id);
    this.options.changed();
  }

  /** Why `body` with these files cannot be sent as it is; null when it can. */
  refusal(body: string): RefusedDraft | null {
    return this.#filesRefusal() ?? refusal(body, this.files.length);
  }

  #filesRefusal(): RefusedDraft | null {
    const { files, fileIds } = this;
    if (files.length > MAX_FILES) return { why: "files.many", count: files.length, max: MAX_FILES };
    if (files.some(({ step }) => step.at === "failed")) return { why: "files.failed" };
    // One that is known to be lost has been said to be.
    if (files.length === fileIds.length || this.lostFile) return null;
    void this.restored();
    return { why: "files.unknown" };
  }

  /** It is on its way: the next one begins. */
  sent(): void {
    this.lostFile = false;
    this.#redraft({ text: "", files: [], to: null });
  }

  /** Its writer has no more use for it. */
  clear(): void {
    for (const id of this.fileIds) this.options.uploads.drop(id);
    this.#redraft({ text: "", files: [], to: null });
    this.options.changed();
  }

  /** A message that was taken back comes before what is written by now. */
  takeBack(message: { body: string; files: readonly string[]; to: string | null }): void {
    const text = [message.body, this.text].filter((part) => part !== "").join("\n\n");
    this.#redraft({ text, files: [...message.files, ...this.fileIds], to: message.to });
    void this.restored();
  }

  /** The draft of an earlier page is there, or another tab's: its files go on, and one that is gone is said to be. */
  async restored(): Promise<void> {
    const known = await this.options.uploads.look();
    this.lostFile = known && this.files.length < this.fileIds.length;
    for (const upload of this.files) upload.start();
    this.options.changed();
  }

  /** Another tab has changed it. `pending` files are a message's by now. */
  async changedElsewhere(pending: () => readonly string[]): Promise<void> {
    const { caseId, unsent, uploads } = this.options;
    const before = this.fileIds;
    await unsent.redrafted(caseId);
    const wanted = [...this.fileIds, ...pending()];
    for (const id of before) if (!wanted.includes(id)) uploads.release(id);
    await this.restored();
  }

  get #kept(): KeptDraft {
    return this.options.unsent.drafts.of(this.options.caseId);
  }

  #redraft(change: Partial<Omit<KeptDraft, "caseId">>): void {
    this.options.unsent.drafts.set({ ...this.#kept, ...change });
  }
}

/**
 * What is searched for in one conversation, and which of the messages have it. Owns the choice among them; what it looks
 * through is what the conversation holds, and it reads the rest in when asked.
 */

import { Changes } from "../client/changes.ts";
import type { Conversation } from "../client/conversation.ts";
import type { Seq, ThreadRecord } from "../client/wire.ts";
import { folded } from "./text.ts";

/** `reading`: earlier messages are being read in. `failed`: they could not be. */
type Reading = "idle" | "reading" | "failed";

export class Search extends Changes {
  /** As it was typed. */
  text = "";
  /** The messages that have it, oldest first. */
  found: readonly Seq[] = [];
  /** The one on screen, out of `found`; null where there is none. */
  current: Seq | null = null;
  reading: Reading = "idle";
  readonly #folded = new WeakMap<ThreadRecord, string>();
  readonly #stop = new AbortController();
  readonly #unwatch: () => void;
  #records: readonly ThreadRecord[] = [];

  constructor(readonly conversation: Conversation) {
    super();
    this.#unwatch = conversation.watch(() => this.#follow());
  }

  /** Whether there is more to look through than is held. */
  get hasEarlier(): boolean {
    return this.conversation.thread.hasEarlier;
  }

  /** How much of the conversation is held, of 0 to 1. */
  get part(): number {
    return this.conversation.thread.heldPart;
  }

  /** What is looked for. */
  get query(): string {
    return this.text.trim();
  }

  set(text: string): void {
    this.text = text;
    this.#look();
    // The newest first: it is the nearest.
    this.current = this.found.at(-1) ?? null;
    this.changed();
  }

  /** To the match before (-1) or after (1) the one on screen; beyond the last one, from the other end. */
  step(by: -1 | 1): void {
    if (this.found.length === 0) return;
    // From nowhere, the one before is the newest.
    const at = this.current === null ? (by < 0 ? 0 : -1) : this.found.indexOf(this.current);
    this.current = this.found.at((at + by) % this.found.length) ?? null;
    this.changed();
  }

  /** Reads the rest of the conversation in, page by page. */
  async readAll(): Promise<void> {
    this.reading = "reading";
    this.changed();
    const whole = await this.conversation.readAll(this.#stop.signal);
    this.reading = whole || this.#stop.signal.aborted ? "idle" : "failed";
    this.current ??= this.found.at(-1) ?? null;
    this.changed();
  }

  close(): void {
    this.#stop.abort();
    this.#unwatch();
  }

  #follow(): void {
    if (this.#records === this.conversation.thread.records) return;
    this.#look();
    this.current ??= this.found.at(-1) ?? null;
    this.changed();
  }

  #look(): void {
    this.#records = this.conversation.thread.records;
    const sought = folded(this.query);
    this.found = sought === "" ? [] : this.#records.filter((record) => this.#textOf(record).includes(sought)).map(({ seq }) => seq);
    if (this.current !== null && !this.found.includes(this.current)) this.current = null;
  }

  #textOf(record: ThreadRecord): string {
    if (record.kind !== "message") return "";
    const known = this.#folded.get(record) ?? folded([record.body, ...record.attachments.map(({ name }) => name)].join("\n"));
    this.#folded.set(record, known);
    return known;
  }
}

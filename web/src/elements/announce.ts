/**
 * Says to a screen reader what has come, once for each record, wherever one reads. The log itself cannot: it draws what
 * one scrolls to, and that is nothing new.
 */

import { html, type ReactiveController, type ReactiveControllerHost, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import type { Conversation } from "../client/conversation.ts";
import type { Seq, ThreadRecord } from "../client/wire.ts";
import { say } from "../language/language.ts";
import { announced, newMessages } from "./thread-words.ts";

/** Of more at once, only the number is said. */
const MOST = 3;
/** Long enough for every screen reader to have taken it up. Afterwards it would only stand there twice. */
const STAYS_MS = 5_000;

export class Announce implements ReactiveController {
  /** The newest record that needs no word; null before there is any. */
  #upTo: Seq | null = null;
  #lines: readonly { seq: Seq; text: string }[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly host: ReactiveControllerHost,
    private readonly conversation: () => Conversation,
  ) {
    host.addController(this);
  }

  hostUpdate(): void {
    const { thread } = this.conversation();
    if (!thread.loaded) return;
    const upTo = this.#upTo ?? thread.head;
    this.#upTo = Math.max(upTo, thread.head);
    if (thread.head > upTo) this.#say(thread.records.slice(Math.max(0, upTo + 1 - thread.tail)));
  }

  hostDisconnected(): void {
    clearTimeout(this.#timer);
    this.#lines = [];
  }

  render(): TemplateResult {
    return html`<div class="unseen" aria-live="polite">${repeat(this.#lines, ({ seq }) => seq, ({ text }) => html`<p>${text}</p>`)}</div>`;
  }

  #say(fresh: readonly ThreadRecord[]): void {
    const theirs = fresh.filter((record) => !this.#isMine(record));
    const messages = theirs.filter(({ kind }) => kind === "message");
    const lines =
      messages.length > MOST
        ? [{ seq: theirs.at(-1)!.seq, text: newMessages(messages.length) }]
        : theirs.map((record) => ({ seq: record.seq, text: announced(record, this.#before(record)) }));
    const mine = fresh.findLast((record) => this.#isMine(record));
    this.#lines = [...this.#lines, ...lines, ...(mine === undefined ? [] : [{ seq: mine.seq, text: say("thread.said.mine") }])];
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#lines = [];
      this.host.requestUpdate();
    }, STAYS_MS);
  }

  #isMine(record: ThreadRecord): boolean {
    return record.kind === "message" && record.sender.role === this.conversation().role;
  }

  #before({ seq }: ThreadRecord): ThreadRecord | undefined {
    const { thread } = this.conversation();
    return thread.records[seq - 1 - thread.tail];
  }
}

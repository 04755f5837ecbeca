/**
 * How one item of the thread looks: a message, a message on its way, a fact. Text is put in as text, never as HTML.
 * Functions rather than elements: the thread draws in one go and knows its height when it has drawn.
 */

import { html, nothing, type TemplateResult } from "lit";
import type { Pending } from "../client/thread.ts";
import type { Participant, Role, ThreadRecord } from "../client/wire.ts";
import { explainUnsent } from "./explain.ts";
import { factSentence, fullTimeOf, roleName, timeOf } from "./words.ts";

type Message = Extract<ThreadRecord, { kind: "message" }>;
type Fact = Exclude<ThreadRecord, Message>;

export function messageView(record: Message, look: { mine: boolean; follows: boolean }): TemplateResult {
  const { sender, sentAt, body } = record;
  return html`
    <article class="message ${look.mine ? "mine" : "theirs"} ${look.follows ? "follows" : ""}">
      ${head(sender.name, sender.role, html`<time datetime=${sentAt} title=${fullTimeOf(sentAt)}>${timeOf(sentAt)}</time>`)}
      ${text(body)}
    </article>
  `;
}

export function pendingView(
  message: Pending,
  me: Participant | undefined,
  role: Role | null,
  actions: { retry: () => void; discard: () => void },
): TemplateResult {
  const failed = message.state === "failed";
  return html`
    <article class="message mine ${failed ? "failed" : "pending"}">
      ${head(me?.name ?? "You", role, stateOf(message))} ${text(message.body)}
      ${failed
        ? html`<footer>
            <p role="alert">${explainUnsent(message.failure)}</p>
            <button class="small" @click=${actions.retry}>Try again</button>
            <button class="quiet small" @click=${actions.discard}>Remove</button>
          </footer>`
        : nothing}
    </article>
  `;
}

export function factView(record: Fact, before: ThreadRecord | undefined): TemplateResult {
  return html`<p class="fact">
    <span dir="auto">${factSentence(record, before)}</span>
    <time datetime=${record.sentAt} title=${fullTimeOf(record.sentAt)}>${timeOf(record.sentAt)}</time>
  </p>`;
}

function head(name: string, role: Role | null, when: TemplateResult | string): TemplateResult {
  return html`<header>
    <bdi class="name">${name}</bdi>
    ${role === null ? nothing : html`<span class="role">${roleName(role)}</span>`}
    <span class="when">${when}</span>
  </header>`;
}

/** Kept on one line: white space in the element is white space in the message. */
function text(body: string): TemplateResult {
  return html`<p class="body" dir="auto">${body}</p>`;
}

function stateOf({ state }: Pending): string {
  switch (state) {
    case "sending":
      return "Sending…";
    case "waiting":
      return "Not sent yet. It goes out by itself.";
    case "failed":
      return "Not sent";
    case "sent":
      return "Sent";
  }
}

/**
 * How one item of the thread looks: a message, a message on its way, a fact. Text is put in as text, never as HTML.
 * Functions rather than elements: the thread draws in one go and knows its height when it has drawn.
 */

import { html, nothing, type TemplateResult } from "lit";
import type { Conversation } from "../client/conversation.ts";
import { NOT_KEPT } from "../client/keeping.ts";
import { PEER_CHANGED } from "../client/outbox.ts";
import type { Pending } from "../client/thread.ts";
import type { Role, Sender, ThreadRecord } from "../client/wire.ts";
import { say } from "../language/language.ts";
import "./attached-file.ts";
import "./chosen-file.ts";
import { explainUnsent } from "./explain.ts";
import { pieces, type Piece } from "./text.ts";
import { clockOf, factSentence, fullTimeOf, roleName } from "./words.ts";

type Message = Extract<ThreadRecord, { kind: "message" }>;
type Fact = Exclude<ThreadRecord, Message>;

/** A message is drawn often, and rarely another way. */
const made = new WeakMap<Message, { query: string; pieces: readonly Piece[] }>();

/** Its text as it is shown, with what is searched for in it. */
export function piecesOf(record: Message, query: string): readonly Piece[] {
  const known = made.get(record);
  if (known?.query === query) return known.pieces;
  const fresh = { query, pieces: pieces(record.body, query) };
  made.set(record, fresh);
  return fresh.pieces;
}

interface MessageLook {
  mine: boolean;
  follows: boolean;
  /** One's own, and not read by the other side as far as is known. */
  unseen: boolean;
  /** What is searched for, which stands out; empty where nothing is. */
  query: string;
  /** It is the one that the search is at. */
  sought: boolean;
  in: Conversation;
}

export function messageView(record: Message, look: MessageLook): TemplateResult {
  const { sender, sentAt, body, attachments } = record;
  return article({
    look: `${look.mine ? "mine" : "theirs"} ${look.follows ? "follows" : ""} ${look.sought ? "sought" : ""}`,
    sender,
    when: html`<time datetime=${sentAt} title=${fullTimeOf(sentAt)}>${clockOf(sentAt)}</time>${look.unseen ? ` · ${say("message.sent")}` : nothing}`,
    body: body === "" ? nothing : text(piecesOf(record, look.query)),
    footer: html`${attachments.map((file) => html`<attached-file .conversation=${look.in} .file=${file}></attached-file>`)}`,
  });
}

interface PendingLook {
  me: Sender | null;
  peerRole: Role | null;
  /** An earlier message failed, and this one does not overtake it. */
  waitsForOther: boolean;
  in: Conversation;
}

export function pendingView(
  message: Pending,
  { me, peerRole, waitsForOther, in: conversation }: PendingLook,
  actions: { retry: () => void; takeBack: () => void; discard: () => void },
): TemplateResult {
  const { state, failure, body, clientId } = message;
  const failed = state === "failed";
  const mayChange = conversation.canTakeBack(clientId) && conversation.status === "open";
  // What is amiss with a file or the case, trying again does not mend.
  const mayRetry = message.holds || failure === NOT_KEPT || (failure !== "case_closed" && message.files.length === 0);
  const again = say(failure === PEER_CHANGED ? "message.anyway" : "action.again");
  const files = message.files.flatMap((id) => conversation.upload(id) ?? []);
  return article({
    look: `mine ${failed ? "failed" : "pending"}`,
    sender: me ?? { name: say("name.you"), role: null },
    when: waitsForOther ? say("message.behind") : stateOf(message, conversation.tampered !== null),
    body: body === "" ? nothing : text(pieces(body)),
    footer: html`
      ${files.map((upload) => html`<chosen-file .upload=${upload}></chosen-file>`)}
      ${failed || mayChange
        ? html`<footer>
            ${failed ? html`<p>${explainUnsent(failure, peerRole)}</p>` : nothing}
            ${failed && mayRetry ? html`<button class="text" @click=${actions.retry}>${again}</button>` : nothing}
            ${mayChange ? html`<button class="text" @click=${actions.takeBack}>${say(failed ? "message.change" : "action.cancel")}</button>` : nothing}
            ${failed ? html`<button class="text" @click=${actions.discard}>${say("action.remove")}</button>` : nothing}
          </footer>`
        : nothing}
    `,
  });
}

interface Article {
  look: string;
  sender: { name: string; role: Role | null };
  when: TemplateResult | string;
  body: TemplateResult | typeof nothing;
  footer?: TemplateResult | typeof nothing;
}

/** One template for both, so that a message on its way becomes the stored one in place, and is read out once. */
function article({ look, sender, when, body, footer = nothing }: Article): TemplateResult {
  return html`
    <article class="message ${look}">
      ${head(sender.name, sender.role, when)} ${body} ${footer}
    </article>
  `;
}

export function factView(record: Fact, before: ThreadRecord | undefined): TemplateResult {
  return html`<p class="fact">
    <span>${factSentence(record, before)}</span>
    <time datetime=${record.sentAt} title=${fullTimeOf(record.sentAt)}>${clockOf(record.sentAt)}</time>
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
function text(shown: readonly Piece[]): TemplateResult {
  return html`<p class="body" dir="auto">${shown.map(piece)}</p>`;
}

function piece({ text, href, found }: Piece): TemplateResult | string {
  const shown = found ? html`<mark>${text}</mark>` : text;
  if (href === null) return shown;
  return html`<a href=${href} target="_blank" rel="noopener noreferrer" dir="ltr">${shown}</a>`;
}

function stateOf({ state }: Pending, paused: boolean): string {
  switch (state) {
    case "sending":
      return say("message.sending");
    case "waiting":
      return say(paused ? "message.paused" : "message.waiting");
    case "failed":
      return say("message.failed");
    case "sent":
      return say("message.sent");
  }
}

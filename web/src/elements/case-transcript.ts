/**
 * `<case-transcript>`: all of a conversation on one page, to be read through, printed or saved. Reads the whole of it first.
 * Takes the client as its property `client` and the case as `case-id`.
 */

import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type { Client } from "../client/client.ts";
import type { Conversation } from "../client/conversation.ts";
import type { Attachment, ThreadRecord } from "../client/wire.ts";
import { percent } from "../language/formats.ts";
import { isolated, say } from "../language/language.ts";
import { transcriptStyles } from "./case-transcript.styles.ts";
import { troublePanel } from "./panel.ts";
import { Speaking } from "./speaking.ts";
import { Watch } from "./watch.ts";
import { aboutFile, factSentence, fullTimeOf, roleName } from "./words.ts";
import "./tamper-alert.ts";

@customElement("case-transcript")
export class CaseTranscript extends LitElement {
  static override styles = transcriptStyles;

  @property({ attribute: false }) client: Client | null = null;
  @property({ attribute: "case-id" }) caseId = "";
  @state() private failed = false;
  #conversation: Conversation | null = null;
  #reading = false;
  #stop = new AbortController();
  readonly #speaking = new Speaking(this);

  constructor() {
    super();
    new Watch(this, () => [this.#conversation]);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#stop = new AbortController();
    this.requestUpdate();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stop.abort();
    this.#reading = false;
  }

  /** For whoever comes here by a key: where one is, is read out. */
  async focusHeading(): Promise<void> {
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>("h1")?.focus();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("client") || changed.has("caseId")) {
      this.#conversation = this.caseId === "" ? null : (this.client?.conversation(this.caseId) ?? null);
      this.failed = false;
      void this.#conversation?.sync();
    }
    // After the first page, and after anything that made the conversation begin anew.
    const { loaded = false, hasEarlier = false } = this.#conversation?.thread ?? {};
    if (loaded && hasEarlier && !this.failed) void this.#read();
  }

  async #read(): Promise<void> {
    if (this.#reading) return;
    const { signal } = this.#stop;
    this.#reading = true;
    this.failed = false;
    const whole = (await this.#conversation?.readAll(signal)) ?? false;
    if (signal.aborted) return;
    this.#reading = false;
    this.failed = !whole && this.#conversation?.thread.loaded === true;
  }

  readonly #again = () => {
    this.failed = false;
    void this.#conversation?.sync();
  };

  protected override render(): TemplateResult | typeof nothing {
    const conversation = this.#conversation;
    if (conversation === null || !this.#speaking.ready) return nothing;
    const { thread, trouble, tampered } = conversation;
    const href = this.client?.hrefOf?.(this.caseId);
    return html`
      <div class="bar">
        ${href === undefined ? nothing : html`<a href=${href}>${say("print.back")}</a>`}
        ${thread.loaded && !thread.hasEarlier ? html`<button class="small" @click=${() => print()}>${say("print.print")}</button>` : nothing}
      </div>
      ${tampered === null ? nothing : html`<tamper-alert .conversation=${conversation}></tamper-alert>`}
      <section>${!thread.loaded && trouble !== null ? troublePanel(trouble, this.#again) : this.#page(conversation)}</section>
    `;
  }

  #page(conversation: Conversation): TemplateResult {
    const { thread, latest, participants } = conversation;
    if (!thread.loaded || thread.hasEarlier || latest === null || participants === null) return this.#progress(conversation);
    const { requester, provider } = participants;
    return html`
      <header>
        <h1 tabindex="-1">${say("print.title", { reference: isolated(latest.reference) })}</h1>
        <p>${say("print.between", { requester: isolated(requester.name), provider: isolated(provider.name) })}</p>
        <p class="quiet-text">
          ${say("print.made", { time: fullTimeOf(new Date().toISOString()) })} · ${say("print.count", { count: thread.records.length })}
        </p>
      </header>
      <ol>${thread.records.map((record, index) => entry(record, thread.records[index - 1]))}</ol>
    `;
  }

  #progress({ thread }: Conversation): TemplateResult {
    if (this.failed) {
      return html`<div class="panel" role="alert">
        <p>${say("print.failed")}</p>
        <button @click=${this.#again}>${say("action.again")}</button>
      </div>`;
    }
    return html`<div class="panel"><p role="status">${say("print.reading", { percent: percent(thread.heldPart) })}</p></div>`;
  }
}

function entry(record: ThreadRecord, before: ThreadRecord | undefined): TemplateResult {
  const time = html`<time datetime=${record.sentAt}>${fullTimeOf(record.sentAt)}</time>`;
  if (record.kind !== "message") return html`<li class="fact">${factSentence(record, before)} · ${time}</li>`;
  const { sender, body, attachments } = record;
  return html`<li>
    <p class="head"><bdi class="name">${sender.name}</bdi> ${roleName(sender.role)} ${time}</p>
    ${body === "" ? nothing : html`<p class="body" dir="auto">${body}</p>`} ${attachments.map(file)}
  </li>`;
}

function file(attachment: Attachment): TemplateResult {
  return html`<p class="file">${say("print.file", { name: isolated(attachment.name), about: aboutFile(attachment) })}</p>`;
}

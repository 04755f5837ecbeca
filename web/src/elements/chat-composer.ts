/** Where one writes. Owns the text field; the draft lives in the conversation, so that looking elsewhere loses nothing. */

import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { live } from "lit/directives/live.js";
import type { Conversation } from "../client/conversation.ts";
import { composerStyles } from "./chat-composer.styles.ts";

@customElement("chat-composer")
export class ChatComposer extends LitElement {
  static override styles = composerStyles;

  @property({ attribute: false }) conversation!: Conversation;
  /** Why the last try to send was refused. */
  @state() private refusal: string | null = null;
  @query("textarea") private field!: HTMLTextAreaElement;

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("conversation")) this.refusal = null;
  }

  protected override render(): TemplateResult {
    const { participants, role, draft } = this.conversation;
    const peer = role === "requester" ? participants?.provider : participants?.requester;
    return html`
      <form @submit=${this.#submit}>
        <label for="body">Message to <bdi>${peer?.name}</bdi></label>
        <textarea
          id="body"
          dir="auto"
          rows="2"
          enterkeyhint="send"
          aria-describedby="refusal"
          aria-invalid=${this.refusal === null ? nothing : "true"}
          .value=${live(draft)}
          @input=${this.#onInput}
          @keydown=${this.#onKey}
        ></textarea>
        <button type="submit">Send</button>
        <p id="refusal" role="alert">${this.refusal}</p>
        <p class="hint quiet-text">Enter sends. Shift + Enter starts a new line.</p>
      </form>
    `;
  }

  #onInput(): void {
    this.conversation.draft = this.field.value;
    this.refusal = null;
  }

  #onKey(event: KeyboardEvent): void {
    // While an input method composes, Enter chooses a word.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.#send();
  }

  #submit(event: SubmitEvent): void {
    event.preventDefault();
    this.#send();
    this.field.focus();
  }

  #send(): void {
    this.refusal = this.conversation.send(this.conversation.draft);
    if (this.refusal === null) this.conversation.draft = "";
    this.requestUpdate();
  }
}

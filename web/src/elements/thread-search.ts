/** Where one searches a conversation. Draws a `Search`; fires `close` when its reader is done. */

import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property, query } from "lit/decorators.js";
import { live } from "lit/directives/live.js";
import { number, percent } from "../language/formats.ts";
import { say } from "../language/language.ts";
import { CLOSE_ICON, DOWN_ICON, UP_ICON } from "./icons.ts";
import type { Search } from "./search.ts";
import { shared } from "./styles.ts";
import { Watch } from "./watch.ts";

@customElement("thread-search")
export class ThreadSearch extends LitElement {
  static override styles = [
    shared,
    css`
      search {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto auto auto;
        gap: var(--space-1) var(--space-2);
        align-items: center;
        padding: var(--space-2) var(--space-4);
        border-block-end: 1px solid var(--edge);
        background: var(--surface);
      }

      input {
        min-inline-size: 0;
        min-block-size: var(--target);
        padding: var(--space-2) var(--space-3);
        border: 1px solid var(--edge-strong);
        border-radius: var(--radius);
        background: var(--surface);
        color: var(--ink);
        font: inherit;
      }

      input::-webkit-search-cancel-button {
        display: none;
      }

      button.icon {
        inline-size: 2.25rem;
        block-size: 2.25rem;
      }

      .outcome {
        display: flex;
        flex-wrap: wrap;
        grid-column: 1 / -1;
        align-items: center;
        gap: 0 var(--space-4);
        min-block-size: 2rem;
      }
    `,
  ];

  @property({ attribute: false }) search!: Search;
  @query("input") private field!: HTMLInputElement;

  constructor() {
    super();
    new Watch(this, () => [this.search]);
    this.addEventListener("keydown", (event) => event.key === "Escape" && this.#close());
  }

  override focus(): void {
    void this.updateComplete.then(() => {
      this.field.focus();
      this.field.select();
    });
  }

  protected override render(): TemplateResult {
    const { search } = this;
    const none = search.found.length === 0;
    return html`<search>
      <input
        type="search"
        dir="auto"
        maxlength="200"
        autocomplete="off"
        aria-label=${say("search.label")}
        placeholder=${say("search.label")}
        .value=${live(search.text)}
        @input=${() => search.set(this.field.value)}
        @keydown=${this.#onKey}
      />
      ${this.#button("search.previous", UP_ICON, none, () => search.step(-1))} ${this.#button("search.next", DOWN_ICON, none, () => search.step(1))}
      ${this.#button("action.close", CLOSE_ICON, false, () => this.#close())}
      <div class="outcome quiet-text">
        <span role="status">${this.#outcome()}</span>
        ${search.hasEarlier && search.query !== "" ? this.#more() : nothing}
      </div>
    </search>`;
  }

  #button(label: "search.previous" | "search.next" | "action.close", icon: TemplateResult, disabled: boolean, run: () => void): TemplateResult {
    return html`<button class="icon" aria-label=${say(label)} title=${say(label)} aria-disabled=${disabled} @click=${run}>${icon}</button>`;
  }

  #outcome(): string {
    const { query, found, current, hasEarlier } = this.search;
    if (query === "") return "";
    const at = current === null ? 0 : found.indexOf(current) + 1;
    return say(hasEarlier ? "search.found.so.far" : "search.found", { count: found.length, at: number(at) });
  }

  #more(): TemplateResult {
    const { reading, part } = this.search;
    if (reading === "reading") return html`<span>${say("search.reading", { percent: percent(part) })}</span>`;
    return html`
      ${reading === "failed" ? html`<span role="alert">${say("search.failed")}</span>` : nothing}
      <button class="text" @click=${() => void this.search.readAll()}>${say(reading === "failed" ? "action.again" : "search.earlier")}</button>
    `;
  }

  /** Up, as in a conversation: the match before. */
  #onKey(event: KeyboardEvent): void {
    const by = event.key === "Enter" ? (event.shiftKey ? 1 : -1) : event.key === "ArrowUp" ? -1 : event.key === "ArrowDown" ? 1 : null;
    if (by === null || event.isComposing) return;
    event.preventDefault();
    this.search.step(by);
  }

  #close(): void {
    this.dispatchEvent(new CustomEvent("close"));
  }
}

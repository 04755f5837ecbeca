/** How this browser speaks and behaves, and its keys. Draws `device`, which remembers it. */

import { css, html, LitElement, type TemplateResult } from "lit";
import { customElement, query } from "lit/decorators.js";
import { device } from "../device.ts";
import { asSpokenHere, language, NAMES, say, type Key } from "../language/language.ts";
import { parts } from "../parts.ts";
import { choiceStyles } from "./choice.styles.ts";
import { shared } from "./styles.ts";
import { Watch } from "./watch.ts";

/** What keys do; the names of keys are those that stand on them. */
const KEYS: readonly { keys: readonly string[]; does: Key }[] = [
  { keys: ["Ctrl", "F"], does: "settings.keys.search" },
  { keys: ["Enter"], does: "settings.keys.earlier" },
  { keys: ["Shift", "Enter"], does: "settings.keys.later" },
  { keys: ["Ctrl", "P"], does: "settings.keys.print" },
  { keys: ["←", "→"], does: "settings.keys.tabs" },
  { keys: ["Home", "End"], does: "settings.keys.ends" },
  { keys: ["Esc"], does: "settings.keys.close" },
];

/** Whether somebody has just chosen a language. */
let chosen = false;

@customElement("device-settings")
export class DeviceSettings extends LitElement {
  static override styles = [
    shared,
    choiceStyles,
    css`
      select {
        min-block-size: var(--target);
        padding: var(--space-2) var(--space-3);
        border: 1px solid var(--edge-strong);
        border-radius: var(--radius);
        background: var(--surface);
        color: var(--ink);
        font: inherit;
      }

      .field {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--space-2) var(--space-4);
      }

      dl {
        display: grid;
        gap: var(--space-2);
      }

      dl > div {
        display: grid;
        grid-template-columns: minmax(9rem, auto) minmax(0, 1fr);
        gap: var(--space-3);
      }

      kbd {
        padding: 0.05rem var(--space-2);
        border: 1px solid var(--edge-strong);
        border-radius: var(--space-1);
        background: var(--raised);
        font-family: inherit;
        font-size: var(--text-s);
      }
    `,
  ];

  /** On glass, the button sends. */
  readonly #coarse = matchMedia("(pointer: coarse)");
  @query("select") private select!: HTMLSelectElement;

  constructor() {
    super();
    new Watch(this, () => [device, language]);
  }

  /** In another language everything is said anew: whoever chose it, goes on from there. */
  protected override firstUpdated(): void {
    if (chosen) this.select.focus();
    chosen = false;
  }

  protected override render(): TemplateResult {
    return html`
      <section>
        <h2>${say("settings.device.title")}</h2>
        <label class="field">
          <span class="label">${say("settings.language")}</span>
          <select @change=${this.#choose}>
            ${NAMES.map(({ code, name }) => html`<option value=${code} lang=${code} ?selected=${code === language.code}>${name}</option>`)}
          </select>
        </label>
        <label class="choice" ?hidden=${this.#coarse.matches}>
          <input type="checkbox" aria-labelledby="enter" aria-describedby="enter-means" .checked=${device.enterSends} @change=${this.#setEnter} />
          <span>
            <span class="label" id="enter">${say("settings.enter")}</span>
            <span class="quiet-text example" id="enter-means">${say("settings.enter.text")}</span>
          </span>
        </label>
      </section>
      <section>
        <h2>${say("settings.keys.title")}</h2>
        <dl>${[...this.#sending(), ...KEYS].map(({ keys, does }) => html`<div><dt dir="ltr">${together(keys)}</dt><dd>${say(does)}</dd></div>`)}</dl>
      </section>
    `;
  }

  #sending(): { keys: readonly string[]; does: Key }[] {
    const [send, other] = device.enterSends ? [["Enter"], ["Shift", "Enter"]] : [["Ctrl", "Enter"], ["Enter"]];
    return [
      { keys: send!, does: "settings.keys.send" },
      { keys: other!, does: "settings.keys.break" },
    ];
  }

  #setEnter(event: Event): void {
    device.set("enter", (event.target as HTMLInputElement).checked ? "sends" : "breaks");
  }

  async #choose(): Promise<void> {
    const code = this.select.value;
    chosen = true;
    if (await parts.load(() => language.use(asSpokenHere(code)))) device.set("language", code);
    else this.select.value = language.code;
  }
}

function together(keys: readonly string[]): TemplateResult[] {
  return keys.map((key, index) => html`${index > 0 ? " + " : ""}<kbd>${key}</kbd>`);
}

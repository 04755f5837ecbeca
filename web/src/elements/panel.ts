/** A whole area with one thing to say: nothing here yet, or something went wrong, and what to do. */

import { css, html, nothing, type TemplateResult } from "lit";
import { say } from "../language/language.ts";
import { explain } from "./explain.ts";

interface Panel {
  title: string;
  text?: string;
  action?: { label: string; run: () => void };
  /** Whether it is all that is on the page. */
  alone?: boolean;
}

export function panel({ title, text, action, alone = false }: Panel): TemplateResult {
  return html`
    <div class="panel">
      ${alone ? html`<h1>${title}</h1>` : html`<h2>${title}</h2>`}
      ${text === undefined ? nothing : html`<p>${text}</p>`}
      ${action === undefined ? nothing : html`<button @click=${action.run}>${action.label}</button>`}
    </div>
  `;
}

/** The same for a failure, with a way to ask again where that may help. */
export function troublePanel(error: unknown, again?: () => void, alone = false): TemplateResult {
  const { title, text, again: mayHelp } = explain(error);
  return html`<div role="alert">
    ${panel({ title, text, alone, ...(mayHelp && again && { action: { label: say("action.again"), run: again } }) })}
  </div>`;
}

export const panelStyles = css`
  .panel {
    display: grid;
    justify-items: center;
    gap: var(--space-3);
    max-inline-size: 26rem;
    margin: 0 auto;
    padding: var(--space-6) var(--space-4);
    text-align: center;
    overflow-wrap: anywhere;
  }

  .panel h1,
  .panel h2 {
    font-size: var(--text-l);
    line-height: var(--line-tight);
  }

  .panel p {
    color: var(--ink-quiet);
  }

  .panel button {
    margin-block-start: var(--space-2);
  }
`;

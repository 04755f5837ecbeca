/** A whole area with one thing to say: nothing here yet, or something went wrong, and what to do. */

import { css, html, nothing, type TemplateResult } from "lit";
import { explain } from "./explain.ts";

interface Panel {
  title: string;
  text?: string;
  action?: { label: string; run: () => void };
}

export function panel({ title, text, action }: Panel): TemplateResult {
  return html`
    <div class="panel">
      <h2>${title}</h2>
      ${text === undefined ? nothing : html`<p>${text}</p>`}
      ${action === undefined ? nothing : html`<button @click=${action.run}>${action.label}</button>`}
    </div>
  `;
}

/** The same for a failure, with a way to ask again where that may help. */
export function troublePanel(error: unknown, again?: () => void): TemplateResult {
  const { title, text, again: mayHelp } = explain(error);
  return html`<div role="alert">
    ${panel({ title, text, ...(mayHelp && again && { action: { label: "Try again", run: again } }) })}
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

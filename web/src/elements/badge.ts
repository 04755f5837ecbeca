/** How many messages wait to be read: a red number to see, a sentence to hear. Nothing at all where none waits. */

import { css, html, nothing, type TemplateResult } from "lit";
import { badgeNumber, unreadWords } from "./words.ts";

export function badge(count: number, words: (count: number) => string = unreadWords): TemplateResult | typeof nothing {
  if (count === 0) return nothing;
  return html`<span class="badge"><span aria-hidden="true">${badgeNumber(count)}</span><span class="unseen">${words(count)}</span></span>`;
}

export const badgeStyles = css`
  .badge {
    display: inline-grid;
    position: relative;
    place-items: center;
    box-sizing: border-box;
    min-inline-size: 1.375rem;
    block-size: 1.375rem;
    padding: 0 0.375rem;
    /* Colours may be the reader's own: then a line tells it from the text around it. */
    border: 1px solid transparent;
    border-radius: 1rem;
    background: var(--badge);
    color: var(--on-badge);
    font-size: 0.75rem;
    font-weight: var(--strong);
    font-variant-numeric: tabular-nums;
    line-height: 1;
  }
`;

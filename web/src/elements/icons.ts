/** The few drawings of the page. They say nothing by themselves: what stands beside them does. */

import { html } from "lit";

export const CHAT_ICON = html`<svg viewBox="0 0 24 24" aria-hidden="true">
  <path d="M4.5 4.5h15a2 2 0 0 1 2 2v9a2 2 0 0 1-2 2H12l-4.5 3.5v-3.5h-3a2 2 0 0 1-2-2v-9a2 2 0 0 1 2-2Z" />
</svg>`;

export const CLOSE_ICON = html`<svg viewBox="0 0 24 24" aria-hidden="true"><path d="m7 7 10 10M17 7 7 17" /></svg>`;

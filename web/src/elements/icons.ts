/** The few drawings of the page. They say nothing by themselves: what stands beside them does. */

import { html } from "lit";

export const CHAT_ICON = html`<svg viewBox="0 0 24 24" aria-hidden="true">
  <path d="M4.5 4.5h15a2 2 0 0 1 2 2v9a2 2 0 0 1-2 2H12l-4.5 3.5v-3.5h-3a2 2 0 0 1-2-2v-9a2 2 0 0 1 2-2Z" />
</svg>`;

export const CLIP_ICON = html`<svg viewBox="0 0 24 24" aria-hidden="true">
  <path d="m20 11-8.2 8.2a5.2 5.2 0 0 1-7.4-7.4l8.6-8.6a3.5 3.5 0 0 1 5 5l-8.5 8.4a1.7 1.7 0 0 1-2.4-2.4l7.7-7.7" />
</svg>`;

export const FILE_ICON = html`<svg viewBox="0 0 24 24" aria-hidden="true">
  <path d="M13.5 3H7a2 2 0 0 0-2 2v14a2 2 0 0 0 2 2h10a2 2 0 0 0 2-2V8.5L13.5 3v5.5H19" />
</svg>`;

export const CLOSE_ICON = html`<svg viewBox="0 0 24 24" aria-hidden="true"><path d="m7 7 10 10M17 7 7 17" /></svg>`;

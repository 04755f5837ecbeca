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

export const GEAR_ICON = html`<svg viewBox="0 0 24 24" aria-hidden="true">
  <path d="M9.9 5.2L10.2 2.6L13.8 2.6L14.1 5.2L15.3 5.7L17.4 4.1L19.9 6.6L18.3 8.7L18.8 9.9L21.4 10.2L21.4 13.8L18.8 14.1L18.3 15.3L19.9 17.4L17.4 19.9L15.3 18.3L14.1 18.8L13.8 21.4L10.2 21.4L9.9 18.8L8.7 18.3L6.6 19.9L4.1 17.4L5.7 15.3L5.2 14.1L2.6 13.8L2.6 10.2L5.2 9.9L5.7 8.7L4.1 6.6L6.6 4.1L8.7 5.7Z" />
  <circle cx="12" cy="12" r="3" />
</svg>`;

export const SEARCH_ICON = html`<svg viewBox="0 0 24 24" aria-hidden="true"><circle cx="10.5" cy="10.5" r="6.5" /><path d="m15.5 15.5 5 5" /></svg>`;

export const UP_ICON = html`<svg viewBox="0 0 24 24" aria-hidden="true"><path d="m6 15 6-6 6 6" /></svg>`;

export const DOWN_ICON = html`<svg viewBox="0 0 24 24" aria-hidden="true"><path d="m6 9 6 6 6-6" /></svg>`;

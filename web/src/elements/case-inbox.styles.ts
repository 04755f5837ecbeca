import { css } from "lit";
import { badgeStyles } from "./badge.ts";
import { panelStyles } from "./panel.ts";
import { shared } from "./styles.ts";
import { skeletonStyles } from "./skeleton.ts";
import { theme } from "./theme.ts";

export const inboxStyles = [
  theme,
  shared,
  ...skeletonStyles,
  panelStyles,
  badgeStyles,
  css`
    h1 {
      padding: var(--space-5) var(--space-4) var(--space-3);
      font-size: var(--text-xl);
      line-height: var(--line-tight);
    }

    h1:focus-visible {
      box-shadow: none;
    }

    h2:not(.panel h2) {
      padding: var(--space-5) var(--space-4) var(--space-2);
      color: var(--ink-quiet);
      font-size: var(--text-s);
      font-weight: var(--strong);
    }

    ::slotted(mail-alert) {
      margin-inline: var(--space-4);
    }

    :host {
      background: var(--surface);
    }

    .pad {
      padding: var(--space-2) var(--space-4);
    }

    ul {
      list-style: none;
    }

    .row {
      display: grid;
      grid-template-columns: minmax(0, 1fr) auto;
      gap: 0 var(--space-3);
      padding: var(--space-3) var(--space-4);
      padding-inline-start: calc(var(--space-4) - 3px);
      border-inline-start: 3px solid transparent;
      background: none;
      color: inherit;
      font-weight: inherit;
      text-align: start;
      text-decoration: none;
    }

    button.row {
      inline-size: 100%;
      border-width: 0;
      border-inline-start-width: 3px;
      border-radius: 0;
    }

    @media (hover: hover) {
      .row:hover {
        background: var(--raised);
      }
    }

    .row:focus-visible {
      box-shadow: inset 0 0 0 2px var(--accent);
    }

    .row[aria-current] {
      border-color: var(--accent);
      background: var(--chosen);
    }

    /* With the reader's own colours, nothing is transparent. */
    @media (forced-colors: active) {
      .row:not([aria-current]) {
        border-color: Canvas;
      }
    }

    .who {
      overflow-wrap: anywhere;
      line-height: var(--line-tight);
    }

    .peer {
      font-weight: var(--strong);
    }

    .role,
    .reference,
    time {
      color: var(--ink-quiet);
      font-size: var(--text-s);
    }

    .role {
      white-space: nowrap;
    }

    .reference,
    .preview {
      grid-column: 1 / -1;
      overflow: hidden;
      text-overflow: ellipsis;
      white-space: nowrap;
    }

    .preview {
      margin-block-start: var(--space-1);
    }

    .unread .reference,
    .unread .preview {
      grid-column: 1;
    }

    .unread .preview {
      font-weight: var(--medium);
    }

    .badge {
      grid-area: 2 / 2 / 4;
      place-self: end;
    }
  `,
];

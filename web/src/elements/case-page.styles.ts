import { css } from "lit";
import { badgeStyles } from "./badge.ts";
import { panelStyles } from "./panel.ts";
import { shared } from "./styles.ts";

export const pageStyles = [
  shared,
  panelStyles,
  badgeStyles,
  css`
    :host {
      display: grid;
      grid-template: auto minmax(0, 1fr) / minmax(0, 1fr);
      block-size: 100%;
    }

    header {
      display: flex;
      flex-wrap: wrap;
      justify-content: space-between;
      align-items: end;
      gap: 0 var(--space-4);
      padding: var(--space-3) var(--space-4) 0;
      border-block-end: 1px solid var(--edge);
      background: var(--surface);
    }

    away-row {
      flex-basis: 100%;
    }

    .top {
      padding: var(--space-3) var(--space-4) 0;
    }

    .about {
      min-inline-size: 0;
      padding-block-end: var(--space-2);
      overflow-wrap: anywhere;
    }

    .ways {
      display: flex;
      align-items: center;
      gap: var(--space-3);
    }

    @media (max-width: 47.99rem) {
      .about {
        flex-basis: 100%;
      }

      .ways {
        flex: 1;
      }

      /* Where there is nothing to search, the tabs stay where they are. */
      [role="tablist"] {
        order: -1;
        margin-inline-end: auto;
      }
    }

    header h1:focus-visible {
      box-shadow: none;
    }

    header h1 {
      font-size: var(--text-l);
      line-height: var(--line-tight);
    }

    .role {
      color: var(--ink-quiet);
      font-size: var(--text-s);
      font-weight: var(--medium);
      white-space: nowrap;
    }

    [role="tab"] {
      border: 0;
      border-block-end: 3px solid transparent;
      border-radius: 0;
      background: none;
      color: var(--ink-quiet);
      font-weight: var(--medium);
    }

    [role="tab"]:hover {
      background: none;
    }

    @media (hover: hover) {
      [role="tab"]:hover {
        background: var(--raised);
      }
    }

    [role="tab"]:focus-visible {
      box-shadow: inset 0 0 0 2px var(--accent);
    }

    [role="tab"][aria-selected="true"] {
      border-color: var(--accent);
      color: var(--ink);
      font-weight: var(--strong);
    }

    /* With the reader's own colours, nothing is transparent. */
    @media (forced-colors: active) {
      [role="tab"]:not([aria-selected="true"]) {
        border-color: Canvas;
      }
    }

    [role="tabpanel"] {
      min-block-size: 0;
      overflow-y: auto;
    }
  `,
];

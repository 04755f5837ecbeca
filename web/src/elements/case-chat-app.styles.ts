import { css } from "lit";
import { panelStyles } from "./panel.ts";
import { shared } from "./styles.ts";
import { theme } from "./theme.ts";

/** Below the break the list and what is opened take turns; from it on they stand side by side. */
export const appStyles = [
  theme,
  shared,
  panelStyles,
  css`
    :host {
      display: grid;
      grid-template-rows: auto auto minmax(0, 1fr);
      block-size: 100dvh;
      padding: 0 env(safe-area-inset-right) env(safe-area-inset-bottom) env(safe-area-inset-left);
    }

    header {
      display: flex;
      align-items: center;
      gap: var(--space-4);
      min-block-size: 3.25rem;
      padding: var(--space-2) var(--space-4);
      border-block-end: 1px solid var(--edge);
      background: var(--surface);
    }

    .name {
      margin-inline-end: auto;
      border-radius: var(--radius);
      color: var(--accent);
      font-weight: var(--strong);
      text-decoration: none;
    }

    .alone {
      grid-row: 2 / -1;
      align-self: center;
    }

    .ended {
      display: flex;
      flex-wrap: wrap;
      justify-content: center;
      align-items: center;
      gap: var(--space-2) var(--space-4);
      padding: var(--space-2) var(--space-4);
      background: var(--care-ground);
      color: var(--care);
    }

    .transcript {
      grid-row: 3;
      overflow-y: auto;
    }

    @media print {
      :host {
        display: block;
        block-size: auto;
      }
    }

    .columns {
      grid-row: 3;
      display: grid;
      grid-template-columns: minmax(0, 1fr);
      min-block-size: 0;
    }

    nav,
    .page {
      min-inline-size: 0;
      min-block-size: 0;
    }

    nav {
      overflow-y: auto;
      background: var(--surface);
    }

    .at-list .page,
    .at-page nav {
      display: none;
    }

    /* On a phone, a case or the settings have a heading of their own and need the room. */
    @media (max-width: 47.99rem) {
      header.at-page {
        display: none;
      }
    }

    @media (max-width: 24rem) {
      header {
        gap: var(--space-2);
      }
    }

    @media (min-width: 48rem) {
      .columns {
        grid-template-columns: var(--list-width) minmax(0, 1fr);
      }

      nav {
        border-inline-end: 1px solid var(--edge);
      }

      .at-list .page,
      .at-page nav {
        display: block;
      }
    }
  `,
];

import { css } from "lit";
import { messageStyles } from "./message.styles.ts";
import { shared } from "./styles.ts";

export const threadStyles = [
  shared,
  messageStyles,
  css`
    :host {
      position: relative;
      min-block-size: 0;
    }

    .scroller {
      block-size: 100%;
      overflow-y: auto;
      /* KeepPlace does this, in every browser alike. */
      overflow-anchor: none;
      padding: var(--space-4);
    }

    .scroller:focus-visible {
      box-shadow: inset 0 0 0 2px var(--accent);
    }

    .log {
      display: flex;
      flex-direction: column;
      max-inline-size: 60rem;
      margin: 0 auto;
    }

    .earlier,
    .empty {
      padding-block-end: var(--space-4);
      text-align: center;
    }

    .empty {
      padding-block: var(--space-5);
      color: var(--ink-quiet);
    }

    .to-end {
      position: absolute;
      inset-block-end: var(--space-3);
      inset-inline-start: 50%;
      translate: -50%;
    }
  `,
];

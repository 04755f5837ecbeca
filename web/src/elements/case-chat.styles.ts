import { css } from "lit";
import { panelStyles } from "./panel.ts";
import { shared } from "./styles.ts";
import { skeletonStyles } from "./skeleton.ts";
import { theme } from "./theme.ts";

export const chatStyles = [
  theme,
  shared,
  panelStyles,
  ...skeletonStyles,
  css`
    :host {
      display: grid;
      grid-template: auto auto minmax(0, 1fr) auto / minmax(0, 1fr);
      position: relative;
      block-size: 100%;
      background: var(--ground);
    }

    tamper-alert {
      grid-row: 1;
    }

    thread-search {
      grid-row: 2;
    }

    chat-thread {
      grid-row: 3;
    }

    .drop {
      position: absolute;
      inset: var(--space-2);
      display: grid;
      place-items: center;
      border: 2px dashed var(--accent);
      border-radius: var(--radius-l);
      background: var(--surface);
      opacity: 95%;
      font-weight: var(--strong);
      pointer-events: none;
    }

    .foot {
      grid-row: 4;
      border-block-start: 1px solid var(--edge);
      background: var(--surface);
    }

    .stopped {
      padding: var(--space-4);
      color: var(--ink-quiet);
      text-align: center;
    }
  `,
];

import { css } from "lit";
import { choiceStyles } from "./choice.styles.ts";
import { panelStyles } from "./panel.ts";
import { shared } from "./styles.ts";

export const preferencesStyles = [
  shared,
  panelStyles,
  choiceStyles,
  css`
    :host {
      display: grid;
      grid-template: auto minmax(0, 1fr) / minmax(0, 1fr);
      block-size: 100%;
    }

    header {
      padding: var(--space-3) var(--space-4);
      border-block-end: 1px solid var(--edge);
      background: var(--surface);
    }

    header h1 {
      font-size: var(--text-l);
      line-height: var(--line-tight);
    }

    header h1:focus-visible {
      box-shadow: none;
    }

    .scroller {
      position: relative;
      overflow-y: auto;
      /* What has the focus is not behind what stands at the end. */
      scroll-padding-block-end: var(--space-6);
    }

    .content {
      max-inline-size: var(--measure);
      padding: var(--space-5) var(--space-4) 0;
    }

    .said {
      position: sticky;
      inset-block-end: 0;
      background: var(--surface);
    }

    .said p:not(:empty) {
      padding: var(--space-2) var(--space-4);
      border-block-start: 1px solid var(--edge);
      font-weight: var(--medium);
    }

    .said .problem {
      background: var(--alarm-ground);
      color: var(--alarm);
    }
  `,
];

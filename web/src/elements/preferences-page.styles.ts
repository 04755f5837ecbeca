import { css } from "lit";
import { panelStyles } from "./panel.ts";
import { shared } from "./styles.ts";

export const preferencesStyles = [
  shared,
  panelStyles,
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

    header h2 {
      font-size: var(--text-l);
      line-height: var(--line-tight);
    }

    header h2:focus-visible {
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

    fieldset,
    section {
      display: grid;
      gap: var(--space-3);
      min-inline-size: 0;
      margin: 0 0 var(--space-6);
      padding: 0;
      border: 0;
    }

    legend {
      padding: 0;
    }

    h3 {
      font-size: var(--text-m);
      line-height: var(--line-tight);
    }

    legend h3 {
      margin-block-end: var(--space-3);
    }

    .choice {
      display: grid;
      grid-template-columns: auto minmax(0, 1fr);
      gap: var(--space-3);
      align-items: start;
      min-block-size: var(--target);
      padding: var(--space-2) var(--space-3);
      border: 1px solid var(--edge);
      border-radius: var(--radius);
      background: var(--surface);
      overflow-wrap: anywhere;
      cursor: pointer;
    }

    .choice:has(:checked) {
      border-color: var(--accent);
      background: var(--chosen);
    }

    .choice:has(:disabled) {
      background: none;
      color: var(--ink-quiet);
      cursor: default;
    }

    /* As high as the first line. */
    input {
      inline-size: 1.25rem;
      block-size: 1.25rem;
      margin: 0.125rem 0;
      border-radius: 50%;
      accent-color: var(--accent);
      cursor: inherit;
    }

    input[type="checkbox"] {
      border-radius: var(--space-1);
    }

    .label,
    .example {
      display: block;
    }

    .label {
      font-weight: var(--medium);
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

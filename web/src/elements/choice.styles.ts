/** Groups of settings, and what can be ticked in them. */

import { css } from "lit";

export const choiceStyles = css`
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

  h2 {
    font-size: var(--text-m);
    line-height: var(--line-tight);
  }

  legend h2 {
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
  .choice input {
    inline-size: 1.25rem;
    block-size: 1.25rem;
    margin: 0.125rem 0;
    border-radius: 50%;
    accent-color: var(--accent);
    cursor: inherit;
  }

  .choice input[type="checkbox"] {
    border-radius: var(--space-1);
  }

  .label,
  .example {
    display: block;
  }

  .label {
    font-weight: var(--medium);
  }
`;

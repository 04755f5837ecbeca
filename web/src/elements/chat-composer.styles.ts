import { css } from "lit";
import { shared } from "./styles.ts";

export const composerStyles = [
  shared,
  css`
    form {
      display: grid;
      grid-template-columns: auto minmax(0, 1fr) auto;
      gap: var(--space-1) var(--space-3);
      align-items: end;
      padding: var(--space-2) var(--space-4) var(--space-3);
      border-block-start: 1px solid var(--edge);
      background: var(--surface);
    }

    label,
    p,
    .files,
    #refusal {
      grid-column: 1 / -1;
    }

    .files {
      display: grid;
      gap: var(--space-2);
      max-block-size: 32dvh;
      overflow-y: auto;
      padding-block-end: var(--space-1);
      list-style: none;
    }

    .attach {
      inline-size: var(--target);
      block-size: var(--target);
    }

    .attach svg {
      inline-size: 1.5rem;
      block-size: 1.5rem;
    }

    label {
      color: var(--ink-quiet);
      font-size: var(--text-s);
      overflow-wrap: anywhere;
    }

    textarea {
      /* Grows with the text where the browser can; elsewhere it scrolls. */
      field-sizing: content;
      inline-size: 100%;
      min-block-size: var(--target);
      max-block-size: 30dvh;
      padding: var(--space-2) var(--space-3);
      border: 1px solid var(--edge-strong);
      border-radius: var(--radius);
      background: var(--surface);
      color: var(--ink);
      font: inherit;
      resize: none;
    }

    textarea[aria-invalid] {
      border-color: var(--alarm);
    }

    .notice {
      color: var(--care);
      font-size: var(--text-s);
    }

    #refusal {
      color: var(--alarm);
      font-size: var(--text-s);
    }

    .count {
      text-align: end;
      font-variant-numeric: tabular-nums;
    }

    .count.over {
      color: var(--alarm);
    }

    .hint {
      display: none;
    }

    /* Said where there is a keyboard to say it of. */
    @media (hover: hover) and (min-width: 48rem) {
      .hint {
        display: block;
      }
    }
  `,
];

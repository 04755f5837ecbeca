import { css } from "lit";
import { panelStyles } from "./panel.ts";
import { shared } from "./styles.ts";
import { theme } from "./theme.ts";

export const transcriptStyles = [
  theme,
  shared,
  panelStyles,
  css`
    :host {
      min-block-size: 100%;
      background: var(--surface);
      overflow-wrap: anywhere;
    }

    .bar {
      display: flex;
      flex-wrap: wrap;
      justify-content: space-between;
      align-items: center;
      gap: var(--space-2) var(--space-4);
      position: sticky;
      inset-block-start: 0;
      min-block-size: 3.25rem;
      padding: var(--space-2) var(--space-4);
      border-block-end: 1px solid var(--edge);
      background: var(--surface);
    }

    section {
      max-inline-size: 46rem;
      margin: 0 auto;
      padding: var(--space-5) var(--space-4);
    }

    h1 {
      font-size: var(--text-xl);
      line-height: var(--line-tight);
    }

    h1:focus-visible {
      box-shadow: none;
    }

    header p {
      margin-block-start: var(--space-2);
    }

    ol {
      margin: var(--space-5) 0 0;
      padding: 0;
      list-style: none;
    }

    li {
      padding-block: var(--space-3);
      border-block-start: 1px solid var(--edge);
      /* Drawn when it comes into view: a conversation may be long. */
      content-visibility: auto;
      contain-intrinsic-size: auto 5rem;
      break-inside: avoid;
    }

    .head,
    .fact,
    .file {
      color: var(--ink-quiet);
      font-size: var(--text-s);
    }

    .name {
      color: var(--ink);
      font-weight: var(--strong);
    }

    .body {
      margin-block-start: var(--space-1);
      white-space: pre-wrap;
    }

    .file {
      margin-block-start: var(--space-1);
    }

    @media print {
      :host {
        --surface: #fff;
        --ink: #000;
        --ink-quiet: #333;
        --edge: #999;
      }

      .bar {
        display: none;
      }

      section {
        max-inline-size: none;
        padding: 0;
      }

      li {
        content-visibility: visible;
      }
    }
  `,
];

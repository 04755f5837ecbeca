import { css } from "lit";
import { messageStyles } from "./message.styles.ts";
import { shared } from "./styles.ts";
import { lineStyles } from "./thread-lines.ts";
import { typingStyles } from "./typing-hint.ts";

export const threadStyles = [
  shared,
  messageStyles,
  lineStyles,
  typingStyles,
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
      /* Room for the word that somebody is writing. */
      padding-block-end: calc(var(--space-5) + var(--space-2));
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

    .item {
      display: flex;
      flex-direction: column;
    }

    /* Only above the very first day nothing stands: what is drawn first may not be that. */
    .item + .item > .day,
    .cut > .item > .day {
      margin-block-start: var(--space-5);
    }

    .more-new {
      margin-block-start: var(--space-1);
      color: var(--ink-quiet);
      font-size: var(--text-s);
      text-align: center;
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
      inset-block-end: calc(var(--space-5) + var(--space-2));
      inset-inline: 0;
      inline-size: fit-content;
      margin-inline: auto;
      box-shadow: var(--shadow);
    }
  `,
];

/** The shape of what is being loaded, in its place, so that nothing jumps when it comes. Said in words to whoever hears. */

import { css, html, type TemplateResult } from "lit";

/** So many rows as a list has that is not long. */
const ROWS = [62, 48, 55];
/** How wide the messages are, in percent; every other one is one's own. */
const MESSAGES = [58, 40, 66, 34];

export function rowsToCome(words: string): TemplateResult {
  return html`<div class="to-come">
    <p class="unseen" role="status">${words}</p>
    ${ROWS.map((width) => html`<div class="row" aria-hidden="true"><i class="w${width}"></i><i class="w${width - 20}"></i></div>`)}
  </div>`;
}

export function messagesToCome(words: string): TemplateResult {
  return html`<div class="to-come">
    <p class="unseen" role="status">${words}</p>
    ${MESSAGES.map((width) => html`<div class="bubble w${width}" aria-hidden="true"></div>`)}
  </div>`;
}

const WIDTHS = [...new Set([...ROWS, ...ROWS.map((width) => width - 20), ...MESSAGES])];

export const skeletonStyles = [
  css`
    .to-come {
      display: flex;
      flex-direction: column;
      gap: var(--space-4);
      padding: var(--space-4);
      overflow: hidden;
    }

    .to-come .row {
      display: grid;
      gap: var(--space-2);
      padding-block: var(--space-2);
    }

    .to-come i,
    .to-come .bubble {
      border-radius: var(--radius);
      background: var(--edge);
    }

    .to-come i {
      block-size: 0.75rem;
    }

    .to-come .bubble {
      block-size: 4rem;
      border-radius: var(--radius-l);
    }

    .to-come .bubble:nth-child(odd) {
      align-self: end;
    }

    @media (prefers-reduced-motion: no-preference) {
      .to-come {
        animation: wait 1.6s ease-in-out infinite alternate;
      }
    }

    @keyframes wait {
      to {
        opacity: 0.5;
      }
    }
  `,
  ...WIDTHS.map((width) => css`
    .w${width} {
      inline-size: ${width}%;
    }
  `),
];

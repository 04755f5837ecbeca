/** That the other person is writing. It floats in room that is kept free for it, so that nothing moves when it comes. */

import { css, html, nothing, type TemplateResult } from "lit";
import { say } from "../language/language.ts";

/** `name`: who is writing; null when nobody is. The line itself is always there, so that it is read out when it fills. */
export function typingHint(name: string | null): TemplateResult {
  return html`<p class="typing" role="status">
    ${name === null
      ? nothing
      : html`<span class="writing">
          <bdi class="writer">${name}</bdi> <span class="verb">${say("thread.typing")}</span><span class="dots" aria-hidden="true"><i></i><i></i><i></i></span>
        </span>`}
  </p>`;
}

export const typingStyles = css`
  .typing {
    display: flex;
    position: absolute;
    inset-block-end: 0;
    inset-inline: 0;
    color: var(--ink-quiet);
    font-size: var(--text-s);
    pointer-events: none;
  }

  /* On a ground of its own: where one reads further up, messages are behind it. */
  .writing {
    display: flex;
    align-items: center;
    gap: var(--space-2);
    min-inline-size: 0;
    padding: var(--space-1) var(--space-3) var(--space-1) var(--space-4);
    border-start-end-radius: var(--radius);
    background: var(--ground);
  }

  .writer {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }

  .verb {
    flex: none;
  }

  .dots {
    display: inline-flex;
    flex: none;
    gap: 0.2rem;
  }

  .dots i {
    inline-size: 0.3rem;
    block-size: 0.3rem;
    border: 1px solid transparent;
    border-radius: 50%;
    background: currentColor;
  }

  @media (prefers-reduced-motion: no-preference) {
    .dots i {
      animation: breathe 1.4s ease-in-out infinite;
    }

    .dots i:nth-child(2) {
      animation-delay: 0.2s;
    }

    .dots i:nth-child(3) {
      animation-delay: 0.4s;
    }
  }

  @keyframes breathe {
    0%,
    60%,
    100% {
      opacity: 0.35;
    }

    30% {
      opacity: 1;
    }
  }
`;

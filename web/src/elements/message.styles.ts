import { css } from "lit";

export const messageStyles = css`
  .message {
    max-inline-size: min(85%, var(--measure));
    margin-block-start: var(--space-4);
    padding: var(--space-2) var(--space-3) var(--space-3);
    border: 1px solid var(--edge);
    border-radius: var(--radius-l);
    background: var(--surface);
    /* Marks piled on one letter stay in their own message. */
    overflow: clip;
  }

  .theirs {
    align-self: start;
    border-start-start-radius: var(--space-1);
  }

  .mine {
    align-self: end;
    border-color: transparent;
    border-start-end-radius: var(--space-1);
    background: var(--mine);
  }

  .follows {
    margin-block-start: var(--space-1);
  }

  .message header {
    display: flex;
    flex-wrap: wrap;
    align-items: baseline;
    gap: 0 var(--space-2);
    margin-block-end: var(--space-1);
    color: var(--ink-quiet);
    font-size: var(--text-s);
    overflow-wrap: anywhere;
  }

  .name {
    color: var(--ink);
    font-weight: var(--strong);
  }

  .body {
    white-space: pre-wrap;
    overflow-wrap: anywhere;
  }

  .body mark {
    border-radius: 0.15rem;
    background: var(--found);
    color: inherit;
  }

  .sought {
    outline: 2px solid var(--accent);
    outline-offset: 2px;
  }

  .pending {
    border: 1px dashed var(--edge-strong);
    background: transparent;
  }

  .failed {
    border: 1px solid var(--edge-strong);
    background: var(--surface);
  }

  .failed footer p {
    color: var(--alarm);
  }

  .message footer {
    display: flex;
    flex-wrap: wrap;
    gap: 0 var(--space-4);
    margin-block-start: var(--space-2);
    font-size: var(--text-s);
  }

  .message footer p {
    flex-basis: 100%;
  }

  .fact {
    align-self: center;
    margin-block: var(--space-4) 0;
    color: var(--ink-quiet);
    font-size: var(--text-s);
    text-align: center;
    overflow-wrap: anywhere;
  }

  .fact time::before {
    content: "· ";
  }
`;

/** Styles that several elements share: controls, quiet text, and text for screen readers alone. */

import { css } from "lit";

export const shared = css`
  :host {
    display: block;
  }

  * {
    box-sizing: border-box;
  }

  h1,
  h2,
  h3,
  p,
  dl,
  dd,
  ul {
    margin: 0;
    padding: 0;
  }

  button,
  .button {
    display: inline-block;
    min-block-size: var(--target);
    padding: var(--space-2) var(--space-4);
    border: 1px solid transparent;
    border-radius: var(--radius);
    background: var(--accent);
    color: var(--on-accent);
    font: inherit;
    font-weight: var(--strong);
    text-decoration: none;
    cursor: pointer;
    transition: background-color var(--quick);
  }

  button:hover {
    background: var(--accent-hover);
  }

  button.quiet {
    border-color: var(--edge-strong);
    background: transparent;
    color: var(--ink);
    font-weight: var(--medium);
  }

  button.quiet:hover {
    background: var(--raised);
  }

  button.text {
    min-block-size: 2rem;
    padding: var(--space-1) 0;
    background: none;
    color: var(--accent);
    font-size: var(--text-s);
    font-weight: var(--medium);
    text-decoration: underline;
    text-underline-offset: 0.2em;
  }

  button.text:hover {
    background: none;
    text-decoration-thickness: 2px;
  }

  button.small {
    min-block-size: 2rem;
    padding: var(--space-1) var(--space-3);
    font-size: var(--text-s);
  }

  button.icon {
    display: grid;
    place-items: center;
    min-block-size: 0;
    inline-size: 2rem;
    block-size: 2rem;
    padding: 0;
    background: none;
    color: var(--ink-quiet);
  }

  button.icon:hover {
    background: var(--raised);
    color: var(--ink);
  }

  svg {
    inline-size: 1.5rem;
    block-size: 1.5rem;
    fill: none;
    stroke: currentColor;
    stroke-width: 1.75;
    stroke-linecap: round;
    stroke-linejoin: round;
  }

  button.icon svg {
    inline-size: 1.25rem;
    block-size: 1.25rem;
  }

  a {
    color: var(--accent);
  }

  :focus-visible {
    outline: 2px solid transparent;
    box-shadow: var(--focus);
  }

  .quiet-text {
    color: var(--ink-quiet);
    font-size: var(--text-s);
  }

  .unseen {
    position: absolute;
    inline-size: 1px;
    block-size: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }

  /* A name of any length leaves room for what stands beside it. */
  .clamp {
    display: -webkit-inline-box;
    max-inline-size: 100%;
    overflow: hidden;
    vertical-align: bottom;
    -webkit-box-orient: vertical;
    -webkit-line-clamp: 2;
    line-clamp: 2;
  }

  [hidden] {
    display: none !important;
  }
`;

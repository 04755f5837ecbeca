/** How a file looks, on its way and in a message: a tile, what it is, and what can be done with it. */

import { css } from "lit";

export const fileStyles = css`
  .file {
    display: grid;
    grid-template-columns: auto minmax(0, 1fr) auto;
    gap: var(--space-1) var(--space-3);
    align-items: center;
  }

  .tile {
    display: grid;
    place-items: center;
    inline-size: 3rem;
    block-size: 3rem;
    border-radius: var(--radius);
    background: var(--raised);
    color: var(--ink-quiet);
  }

  .file > :first-child:not(.tile) {
    grid-column: 1 / 3;
  }

  .name {
    overflow-wrap: anywhere;
    font-weight: var(--medium);
  }
`;

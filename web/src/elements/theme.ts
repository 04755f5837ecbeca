/**
 * The visual language: every size, colour and duration that the elements use has its name here, and they use no other.
 * Worn by the elements that stand on a page by themselves, whose parts inherit it. A page changes a colour, the typeface or
 * the corners by the name with `case-chat` in front: `--case-chat-accent: #0b4f9e`. Light or dark follows the page's own
 * `color-scheme`. Contrast of text on its ground is at least 4.5:1 in both, of edges that carry meaning 3:1.
 */

import { css } from "lit";

export const theme = css`
  :host {
    --font: var(--case-chat-font, system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Noto Sans Arabic", "Liberation Sans", sans-serif);
    --text-s: 0.8125rem;
    --text-m: 1rem;
    --text-l: 1.1875rem;
    --text-xl: 1.5rem;
    --line: 1.5;
    --line-tight: 1.25;
    --medium: 500;
    --strong: 600;

    --space-1: 0.25rem;
    --space-2: 0.5rem;
    --space-3: 0.75rem;
    --space-4: 1rem;
    --space-5: 1.5rem;
    --space-6: 2.5rem;

    --radius: var(--case-chat-radius, 0.5rem);
    --radius-l: calc(1.75 * var(--radius));
    --target: 2.75rem;
    --measure: 38rem;
    --list-width: 21rem;

    --ground: var(--case-chat-ground, light-dark(#f4f6f7, #0e1419));
    --surface: var(--case-chat-surface, light-dark(#ffffff, #151d23));
    --raised: var(--case-chat-raised, light-dark(#eef2f3, #1e282f));
    --ink: var(--case-chat-ink, light-dark(#17232b, #e4ebef));
    --ink-quiet: var(--case-chat-ink-quiet, light-dark(#52616b, #9dadb8));
    --edge: var(--case-chat-edge, light-dark(#d7dee2, #2a363e));
    --edge-strong: var(--case-chat-edge-strong, light-dark(#7d8c96, #6f818c));
    --accent: var(--case-chat-accent, light-dark(#0b6a70, #62c6c9));
    --accent-hover: var(--case-chat-accent-hover, light-dark(#08565b, #85d6d8));
    --on-accent: var(--case-chat-on-accent, light-dark(#ffffff, #07262a));
    --mine: var(--case-chat-mine, light-dark(#ddeff0, #16393d));
    --chosen: var(--case-chat-chosen, light-dark(#e3f0f1, #1b3034));
    --alarm: var(--case-chat-alarm, light-dark(#a3211b, #ff9d94));
    --alarm-ground: var(--case-chat-alarm-ground, light-dark(#fcedeb, #3a1c1a));
    --care: var(--case-chat-care, light-dark(#6f4c00, #f0cd7c));
    --care-ground: var(--case-chat-care-ground, light-dark(#fdf3d9, #35290f));
    --badge: var(--case-chat-badge, light-dark(#c0271d, #f4665b));
    --on-badge: var(--case-chat-on-badge, light-dark(#ffffff, #240503));
    --found: var(--case-chat-found, light-dark(#ffe08a, #6b5200));
    --shadow: 0 0.25rem 1rem light-dark(rgb(23 35 43 / 18%), rgb(0 0 0 / 55%));

    --focus: 0 0 0 2px var(--surface), 0 0 0 4px var(--accent);
    --quick: 120ms;

    color: var(--ink);
    font: var(--text-m) / var(--line) var(--font);
  }

  @media (prefers-reduced-motion: reduce) {
    :host {
      --quick: 0ms;
    }
  }
`;

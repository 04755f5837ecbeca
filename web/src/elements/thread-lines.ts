/** What stands between messages and is none of them: the day, where the unread begins, and that something was seen. */

import { css, html, nothing, type TemplateResult } from "lit";
import type { Timestamp } from "../client/wire.ts";
import { say } from "../language/language.ts";
import { dayOf, fullTimeOf, timeOf } from "./words.ts";

export function dayLine(sentAt: Timestamp, now: Date): TemplateResult {
  return html`<p class="day"><time datetime=${sentAt}>${dayOf(sentAt, now)}</time></p>`;
}

export function newLine(): TemplateResult {
  return html`<p class="new"><span>${say("thread.new")}</span></p>`;
}

/** Under the newest of one's own messages that the other side has read; all above it are read as well. */
export function seenLine(at: Timestamp | null): TemplateResult {
  return html`<p class="seen">${say("thread.seen")} ${at === null ? nothing : html`<time datetime=${at} title=${fullTimeOf(at)}>${timeOf(at)}</time>`}</p>`;
}

export const lineStyles = css`
  .day,
  .new {
    display: flex;
    align-items: center;
    gap: var(--space-3);
    margin-block-start: var(--space-5);
    color: var(--ink-quiet);
    font-size: var(--text-s);
    font-weight: var(--medium);
    text-align: center;
  }

  .day:first-child {
    margin-block-start: 0;
  }

  .day::before,
  .day::after,
  .new::before,
  .new::after {
    flex: 1;
    border-block-start: 1px solid var(--edge);
    content: "";
  }

  .new {
    color: var(--alarm);
    font-weight: var(--strong);
  }

  .new::before,
  .new::after {
    border-color: currentColor;
  }

  .day + .new {
    margin-block-start: var(--space-3);
  }

  .seen {
    align-self: end;
    margin-block-start: var(--space-1);
    padding-inline-end: var(--space-1);
    color: var(--ink-quiet);
    font-size: var(--text-s);
  }

  .end {
    block-size: 1px;
    margin-block-start: -1px;
  }
`;

/** The addresses inside the page. Links in emails lead to them, so they stay as they are. */

export type CaseTab = "overview" | "chat";
/** `print`: all of the conversation, on a page to print. */
export type Tab = CaseTab | "print";

export interface Route {
  /** null: no case. */
  caseId: string | null;
  tab: Tab;
  /** Whether it is the settings. */
  preferences: boolean;
}

export const PREFERENCES_LINK = "#/preferences";

/** `#/cases/<caseId>/chat`, `…/overview`, `…/print`, `#/preferences`; anything else is the list. */
export function parseRoute(hash: string): Route {
  const match = /^#\/cases\/([A-Za-z0-9_-]{1,64})(?:\/(chat|overview|print))?$/.exec(hash);
  const tab = (match?.[2] as Tab | undefined) ?? "chat";
  return { caseId: match?.[1] ?? null, tab, preferences: hash === PREFERENCES_LINK };
}

export function linkTo(caseId: string, tab: Tab = "chat"): string {
  return `#/cases/${caseId}/${tab}`;
}

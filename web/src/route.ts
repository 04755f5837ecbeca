/** The addresses inside the page. Links in emails lead to them, so they stay as they are. */

export type Tab = "overview" | "chat";

export interface Route {
  /** null: the list. */
  caseId: string | null;
  tab: Tab;
}

/** `#/cases/<caseId>/chat`, `#/cases/<caseId>/overview`; anything else is the list. */
export function parseRoute(hash: string): Route {
  const match = /^#\/cases\/([A-Za-z0-9_-]{1,64})(?:\/(chat|overview))?$/.exec(hash);
  return { caseId: match?.[1] ?? null, tab: match?.[2] === "overview" ? "overview" : "chat" };
}

export function linkTo(caseId: string, tab: Tab = "chat"): string {
  return `#/cases/${caseId}/${tab}`;
}

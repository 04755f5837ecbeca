import { expect, test } from "vitest";
import { factSentence } from "../src/elements/words.ts";
import { parseRoute } from "../src/route.ts";
import { record } from "./records.ts";

const opened = (seq: number) => ({ ...record(0), seq, kind: "caseOpened" }) as const;
const reassigned = (userId: string, name: string) =>
  ({ ...record(0), kind: "participantReassigned", change: { role: "provider", from: { userId: "chen", name: "Dr. Wei Chen" }, to: { userId, name } } }) as const;

test("says what opened, opened again and corrected are", () => {
  expect(factSentence(opened(0), undefined)).toBe("The case was opened");
  expect(factSentence(opened(4), { ...record(3), status: "closed" })).toBe("The case was opened again");
  expect(factSentence(opened(4), record(3))).toBe("Case details were updated");
});

const plain = (sentence: string) => sentence.replaceAll(/[\u2068\u2069]/g, "");

test("keeps a name that runs from right to left from turning the sentence", () => {
  expect(factSentence(reassigned("leila", "د. ليلى"), undefined)).toMatch(/^\u2068د. ليلى\u2069 is now the specialist/);
});

test("tells a corrected name from a new person", () => {
  expect(plain(factSentence(reassigned("chen", "Dr. Wei-Lin Chen"), undefined))).toContain("is now shown as Dr. Wei-Lin Chen");
  expect(plain(factSentence(reassigned("okafor", "Dr. Okafor"), undefined))).toContain("Dr. Okafor is now the specialist");
});

test.each([
  ["#/cases/mso-1/chat", { caseId: "mso-1", tab: "chat" }],
  ["#/cases/mso-1/overview", { caseId: "mso-1", tab: "overview" }],
  ["#/cases/mso-1", { caseId: "mso-1", tab: "chat" }],
  ["#/cases/../x/chat", { caseId: null, tab: "chat" }],
  ["", { caseId: null, tab: "chat" }],
  ["#/preferences", { caseId: null, tab: "chat", preferences: true }],
  ["#/preferences/x", { caseId: null, tab: "chat" }],
])("reads the address %j", (hash, route) => {
  expect(parseRoute(hash)).toEqual({ preferences: false, ...route });
});

import { expect, test } from "vitest";
import { merged, withRecord } from "../src/client/cases.ts";
import { record, summary } from "./records.ts";

test("a record moves its row on, and repeated or of another case changes nothing", () => {
  const row = summary("case-1", 1, "2026-01-01T00:00:00.000Z");
  const moved = withRecord(row, record(2));
  expect(moved).toMatchObject({ head: 2, preview: { senderRole: "requester", text: "text 2" } });
  expect(withRecord(moved, record(2))).toBe(moved);
  expect(withRecord(moved, record(1))).toBe(moved);
  expect(withRecord(summary("case-2", 0, ""), record(2))).toMatchObject({ head: 0 });
});

test("the server's list counts, but for rows that this client is ahead of", () => {
  const ahead = summary("a", 5, "2026-01-05T00:00:00.000Z");
  const gone = summary("gone", 9, "2026-01-09T00:00:00.000Z");
  const fromServer = [summary("a", 4, "2026-01-04T00:00:00.000Z"), summary("b", 1, "2026-01-06T00:00:00.000Z")];
  expect(merged([ahead, gone], fromServer).map(({ caseId, head }) => [caseId, head])).toEqual([["b", 1], ["a", 5]]);
});

import { expect, test } from "vitest";
import { Api } from "../src/client/api.ts";
import { Cases, merged, newest, withRecord } from "../src/client/cases.ts";
import { PARTICIPANTS, record, summary, token } from "./records.ts";

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

test("a case that closes between the two answers is one row", () => {
  const [before, after] = [summary("a", 4, ""), { ...summary("a", 5, ""), status: "closed" } as const];
  expect(newest([before, after])).toEqual([after]);
  expect(newest([after, before])).toEqual([after]);
});

/** A list with one case, of amira's. */
async function listed(head: number, unread: number) {
  const row = { ...summary("case-1", head, "2026-01-01T00:00:00.000Z"), unread };
  const answer = { row };
  const fetch = async (url: string | URL | Request) =>
    new Response(JSON.stringify({ cases: String(url).includes("open") ? [answer.row] : [], totalUnread: 0 }));
  const cases = new Cases(new Api("http://test", async () => token("amira"), fetch), () => "amira");
  return { cases, answer };
}

const theirs = (seq: number) => ({ ...record(seq), sender: { ...PARTICIPANTS.provider, role: "provider" } }) as ReturnType<typeof record>;

test("counts what comes until the server has, and nothing of one's own", async () => {
  const { cases, answer } = await listed(2, 1);
  await cases.load();
  cases.fold([theirs(3), record(4), theirs(3)]);
  expect([cases.find("case-1")?.unread, cases.totalUnread]).toEqual([2, 2]);
  answer.row = { ...answer.row, head: 4, unread: 2 };
  await cases.load();
  expect(cases.totalUnread).toBe(2);
});

test("what was read on another device before the list was there, counts when it is", async () => {
  const { cases } = await listed(0, 0);
  cases.fold([theirs(1)]);
  cases.read("case-1", "requester", 1);
  cases.read("case-1", "provider", 9);
  await cases.load();
  expect([cases.totalUnread, cases.marker("case-1")]).toEqual([0, 1]);
});

test("a list asked for before one has read brings nothing back, and one asked for after counts", async () => {
  const { cases, answer } = await listed(3, 3);
  await cases.load();
  const before = cases.load();
  cases.reached("case-1", 3);
  await before;
  expect(cases.totalUnread).toBe(0);
  cases.confirmed("case-1", 3);
  answer.row = { ...answer.row, head: 4, unread: 1 };
  await cases.load();
  expect(cases.totalUnread).toBe(1);
});

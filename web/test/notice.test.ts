import { expect, test } from "vitest";
import { noticeFor, snippet } from "../src/notice.ts";
import type { MessageRecord } from "../src/client/thread.ts";
import { record } from "./records.ts";

const message = (change: Partial<MessageRecord> = {}): MessageRecord => ({
  ...(record(1) as MessageRecord),
  sender: { userId: "chen", name: "Dr. Wei Chen", role: "provider" },
  body: "Your results are here.",
  ...change,
});
const file = { id: "a", name: "scan.pdf", contentType: "application/pdf", size: 1, sha256: "" };

test("tells who wrote and what, as much as was chosen", () => {
  expect(noticeFor("full", message())).toEqual({ title: "Dr. Wei Chen, Specialist", body: "Your results are here." });
  expect(noticeFor("sender", message())).toEqual({ title: "Dr. Wei Chen, Specialist", body: "Sent you a message" });
});

test.each(["generic", "off", "louder", "", null])("tells neither a name nor a word at the level %j", (level) => {
  expect(noticeFor(level, message())).toEqual({ title: "Case chat", body: "You have a new message" });
});

test("says of a message without words that it is a file", () => {
  expect(noticeFor("full", message({ body: "", attachments: [file] }))?.body).toBe("Sent you a file");
  expect(noticeFor("full", message({ body: " \n", attachments: [file, file] }))?.body).toBe("Sent you 2 files");
});

test.each([
  ["  two\n\n\tlines \u0085 ", "two lines"],
  ["x".repeat(120), "x".repeat(120)],
  ["x".repeat(121), `${"x".repeat(119)}…`],
  ["👩‍👩‍👧".repeat(40), `${"👩‍👩‍👧".repeat(23)}…`],
  ["😀".repeat(120), "😀".repeat(120)],
  [`${"x".repeat(118)} yes`, `${"x".repeat(118)}…`],
  [`e${"\u0301".repeat(200)}`, "…"],
])("makes of %j one short line", (text, line) => {
  expect(snippet(text)).toBe(line);
  expect([...snippet(text)].length).toBeLessThanOrEqual(120);
});

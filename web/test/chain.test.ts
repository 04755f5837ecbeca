import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { faultOf, hashOf, isWhole } from "../src/client/chain.ts";
import { Thread } from "../src/client/thread.ts";
import type { ThreadRecord } from "../src/client/wire.ts";
import { page, record, records, seal } from "./records.ts";

/** As a server would send it whose disk somebody got at. */
const altered = (one: ThreadRecord, change: object = { body: "something else" }) => ({ ...one, ...change }) as ThreadRecord;
/** From `seq` on another history, every hash of it computed anew. */
function rewritten(all: readonly ThreadRecord[], seq: number): ThreadRecord[] {
  const made = all.slice(0, seq);
  for (const one of all.slice(seq)) made.push(seal(one.seq === seq ? altered(one) : one, made.at(-1)));
  return made;
}

/** Of shared/domain's own test, where `sha256sum` computed it. */
const OPENED = {
  status: "open",
  seq: 0,
  sentAt: "1970-01-01T00:00:00.000Z",
  reference: "MSO-1",
  previousHash: "0".repeat(64),
  participants: { requester: { userId: "amira", name: "Amira Haddad" }, provider: { userId: "chen", name: "Dr. Wei Chen" } },
  kind: "caseOpened",
  hash: "0f6da83022f49b9148deaf6ee8fb7df3bd1903e1ab9cf2b444277d2754dedfd5",
  fromRequester: 0,
  fromProvider: 0,
  caseId: "case-1",
} as const satisfies ThreadRecord;

describe("a record", () => {
  test("has the hash that the server computes, whatever order its fields come in", () => {
    expect(hashOf(OPENED)).toBe(OPENED.hash);
    expect(isWhole(OPENED)).toBe(true);
  });

  test("is hashed with what this client does not know, and without what has no canonical form", () => {
    expect(isWhole(altered(OPENED, { aNewField: 1 }))).toBe(false);
    expect(isWhole(seal(altered(OPENED, { aNewField: { "\u20ac": 1, z: [1.5, null] } })))).toBe(true);
    expect(isWhole(altered(OPENED, { aNewField: "\ud800" }))).toBe(false);
    expect(isWhole(altered(OPENED, { aNewField: Infinity }))).toBe(false);
  });

  test("holds where it builds on the one before, and the first on nothing", () => {
    expect(faultOf(record(0), null)).toBeNull();
    expect(faultOf(record(2), record(1))).toBeNull();
    expect(faultOf(record(2), null)).toBeNull();
    expect(faultOf(seal(record(0), record(1)), null)).toEqual({ what: "rewritten", seq: 0 });
    expect(faultOf(seal(record(2), record(0)), record(1))).toEqual({ what: "rewritten", seq: 2 });
    expect(faultOf(altered(record(2)), record(1))).toEqual({ what: "altered", seq: 2 });
    expect(faultOf(record(3), record(1))).toEqual({ what: "cut", seq: 2 });
  });
});

describe("a thread", () => {
  const seqs = (thread: Thread) => thread.records.map(({ seq }) => seq);
  const read = (all: readonly ThreadRecord[], from: number, to: number) => {
    const thread = new Thread();
    return { thread, held: thread.addPage(page(all, from, to)) };
  };

  test("takes of its first page what the newest vouches for, and nothing that comes then", () => {
    const all = records(8).with(5, altered(record(5)));
    const { thread, held } = read(all, 3, 8);
    expect([seqs(thread), thread.tampered, thread.hasEarlier]).toEqual([[6, 7], { what: "altered", seq: 5 }, false]);
    expect(held).toEqual(all.slice(6));
    thread.push(record(8));
    expect(seqs(thread)).toEqual([6, 7]);
  });

  test("takes what is before the newest, when that is altered, and reads on back", () => {
    const all = records(8).with(7, altered(record(7)));
    const { thread } = read(all, 3, 8);
    expect([seqs(thread), thread.tampered]).toEqual([[3, 4, 5, 6], { what: "altered", seq: 7 }]);
    thread.addPage(page(all, 0, 3));
    expect(seqs(thread)).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });

  test("takes what a known record vouches for, and what was forged beside it not", () => {
    const forged = records(8).with(3, rewritten(records(8), 3)[3]!);
    for (const [all, known, shown, fault] of [
      [forged, record(5), [4, 5, 6, 7], { what: "rewritten", seq: 4 }],
      [records(8).with(6, altered(record(6))), record(5), [2, 3, 4, 5], { what: "altered", seq: 6 }],
      [rewritten(records(8), 3), record(5), [], { what: "rewritten", seq: 5 }],
    ] as const) {
      const thread = new Thread();
      thread.known = known;
      thread.addPage(page(all, 2, 8));
      expect([seqs(thread), thread.tampered]).toEqual([shown, fault]);
    }
  });

  test("takes no push that is altered, early or not, and none that builds on something else", () => {
    for (const seq of [3, 5]) {
      const { thread } = read(records(3), 0, 3);
      thread.push(altered(record(seq)));
      expect([thread.head, thread.hasGap, thread.tampered]).toEqual([2, false, { what: "altered", seq }]);
    }
    const { thread } = read(records(3), 0, 3);
    thread.push(rewritten(records(5), 1)[4]!);
    thread.push(record(3));
    expect([thread.head, thread.tampered]).toEqual([3, { what: "rewritten", seq: 4 }]);
  });

  test("is not what it was when a record that is held comes as another one", () => {
    const { thread } = read(records(5), 0, 5);
    thread.push(rewritten(records(5), 4)[4]!);
    expect(thread.tampered).toEqual({ what: "rewritten", seq: 4 });
    expect(thread.records).toEqual(records(5));
    // The push may have been there first.
    const early = new Thread();
    early.push(rewritten(records(5), 4)[4]!);
    early.addPage(page(records(5), 0, 5));
    expect(early.tampered).toEqual({ what: "rewritten", seq: 4 });
  });

  test("reads back to what its tail builds on only", () => {
    for (const before of [rewritten(records(8), 2), records(8).with(3, altered(record(3)))]) {
      const { thread } = read(records(8), 5, 8);
      thread.addPage(page(before, 0, 5));
      expect(thread.tampered).not.toBeNull();
      expect(thread.records.every((one) => records(8).includes(one))).toBe(true);
      expect(thread.hasEarlier).toBe(false);
    }
    const { thread } = read(records(8), 5, 8);
    thread.addPage({ records: records(5).toSpliced(3, 1) });
    expect([seqs(thread), thread.tampered]).toEqual([[4, 5, 6, 7], { what: "cut", seq: 3 }]);
  });

  test("never shows what was altered, whatever it is and however it comes", () => {
    const change = fc.constantFrom({ body: "no" }, { sentAt: "1999" }, { extra: null }, { hash: "0".repeat(64) }, { previousHash: "0".repeat(64) });
    const step = fc.record({ push: fc.boolean(), from: fc.nat(19), length: fc.integer({ min: 1, max: 8 }) });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 18 }), change, fc.boolean(), fc.array(step, { maxLength: 20 }), (at, how, recomputed, steps) => {
        const good = records(20);
        const bad = recomputed && "body" in how ? rewritten(good, at) : good.with(at, altered(good[at]!, how));
        const thread = new Thread();
        thread.addPage(page(good, 19, 20));
        for (const { push, from, length } of steps) {
          if (push) thread.push(bad[from]!);
          else thread.addPage(page(bad, thread.tail - length, thread.tail));
          expect(thread.records).toEqual(good.slice(thread.tail));
        }
        expect(thread.tail).toBeGreaterThan(at);
      }),
    );
  });
});

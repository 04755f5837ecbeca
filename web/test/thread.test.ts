import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Thread } from "../src/client/thread.ts";
import { page, record, records, written } from "./records.ts";

const seqs = (thread: Thread) => thread.records.map(({ seq }) => seq);
const upTo = (count: number) => Array.from({ length: count }, (_, seq) => seq);

describe("a thread", () => {
  test("applies the next record, drops what it has, and holds back what is early", () => {
    const thread = new Thread();
    thread.addPage(page(records(3), 0, 3));
    thread.push(record(3));
    thread.push(record(1));
    thread.push(record(5));
    expect(seqs(thread)).toEqual([0, 1, 2, 3]);
    expect(thread.hasGap).toBe(true);
    thread.push(record(4));
    expect(seqs(thread)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(thread.hasGap).toBe(false);
  });

  test("keeps a push that overtakes the first page", () => {
    const thread = new Thread();
    thread.push(record(3));
    thread.addPage(page(records(3), 0, 3));
    expect(seqs(thread)).toEqual([0, 1, 2, 3]);
  });

  test("shows a message either as pending or as a record", () => {
    const thread = new Thread();
    thread.addPage(page(records(2), 0, 2));
    thread.write(written("mine", thread.head));
    expect(thread.pending[0]).toMatchObject({ clientId: "mine", after: 1, state: "sending" });
    thread.push(record(2, "mine"));
    expect(thread.pending).toEqual([]);
  });

  test("keeps the anchor of a message while others arrive", () => {
    const thread = new Thread();
    thread.addPage(page(records(2), 0, 2));
    thread.write(written("mine", thread.head));
    thread.push(record(2));
    thread.fail("mine", "internal", false);
    expect(thread.pending[0]?.after).toBe(1);
  });

  test("ends as exactly the thread, whatever order pushes and pages come in", () => {
    const step = fc.record({ push: fc.boolean(), from: fc.nat(60), length: fc.integer({ min: 1, max: 20 }) });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.array(step, { maxLength: 60 }), fc.nat(59), (count, steps, mineAt) => {
        const all = records(count);
        const mine = all[1 + (mineAt % count)];
        const thread = new Thread();
        for (const [index, { push, from, length }] of steps.entries()) {
          const at = from % count;
          if (push) thread.push(all[at]!);
          else if (thread.loaded && from % 2 === 0) thread.addPage(page(all, thread.tail - length, thread.tail));
          else thread.addPage(page(all, at, at + length));
          if (index === 0 && mine?.kind === "message") {
            const isHere = thread.records.includes(mine);
            if (!isHere) thread.write(written(mine.clientId, thread.head));
          }
          // At every moment: contiguous, and no message both pending and stored.
          expect(seqs(thread)).toEqual(thread.records.map((_, offset) => thread.tail + offset));
          const stored = thread.records.map((known) => ("clientId" in known ? known.clientId : null));
          expect(thread.pending.filter(({ clientId }) => stored.includes(clientId))).toEqual([]);
        }
        // Then the client catches up, both ways, as Conversation does.
        if (!thread.loaded) thread.addPage(page(all, count - 10, count));
        while (thread.head < count - 1) thread.addPage(page(all, thread.head + 1, thread.head + 8));
        while (thread.hasEarlier) thread.addPage(page(all, thread.tail - 8, thread.tail));
        expect(seqs(thread)).toEqual(upTo(count));
        expect(thread.pending).toEqual([]);
        expect(thread.hasGap).toBe(false);
      }),
      { numRuns: 2_000 },
    );
  });
});

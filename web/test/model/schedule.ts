/** What people and the weather do, in an order that chance decides. */

import fc from "fast-check";
import { CASES, TABS, type World } from "./world.ts";

interface InCase {
  do: "open" | "write" | "read" | "close" | "reopen";
  tab: number;
  case: number;
  /** Of messages, to write. */
  count: number;
}

interface InTab {
  do: "start" | "crash" | "cut" | "mend" | "halve" | "wake" | "rest" | "glance" | "expire" | "retry" | "discard";
  tab: number;
}

interface Weather {
  do: "trouble" | "pass";
  much: number;
}

type Step = InCase | InTab | Weather;

const tab = fc.nat(TABS.length - 1);
/** Mostly the first case, so that much happens in one. */
const one = fc.constantFrom(0, 0, ...CASES.keys());
const count = fc.constantFrom(1, 1, 2, 4);
const inCase = <Name extends string>(...names: Name[]) => fc.record({ do: fc.constantFrom(...names), tab, case: one, count });
const inTab = <Name extends string>(...names: Name[]) => fc.record({ do: fc.constantFrom(...names), tab });

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 12, arbitrary: inCase("write") },
  { weight: 3, arbitrary: inCase("open") },
  { weight: 5, arbitrary: inCase("read") },
  { weight: 1, arbitrary: inCase("close", "reopen", "reopen") },
  { weight: 4, arbitrary: inTab("start", "start", "crash") },
  { weight: 4, arbitrary: inTab("cut", "mend", "mend", "halve") },
  { weight: 3, arbitrary: inTab("wake", "rest", "glance") },
  { weight: 1, arbitrary: inTab("expire") },
  { weight: 3, arbitrary: inTab("retry", "discard") },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("trouble" as const), much: fc.constantFrom(0, 0, 1, 3, 6, 10) }) },
  { weight: 8, arbitrary: fc.record({ do: fc.constant("pass" as const), much: fc.constantFrom(30, 300, 2_000, 8_000, 60_000, 400_000) }) },
);

export interface Schedule {
  /** Of everything that the weather decides. */
  seed: number;
  steps: Step[];
}

export const schedules: fc.Arbitrary<Schedule> = fc.record({
  seed: fc.integer(),
  steps: fc.array(step, { minLength: 10, maxLength: 45, size: "max" }),
});

export async function take(world: World, step: Step): Promise<void> {
  const { clock, server } = world;
  if ("much" in step) return step.do === "pass" ? clock.pass(step.much) : void (server.trouble = step.much / 10);
  const page = world.pages[step.tab] ?? null;
  if (step.do === "start") return void (page ?? (await world.start(step.tab)));
  if (page === null) return;
  if ("case" in step) return inOneCase(world, step, CASES[step.case]!);
  switch (step.do) {
    case "crash":
      return world.crash(step.tab);
    case "cut":
      page.line.cut();
      return page.do(() => page.client.interrupt());
    case "mend":
      page.line.offline = false;
      return page.do(() => page.client.wake());
    case "halve":
      return page.line.halve();
    case "expire":
      page.sessionEnded = true;
      return;
    case "wake":
    case "rest":
    case "glance":
      return page.do(() => page.client[step.do as "wake"]());
    case "retry":
    case "discard":
      return decide(world, step.tab, step.do);
  }
}

async function inOneCase(world: World, { do: what, tab, count }: InCase, caseId: string): Promise<void> {
  const page = world.pages[tab]!;
  // Whoever has just opened it may write before anything is there.
  if (what === "write" && !page.conversations.has(caseId)) await page.open(caseId);
  const conversation = page.conversations.get(caseId);
  const { status } = world.server.cases.get(caseId)!.tail;
  if (what === "open") await page.open(caseId);
  else if (what === "write") for (let written = 0; written < count; written++) await world.write(tab, caseId);
  else if (what === "read") await page.do(() => conversation?.reached(conversation.thread.head));
  else if (what === "close" && status === "open") world.server.append(caseId, { kind: "caseClosed" }, "closed");
  else if (what === "reopen" && status === "closed") world.server.append(caseId, { kind: "caseOpened" }, "open");
}

/** Somebody decides over the first message that failed. */
async function decide(world: World, tab: number, what: "retry" | "discard"): Promise<void> {
  for (const conversation of world.pages[tab]!.conversations.values()) {
    const failed = conversation.thread.pending.find(({ state }) => state === "failed");
    if (failed === undefined) continue;
    const message = world.accepted.find(({ clientId }) => clientId === failed.clientId)!;
    if (what === "discard") message.discarded = true;
    else message.retried = true;
    return world.pages[tab]!.do(() => conversation[what](failed.clientId));
  }
}

/**
 * The client against a world that does it all the harm that a world can do, over thousands of schedules.
 *
 * A failure prints its seed. MODEL_SEED and MODEL_RUNS run the same schedules again, or more of them.
 */

import fc from "fast-check";
import { test } from "vitest";
import { always, inTheEnd, live, nothingStuck, type Markers } from "./laws.ts";
import { schedules, take, type Schedule } from "./schedule.ts";
import { CASES, World } from "./world.ts";

const { process } = globalThis as unknown as { process: { env: Record<string, string | undefined> } };
const { MODEL_SEED, MODEL_RUNS } = process.env;
const numRuns = Number(MODEL_RUNS ?? 2_000);
const seed = Number(MODEL_SEED ?? Math.floor(Math.random() * 2 ** 31));
/** A slow machine takes 30 ms for a schedule, and a failure some minutes to be made small. */
const TIME_MS = 60_000 + numRuns * 300;

async function run({ seed, steps }: Schedule): Promise<void> {
  const world = new World(seed);
  const release = world.clock.rule();
  try {
    const markers: Markers = new Map();
    for (const tab of [0, 1, 3]) await (await world.start(tab)).open(CASES[0]);
    for (const step of steps) {
      await take(world, step);
      await world.clock.pass(world.clock.between(0, 1_500));
      always(world, markers);
    }
    await world.settle();
    always(world, markers);
    nothingStuck(world);
    await world.readBack();
    inTheEnd(world);
    await live(world);
  } finally {
    release();
  }
}

test(
  `every schedule ends well (MODEL_SEED=${seed} MODEL_RUNS=${numRuns})`,
  () => fc.assert(fc.asyncProperty(schedules, run), { seed, numRuns }),
  TIME_MS,
);

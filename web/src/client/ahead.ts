/**
 * Hashes a page's records some at a time before they are taken up, so that the page on screen goes on drawing meanwhile.
 * Only long messages take long: 100 of the longest take some 30 ms together, 100 of a few lines less than 5.
 */

import { isWhole } from "./chain.ts";
import type { ThreadRecord } from "./wire.ts";

/** Characters after which the browser may draw: some 5 ms. */
const SLICE = 150_000;

export async function hashAhead(records: readonly ThreadRecord[]): Promise<void> {
  let characters = 0;
  for (const record of records) {
    if (characters > SLICE) {
      await new Promise((resolve) => setTimeout(resolve));
      characters = 0;
    }
    // What does not hold is found again, and said, when it is taken up.
    if (isWhole(record) && record.kind === "message") characters += record.body.length;
  }
}

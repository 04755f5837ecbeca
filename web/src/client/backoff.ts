/** How long to wait before trying again. Pure: chance comes in as an argument. */

/** Short enough that a person who just lost a second of network does not notice. */
const FIRST_MS = 500;
/** Long enough to spare a server in trouble, short enough that nobody gives up waiting. */
const LONGEST_MS = 30_000;

/** Full jitter: anywhere between now and a ceiling that doubles, so that clients do not return as one wave. */
export function fullJitter(attempt: number, random: () => number = Math.random): number {
  return random() * Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempt, 16));
}

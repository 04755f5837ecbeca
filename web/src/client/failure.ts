/** The ways in which a call can fail, as far as a caller can act on the difference. No sentences for people here. */

import type { Code, Problem } from "./wire.ts";

/** A problem as received: the contract's codes, "gateway" where the gateway refused, or one of a newer server. */
export type Refusal = Omit<Problem, "code"> & { code: Code | "gateway" | (string & {}) };

/** The server answered, and refused. */
export class Refused extends Error {
  override readonly name = "Refused";

  constructor(
    readonly problem: Refusal,
    /** From Retry-After, in milliseconds; null when the server did not say. */
    readonly retryAfterMs: number | null = null,
  ) {
    super(`${problem.status} ${problem.code}`);
  }

  get code(): string {
    return this.problem.code;
  }
}

/** No answer came: offline, a timeout, a broken connection. Whether the server acted is unknown. */
export class Unreachable extends Error {
  override readonly name = "Unreachable";
}

/** Nobody is signed in any more, and renewing did not help. */
export class SessionEnded extends Error {
  override readonly name = "SessionEnded";
}

/**
 * Whether the same message can never be accepted as it is. Whatever else stops one may pass: a server in trouble, a
 * session that ended, an anchor to be looked at.
 */
export function isFinal(error: unknown): boolean {
  if (!(error instanceof Refused) || isPassing(error)) return false;
  const { status, code } = error.problem;
  return status >= 400 && status !== 401 && code !== "unknown_anchor" && code !== "anchor_too_old";
}

/** Whether the same call may well succeed later with nothing changed. */
export function isPassing(error: unknown): boolean {
  if (error instanceof Refused) return error.problem.status === 429 || error.problem.status >= 500;
  return error instanceof Unreachable;
}

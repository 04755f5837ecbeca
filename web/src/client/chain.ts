/**
 * Whether records are what they were when they were stored. Pure: each record's hash covers all of it and the hash of the
 * one before, so whoever knows one hash knows everything up to it. Checks over all that was received, known here or not.
 */

import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import canonicalize from "canonicalize";
import type { Hash, Seq, ThreadRecord } from "./wire.ts";

/** A record and its hash, which vouches for all before it. */
export interface Head {
  readonly seq: Seq;
  readonly hash: Hash;
}

/**
 * `altered`: a record is not what its own hash says. `rewritten`: it does not follow on what was there before, or is
 * another than the one that was there. `cut`: it was there, and is missing. All from `seq` on.
 */
export interface Tampering {
  readonly what: "altered" | "rewritten" | "cut";
  readonly seq: Seq;
}

/** Before the first record. */
const NOTHING: Hash = "0".repeat(64);

/** Records that were hashed already: one that was pushed is looked at by several. Nobody changes a record. */
const whole = new WeakSet<ThreadRecord>();

/** The SHA-256 of the record's canonical JSON (RFC 8785) without `hash`. Throws where there is no such JSON. */
export function hashOf(record: ThreadRecord): Hash {
  const { hash: _, ...covered } = record;
  return bytesToHex(sha256(utf8ToBytes(canonicalize(covered) ?? "")));
}

/** Whether the record is what its own hash says. */
export function isWhole(record: ThreadRecord): boolean {
  if (whole.has(record)) return true;
  try {
    if (hashOf(record) !== record.hash) return false;
  } catch {
    return false;
  }
  whole.add(record);
  return true;
}

/** What is wrong with a record; null when it holds. `before` is what it should build on, null where that is not known. */
export function faultOf(record: ThreadRecord, before: Head | null): Tampering | null {
  if (before !== null && record.seq !== before.seq + 1) return { what: "cut", seq: before.seq + 1 };
  if (!isWhole(record)) return { what: "altered", seq: record.seq };
  const expected = record.seq === 0 ? NOTHING : before?.hash;
  const follows = expected === undefined || record.previousHash === expected;
  return follows ? null : { what: "rewritten", seq: record.seq };
}

/** What went wrong, said to the person in front of it: what happened, and what to do. No codes, no inside. */

import type { RefusedDraft, RefusedFile } from "../client/draft.ts";
import { isPassing, Refused, SessionEnded, Unreachable } from "../client/failure.ts";
import { MAX_FILES, type FilePolicy } from "../client/files/policy.ts";
import { FILE_LOST, NOT_ARRIVED } from "../client/files/upload.ts";
import { NOT_KEPT } from "../client/keeping.ts";
import { PEER_CHANGED } from "../client/outbox.ts";
import type { Role } from "../client/wire.ts";
import { number } from "../language/formats.ts";
import { isolated, say, type Key } from "../language/language.ts";
import { fileSize, kindsOf } from "./words.ts";

export interface Explanation {
  title: string;
  text: string;
  /** Whether asking again may help. */
  again: boolean;
}

type Trouble = "unreachable" | "ended" | "admin" | "case" | "many" | "server";
const PASSING: readonly Trouble[] = ["unreachable", "many", "server"];

export function explain(error: unknown): Explanation {
  const trouble = troubleOf(error);
  return { title: say(`trouble.${trouble}.title`), text: say(`trouble.${trouble}.text`), again: PASSING.includes(trouble) };
}

function troubleOf(error: unknown): Trouble {
  if (error instanceof Unreachable) return "unreachable";
  if (error instanceof SessionEnded) return "ended";
  switch (codeOf(error)) {
    case "unauthenticated":
      return "ended";
    case "admins_excluded":
      return "admin";
    case "case_not_found":
      return "case";
    case "too_many_requests":
      return "many";
    default:
      return "server";
  }
}

const UNSENT: Record<string, Key> = {
  case_closed: "unsent.closed",
  case_not_found: "unsent.gone",
  unknown_anchor: "unsent.anchor",
  anchor_too_old: "unsent.anchor.old",
  attachment_rejected: "unsent.file",
  attachment_type_not_allowed: "unsent.file",
  attachment_too_large: "unsent.file",
  attachment_not_ready: "unsent.file",
  [FILE_LOST]: "unsent.file",
  [NOT_ARRIVED]: "unsent.file",
  [NOT_KEPT]: "unsent.not.kept",
  unauthenticated: "unsent.signed.out",
  message_too_large: "unsent.too.long",
  too_many_requests: "unsent.too.many",
};

/** Why a message was not sent, after its writer has to decide. `code` is the contract's, or the outbox's own. */
export function explainUnsent(code: string | null, peer: Role | null): string {
  if (code === PEER_CHANGED) return say(peer === null ? "unsent.peer.changed" : `unsent.peer.changed.${peer}`);
  return say(keyFor(UNSENT, code) ?? "trouble.server.again");
}

/** Why what is written cannot be sent as it is. */
export function explainRefusal(refused: RefusedDraft): string {
  switch (refused.why) {
    case "empty":
    case "hidden":
    case "bytes":
    case "paused":
    case "files.failed":
    case "files.unknown":
      return say(`refused.${refused.why}`);
    case "characters":
    case "files.many":
      return say(`refused.${refused.why}`, { count: number(refused.count), max: number(refused.max) });
  }
}

/** Why a file was not taken, before anything of it was sent. */
export function explainRefused({ name, size, refusal }: RefusedFile, { types, maxBytes }: FilePolicy): string {
  const file = { name: isolated(name) };
  switch (refusal) {
    case "type":
      return say("file.refused.type", { ...file, kinds: kindsOf(types) });
    case "size":
      return say("file.refused.size", { ...file, size: fileSize(size), max: fileSize(maxBytes) });
    case "empty":
      return say("file.refused.empty", file);
    case "too_many":
      return say("file.refused.many", { ...file, max: number(MAX_FILES) });
  }
}

const NOT_UPLOADED: Record<string, Key> = {
  attachment_rejected: "file.rejected",
  attachment_type_not_allowed: "file.not.allowed",
  attachment_too_large: "file.too.large",
  case_closed: "unsent.closed",
  case_not_found: "unsent.gone",
  [FILE_LOST]: "file.lost",
  [NOT_ARRIVED]: "file.not.arrived",
};

/** Why a file did not get to the server. `code` is the contract's, or the upload's own. */
export function explainUpload(code: string): string {
  return say(keyFor(NOT_UPLOADED, code) ?? "trouble.server.again");
}

/** Why what somebody chose in the settings is not saved. */
export function explainUnsaved(error: unknown): string {
  if (error instanceof Unreachable) return say("settings.unsaved.offline");
  if (isPassing(error)) return say("settings.unsaved.server");
  const ended = error instanceof SessionEnded || codeOf(error) === "unauthenticated";
  return say(ended ? "settings.unsaved.ended" : "settings.unsaved.refused");
}

const NOT_EXPORTED: Record<string, Key> = {
  thread_altered: "overview.export.disagree",
  export_too_large: "overview.export.large",
  too_many_requests: "overview.export.later",
};

/** Why there is no file of the conversation. */
export function explainUnexported(error: unknown): Key {
  return keyFor(NOT_EXPORTED, codeOf(error)) ?? "overview.export.failed";
}

/** Administrators see no part of any case, so they get no list either. */
export function isExcluded(error: unknown): boolean {
  return codeOf(error) === "admins_excluded";
}

function codeOf(error: unknown): string | null {
  return error instanceof Refused ? error.code : null;
}

/** Codes come from outside. */
function keyFor(keys: Record<string, Key>, code: string | null): Key | undefined {
  return code !== null && Object.hasOwn(keys, code) ? keys[code] : undefined;
}

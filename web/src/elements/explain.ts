/** What went wrong, said to the person in front of it: what happened, and what to do. No codes, no inside. */

import { isPassing, Refused, SessionEnded, Unreachable } from "../client/failure.ts";
import { MAX_FILES, type FilePolicy } from "../client/files/policy.ts";
import { FILE_LOST, NOT_ARRIVED } from "../client/files/upload.ts";
import type { RefusedFile } from "../client/conversation.ts";
import { NOT_KEPT } from "../client/keeping.ts";
import { PEER_CHANGED } from "../client/outbox.ts";
import type { Role } from "../client/wire.ts";
import { fileSize, kindsOf, roleName } from "./words.ts";

export interface Explanation {
  title: string;
  text: string;
  /** Whether asking again may help. */
  again: boolean;
}

export function explain(error: unknown): Explanation {
  if (error instanceof Unreachable) {
    return {
      title: "We cannot reach the server",
      text: "Please check your internet connection. We keep trying.",
      again: true,
    };
  }
  if (error instanceof SessionEnded || codeOf(error) === "unauthenticated") {
    return { title: "Please sign in again", text: "You were signed out to keep your messages safe.", again: false };
  }
  switch (codeOf(error)) {
    case "admins_excluded":
      return {
        title: "Administrators cannot open case chats",
        text: "These conversations are private to the two people on the case.",
        again: false,
      };
    case "case_not_found":
      return {
        title: "This case is not available",
        text: "The link may be wrong, or you may no longer be part of this case. Your own cases are in the list.",
        again: false,
      };
    case "too_many_requests":
      return { title: "A short pause, please", text: "There were many requests at once. Try again in a moment.", again: true };
    default:
      return {
        title: "Something went wrong on our side",
        text: "Nothing you sent is lost. Please try again in a moment.",
        again: true,
      };
  }
}

/** Why a message was not sent, after its writer has to decide. `code` is the contract's, or the outbox's own. */
export function explainUnsent(code: string | null, peer: Role | null): string {
  switch (code) {
    case PEER_CHANGED:
      return `The ${peer === null ? "person" : roleName(peer).toLowerCase()} of this case has changed. Send it anyway?`;
    case "case_closed":
      return "The case was closed before this could be sent.";
    case "case_not_found":
      return "You are no longer part of this case.";
    case "unknown_anchor":
      return "The conversation has changed. Please look at it, then try again.";
    case "anchor_too_old":
      return "The conversation has moved on a lot. Please look at it, then try again.";
    case "attachment_rejected":
    case "attachment_type_not_allowed":
    case "attachment_too_large":
    case "attachment_not_ready":
    case FILE_LOST:
    case NOT_ARRIVED:
      return "A file of this message could not be sent. Change the message to look at it.";
    case NOT_KEPT:
      return "This browser did not keep this message. Please try again.";
    case "unauthenticated":
      return "You were signed out before this could be sent. Please try again.";
    case "message_too_large":
      return "The message is too long. Please copy it and send it in parts.";
    case "too_many_requests":
      return "Many messages were sent at once. Please wait a minute, then try again.";
    default:
      return "Something went wrong on our side. Please try again.";
  }
}

/** Why a file was not taken, before anything of it was sent. */
export function explainRefused({ name, size, refusal }: RefusedFile, { types, maxBytes }: FilePolicy): string {
  const file = `“\u2068${name}\u2069”`;
  switch (refusal) {
    case "type":
      return `${file} cannot be attached. You can attach ${kindsOf(types)}.`;
    case "size":
      return `${file} has ${fileSize(size)}, and ${fileSize(maxBytes)} is the most.`;
    case "empty":
      return `${file} is empty.`;
    case "too_many":
      return `${file} was left out: ${MAX_FILES} files is the most for one message.`;
  }
}

/** Why a file did not get to the server. `code` is the contract's, or the upload's own. */
export function explainUpload(code: string): string {
  switch (code) {
    case "attachment_rejected":
      return "This file is not what its name says, or it is not safe. Please choose another.";
    case "attachment_type_not_allowed":
      return "Files of this kind cannot be attached.";
    case "attachment_too_large":
      return "This file is too large.";
    case "case_closed":
      return "The case was closed before this could be sent.";
    case "case_not_found":
      return "You are no longer part of this case.";
    case FILE_LOST:
      return "This browser no longer has this file. Please choose it again.";
    case NOT_ARRIVED:
      return "This file could not be sent. Please try again.";
    default:
      return "Something went wrong on our side. Please try again.";
  }
}

/** Why what somebody chose in the settings is not saved. */
export function explainUnsaved(error: unknown): string {
  if (error instanceof Unreachable) return "Not saved yet. Please check your internet connection. We keep trying.";
  if (isPassing(error)) return "Not saved yet, because something went wrong on our side. We keep trying.";
  const ended = error instanceof SessionEnded || codeOf(error) === "unauthenticated";
  if (ended) return "This was not saved. Please sign in again, then choose once more.";
  return "This could not be saved, so what you had chosen before still counts. Please try again in a moment.";
}

/** Administrators see no part of any case, so they get no list either. */
export function isExcluded(error: unknown): boolean {
  return codeOf(error) === "admins_excluded";
}

function codeOf(error: unknown): string | null {
  return error instanceof Refused ? error.code : null;
}

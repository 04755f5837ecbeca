/** The two sides of a case. Pure. */

import type { Participants, Role } from "./wire.ts";

export function otherSide(role: Role): Role {
  return role === "requester" ? "provider" : "requester";
}

/** The side that someone is on; null for whoever is on neither. */
export function sideOf(userId: string | null, participants: Participants): Role | null {
  if (participants.requester.userId === userId) return "requester";
  return participants.provider.userId === userId ? "provider" : null;
}

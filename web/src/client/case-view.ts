/** What a thread says of its case to one of the two: who is on it, on which side, and whether it is open. */

import { Changes } from "./changes.ts";
import { otherSide, sideOf } from "./side.ts";
import { Thread } from "./thread.ts";
import type { CaseStatus, Participants, Role, Sender, ThreadRecord } from "./wire.ts";

export class CaseView extends Changes {
  readonly thread = new Thread();

  /** `userId` is whoever looks; null before that is known. */
  constructor(private readonly userId: () => string | null) {
    super();
  }

  get latest(): ThreadRecord | null {
    return this.thread.records.at(-1) ?? null;
  }

  get participants(): Participants | null {
    return this.latest?.participants ?? null;
  }

  get status(): CaseStatus | null {
    return this.latest?.status ?? null;
  }

  /** Which side of the case this person is on. */
  get role(): Role | null {
    return this.participants && sideOf(this.userId(), this.participants);
  }

  /** The person on the other side. */
  get peer(): Sender | null {
    const { role, participants } = this;
    if (role === null || participants === null) return null;
    return { ...participants[otherSide(role)], role: otherSide(role) };
  }
}

/** Cases as the host system opens, changes and closes them: by events on the bus. */

import { randomUUID } from "node:crypto";
import { NAMES, type PersonId } from "./names.ts";
import { endpoints, type Endpoints } from "./setting.ts";

interface State {
  requester: PersonId;
  provider: PersonId;
  status: "open" | "closed";
  /** In which language mail to the provider is written. */
  locale: string;
  /** Where it goes. */
  email: string;
  /** What the host calls the case, and both people on it, where that is not the usual. */
  reference?: string;
  name?: string;
}

/** A case of a test's own. */
export class Case {
  readonly id = `test-${randomUUID().slice(0, 8)}`;
  readonly chat = `#/cases/${this.id}/chat`;
  #version = 0;
  #state: State = { requester: "amira", provider: "chen", status: "open", locale: "en", email: "" };

  constructor(private readonly at: Endpoints) {}

  get reference(): string {
    return this.id.toUpperCase();
  }

  /** The host says the whole case each time. */
  async change(change: Partial<State>): Promise<void> {
    this.#state = { ...this.#state, ...change };
    const { requester, provider, status, locale, email, reference = this.reference, name } = this.#state;
    await putEvent(this.at, {
      caseId: this.id,
      version: ++this.#version,
      occurredAt: new Date().toISOString(),
      reference,
      status,
      requester: person(requester, name),
      provider: { ...person(provider, name), locale, ...(email !== "" && { email }) },
    });
  }
}

/** Opens a case, for Amira and Chen unless it says otherwise. */
export async function openCase(people: Partial<State> = {}, at = endpoints()): Promise<Case> {
  const opened = new Case(at);
  await opened.change(people);
  return opened;
}

function person(userId: PersonId, name: string = NAMES[userId]) {
  return { userId, name, email: `${userId}@example.org`, locale: "en" };
}

async function putEvent({ aws, eventBus }: Endpoints, detail: object): Promise<void> {
  const entry = { EventBusName: eventBus, Source: "mso.cases", DetailType: "CaseChanged", Detail: JSON.stringify(detail) };
  const response = await fetch(aws, {
    method: "POST",
    headers: {
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": "AWSEvents.PutEvents",
      // The local cloud asks who is calling, not for a proof of it.
      authorization: "AWS4-HMAC-SHA256 Credential=local/20260101/local/events/aws4_request, SignedHeaders=host, Signature=0",
    },
    body: JSON.stringify({ Entries: [entry] }),
  });
  const answer = (await response.json()) as { FailedEntryCount?: number };
  if (answer.FailedEntryCount !== 0) throw new Error(`the bus refused the case: ${JSON.stringify(answer)}`);
}

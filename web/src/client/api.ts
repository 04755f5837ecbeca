/**
 * The HTTP half of the contract (wire.md): one method a route, answers as typed values, failures as `failure.ts` names
 * them. Owns no state and retries nothing, but for one renewal of the token after a 401. A 401 that stays ends the
 * session: the page then offers signing in, which is the one thing that helps.
 */

import { Refused, SessionEnded, Unreachable, type Refusal } from "./failure.ts";
import type {
  CaseList,
  CaseStatus,
  ChosenPreferences,
  Exported,
  ExportFormat,
  ExportThread,
  Link,
  MailPreferences,
  MarkRead,
  MessagePage,
  PostMessage,
  ReadMark,
  RequestUpload,
  Seq,
  ThreadRecord,
  UploadGranted,
  Verified,
} from "./wire.ts";

/** Gives an access token. `rejected` is one that the server has just refused: give another, or throw SessionEnded. */
export type GetToken = (rejected?: string) => Promise<string>;

export type Cursor = { before: number } | { after: number };

/** Longer than API Gateway's own 30 seconds would only wait for nobody. */
const TIMEOUT_MS = 30_000;
/** The contract's largest page: fewer round trips when catching up. */
const PAGE = 100;

/** `said` is undefined where it cannot be read. */
interface Answered {
  ok: boolean;
  status: number;
  statusText: string;
  retryAfter: string | null;
  said: unknown;
}

export class Api {
  constructor(
    private readonly base: string,
    private readonly getToken: GetToken,
    private readonly fetch: typeof globalThis.fetch = globalThis.fetch.bind(globalThis),
    /** Told when even a renewed token was refused. */
    private readonly onRejected: () => void = () => undefined,
  ) {}

  cases(status: CaseStatus): Promise<CaseList> {
    return this.#call("GET", `/cases?status=${status}`);
  }

  /** The latest page without a cursor; a full page with one, unless less is wanted. */
  messages(caseId: string, cursor?: Cursor, limit = PAGE): Promise<MessagePage> {
    const query = cursor === undefined ? "" : `?${new URLSearchParams({ ...text(cursor), limit: String(limit) })}`;
    return this.#call("GET", `${casePath(caseId)}/messages${query}`);
  }

  /** The stored record: new, or the original one when this clientId had arrived before. */
  post(caseId: string, message: PostMessage): Promise<ThreadRecord> {
    return this.#call("POST", `${casePath(caseId)}/messages`, message);
  }

  /** Where the marker stands then; it never moves back. */
  markRead(caseId: string, seq: Seq): Promise<ReadMark> {
    return this.#call("PUT", `${casePath(caseId)}/read`, { seq } satisfies MarkRead);
  }

  /** Where to put a file. */
  requestUpload(caseId: string, file: RequestUpload): Promise<UploadGranted> {
    return this.#call("POST", `${casePath(caseId)}/attachments`, file);
  }

  /** Whether what arrived there may be sent. */
  verify(caseId: string, attachmentId: string): Promise<Verified> {
    return this.#call("POST", `${attachmentPath(caseId, attachmentId)}/verify`);
  }

  /** A link to a file, good for a minute. */
  attachment(caseId: string, attachmentId: string): Promise<Link> {
    return this.#call("GET", attachmentPath(caseId, attachmentId));
  }

  /** Where all of the thread is, as a file, for a minute. */
  export(caseId: string, format: ExportFormat): Promise<Exported> {
    return this.#call("POST", `${casePath(caseId)}/export`, { format } satisfies ExportThread);
  }

  /** What this person is told by mail. */
  preferences(): Promise<MailPreferences> {
    return this.#call("GET", "/preferences");
  }

  /** All of it, as it is from then on. */
  choosePreferences(chosen: ChosenPreferences): Promise<MailPreferences> {
    return this.#call("PUT", "/preferences", chosen);
  }

  async #call<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
    const token = await this.getToken();
    let answer = await this.#send(method, path, token, body);
    if (answer.status === 401) answer = await this.#send(method, path, await this.getToken(token), body);
    if (answer.status === 401) {
      this.onRejected();
      throw new SessionEnded();
    }
    if (!answer.ok) throw refusedBy(answer);
    if (answer.said === undefined) throw new Unreachable("unreadable answer");
    return answer.said as Answer;
  }

  async #send(method: string, path: string, token: string, body: unknown): Promise<Answered> {
    const headers: Record<string, string> = { authorization: `Bearer ${token}` };
    if (body !== undefined) headers["content-type"] = "application/json";
    const timeout = new AbortController();
    const timer = setTimeout(() => timeout.abort(), TIMEOUT_MS);
    try {
      const response = await this.fetch(this.base + path, {
        method,
        headers,
        body: body === undefined ? null : JSON.stringify(body),
        cache: "no-store",
        credentials: "omit",
        signal: timeout.signal,
      });
      const { ok, status, statusText } = response;
      // A body that breaks off is no answer either.
      const said: unknown = await response.json().catch(() => undefined);
      return { ok, status, statusText, retryAfter: response.headers.get("retry-after"), said };
    } catch (cause) {
      throw new Unreachable("no answer", { cause });
    } finally {
      clearTimeout(timer);
    }
  }
}

function casePath(caseId: string): string {
  return `/cases/${encodeURIComponent(caseId)}`;
}

function attachmentPath(caseId: string, attachmentId: string): string {
  return `${casePath(caseId)}/attachments/${encodeURIComponent(attachmentId)}`;
}

function text(cursor: Cursor): Record<string, string> {
  return Object.fromEntries(Object.entries(cursor).map(([name, seq]) => [name, String(seq)]));
}

function refusedBy({ said, status, statusText, retryAfter }: Answered): Refused {
  const problem = isProblem(said) ? said : { status, title: statusText, detail: "", code: "gateway" };
  const seconds = Number(retryAfter ?? Number.NaN);
  return new Refused(problem, Number.isFinite(seconds) ? seconds * 1000 : null);
}

/** Only problem documents have a `code`; what the gateway itself refuses carries `{message}`. */
function isProblem(value: unknown): value is Refusal {
  return typeof value === "object" && value !== null && "code" in value && typeof value.code === "string" && "status" in value;
}

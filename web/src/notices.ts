/**
 * Tells somebody who is not looking at a chat that a message has come: in the page, if they are looking at that; by the
 * system's notices, if they are not. Owns the choice between the two, and that one message is told in one place.
 */

import { Changes } from "./client/changes.ts";
import type { Client } from "./client/client.ts";
import type { MessageRecord } from "./client/thread.ts";
import type { MailLevel } from "./client/wire.ts";
import { noticeFor } from "./notice.ts";
import type { NoticeBoard } from "./notice-board.ts";
import type { OpenChat } from "./notice-data.ts";
import type { NoticePermission } from "./notice-permission.ts";
import { Presence } from "./presence.ts";
import { linkTo, parseRoute, type Route } from "./route.ts";

/** A server that takes longer holds up no notice: then it tells what was known before. */
const ASK_MS = 3_000;

interface Options {
  client: Client;
  /** Whose notices these are: issuer and user. */
  owner: () => Promise<string>;
  permission: NoticePermission;
  board: NoticeBoard;
  route: () => Route;
}

export class Notices extends Changes {
  /** What is to be said in the page; null when nothing is. */
  inPage: MessageRecord | null = null;
  readonly #presence = new Presence();
  readonly #stopping = new AbortController();
  readonly #unread = new Set<string>();
  #owner: string | null = null;

  constructor(private readonly options: Options) {
    super();
    const { client, permission, board } = options;
    const { signal } = this.#stopping;
    for (const type of ["focus", "blur", "hashchange"]) addEventListener(type, this.#look, { signal });
    document.addEventListener("visibilitychange", this.#look, { signal });
    const stops = [
      client.onNews((message) => void this.#tell(message)),
      client.cases.watch(() => void this.#tidy()),
      permission.watch(() => permission.granted && void board.open()),
    ];
    signal.addEventListener("abort", () => stops.forEach((stop) => stop()));
    if (permission.granted) void board.open();
    void this.#identify();
  }

  dismiss(): void {
    if (this.inPage === null) return;
    this.inPage = null;
    this.changed();
  }

  stop(): void {
    this.#stopping.abort();
    this.#presence.hold([]);
    this.dismiss();
  }

  /** Signed out: what is still hung up for this person is taken down. */
  async clear(): Promise<void> {
    this.stop();
    if (this.#owner !== null) await this.options.board.close(this.#owner, () => true);
  }

  /** Without a token there is nobody to tell; whoever hears of a message has one. */
  async #identify(): Promise<void> {
    this.#owner ??= await this.options.owner().catch(() => null);
    if (!this.#stopping.signal.aborted) this.#look();
  }

  async #tell(message: MessageRecord): Promise<void> {
    const { caseId } = message;
    if (this.#isOpen(caseId)) return;
    if (this.#owner === null) await this.#identify();
    if (await this.#presence.anywhere(chatOf(this.#owner, caseId))) return;
    const { permission, board } = this.options;
    if (isAttended() || (isVisible() && !permission.granted)) return this.#showInPage(message);
    // The window that somebody sits at says it.
    if (await this.#presence.anywhere(windowOf(this.#owner))) return;
    if (this.#owner === null || !permission.granted) return;
    const text = noticeFor(await this.#level(), message);
    if (this.#stopping.signal.aborted) return;
    await board.show(text, { caseId, owner: this.#owner, link: linkTo(caseId) }, `${caseId} ${message.seq}`);
  }

  /** As much as a notice may tell now: less may have been chosen in another window, or on another device. */
  async #level(): Promise<MailLevel | null> {
    const { preferences } = this.options.client;
    await Promise.race([preferences.load(), new Promise((late) => setTimeout(late, ASK_MS))]);
    return preferences.allowed;
  }

  #showInPage(message: MessageRecord): void {
    // What came while one asked around, may be on screen by now.
    if (this.#isOpen(message.caseId)) return;
    this.inPage = message;
    this.changed();
  }

  readonly #look = () => {
    const { caseId, tab } = this.options.route();
    const names = [];
    if (isAttended()) names.push(windowOf(this.#owner));
    if (caseId !== null && tab === "chat" && isVisible()) names.push(chatOf(this.#owner, caseId));
    this.#presence.hold(this.#owner === null ? [] : names);
    if (this.inPage !== null && this.#isOpen(this.inPage.caseId)) this.dismiss();
  };

  /** Whether that chat is on screen here. */
  #isOpen(caseId: string): boolean {
    const route = this.options.route();
    return isVisible() && route.caseId === caseId && route.tab === "chat";
  }

  /** What was read, here or elsewhere, needs no notice any more; nor does a case that is somebody else's now. */
  async #tidy(): Promise<void> {
    const { cases } = this.options.client;
    if (!cases.loaded) return;
    const unread = new Set(cases.all.filter((summary) => summary.unread > 0).map(({ caseId }) => caseId));
    const read = [...this.#unread].filter((caseId) => !unread.has(caseId));
    this.#unread.clear();
    for (const caseId of unread) this.#unread.add(caseId);
    if (this.inPage !== null && read.includes(this.inPage.caseId)) this.dismiss();
    if (read.length > 0 && this.#owner !== null) await this.options.board.close(this.#owner, (caseId) => read.includes(caseId));
  }
}

/** A notice was clicked, and the service worker asks this page to open what it is about. */
export function followClicks(): () => void {
  const stopping = new AbortController();
  const open = ({ data }: MessageEvent<OpenChat | null>) => {
    const caseId = data?.type === "open" ? parseRoute(data.link).caseId : null;
    if (caseId !== null) location.hash = linkTo(caseId);
  };
  if ("serviceWorker" in navigator) {
    navigator.serviceWorker.addEventListener("message", open, { signal: stopping.signal });
    navigator.serviceWorker.startMessages();
  }
  return () => stopping.abort();
}

function isVisible(): boolean {
  return document.visibilityState === "visible";
}

/** Whether somebody sits at this very window. */
function isAttended(): boolean {
  return isVisible() && document.hasFocus();
}

function windowOf(owner: string | null): string {
  return `case-chat window ${owner}`;
}

function chatOf(owner: string | null, caseId: string): string {
  return `case-chat chat ${owner} ${caseId}`;
}

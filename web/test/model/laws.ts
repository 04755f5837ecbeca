/** What must hold: at every moment for each page, and in the end for everyone together. Throws what does not. */

import type { Conversation } from "../../src/client/conversation.ts";
import type { Page } from "./page.ts";
import { CASES, TABS, type World } from "./world.ts";

/** Why a message may fail here; anything else would be the client's own fault. */
const EXPECTED = new Set(["case_closed", "identity_unavailable", "too_many_requests", "anchor_too_old"]);

/** How far both sides have read, as each page has shown it: one's own, and the other's. */
export type Markers = Map<Conversation, readonly [mine: number, peer: number]>;

export function always(world: World, markers: Markers): void {
  for (const [tab, { browser }] of TABS.entries()) {
    const others = world.pages.filter((page, index) => page !== null && index !== tab && TABS[index]!.browser === browser);
    const twice = [...(world.pages[tab]?.line.sending ?? [])].some((path) => others.some((page) => page!.line.sending.has(path)));
    must(!twice, "two tabs of one browser send in the same case");
  }
  for (const page of world.alive) {
    const role = page.line.userId === "chen" ? "provider" : "requester";
    for (const [caseId, conversation] of page.conversations) {
      const { thread } = conversation;
      const bodies = thread.records.map((record) => ("clientId" in record ? record.clientId : ""));
      const all = [...bodies.filter((id) => id !== ""), ...thread.pending.map(({ clientId }) => clientId)];
      must(conversation.tampered === null, "an honest server was taken to have tampered");
      must(new Set(all).size === all.length, "a message is shown twice");
      must(thread.records.every(({ seq }, index) => seq === thread.tail + index), "the records shown have a gap");
      const odd = thread.pending.find(({ failure }) => failure !== null && !EXPECTED.has(failure));
      must(odd === undefined, `a message failed with ${odd?.failure}`);
      const mine = conversation.readMarkers[role] ?? -1;
      const peer = conversation.peerRead?.seq ?? -1;
      const [mineBefore, peerBefore] = markers.get(conversation) ?? [-1, -1];
      must(mine >= mineBefore && peer >= peerBefore, "a marker moved back");
      markers.set(conversation, [mine, peer]);
      const unread = page.client.cases.find(caseId)?.unread ?? 0;
      must(unread <= world.server.cases.get(caseId)!.tail.seq - mine, "something is unread that was read here");
    }
    must(page.sentUnkept.length === 0, "a message was sent before it was kept");
    const told = page.news.map(({ clientId }) => clientId);
    must(new Set(told).size === told.length, "news came twice");
    must(page.news.every(({ sender }) => sender.role !== role), "one's own message was news");
  }
}

/** And when it is calm, each message that is written then reaches everybody by itself, and is news to the other side. */
export async function live(world: World): Promise<void> {
  const before = new Map(world.alive.map((page) => [page, [page.news.length, page.client.cases.totalUnread] as const]));
  for (const caseId of CASES) if (world.server.cases.get(caseId)!.tail.status === "closed") world.server.append(caseId, { kind: "caseOpened" }, "open");
  await world.clock.pass(2_000);
  // What is unread does not wait for the inbox.
  world.server.foldMs = 3_600_000;
  const tab = TABS.length - 1;
  for (const caseId of CASES) await world.write(tab, caseId);
  await world.clock.pass(5_000);
  const written = CASES.filter((_, index) => world.accepted.at(index - CASES.length)?.clientId !== undefined && isThere(world, index));
  for (const page of world.alive) {
    const [news, unread] = before.get(page)!;
    const more = page.line.userId === TABS[tab]!.userId ? 0 : written.length;
    must(page.news.length - news === more, `${page.news.length - news} news of ${more} messages`);
    must(page.client.cases.totalUnread - unread === more, `${page.client.cases.totalUnread - unread} more unread of ${more} messages`);
  }
}

/** What waits behind a failed message is not. */
function isThere(world: World, index: number): boolean {
  const { caseId, clientId } = world.accepted.at(index - CASES.length)!;
  return world.server.cases.get(caseId)!.records.some((record) => "clientId" in record && record.clientId === clientId);
}

/** When all is calm and everybody has synced, however little of a thread they have on screen. */
export function nothingStuck(world: World): void {
  const pending = world.alive.flatMap((page) => [...page.conversations.values()].flatMap(({ thread }) => thread.pending));
  must(pending.every(({ state }) => state !== "sent" && state !== "sending"), "something is still on its way");
}

/** And when everybody has read everything. */
export function inTheEnd(world: World): void {
  for (const page of world.alive) {
    for (const caseId of CASES) sameThread(world, page, caseId);
    const { cases } = page.client;
    must(cases.totalUnread === cases.all.reduce((sum, { unread }) => sum + unread, 0), "the total is no sum");
  }
  for (const caseId of CASES) settledMessages(world, caseId);
}

function sameThread(world: World, page: Page, caseId: string): void {
  const truth = world.server.cases.get(caseId)!;
  const conversation = page.conversations.get(caseId)!;
  const { thread } = conversation;
  must(thread.pending.every(({ state }) => state === "failed" || (state === "waiting" && behindFailed(conversation))), "something is still on its way");
  const shown = thread.records.map((record) => JSON.stringify(record));
  must(shown.join() === truth.records.map((record) => JSON.stringify(record)).join(), `a thread of ${caseId} is not the thread: ${thread.head} of ${truth.tail.seq}`);
  const role = page.line.userId === "chen" ? "provider" : "requester";
  const unread = page.client.cases.find(caseId)?.unread;
  must(unread === truth.unread(role), `unread of ${page.line.userId} in ${caseId} is ${unread}, and ${truth.unread(role)} by hand`);
  must((conversation.readMarkers[role] ?? -1) === (truth.markers[role]?.seq ?? -1), "one's own marker is not the server's");
  const other = role === "requester" ? "provider" : "requester";
  must((conversation.peerRead?.seq ?? -1) === (truth.markers[other]?.seq ?? -1), "the other side's marker is not the server's");
}

function behindFailed({ thread }: Conversation): boolean {
  return thread.pending.some(({ holds }) => holds);
}

/** Each accepted message is in the thread once, or shown to its writer as not sent. */
function settledMessages(world: World, caseId: string): void {
  const { records } = world.server.cases.get(caseId)!;
  const places = new Map<string, number[]>();
  for (const record of records) if ("body" in record) places.set(record.body, [...(places.get(record.body) ?? []), record.seq]);
  const lastOf = new Map<Page, number>();
  for (const message of world.accepted.filter((accepted) => accepted.caseId === caseId)) {
    const { text, tab, page, clientId, discarded, retried, excused } = message;
    const found = places.get(text) ?? [];
    must(found.length <= 1, `${text} is in the thread ${found.length} times`);
    const { browser } = TABS[tab]!;
    const writers = world.pages.filter((_, index) => TABS[index]!.browser === browser);
    const shown = writers.filter((one) => one?.conversations.get(caseId)?.thread.find(clientId) !== undefined).length;
    if (found.length === 0 && !discarded && !excused) must(shown === writers.length, `${text} is lost`);
    if (discarded && !retried) must(shown === 0, `${text} was discarded and is still shown`);
    const place = found[0];
    if (place === undefined || world.server.turnedAway.has(clientId)) continue;
    must(place > (lastOf.get(page) ?? -1), `${text} is out of order`);
    lastOf.set(page, place);
  }
}

function must(holds: boolean, otherwise: string): void {
  if (!holds) throw new Error(otherwise);
}

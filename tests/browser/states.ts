/** Every state that the client can be in, and how one gets there. What is not so in the stack is made up on the way to the page. */

import type { Page, Route } from "@playwright/test";
import type { Case } from "./cases.ts";
import { LongThread } from "./long-thread.ts";
import type { Person } from "./people.ts";

/** Cases that the states are about; written to once. */
export interface Setting {
  told: Case;
  empty: Case;
  closed: Case;
}

export interface State {
  name: string;
  /** Where the page begins; the list, without it. */
  at?: (setting: Setting) => string;
  /** Before the page is there. */
  before?: (page: Page, setting: Setting) => Promise<unknown>;
  /** What somebody does there. */
  act?: (one: Person, setting: Setting) => Promise<unknown>;
  /** Something that is on the page by then: a CSS selector, since the words are in several languages. */
  shows: string;
  /** Nobody is signed in. */
  signedOut?: true;
  who?: "amira" | "admin";
  /** One of the four screens that are looked at in every variant. */
  main?: true;
}

const chat = ({ told }: Setting) => told.chat;
const never = () => new Promise<never>(() => undefined);
const json = (body: object, status = 200) => (route: Route) =>
  route.request().method() === "OPTIONS" ? route.fallback() : route.fulfill({ status, headers: { "access-control-allow-origin": "*" }, json: body });
const refuse = (status: number, code: string) => json({ status, code, title: "", detail: "" }, status);
const LIST = /\/cases\?/;
const PAGES = /\/messages(\?|$)/;
const posts = (answer: (route: Route) => unknown) => (route: Route) => void (route.request().method() === "POST" ? answer(route) : route.fallback());
const field = ({ page }: Person) => page.locator("textarea#body");

/** Much to say, in lines, with an address, in two directions. */
export const TOLD: readonly { by: "amira" | "chen"; text: string }[] = [
  { by: "amira", text: "Good morning Dr. Chen,\n\nI have attached the report of last week. I am a little worried about the second page." },
  { by: "chen", text: "Good morning Ms. Haddad. Thank you, I have read it." },
  { by: "chen", text: "There is nothing to be afraid of. The value is only a little above the range, which is common after an infection.\n\nThis explains it well: https://example.org/leaflets/iron-levels" },
  { by: "amira", text: "شكرًا جزيلًا، هذا مطمئن جدًا." },
  { by: "amira", text: "Should I take the tablets before or after breakfast?" },
];

export const STATES: readonly State[] = [
  { name: "first visit", shows: ".panel button", signedOut: true },
  { name: "sign-in failed", at: () => "?state=x&error=access_denied", shows: ".panel button", signedOut: true },
  { name: "could not start", before: (page) => page.route("**/config.json", (route) => route.abort()), shows: ".panel button", signedOut: true },
  { name: "list", shows: ".row", main: true },
  { name: "list loading", before: (page) => page.route(LIST, never), shows: ".to-come" },
  { name: "list failed", before: (page) => page.route(LIST, refuse(500, "internal")), shows: "[role=alert] .panel" },
  { name: "no cases", before: (page) => page.route(LIST, json({ cases: [] })), shows: ".panel" },
  { name: "administrator", who: "admin", shows: ".panel" },
  { name: "chat", at: chat, shows: "article .body", main: true },
  { name: "chat loading", at: chat, before: (page) => page.route(PAGES, never), shows: ".bubble" },
  { name: "empty chat", at: ({ empty }) => empty.chat, shows: ".empty" },
  { name: "closed case", at: ({ closed }) => closed.chat, shows: ".stopped:not([hidden])" },
  { name: "case not there", at: () => "#/cases/no-such-case/chat", shows: "[role=alert] .panel" },
  {
    name: "reassigned away",
    at: chat,
    act: async (one) => {
      await field(one).fill("What I had begun to write");
      await one.page.route(PAGES, refuse(404, "case_not_found"));
      await one.page.evaluate(() => void dispatchEvent(new Event("focus")));
    },
    shows: "unsent-text textarea",
  },
  { name: "offline", at: chat, act: ({ page }) => page.context().setOffline(true), shows: "connection-notice p" },
  { name: "reconnecting", at: chat, before: (page) => page.routeWebSocket(/.*/, (socket) => void socket.close()), shows: "connection-notice p" },
  {
    name: "signed out by the server",
    at: chat,
    act: async (one) => {
      await field(one).fill("Half a thought");
      await one.page.route(/\/cases/, refuse(401, "unauthenticated"));
      await one.page.evaluate(() => void dispatchEvent(new Event("focus")));
    },
    shows: ".ended",
  },
  {
    name: "message failed",
    at: chat,
    before: (page) => page.route(/\/messages$/, posts(refuse(400, "invalid_request"))),
    act: async (one) => {
      await field(one).fill("Will this arrive?");
      await one.page.locator("button[type=submit]").click();
    },
    shows: "article.failed footer",
  },
  {
    name: "message on its way",
    at: chat,
    before: (page) => page.route(/\/messages$/, posts(never)),
    act: async (one) => {
      await field(one).fill("This takes a moment");
      await one.page.locator("button[type=submit]").click();
    },
    shows: "article.pending",
  },
  { name: "little room left", at: chat, act: (one) => field(one).fill("A long story. ".repeat(560)), shows: ".count:not([hidden])" },
  {
    name: "files chosen and refused",
    at: chat,
    before: (page) => page.route(/\/attachments$/, posts(never)),
    act: (one) =>
      one.attach(
        { name: "report.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.7 made for a test") },
        { name: "holiday.mp4", mimeType: "video/mp4", buffer: Buffer.from("no") },
      ),
    shows: "#refusal p",
  },
  {
    name: "altered",
    at: chat,
    before: (page) =>
      page.route(PAGES, async (route) => {
        if (route.request().method() !== "GET") return route.fallback();
        const response = await route.fetch();
        const found = (await response.json()) as { records: { body?: string }[] };
        for (const record of found.records) record.body &&= record.body.replace("tablets", "poison");
        await route.fulfill({ response, json: found });
      }),
    shows: "tamper-alert .alert",
  },
  {
    name: "somebody writes",
    at: chat,
    before: (page, { told }) =>
      page.routeWebSocket(/.*/, (socket) => {
        const server = socket.connectToServer();
        server.onMessage((text) => socket.send(text));
        setInterval(() => socket.send(JSON.stringify({ type: "typing", caseId: told.id, role: "provider" })), 1_000);
      }),
    shows: ".writing",
  },
  {
    name: "search",
    at: chat,
    act: async ({ page }) => {
      await page.locator("article").first().waitFor();
      await page.keyboard.press("Control+f");
      await page.locator("thread-search input").fill("the");
    },
    shows: "article mark",
  },
  {
    name: "ten thousand messages",
    at: chat,
    before: (page, { told }) => LongThread.instead(page, told, { count: 10_000, read: 9_999 }),
    act: async ({ page }) => {
      await page.locator("article").first().waitFor();
      await page.locator(".scroller").hover();
      await page.mouse.wheel(0, -1_500);
    },
    shows: ".to-end",
  },
  { name: "overview", at: ({ told }) => told.chat.replace("chat", "overview"), shows: "case-overview dl", main: true },
  { name: "print", at: ({ told }) => told.chat.replace(/chat$/, "print"), shows: "case-transcript li" },
  { name: "settings", at: () => "#/preferences", shows: "device-settings kbd", main: true },
  {
    name: "notices blocked",
    at: () => "#/preferences",
    before: (page) => page.addInitScript(() => Object.defineProperty(Notification, "permission", { get: () => "denied" })),
    shows: "notice-switch p",
  },
  {
    name: "mail bouncing",
    before: (page) => page.route("**/preferences", json({ email: "full", mutedCases: [], mail: "bounced", emailCeiling: "sender" })),
    shows: "mail-alert .alert",
  },
];

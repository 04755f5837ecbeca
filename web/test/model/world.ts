/** Two people, four tabs in three browsers, two cases, one server; and all that was ever accepted for sending. */

import { Browser } from "./browser.ts";
import { Clock } from "./clock.ts";
import { CALM, Network } from "./network.ts";
import { Page } from "./page.ts";
import { Server } from "./server.ts";

export const CASES = ["case-1", "case-2"] as const;
/** One person's two tabs of one browser, their other device, and the other person. */
export const TABS = [
  { userId: "amira", browser: 0 },
  { userId: "amira", browser: 0 },
  { userId: "amira", browser: 1 },
  { userId: "chen", browser: 2 },
] as const;

/** A message that `send` took. */
export interface Accepted {
  text: string;
  caseId: string;
  tab: number;
  /** Which of the pages that this tab has had. */
  page: Page;
  clientId: string;
  /** Its writer gave it up, after it had failed. */
  discarded: boolean;
  /** Its writer wanted it sent again, after it had failed. */
  retried: boolean;
  /** The page died before the store had it, and said so beforehand. */
  excused: boolean;
}

export class World {
  readonly clock: Clock;
  readonly network: Network;
  readonly server: Server;
  readonly browsers: readonly Browser[];
  readonly pages: (Page | null)[] = TABS.map(() => null);
  readonly accepted: Accepted[] = [];

  constructor(seed: number) {
    this.clock = new Clock(seed);
    this.network = new Network(this.clock);
    this.server = new Server(this.clock, this.#toBoth, CASES);
    this.browsers = [0, 1, 2].map(() => new Browser(this.clock));
  }

  readonly #toBoth = (frame: Parameters<Network["broadcast"]>[0]): void => {
    // The stream brings it some time later, and now and then once more.
    this.clock.after(this.clock.between(0, 300), () => this.network.broadcast(frame), null);
    if (this.clock.chance(this.network.weather.repeats)) {
      this.clock.after(this.clock.between(0, 60_000), () => this.network.broadcast(frame), null);
    }
  };

  get alive(): Page[] {
    return this.pages.filter((page) => page !== null);
  }

  async start(tab: number): Promise<Page> {
    const { userId, browser } = TABS[tab]!;
    const page = new Page(this.clock, this.network, this.server, this.browsers[browser]!, userId);
    this.pages[tab] = page;
    await page.start();
    return page;
  }

  async write(tab: number, caseId: string): Promise<void> {
    const page = this.pages[tab];
    const conversation = page?.conversations.get(caseId);
    if (!page || conversation === undefined) return;
    const text = `text ${this.accepted.length}`;
    await page.do(() => conversation.send(text));
    const clientId = conversation.thread.pending.find(({ body }) => body === text)?.clientId;
    if (clientId === undefined) throw new Error("a message was not accepted");
    this.accepted.push({ text, caseId, tab, page, clientId, discarded: false, retried: false, excused: false });
  }

  /** The page dies. What it had not kept, it must have warned of. */
  async crash(tab: number): Promise<void> {
    const page = this.pages[tab];
    if (!page) return;
    const atRisk = page.client.atRisk();
    page.crash();
    this.pages[tab] = null;
    if (!atRisk) return;
    for (const message of this.accepted) if (message.page === page) message.excused = true;
  }

  /** The storm is over: everybody is there, signed in, online, and looks at everything for a while. */
  async settle(): Promise<void> {
    this.network.weather = CALM;
    this.server.trouble = 0;
    this.server.foldMs = 500;
    for (const tab of TABS.keys()) {
      const page = this.pages[tab];
      if (page && !page.sessionEnded) continue;
      if (page) await this.crash(tab);
      await this.start(tab);
    }
    for (const page of this.alive) {
      page.line.offline = false;
      await page.do(() => page.client.wake());
      for (const caseId of CASES) {
        await page.open(caseId);
        const conversation = page.conversations.get(caseId)!;
        await page.do(() => conversation.watch(() => undefined));
      }
    }
    // Long enough for what is very late, for every pause between tries, and for whoever takes over from whom.
    for (let minute = 0; minute < 6; minute++) {
      await this.clock.pass(45_000);
      for (const page of this.alive) await page.do(() => page.client.wake());
    }
    await this.clock.pass(20_000);
  }

  /** Everybody reads everything, from the beginning. */
  async readBack(): Promise<void> {
    const reads = this.alive.flatMap((page) => [...page.conversations.values()].map((conversation) => ({ page, conversation })));
    for (let pages = 0; pages < 200; pages++) {
      const more = reads.filter(({ conversation }) => conversation.thread.hasEarlier);
      if (more.length === 0) break;
      for (const { page, conversation } of more) await page.do(() => conversation.loadEarlier());
      await this.clock.pass(300);
    }
    await this.clock.pass(20_000);
  }
}

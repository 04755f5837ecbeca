/** A thread of any length, made up on the way to one page: it builds on what the case really begins with, and holds. */

import type { Page, WebSocketRoute } from "@playwright/test";
import type { Case } from "./cases.ts";
import { seal, type Sealed } from "./seal.ts";
import { endpoints } from "./setting.ts";

declare global {
  interface Window {
    look: typeof look;
  }
}

interface Answer {
  records: Sealed[];
  [name: string]: unknown;
}

export interface Shape {
  /** Records in all, the case's opening among them. */
  count: number;
  /** How far the requester has read; -1: not at all. */
  read: number;
}

/** Five short ones to one that fills half a screen. */
const BODIES = ["Good morning.", "Yes, thank you. ".repeat(4), "Twice a day.\nAfter meals.", "The report. ".repeat(30), "I see.", "One line\n".repeat(18)];
const DAY_MS = 86_400_000;
/** As many as the server gives without being asked for more, or fewer. */
const PAGE = 50;

export class LongThread {
  records: Sealed[] = [];
  #socket: WebSocketRoute | null = null;

  private constructor(
    private readonly page: Page,
    private readonly shape: Shape,
  ) {}

  /** From then on, `page` reads this in place of what the case has. */
  static async instead(page: Page, it: Case, shape: Shape): Promise<LongThread> {
    const thread = new LongThread(page, shape);
    await page.addInitScript(`window.look = ${look.toString()}`);
    await thread.#route(it);
    return thread;
  }

  /** One more message, or more, as if pushed to the page. */
  push(side: "requester" | "provider", ...bodies: string[]): void {
    for (const body of bodies) {
      this.#add(side, body);
      this.#socket!.send(JSON.stringify({ type: "message", record: this.records.at(-1) }));
    }
  }

  async #route(it: Case): Promise<void> {
    await this.page.routeWebSocket(endpoints().websocket, (socket) => {
      socket.connectToServer();
      this.#socket = socket;
    });
    await this.page.route(`**/cases/${it.id}/read`, (route) => {
      const { seq } = route.request().postDataJSON() as { seq: number };
      return route.fulfill({ json: { seq, unread: 0 } });
    });
    await this.page.route(`**/cases/${it.id}/messages*`, async (route) => {
      const query = new URL(route.request().url()).searchParams;
      const response = await route.fetch({ url: route.request().url().split("?")[0]! });
      const answer = (await response.json()) as Answer;
      if (this.records.length === 0) this.#make(answer.records[0]!);
      await route.fulfill({ response, json: { ...answer, ...this.#answer(query) } });
    });
  }

  #answer(query: URLSearchParams): object {
    const [limit, all] = [Number(query.get("limit") ?? PAGE), this.records];
    const after = query.get("after");
    const from = after === null ? Math.max(0, Number(query.get("before") ?? all.length) - limit) : Number(after) + 1;
    const to = after === null ? Number(query.get("before") ?? all.length) : from + limit;
    const { read } = this.shape;
    return {
      records: all.slice(from, to),
      head: all.length - 1,
      hasMore: after === null ? from > 0 : to < all.length,
      readMarkers: { requester: read < 0 ? null : read, provider: null },
      readTimes: { requester: read < 0 ? null : all[read]!["sentAt"], provider: null },
    };
  }

  #make(opened: Sealed): void {
    this.records = [opened];
    while (this.records.length < this.shape.count) {
      const number = this.records.length;
      const side = number > this.shape.read || number % 7 < 4 ? "provider" : "requester";
      this.#add(side, BODIES[number % BODIES.length]!);
    }
  }

  /** Every message says its number. */
  #add(side: "requester" | "provider", body: string): void {
    const before = this.records.at(-1)!;
    const number = before.seq + 1;
    const counted = side === "requester" ? "fromRequester" : "fromProvider";
    const sender = (before["participants"] as Record<string, object>)[side];
    const { change: _, ...state } = before;
    const message = {
      ...state,
      kind: "message",
      sentAt: new Date(Date.now() - DAY_MS * 200 + number * 1_000_000).toISOString(),
      [counted]: (before[counted] as number) + 1,
      clientId: `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`,
      sender: { ...sender, role: side },
      body: `No. ${number}: ${body}`,
      attachments: [],
    };
    this.records.push(seal(message, before));
  }
}

export interface Look {
  /** The numbers of what is on screen, from top to bottom. */
  inView: number[];
  drawn: number[];
  /** In the log, all in all. */
  elements: number;
  /** Nothing is empty that has messages. */
  covered: boolean;
}

/** What of the thread is on screen, and what is drawn. To be evaluated on `chat-thread`. */
export function look(thread: HTMLElement): Look {
  const root = thread.shadowRoot!;
  const [scroller, log] = [root.querySelector(".scroller")!, root.querySelector(".log")!];
  const count = (inside: Element | ShadowRoot): number =>
    [...inside.querySelectorAll("*")].reduce((sum, element) => sum + 1 + (element.shadowRoot === null ? 0 : count(element.shadowRoot)), 0);
  const view = scroller.getBoundingClientRect();
  const items = [...log.querySelectorAll("article, .fact")].map((item) => {
    const { top, bottom } = item.getBoundingClientRect();
    return { number: Number(/No\. (\d+):/.exec(item.textContent)?.[1] ?? 0), top, bottom };
  });
  const seen = items.filter(({ top, bottom }) => bottom > view.top && top < view.bottom);
  const rest = log.getBoundingClientRect();
  const gaps = [...root.querySelectorAll(".gap")].map((gap) => gap.clientHeight);
  return {
    inView: seen.map(({ number }) => number),
    drawn: items.map(({ number }) => number),
    elements: count(log),
    covered: (rest.top <= view.top || gaps[0] === 0) && (rest.bottom >= view.bottom || gaps[1] === 0),
  };
}

/**
 * Scrolls through `chat-thread`, by that share of the view at a time, until the message of that number is on screen. Gives
 * what was seen on the way, once for each step. To be evaluated on it: a step takes a frame or two.
 */
export async function walk(thread: HTMLElement, { by, to }: { by: number; to: number }): Promise<Look[]> {
  const scroller = thread.shadowRoot!.querySelector(".scroller")!;
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  const steps: Look[] = [];
  for (let before = "", deadline = 0; !(steps.at(-1)?.inView.includes(to) ?? false); ) {
    deadline = performance.now() + 15_000;
    let now = window.look(thread);
    // At the top of what is held, the page before has to come first.
    while (!now.covered || now.inView.join() === before) {
      if (performance.now() > deadline) throw new Error(`nothing else is drawn than ${now.inView.join()}`);
      await frame();
      now = window.look(thread);
      if (now.inView.join() === before) scroller.scrollTop += by * scroller.clientHeight;
    }
    steps.push(now);
    before = now.inView.join();
    scroller.scrollTop += by * scroller.clientHeight;
  }
  return steps;
}

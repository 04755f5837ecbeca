/** One page in one tab: a client, whoever looks at it, and what they wrote. It crashes, and is loaded again. */

import { createClient, type Client } from "../../src/client/client.ts";
import type { Conversation } from "../../src/client/conversation.ts";
import { SessionEnded } from "../../src/client/failure.ts";
import type { MessageRecord } from "../../src/client/thread.ts";
import { token } from "../records.ts";
import type { Browser } from "./browser.ts";
import type { Clock, Zone } from "./clock.ts";
import { Line, type Network } from "./network.ts";
import type { Server } from "./server.ts";

export class Page {
  readonly zone: Zone = { alive: true };
  readonly line: Line;
  readonly client: Client;
  readonly conversations = new Map<string, Conversation>();
  readonly news: MessageRecord[] = [];
  readonly sentUnkept: string[] = [];
  sessionEnded = false;
  #looksAt: (() => void) | null = null;

  constructor(
    private readonly clock: Clock,
    network: Network,
    server: Server,
    private readonly browser: Browser,
    userId: string,
  ) {
    const line = new Line(network, server, (clientId) => browser.kept.has(clientId) || this.sentUnkept.push(clientId), this.zone, userId);
    this.line = line;
    const jwt = token(userId);
    this.client = createClient({
      http: "https://chat.test",
      websocket: "wss://chat.test",
      getToken: async () => {
        if (this.sessionEnded) throw new SessionEnded();
        return jwt;
      },
      fetch: line.fetch,
      tabs: browser.tabs(this.zone),
      WebSocket: function () {
        return line.open();
      } as unknown as new (url: string, protocols: string[]) => WebSocket,
    });
    this.client.onNews((message) => this.news.push(message));
  }

  /** Does something in this page. */
  do(act: () => unknown): Promise<void> {
    return this.clock.within(this.zone, act);
  }

  start(): Promise<void> {
    return this.do(() => {
      this.client.start();
      this.client.cases.watch(() => undefined);
    });
  }

  /** Somebody looks at that case, and at no other. */
  open(caseId: string): Promise<void> {
    return this.do(() => {
      const conversation = this.client.open(caseId);
      this.conversations.set(caseId, conversation);
      this.#looksAt?.();
      this.#looksAt = conversation.watch(() => undefined);
    });
  }

  crash(): void {
    this.zone.alive = false;
    for (const connection of [...this.line.connections]) connection.cut();
    this.browser.crashed(this.zone);
  }
}

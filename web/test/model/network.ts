/**
 * The network between one page and the server: it drops, delays, repeats and cuts, both requests and frames, until it is
 * told to be calm. A page's connection may also be half there: open, and silent.
 */

import type { PostMessage, ServerFrame } from "../../src/client/wire.ts";
import type { Clock, Zone } from "./clock.ts";
import type { Answer, Server } from "./server.ts";

/** Longer than the client waits for an answer, so that some come too late. */
const LATE_MS = 45_000;
/** How young a connection may be whose first pushes get lost: the gateway answers 410 for it. */
const YOUNG_MS = 3_000;

export interface Weather {
  /** The share of requests, answers and frames that get lost. */
  loss: number;
  /** The share that comes twice. */
  repeats: number;
  /** The share that comes very late. */
  late: number;
  delayMs: number;
}

export const STORM: Weather = { loss: 0.12, repeats: 0.1, late: 0.06, delayMs: 900 };
export const CALM: Weather = { loss: 0, repeats: 0, late: 0, delayMs: 60 };

export class Network {
  weather = STORM;
  readonly connections = new Set<Connection>();

  constructor(readonly clock: Clock) {}

  delay(): number {
    const { late, delayMs } = this.weather;
    return this.clock.chance(late) ? this.clock.between(delayMs, LATE_MS) : this.clock.between(0, delayMs);
  }

  /** To every connection there is, those included that nobody listens to any more. */
  readonly broadcast = (frame: ServerFrame): void => {
    for (const connection of this.connections) {
      const { clock, weather } = this;
      if (weather !== CALM && clock.now - connection.since < YOUNG_MS && clock.chance(0.6)) continue;
      if (clock.chance(weather.loss)) continue;
      connection.push(frame);
      if (clock.chance(weather.repeats)) connection.push(frame);
    }
  };
}

/** One page's way to the server. */
export class Line {
  offline = false;
  /** The cases to which this page is sending a message just now. */
  readonly sending = new Set<string>();
  readonly connections = new Set<Connection>();

  constructor(
    private readonly network: Network,
    private readonly server: Server,
    /** Told of each message that is sent. */
    private readonly onPost: (clientId: string) => void,
    readonly zone: Zone,
    readonly userId: string,
  ) {}

  readonly fetch = async (input: string | URL | Request, init: RequestInit = {}): Promise<Response> => {
    if (init.method !== "POST") return this.#request(input, init);
    const { pathname } = new URL(String(input));
    this.sending.add(pathname);
    this.onPost((JSON.parse(String(init.body)) as PostMessage).clientId);
    return this.#request(input, init).finally(() => this.sending.delete(pathname));
  };

  #request(input: string | URL | Request, init: RequestInit): Promise<Response> {
    const { network, zone } = this;
    const { clock } = network;
    return new Promise((resolve, reject) => {
      const fail = () => clock.after(clock.between(0, 200), () => reject(new TypeError("network")), zone);
      init.signal?.addEventListener("abort", () => reject(new Error("aborted")));
      if (this.offline) return void fail();
      const url = new URL(String(input));
      const body: unknown = typeof init.body === "string" ? JSON.parse(init.body) : undefined;
      const lost = clock.chance(network.weather.loss);
      const arrive = () => {
        const answer = this.server.answer(this.userId, init.method ?? "GET", url, body);
        if (this.offline || clock.chance(network.weather.loss)) return;
        clock.after(network.delay(), () => !this.offline && resolve(responseOf(answer)), zone);
      };
      // What was sent arrives, whatever becomes of who sent it.
      if (!lost) clock.after(network.delay(), arrive, null);
      else if (clock.chance(0.5)) fail();
      if (clock.chance(network.weather.repeats)) clock.after(network.delay(), arrive, null);
    });
  }

  readonly open = (): Connection => {
    const connection = new Connection(this, this.network);
    this.connections.add(connection);
    return connection;
  };

  /** What is open, stays silent: nobody has told either end. */
  halve(): void {
    for (const connection of this.connections) connection.silent = true;
  }

  cut(): void {
    this.offline = true;
    for (const connection of [...this.connections]) connection.cut();
  }
}

/** Quacks like a WebSocket, as far as the client looks. */
export class Connection {
  onopen: (() => void) | null = null;
  onclose: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  readyState = 0;
  silent = false;
  since = 0;

  constructor(
    private readonly line: Line,
    private readonly network: Network,
  ) {
    const { clock } = network;
    if (line.offline || clock.chance(network.weather.loss)) clock.after(clock.between(0, 300), () => this.cut(), line.zone);
    else clock.after(network.delay(), () => this.#register(), null);
  }

  /** The server knows it a moment before the page knows that it is open. */
  #register(): void {
    if (this.readyState !== 0) return;
    const { clock } = this.network;
    this.since = clock.now;
    this.network.connections.add(this);
    clock.after(clock.between(0, 500), () => {
      if (this.readyState !== 0) return;
      this.readyState = 1;
      this.onopen?.();
    }, this.line.zone);
  }

  push(frame: ServerFrame): void {
    const { clock } = this.network;
    const data = JSON.stringify(frame);
    clock.after(this.network.delay(), () => {
      if (this.readyState === 1 && !this.silent) this.onmessage?.({ data });
    }, this.line.zone);
  }

  send(data: string): void {
    if (this.silent || this.readyState !== 1) return;
    const frame = JSON.parse(data) as { action: string; caseId?: string };
    if (frame.action === "ping") this.push({ type: "pong" });
    else if (frame.caseId !== undefined) {
      const role = this.line.userId === "chen" ? "provider" : "requester";
      for (const other of this.network.connections) {
        if (other.line.userId !== this.line.userId) other.push({ type: "typing", caseId: frame.caseId, role });
      }
    }
  }

  close(): void {
    this.#end();
  }

  cut(): void {
    if (this.readyState === 3) return;
    this.#end();
    this.network.clock.after(0, () => this.onclose?.(), this.line.zone);
  }

  #end(): void {
    this.readyState = 3;
    this.line.connections.delete(this);
    this.network.connections.delete(this);
  }
}

/** As much of a Response as the client reads. Real ones take most of the time of a run. */
function responseOf({ status, body, retryAfter }: Answer): Response {
  const headers = { get: (name: string) => (name === "retry-after" && retryAfter !== undefined ? String(retryAfter) : null) };
  return { ok: status < 300, status, statusText: "", headers, json: async () => body } as unknown as Response;
}

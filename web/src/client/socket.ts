/**
 * The live connection: opens it, keeps it alive, opens it again. Owns one WebSocket at a time and its timers.
 * It knows nothing of threads: frames go out through `onFrame`, and whoever listens mends what was missed meanwhile.
 */

import type { GetToken } from "./api.ts";
import { fullJitter } from "./backoff.ts";
import { Changes } from "./changes.ts";
import { SessionEnded } from "./failure.ts";
import type { ClientFrame, ServerFrame } from "./wire.ts";

export type SocketState = "idle" | "connecting" | "open" | "waiting";

/** API Gateway closes a connection after ten minutes of silence. */
const PING_MS = 4 * 60_000;
/** A handshake that takes longer is not going to come. */
const HANDSHAKE_MS = 10_000;
/** Silence after a ping for this long means a connection that is only half there. */
const ANSWER_MS = 10_000;

export interface SocketOptions {
  url: string;
  getToken: GetToken;
  onFrame: (frame: ServerFrame) => void;
  WebSocket?: new (url: string, protocols: string[]) => WebSocket;
}

export class LiveSocket extends Changes {
  state: SocketState = "idle";
  #socket: WebSocket | null = null;
  #attempt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #pinging: ReturnType<typeof setInterval> | undefined;
  #awaiting: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly options: SocketOptions) {
    super();
  }

  /** Connects now, unless it is connected or connecting. */
  connect(): void {
    if (this.state === "open" || this.state === "connecting") return;
    clearTimeout(this.#timer);
    this.#become("connecting");
    void this.#open();
  }

  /** The network went away: gives the connection up without waiting to be told, and goes on trying. */
  interrupt(): void {
    if (this.state !== "idle") this.#tryLater();
  }

  close(): void {
    this.#letGo();
    this.#become("idle");
  }

  /** Asks whether the other end is still there. Any frame answers; silence means to connect anew. */
  ping(): void {
    if (this.state !== "open") return;
    this.#awaiting ??= setTimeout(() => this.#tryLater(), ANSWER_MS);
    this.#send({ action: "ping" });
  }

  #send(frame: ClientFrame): void {
    this.#socket?.send(JSON.stringify(frame));
  }

  #heard(): void {
    clearTimeout(this.#awaiting);
    this.#awaiting = undefined;
  }

  async #open(): Promise<void> {
    const token = await this.options.getToken().catch((error: unknown) => (error instanceof SessionEnded ? "" : null));
    if (this.state !== "connecting" || this.#socket !== null) return;
    if (token === "") return this.close();
    if (token === null) return this.#tryLater();

    const socket = new (this.options.WebSocket ?? WebSocket)(this.options.url, ["case-chat.v1", `bearer.${token}`]);
    this.#socket = socket;
    this.#timer = setTimeout(() => this.#tryLater(), HANDSHAKE_MS);
    // A socket that was let go may still speak: only the current one is listened to.
    socket.onopen = () => socket === this.#socket && this.#opened();
    socket.onclose = () => socket === this.#socket && this.#tryLater();
    socket.onmessage = (event) => {
      if (socket !== this.#socket) return;
      this.#heard();
      const frame = parse(event.data);
      if (frame !== null) this.options.onFrame(frame);
    };
  }

  #opened(): void {
    clearTimeout(this.#timer);
    this.#attempt = 0;
    this.#pinging = setInterval(() => this.ping(), PING_MS);
    this.#become("open");
  }

  #tryLater(): void {
    this.#letGo();
    this.#timer = setTimeout(() => this.connect(), fullJitter(this.#attempt++));
    this.#become("waiting");
  }

  #letGo(): void {
    clearTimeout(this.#timer);
    clearInterval(this.#pinging);
    this.#heard();
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
  }

  #become(state: SocketState): void {
    if (this.state === state) return;
    this.state = state;
    this.changed();
  }
}

/** A frame of the contract's shape, or null: frames without `type` are the gateway's own, unknown types a newer server's. */
export function parse(data: unknown): ServerFrame | null {
  if (typeof data !== "string") return null;
  try {
    const frame = JSON.parse(data) as Partial<ServerFrame> | null;
    return typeof frame?.type === "string" ? (frame as ServerFrame) : null;
  } catch {
    return null;
  }
}

/**
 * The live connection: opens it, keeps it alive, opens it again, and replaces it before it would end. Owns the WebSocket
 * and its timers; there are two for a moment while one takes over from the other. It knows nothing of threads: frames
 * go out through `onFrame`, some of them twice, and whoever listens mends what was missed meanwhile.
 */

import type { GetToken } from "./api.ts";
import { fullJitter } from "./backoff.ts";
import { Changes } from "./changes.ts";
import { SessionEnded } from "./failure.ts";
import { identityOf } from "./token.ts";
import type { ClientFrame, ServerFrame } from "./wire.ts";

export type SocketState = "idle" | "connecting" | "open" | "waiting";

/** API Gateway closes a connection after ten minutes of silence. */
const PING_MS = 4 * 60_000;
/** A handshake that takes longer is not going to come. */
const HANDSHAKE_MS = 10_000;
/** Silence after a ping for this long means a connection that is only half there. */
const ANSWER_MS = 10_000;
/** API Gateway closes every connection after two hours: the next one is opened before, not all of them at once. */
const ROTATE_MS = 105 * 60_000;
const ROTATE_JITTER_MS = 10 * 60_000;
/** The server drops a connection when its token ends. So near the end, `getToken` gives another one. */
const TOKEN_END_MS = 20_000;
/** A token as short-lived as this would only be rotated for ever. */
const SHORT_TOKEN_MS = 60_000;
/** How long the old connection is still listened to: what was pushed before the new one was known to the server. */
const LINGER_MS = 5_000;

export interface SocketOptions {
  url: string;
  getToken: GetToken;
  onFrame: (frame: ServerFrame) => void;
  WebSocket?: new (url: string, protocols: string[]) => WebSocket;
}

export class LiveSocket extends Changes {
  state: SocketState = "idle";
  #socket: WebSocket | null = null;
  /** Takes over from `#socket` once it is open. */
  #successor: WebSocket | null = null;
  #attempt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #rotating: ReturnType<typeof setTimeout> | undefined;
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
    this.send({ action: "ping" });
  }

  /** Says whether there was a connection to send it on. */
  send(frame: ClientFrame): boolean {
    if (this.state !== "open" || this.#socket === null) return false;
    this.#socket.send(JSON.stringify(frame));
    return true;
  }

  #heard(): void {
    clearTimeout(this.#awaiting);
    this.#awaiting = undefined;
  }

  async #open(): Promise<void> {
    const token = await this.#token();
    if (this.state !== "connecting" || this.#socket !== null) return;
    if (token === "") return this.close();
    if (token === null) return this.#tryLater();

    const socket = this.#listen(token);
    this.#socket = socket;
    this.#timer = setTimeout(() => this.#tryLater(), HANDSHAKE_MS);
    socket.onopen = () => socket === this.#socket && this.#opened(token);
  }

  /** "" when nobody is signed in any more, null when it cannot be had just now. */
  #token(): Promise<string | null> {
    return this.options.getToken().catch((error: unknown) => (error instanceof SessionEnded ? "" : null));
  }

  #listen(token: string): WebSocket {
    const socket = new (this.options.WebSocket ?? WebSocket)(this.options.url, ["case-chat.v1", `bearer.${token}`]);
    // A socket that was let go may still speak: only the current ones are listened to.
    socket.onclose = () => this.#ended(socket);
    socket.onmessage = (event) => {
      if (socket !== this.#socket && socket !== this.#successor) return;
      if (socket === this.#socket) this.#heard();
      const frame = parse(event.data);
      if (frame !== null) this.options.onFrame(frame);
    };
    return socket;
  }

  #ended(socket: WebSocket): void {
    if (socket === this.#socket && this.#successor !== null && this.#successor.readyState === OPEN) this.#succeed();
    else if (socket === this.#socket) this.#tryLater();
    else if (socket === this.#successor) this.#rotateLater();
  }

  #opened(token: string): void {
    clearTimeout(this.#timer);
    this.#attempt = 0;
    this.#pinging = setInterval(() => this.ping(), PING_MS);
    this.#planRotation(token);
    this.#become("open");
  }

  #planRotation(token: string): void {
    clearTimeout(this.#rotating);
    const { expiresAt } = identityOf(token);
    const left = expiresAt === null ? Infinity : expiresAt - Date.now();
    const rotation = ROTATE_MS + Math.random() * ROTATE_JITTER_MS;
    const wait = left < SHORT_TOKEN_MS ? rotation : Math.min(rotation, left - TOKEN_END_MS);
    this.#rotating = setTimeout(() => void this.#rotate(), wait);
  }

  /** Opens the next connection while this one goes on. */
  async #rotate(): Promise<void> {
    const old = this.#socket;
    const token = await this.#token();
    if (this.#socket !== old || old === null || this.state !== "open") return;
    if (token === "") return this.close();
    if (token === null) return this.#rotateLater();
    const successor = this.#listen(token);
    this.#successor = successor;
    this.#rotating = setTimeout(() => this.#rotateLater(), HANDSHAKE_MS);
    successor.onopen = () => {
      if (successor !== this.#successor) return;
      this.#attempt = 0;
      this.#planRotation(token);
      this.#timer = setTimeout(() => this.#succeed(), LINGER_MS);
    };
  }

  #rotateLater(): void {
    this.#dismissSuccessor();
    this.#rotating = setTimeout(() => void this.#rotate(), fullJitter(this.#attempt++));
  }

  #succeed(): void {
    clearTimeout(this.#timer);
    const old = this.#socket;
    this.#socket = this.#successor;
    this.#successor = null;
    this.#heard();
    old?.close();
  }

  #dismissSuccessor(): void {
    clearTimeout(this.#rotating);
    clearTimeout(this.#timer);
    const successor = this.#successor;
    this.#successor = null;
    successor?.close();
  }

  #tryLater(): void {
    this.#letGo();
    this.#timer = setTimeout(() => this.connect(), fullJitter(this.#attempt++));
    this.#become("waiting");
  }

  #letGo(): void {
    this.#dismissSuccessor();
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

/** `WebSocket.OPEN`, which a stand-in for WebSocket need not have. */
const OPEN = 1;

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

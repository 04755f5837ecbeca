/**
 * The headless client: the list, the conversations and the connection, tied together. It has no DOM; whoever draws it
 * watches its parts, and tells it of moments worth asking again (`wake`), which only a page can know.
 */

import { Api, type GetToken } from "./api.ts";
import { Cases } from "./cases.ts";
import { Connection } from "./connection.ts";
import { Conversation, type Unsent } from "./conversation.ts";
import { Refused, Unreachable } from "./failure.ts";
import { LiveSocket } from "./socket.ts";
import { subjectOf } from "./token.ts";
import type { ServerFrame, ThreadRecord } from "./wire.ts";

export interface ClientOptions {
  http: string;
  websocket: string;
  getToken: GetToken;
  /** Told when even a renewed token was refused. */
  onRejected?: () => void;
  fetch?: typeof globalThis.fetch;
  WebSocket?: new (url: string, protocols: string[]) => WebSocket;
}

/** A record posted while the connection was being registered may have missed it: look once more. */
const SETTLE_MS = 5_000;
/** The server folds a record into the list a moment after pushing it; a burst makes one request. */
const FOLD_MS = 1_000;

/** What would be lost with the page, by case. */
export type UnsentByCase = Record<string, Unsent>;

export type Client = ReturnType<typeof createClient>;

export function createClient(options: ClientOptions) {
  let userId: string | null = null;
  const getToken: GetToken = async (rejected) => {
    const token = await options.getToken(rejected);
    userId = subjectOf(token);
    return token;
  };

  const api = new Api(options.http, getToken, options.fetch, options.onRejected);
  const cases = new Cases(api);
  const conversations = new Map<string, Conversation>();
  const socket = new LiveSocket({
    url: options.websocket,
    getToken,
    onFrame: receive,
    ...(options.WebSocket && { WebSocket: options.WebSocket }),
  });
  const connection = new Connection(socket, async () => {
    await cases.load();
    return !(cases.trouble instanceof Unreachable);
  });
  let settling: ReturnType<typeof setTimeout> | undefined;
  let folding: ReturnType<typeof setTimeout> | undefined;

  socket.watch(() => {
    clearTimeout(settling);
    if (socket.state !== "open") return;
    sync();
    settling = setTimeout(sync, SETTLE_MS);
  });

  cases.watch(() => {
    // The handshake would be refused for ever.
    if (cases.trouble instanceof Refused && cases.trouble.code === "admins_excluded") socket.close();
  });

  function receive(frame: ServerFrame): void {
    if (frame.type === "message") receiveRecord(frame.record);
    else if (frame.type === "removed") {
      cases.remove(frame.caseId);
      conversations.get(frame.caseId)?.revoke();
    }
  }

  function receiveRecord(record: ThreadRecord): void {
    cases.fold(record);
    conversations.get(record.caseId)?.receive(record);
    folding ??= setTimeout(() => {
      folding = undefined;
      void cases.load();
    }, FOLD_MS);
  }

  /** Asks for whatever may have been missed, and sends whatever waits. */
  function sync(): void {
    void cases.load();
    syncThreads();
  }

  function syncThreads(): void {
    for (const conversation of conversations.values()) {
      // The others are read again when they are opened, so that a day of cases does not become a poll of all of them.
      if (conversation.watched) void conversation.sync();
      conversation.flush();
    }
  }

  function conversation(caseId: string): Conversation {
    const known = conversations.get(caseId) ?? new Conversation(caseId, api, () => userId);
    conversations.set(caseId, known);
    return known;
  }

  return {
    cases,
    connection,

    start(): void {
      void cases.load();
      socket.connect();
    },

    stop(): void {
      clearTimeout(settling);
      clearTimeout(folding);
      connection.stop();
      socket.close();
      for (const conversation of conversations.values()) conversation.stop();
    },

    /** The page came into view, or the network came back. */
    wake(): void {
      socket.connect();
      socket.ping();
      sync();
    },

    /** Someone is looking. Without a live connection, asking is the only way to hear of anything. */
    glance(): void {
      if (connection.live) return;
      connection.look();
      syncThreads();
    },

    /** Someone has been looking for a while: is the live connection what it seems to be? */
    probe(): void {
      socket.ping();
    },

    /** What would be lost with the page, by case; null when nothing would be. */
    unsent(): UnsentByCase | null {
      const found = [...conversations].flatMap(([caseId, { unsent }]) => (unsent === null ? [] : [[caseId, unsent] as const]));
      return found.length === 0 ? null : Object.fromEntries(found);
    },

    /** Takes up what was carried over a sign-in of the same person. */
    restore(unsent: UnsentByCase): void {
      for (const [caseId, one] of Object.entries(unsent)) conversation(caseId).restore(one);
    },

    /** The network went away. */
    interrupt(): void {
      socket.interrupt();
    },

    /** The conversation of a case, brought up to date from now on for as long as it is watched. */
    open(caseId: string): Conversation {
      const opened = conversation(caseId);
      void opened.sync();
      return opened;
    },
  };
}

/**
 * The headless client: the list, the conversations and the connection, tied together. It has no DOM; whoever draws it
 * watches its parts, and tells it of moments that only a page can know: somebody looks, nobody looks, the network came
 * or went. It is one person's, from the first token on: a token of anybody else is as good as none.
 */

import { Api, type GetToken } from "./api.ts";
import { Cases } from "./cases.ts";
import { isWhole } from "./chain.ts";
import { Connection } from "./connection.ts";
import { Conversation, type Shared } from "./conversation.ts";
import { Refused, SessionEnded, Unreachable } from "./failure.ts";
import { DEFAULT_POLICY, type FilePolicy } from "./files/policy.ts";
import { put, type Put } from "./files/put.ts";
import { sha256Of } from "./files/sha256.ts";
import { Uploads } from "./files/uploads.ts";
import { Missed } from "./missed.ts";
import { News } from "./news.ts";
import { Preferences } from "./preferences.ts";
import { sideOf } from "./side.ts";
import { LiveSocket } from "./socket.ts";
import { alone, type Notice, type Tabs } from "./tabs.ts";
import type { MessageRecord } from "./thread.ts";
import { identityOf, type Identity } from "./token.ts";
import { TypingHints } from "./typing.ts";
import { Unsent } from "./unsent.ts";
import type { ServerFrame, ThreadRecord } from "./wire.ts";

export interface ClientOptions {
  http: string;
  websocket: string;
  getToken: GetToken;
  /** Told when even a renewed token was refused. */
  onRejected?: () => void;
  /** The language to speak, as "es" or "ar-EG"; without it, the browser's. */
  locale?: string;
  /** Somebody chose a case in a list: the page shows it. */
  onOpenCase?: (caseId: string) => void;
  /** The address of a case's chat on the page, for lists to link to. */
  hrefOf?: (caseId: string) => string;
  /** What the tabs of this browser share; without it, nothing survives the page. */
  tabs?: Tabs;
  /** Which files may be attached; the template's defaults without it. */
  files?: FilePolicy;
  /** The SHA-256 of a file in base64, computed where it does not hold up the page. */
  sha256?: (content: Blob) => Promise<string>;
  put?: Put;
  fetch?: typeof globalThis.fetch;
  WebSocket?: new (url: string, protocols: string[]) => WebSocket;
}

/** A record posted while the connection was being registered may have missed it: look once more. */
const SETTLE_MS = 5_000;
/** The server folds a record into the list a moment after pushing it; a burst makes one request. */
const FOLD_MS = 1_000;
/** A list that still lacks a case after so many looks is not going to have it before the next sync. */
const FOLD_LOOKS = 10;

export type Client = ReturnType<typeof createClient>;

/** A page may fail to get a token in any way: but for one, it is worth another try. */
function asFailure(error: unknown): Error {
  return error instanceof SessionEnded || error instanceof Unreachable ? error : new Unreachable("no token", { cause: error });
}

export function createClient(options: ClientOptions) {
  let identity: Identity | null = null;
  let known: string | null = null;
  const userId = () => identity?.userId ?? null;
  const getToken: GetToken = async (rejected) => {
    const token = await options.getToken(rejected).catch((error: unknown) => Promise.reject(asFailure(error)));
    if (token === known) return token;
    const found = identityOf(token);
    identity ??= recognised(found);
    if (found.owner !== identity.owner) throw new SessionEnded();
    known = token;
    return token;
  };

  const api = new Api(options.http, getToken, options.fetch, options.onRejected);
  const cases = new Cases(api, userId);
  const preferences = new Preferences(api);
  const news = new News();
  const missed = new Missed(api, news, offer);
  const unsent = new Unsent(options.tabs ?? alone(), heed);
  const hints = new TypingHints((caseId) => socket.send({ action: "typing", caseId }));
  const uploads = new Uploads(
    {
      request: (caseId, file) => api.requestUpload(caseId, file),
      verify: (caseId, attachmentId) => api.verify(caseId, attachmentId),
      put: options.put ?? put,
      sha256: options.sha256 ?? sha256Of,
      store: unsent.files,
      turn: (id, signal, busy, held) => unsent.turn(`upload ${id}`, signal, busy, held),
    },
    options.files ?? DEFAULT_POLICY,
  );
  const shared: Shared = { api, userId, cases, news, unsent, uploads, hints };
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
  /** Cases that the list does not have yet, with how often it is still asked for them. */
  const awaited = new Map<string, number>();
  let settling: ReturnType<typeof setTimeout> | undefined;
  let folding: ReturnType<typeof setTimeout> | undefined;

  socket.watch(() => {
    clearTimeout(settling);
    if (socket.state !== "open") {
      for (const conversation of conversations.values()) conversation.interrupted();
      return;
    }
    hints.reset();
    sync();
    settling = setTimeout(sync, SETTLE_MS);
  });

  cases.watch(() => {
    for (const row of cases.loaded ? cases.all : []) {
      news.listed(row.caseId, row.head);
      // A conversation that somebody watches reads for itself.
      if (conversations.get(row.caseId)?.watched !== true) void missed.look(row);
    }
    // The handshake would be refused for ever.
    if (cases.trouble instanceof Refused && cases.trouble.code === "admins_excluded") socket.close();
  });

  /** Whose client this is, is known: what they had written before, goes on its way. */
  function recognised(identity: Identity): Identity {
    void unsent.open(identity.owner).then(async (kept) => {
      for (const caseId of new Set(kept.map((message) => message.caseId))) void conversation(caseId).takeUp();
      await Promise.all([...conversations.values()].map((opened) => opened.draft.restored()));
      await uploads.sweep(new Set([...kept, ...unsent.drafts.all].flatMap(({ files }) => files)));
    });
    return identity;
  }

  function heed(notice: Notice): void {
    if (notice.type === "cleared") forget();
    else conversation(notice.caseId).heed(notice);
  }

  function receive(frame: ServerFrame): void {
    switch (frame.type) {
      case "message":
        return receiveRecord(frame.record);
      case "removed":
        cases.remove(frame.caseId);
        news.forget(frame.caseId);
        awaited.delete(frame.caseId);
        // A list that was asked for before would bring it back.
        foldLater();
        return conversations.get(frame.caseId)?.revoke();
      case "read":
        conversations.get(frame.caseId)?.read(frame.role, frame.seq, frame.readAt);
        if (cases.read(frame.caseId, frame.role, frame.seq, conversations.get(frame.caseId)?.role ?? undefined)) foldLater();
        return;
      case "typing":
        return conversations.get(frame.caseId)?.typed(frame.role);
    }
  }

  function receiveRecord(record: ThreadRecord): void {
    const opened = conversations.get(record.caseId);
    opened?.receive(record);
    // What does not hold counts for nothing.
    if (!isWhole(record) || (opened !== undefined && opened.tampered !== null)) return;
    cases.fold([record]);
    offer(record);
    if (cases.find(record.caseId) === undefined) awaited.set(record.caseId, FOLD_LOOKS);
    foldLater();
  }

  function offer(record: ThreadRecord): void {
    news.offer(record, sideOf(userId(), record.participants), cases.marker(record.caseId));
  }

  function foldLater(): void {
    folding ??= setTimeout(() => {
      folding = undefined;
      void cases.load().then(lookAgain);
    }, FOLD_MS);
  }

  function lookAgain(): void {
    for (const [caseId, looks] of awaited) {
      if (looks > 1 && cases.find(caseId) === undefined) awaited.set(caseId, looks - 1);
      else awaited.delete(caseId);
    }
    if (awaited.size > 0) foldLater();
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
    const known = conversations.get(caseId) ?? new Conversation(caseId, shared);
    conversations.set(caseId, known);
    return known;
  }

  function stop(): void {
    clearTimeout(settling);
    clearTimeout(folding);
    awaited.clear();
    connection.stop();
    socket.close();
    cases.rest();
    preferences.rest();
    unsent.drafts.flush();
    uploads.stop();
    for (const conversation of conversations.values()) conversation.stop();
  }

  function forget(): void {
    for (const conversation of conversations.values()) conversation.clear();
    uploads.forget();
    preferences.forget();
    stop();
  }

  return {
    cases,
    connection,
    preferences,
    locale: options.locale,
    onOpenCase: options.onOpenCase,
    hrefOf: options.hrefOf,

    start(): void {
      void cases.load();
      void preferences.load();
      socket.connect();
    },

    stop,

    /** Nothing that this person wrote and did not send stays in this browser; other tabs hear of it. */
    async signOut(): Promise<void> {
      const cleared = unsent.clear();
      forget();
      await cleared;
    },

    /** This person has signed out in another tab, which clears what is kept: this one keeps nothing any more. */
    abandon(): void {
      unsent.abandon();
      forget();
    },

    /** Each new message of the other side, of any case, once. */
    onNews: (listener: (message: MessageRecord) => void) => news.on(listener),

    /** Whether anything was written and not sent, in any case, which signing out would delete. */
    hasUnsent: () => unsent.holdsAnything(),

    /** Whether something would be lost with the page: unsent where the browser keeps nothing, or chosen just now. */
    atRisk: () => unsent.atRisk || preferences.saving,

    /** The page came into view, or the network came back. */
    wake(): void {
      for (const conversation of conversations.values()) conversation.wake();
      cases.wake();
      preferences.wake();
      uploads.wake();
      socket.connect();
      socket.ping();
      syncThreads();
    },

    /** The page went out of view, perhaps for ever. */
    rest(): void {
      unsent.drafts.flush();
      cases.rest();
      preferences.rest();
      for (const conversation of conversations.values()) conversation.rest();
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

    /** The network went away. */
    interrupt(): void {
      socket.interrupt();
    },

    /** The same conversation, looked at from elsewhere: nothing is read for it. */
    conversation,

    /** The conversation of a case, brought up to date from now on for as long as it is watched. */
    open(caseId: string): Conversation {
      const opened = conversation(caseId);
      opened.open();
      return opened;
    },
  };
}

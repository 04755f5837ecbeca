/**
 * Who is signed in, with tokens in this tab's sessionStorage only. Owns tokens and their renewal; hands out access tokens
 * and nothing else of them. Signing out in one tab signs that person out in every tab.
 */

import { Changes } from "./client/changes.ts";
import { SessionEnded, Unreachable } from "./client/failure.ts";
import type { Config } from "./config.ts";
import type { Departure, Issuer, Tokens } from "./issuer.ts";

/** `failed`: came back from the sign-in page without a session. `ended`: was signed in, and cannot be any longer. */
export type SessionState = "signedOut" | "failed" | "signedIn" | "ended";

/** A token this close to its end might not survive the way to the server, and is renewed ahead of it. */
const NEARLY_MS = 30_000;
/** Time enough to draw a page without its messages. */
const DRAWING_MS = 150;
/** By then the page has what it needs to be shown. */
const QUIET_MS = 10_000;
/** The longest that a browser's timer can wait. */
const LONGEST_MS = 2 ** 31 - 1;

const TOKENS = "case-chat.session";
const DEPARTURE = "case-chat.departure";

export class Session extends Changes {
  state: SessionState = "signedOut";
  /** Signed out here, while the issuer could not be told. */
  lingers = false;
  readonly #tabs = new BroadcastChannel("case-chat");
  /** Who was last known to be signed in. */
  #sub: string | null = null;
  /** Asked when one comes and goes, and every hour or so: loaded then. */
  readonly #issuer: () => Promise<Issuer>;
  #renewing: Promise<Tokens | null> | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor({ issuer, clientId }: Config) {
    super();
    let loaded: Promise<Issuer> | null = null;
    const load = async () => new (await import("./issuer.ts")).Issuer(issuer, clientId, `${location.origin}/`);
    this.#issuer = () => (loaded ??= load().catch((error: unknown) => ((loaded = null), Promise.reject(error as Error))));
    this.#tabs.onmessage = ({ data }: MessageEvent<unknown>) => this.#otherTabSignedOut(data);
  }

  /** Takes up the session of this tab, or finishes the sign-in that this page load comes back from. */
  async start(): Promise<void> {
    const query = new URLSearchParams(location.search);
    if (query.has("state") && (query.has("code") || query.has("error"))) await this.#finishSignIn();
    else this.#become(this.#tokens() === null ? "signedOut" : "signedIn");
    this.#renewInTime();
    // What signing out takes is there by then, even should the connection be lost.
    if (this.state === "signedIn") setTimeout(() => void this.#issuer().then((issuer) => issuer.prepare()).catch(() => undefined), QUIET_MS);
  }

  /** Leaves for the sign-in page; coming back leads to where one is now. */
  async signIn(): Promise<void> {
    const { address, departure } = await (await this.#issuer()).signIn();
    keep(DEPARTURE, { ...departure, hash: location.hash });
    location.assign(address);
  }

  async signOut(): Promise<void> {
    const tokens = this.#tokens();
    // The browser keeps a picture of the page that is left: it must not be one of the conversation.
    this.#become("signedOut");
    this.#tabs.postMessage(this.#sub);
    this.#forget();
    await new Promise((drawn) => setTimeout(drawn, DRAWING_MS));
    history.replaceState(null, "", "/");
    try {
      const page = await (await this.#issuer()).signOut(tokens?.idToken ?? null);
      if (page !== null) location.assign(page);
    } catch {
      // This browser at least has forgotten, but for the issuer's own session.
      this.lingers = true;
      this.changed();
    }
  }

  #otherTabSignedOut(sub: unknown): void {
    if (typeof sub !== "string" || sub !== (this.#tokens()?.sub ?? this.#sub)) return;
    this.#become("signedOut");
    this.#forget();
  }

  #tokens(): Tokens | null {
    const tokens = kept<Tokens>(TOKENS);
    if (tokens !== null) this.#sub = tokens.sub;
    return tokens;
  }

  #forget(): void {
    clearTimeout(this.#timer);
    sessionStorage.removeItem(TOKENS);
  }

  /** Even a renewed token was refused. */
  readonly reject = (): void => void this.#ended();

  /** An access token that is good for now. `rejected` is one that the server has refused, so it is not given again. */
  readonly token = async (rejected?: string): Promise<string> => {
    const tokens = this.state === "signedIn" ? this.#tokens() : null;
    if (tokens === null) throw this.#ended();
    const left = tokens.expiresAt - Date.now();
    const usable = tokens.accessToken !== rejected && left > 0;
    if (usable && left > NEARLY_MS) return tokens.accessToken;
    try {
      const renewed = await this.#renew();
      if (renewed !== null) return renewed.accessToken;
    } catch (error) {
      if (!usable) throw error;
    }
    // Refused before its time, a renewal ends nothing: what one has is good until it runs out.
    if (usable) return tokens.accessToken;
    throw this.#ended();
  };

  /** null when the issuer says no. */
  #renew(): Promise<Tokens | null> {
    // One at a time: two renewals at once would spend a refresh token twice.
    this.#renewing ??= this.#renewNow().finally(() => (this.#renewing = null));
    return this.#renewing;
  }

  async #renewNow(): Promise<Tokens | null> {
    const old = this.#tokens();
    if (old === null || !isRenewable(old)) return null;
    try {
      const tokens = await (await this.#issuer()).renew(old);
      // Signed out meanwhile: what has come too late is not kept.
      if (this.state !== "signedIn") return null;
      keep(TOKENS, tokens);
      this.#renewInTime();
      return tokens;
    } catch (error) {
      // Only the issuer's own "no" ends a session; a lost network does not.
      if (!(error instanceof Error && error.name === "Declined")) throw new Unreachable("the issuer did not answer", { cause: error });
      return null;
    }
  }

  #renewInTime(): void {
    clearTimeout(this.#timer);
    const tokens = this.#tokens();
    if (this.state !== "signedIn" || tokens === null || !isRenewable(tokens)) return;
    const left = Math.min(tokens.expiresAt - Date.now() - NEARLY_MS, LONGEST_MS);
    if (left > 0) this.#timer = setTimeout(() => void this.#renew().catch(() => undefined), left);
  }

  async #finishSignIn(): Promise<void> {
    const departure = kept<Departure & { hash: string }>(DEPARTURE);
    sessionStorage.removeItem(DEPARTURE);
    try {
      if (departure === null) throw new Error("nobody left for the sign-in page");
      const tokens = await (await this.#issuer()).finish(new URL(location.href), departure);
      keep(TOKENS, tokens);
      this.#sub = tokens.sub;
      this.#become("signedIn");
    } catch {
      // An address that nobody here asked for changes nothing for whoever is signed in.
      this.#become(this.#tokens() === null ? "failed" : "signedIn");
    }
    history.replaceState(null, "", `/${departure?.hash ?? ""}`);
  }

  #ended(): SessionEnded {
    // Whoever signed out knows.
    if (this.state === "signedIn") this.#become("ended");
    return new SessionEnded();
  }

  #become(state: SessionState): void {
    if (this.state === state) return;
    this.state = state;
    this.changed();
  }
}

function isRenewable(tokens: Tokens): tokens is Tokens & { refreshToken: string } {
  return tokens.refreshToken !== null;
}

function keep(name: string, value: object): void {
  sessionStorage.setItem(name, JSON.stringify(value));
}

function kept<T>(name: string): T | null {
  const text = sessionStorage.getItem(name);
  return text === null ? null : (JSON.parse(text) as T);
}

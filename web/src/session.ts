/**
 * Who is signed in: authorization code with PKCE by oidc-client-ts, tokens in this tab's sessionStorage only.
 * Owns tokens and their renewal; hands out access tokens and nothing else of them. Signing out in one tab signs that
 * person out in every tab.
 */

import { ErrorResponse, UserManager, WebStorageStateStore, type User } from "oidc-client-ts";
import { Changes } from "./client/changes.ts";
import { SessionEnded, Unreachable } from "./client/failure.ts";
import type { Config } from "./config.ts";

/** `failed`: came back from the sign-in page without a session. `ended`: was signed in, and cannot be any longer. */
export type SessionState = "signedOut" | "failed" | "signedIn" | "ended";

/** A token this close to its end might not survive the way to the server. */
const NEARLY_SECONDS = 30;
/** Time enough to draw a page without its messages. */
const DRAWING_MS = 150;

/** Kept by the library in this tab's sessionStorage while one is at the sign-in page. */
interface Departure {
  hash: string;
}

export class Session extends Changes {
  state: SessionState = "signedOut";
  readonly #tabs = new BroadcastChannel("case-chat");
  /** Who was last known to be signed in. */
  #sub: string | null = null;
  readonly #manager: UserManager;
  #renewing: Promise<User | null> | null = null;

  constructor(config: Config) {
    super();
    const here = `${location.origin}/`;
    this.#manager = new UserManager({
      authority: config.issuer,
      client_id: config.clientId,
      redirect_uri: here,
      post_logout_redirect_uri: here,
      response_type: "code",
      scope: "openid",
      userStore: new WebStorageStateStore({ store: sessionStorage }),
      stateStore: new WebStorageStateStore({ store: sessionStorage }),
      // Renewed below, one at a time: two renewals at once would spend a refresh token twice.
      automaticSilentRenew: false,
    });
    this.#manager.events.addAccessTokenExpiring(() => void this.#renew().catch(() => undefined));
    this.#tabs.onmessage = ({ data }: MessageEvent<unknown>) => void this.#otherTabSignedOut(data);
  }

  /** Takes up the session of this tab, or finishes the sign-in that this page load comes back from. */
  async start(): Promise<void> {
    const query = new URLSearchParams(location.search);
    if (query.has("state") && (query.has("code") || query.has("error"))) await this.#finishSignIn();
    else this.#become((await this.#user()) === null ? "signedOut" : "signedIn");
  }

  /** Leaves for the sign-in page; coming back leads to where one is now. */
  signIn(): Promise<void> {
    const departure: Departure = { hash: location.hash };
    return this.#manager.signinRedirect({ state: departure });
  }

  async signOut(): Promise<void> {
    const user = await this.#user();
    // The browser keeps a picture of the page that is left: it must not be one of the conversation.
    this.#become("signedOut");
    this.#tabs.postMessage(this.#sub);
    await this.#manager.removeUser();
    await new Promise((drawn) => setTimeout(drawn, DRAWING_MS));
    // Without an answer from the issuer, this browser at least has forgotten.
    await this.#manager.signoutRedirect(user?.id_token === undefined ? {} : { id_token_hint: user.id_token }).catch(() => undefined);
  }

  async #otherTabSignedOut(sub: unknown): Promise<void> {
    if (typeof sub !== "string" || sub !== ((await this.#user())?.profile.sub ?? this.#sub)) return;
    this.#become("signedOut");
    await this.#manager.removeUser();
  }

  async #user(): Promise<User | null> {
    const user = await this.#manager.getUser();
    if (user !== null) this.#sub = user.profile.sub;
    return user;
  }

  /** Even a renewed token was refused. */
  readonly reject = (): void => void this.#ended();

  /** An access token that is good for now. `rejected` is one that the server has refused, so it is not given again. */
  readonly token = async (rejected?: string): Promise<string> => {
    const user = this.state === "signedIn" ? await this.#user() : null;
    if (user === null) throw this.#ended();
    const usable = user.access_token !== rejected && user.expired !== true;
    if (usable && (user.expires_in ?? Infinity) > NEARLY_SECONDS) return user.access_token;
    try {
      const renewed = await this.#renew();
      if (renewed !== null) return renewed.access_token;
    } catch (error) {
      if (!usable) throw error;
    }
    // Refused before its time, a renewal ends nothing: what one has is good until it runs out.
    if (usable) return user.access_token;
    throw this.#ended();
  };

  /** null when the issuer says no. */
  #renew(): Promise<User | null> {
    this.#renewing ??= this.#renewNow().finally(() => (this.#renewing = null));
    return this.#renewing;
  }

  async #renewNow(): Promise<User | null> {
    try {
      const refreshable = (await this.#user())?.refresh_token !== undefined;
      // Without a refresh token the library would try a hidden frame, which the page's CSP forbids.
      const user = refreshable ? await this.#manager.signinSilent() : null;
      if (this.state === "signedIn") return user;
      // Signed out meanwhile: what has come too late is not kept.
      await this.#manager.removeUser();
    } catch (error) {
      // Only the issuer's own "no" ends a session; a lost network does not.
      if (!(error instanceof ErrorResponse)) throw new Unreachable("the issuer did not answer", { cause: error });
    }
    return null;
  }

  async #finishSignIn(): Promise<void> {
    let hash = "";
    try {
      const user = await this.#manager.signinRedirectCallback();
      hash = (user.state as Departure | undefined)?.hash ?? "";
      this.#sub = user.profile.sub;
      this.#become("signedIn");
    } catch {
      // An address that nobody here asked for changes nothing for whoever is signed in.
      this.#become((await this.#user()) === null ? "failed" : "signedIn");
    }
    history.replaceState(null, "", `/${hash}`);
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

/**
 * Who is signed in: authorization code with PKCE by oidc-client-ts, tokens in this tab's sessionStorage only.
 * Owns tokens and their renewal; hands out access tokens and nothing else of them.
 */

import { ErrorResponse, UserManager, WebStorageStateStore, type User } from "oidc-client-ts";
import { Changes } from "./client/changes.ts";
import { SessionEnded, Unreachable } from "./client/failure.ts";
import type { Config } from "./config.ts";

/** `failed`: came back from the sign-in page without a session. `ended`: was signed in, and cannot be any longer. */
export type SessionState = "signedOut" | "failed" | "signedIn" | "ended";

/** A token this close to its end might not survive the way to the server. */
const NEARLY_SECONDS = 30;

export class Session extends Changes {
  state: SessionState = "signedOut";
  readonly #manager: UserManager;
  #renewing: Promise<User> | null = null;

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
  }

  /** Takes up the session of this tab, or finishes the sign-in that this page load comes back from. */
  async start(): Promise<void> {
    const query = new URLSearchParams(location.search);
    if (query.has("state") && (query.has("code") || query.has("error"))) await this.#finishSignIn();
    else this.#become((await this.#manager.getUser()) === null ? "signedOut" : "signedIn");
  }

  /** Leaves for the sign-in page; coming back leads to where one is now. */
  signIn(): Promise<void> {
    return this.#manager.signinRedirect({ state: location.hash });
  }

  async signOut(): Promise<void> {
    try {
      await this.#manager.signoutRedirect();
    } catch {
      // Without an answer from the issuer, this tab at least forgets.
      await this.#manager.removeUser();
      this.#become("signedOut");
    }
  }

  /** An access token that is good for now. `rejected` is one that the server has refused, so it is not given again. */
  readonly token = async (rejected?: string): Promise<string> => {
    const user = await this.#manager.getUser();
    if (user === null) throw this.#ended();
    const good = user.access_token !== rejected && (user.expires_in ?? Infinity) > NEARLY_SECONDS;
    return good ? user.access_token : (await this.#renew()).access_token;
  };

  #renew(): Promise<User> {
    this.#renewing ??= this.#renewNow().finally(() => (this.#renewing = null));
    return this.#renewing;
  }

  async #renewNow(): Promise<User> {
    try {
      const refreshable = (await this.#manager.getUser())?.refresh_token !== undefined;
      // Without a refresh token the library would try a hidden frame, which the page's CSP forbids.
      const user = refreshable ? await this.#manager.signinSilent() : null;
      if (user !== null) return user;
    } catch (error) {
      // Only the issuer's own "no" ends a session; a lost network does not.
      if (!(error instanceof ErrorResponse)) throw new Unreachable("the issuer did not answer", { cause: error });
    }
    throw this.#ended();
  }

  async #finishSignIn(): Promise<void> {
    let hash = "";
    try {
      const user = await this.#manager.signinRedirectCallback();
      if (typeof user.state === "string") hash = user.state;
      this.#become("signedIn");
    } catch {
      this.#become("failed");
    }
    history.replaceState(null, "", `/${hash}`);
  }

  #ended(): SessionEnded {
    this.#become("ended");
    return new SessionEnded();
  }

  #become(state: SessionState): void {
    if (this.state === state) return;
    this.state = state;
    this.changed();
  }
}

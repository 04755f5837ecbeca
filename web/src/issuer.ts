/**
 * The issuer of sign-ins, as OpenID Connect has it: authorization code with PKCE, by oauth4webapi, which checks what comes
 * back. Owns the protocol alone: what is kept of it, and when, is the session's.
 */

import * as oauth from "oauth4webapi";

/** What a sign-in gives. Times in milliseconds since 1970. */
export interface Tokens {
  accessToken: string;
  refreshToken: string | null;
  idToken: string | null;
  expiresAt: number;
  sub: string;
}

/** What has to be known again when one comes back from the sign-in page. */
export interface Departure {
  state: string;
  verifier: string;
  nonce: string;
}

/** The issuer said no, to what it was asked as it was asked. */
export class Declined extends Error {
  override readonly name = "Declined";
}

/** Where the issuer does not say. */
const DEFAULT_SECONDS = 300;
/** Nobody waits longer for the issuer. */
const TIMEOUT_MS = 15_000;

export class Issuer {
  readonly #url: URL;
  readonly #client: oauth.Client;
  readonly #insecure: boolean;
  #server: Promise<oauth.AuthorizationServer> | null = null;

  /** `here` is where the sign-in page sends one back to. */
  constructor(
    url: string,
    clientId: string,
    private readonly here: string,
  ) {
    this.#url = new URL(url);
    this.#client = { client_id: clientId };
    // On one's own machine, there is nothing between.
    this.#insecure = ["localhost", "127.0.0.1"].includes(this.#url.hostname);
  }

  get #options() {
    return { signal: AbortSignal.timeout(TIMEOUT_MS), ...(this.#insecure && { [oauth.allowInsecureRequests]: true }) };
  }

  /** Learns where the issuer's pages are. */
  async prepare(): Promise<void> {
    await this.#discover();
  }

  /** The address of the sign-in page, and what to keep until one comes back. */
  async signIn(): Promise<{ address: string; departure: Departure }> {
    const server = await this.#discover();
    const departure = { state: oauth.generateRandomState(), verifier: oauth.generateRandomCodeVerifier(), nonce: oauth.generateRandomNonce() };
    const address = new URL(server.authorization_endpoint!);
    const asked = {
      client_id: this.#client.client_id,
      redirect_uri: this.here,
      response_type: "code",
      scope: "openid",
      state: departure.state,
      nonce: departure.nonce,
      code_challenge: await oauth.calculatePKCECodeChallenge(departure.verifier),
      code_challenge_method: "S256",
    };
    for (const [name, value] of Object.entries(asked)) address.searchParams.set(name, value);
    return { address: address.href, departure };
  }

  /** Back from the sign-in page, at `address`. Throws whatever is wrong with it. */
  async finish(address: URL, { state, verifier, nonce }: Departure): Promise<Tokens> {
    const server = await this.#discover();
    const parameters = oauth.validateAuthResponse(server, this.#client, address, state);
    const request = oauth.authorizationCodeGrantRequest(server, this.#client, oauth.None(), parameters, this.here, verifier, this.#options);
    const answer = await oauth.processAuthorizationCodeResponse(server, this.#client, await request, { expectedNonce: nonce, requireIdToken: true });
    return tokensOf(answer, null);
  }

  /** New tokens for old ones. Throws `Declined` where the issuer gives none any more. */
  async renew(old: Tokens & { refreshToken: string }): Promise<Tokens> {
    const server = await this.#discover();
    try {
      const request = oauth.refreshTokenGrantRequest(server, this.#client, oauth.None(), old.refreshToken, this.#options);
      return tokensOf(await oauth.processRefreshTokenResponse(server, this.#client, await request), old);
    } catch (error) {
      if (isNo(error)) throw new Declined("no new token", { cause: error });
      throw error;
    }
  }

  /** Where one signs out; null where the issuer has no such page. */
  async signOut(idToken: string | null): Promise<string | null> {
    const { end_session_endpoint: page } = await this.#discover();
    if (page === undefined) return null;
    const address = new URL(page);
    address.searchParams.set("client_id", this.#client.client_id);
    address.searchParams.set("post_logout_redirect_uri", this.here);
    // What Cognito calls the same.
    address.searchParams.set("logout_uri", this.here);
    if (idToken !== null) address.searchParams.set("id_token_hint", idToken);
    return address.href;
  }

  #discover(): Promise<oauth.AuthorizationServer> {
    this.#server ??= oauth
      .discoveryRequest(this.#url, this.#options)
      .then((answer) => oauth.processDiscoveryResponse(this.#url, answer))
      .catch((error: unknown) => {
        this.#server = null;
        throw error;
      });
    return this.#server;
  }
}

/** A request that came too often, or too late, may be made again. */
function isNo(error: unknown): boolean {
  if (error instanceof oauth.WWWAuthenticateChallengeError) return true;
  return error instanceof oauth.ResponseBodyError && (error.status === 400 || error.status === 401);
}

/** A renewal need not say again who it is for, nor give a new token to renew with. */
function tokensOf(answer: oauth.TokenEndpointResponse, old: Tokens | null): Tokens {
  return {
    accessToken: answer.access_token,
    refreshToken: answer.refresh_token ?? old?.refreshToken ?? null,
    idToken: answer.id_token ?? old?.idToken ?? null,
    expiresAt: Date.now() + 1000 * (answer.expires_in ?? DEFAULT_SECONDS),
    sub: oauth.getValidatedIdTokenClaims(answer)?.sub ?? old?.sub ?? "",
  };
}

import { afterEach, expect, test, vi } from "vitest";
import { Issuer } from "../src/issuer.ts";

const URL_OF = "https://issuer.example/pool";
const PAGE = "https://chat.example/";

function discovered(server: object): void {
  const said = { issuer: URL_OF, authorization_endpoint: `${URL_OF}/authorize`, token_endpoint: `${URL_OF}/token`, ...server };
  vi.stubGlobal("fetch", () => Promise.resolve(Response.json(said)));
}

afterEach(() => vi.unstubAllGlobals());

test("signing out leads back to the page, as OpenID Connect and as Cognito ask for it", async () => {
  discovered({ end_session_endpoint: "https://sign-in.example/logout" });
  const address = new URL((await new Issuer(URL_OF, "page", PAGE).signOut("id"))!);
  expect(address.origin + address.pathname).toBe("https://sign-in.example/logout");
  expect(Object.fromEntries(address.searchParams)).toEqual({
    client_id: "page",
    post_logout_redirect_uri: PAGE,
    logout_uri: PAGE,
    id_token_hint: "id",
  });
});

test("an issuer without a page to sign out at has none", async () => {
  discovered({});
  expect(await new Issuer(URL_OF, "page", PAGE).signOut("id")).toBeNull();
});

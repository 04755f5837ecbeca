// What a deployed stack answers to a browser that has no token. Takes a file of the stack's outputs, as
// `cargo xtask deploy` writes it; ends with 1 if anything is not as it should be. Changes nothing.

import { readFileSync } from "node:fs";
import { request as plain } from "node:http";
import { request as tls } from "node:https";

const outputs = JSON.parse(readFileSync(process.argv[2], "utf8"));
const { WebAddress: origin, CloudFrontAddress: page, HttpEndpoint: http, WebSocketEndpoint: websocket, TokenIssuer: issuer } = outputs;

const PATIENCE_MS = 15_000;
const NAMES_MS = 120_000;
const ask = (address, options = {}) => fetch(address, { ...options, redirect: "manual", signal: AbortSignal.timeout(PATIENCE_MS) });

/** What a handshake is answered with that is made as a browser makes it. */
function shakeHands(address, headers) {
  const url = new URL(address.replace(/^ws/, "http"));
  return new Promise((resolve, reject) => {
    const request = (url.protocol === "https:" ? tls : plain)(url, {
      headers: { connection: "Upgrade", upgrade: "websocket", "sec-websocket-version": "13", "sec-websocket-key": "c21va2UtdGVzdC1ub25jZQ==", ...headers },
      timeout: PATIENCE_MS,
    });
    request.on("response", ({ statusCode }) => resolve(statusCode));
    request.on("upgrade", (answer, socket) => (socket.destroy(), resolve(answer.statusCode)));
    request.on("timeout", () => request.destroy(new Error("no answer")));
    request.on("error", reject);
    request.end();
  });
}

function expect(what, found, holds) {
  if (!holds) throw new Error(`${what}: ${found}`);
}

/** Names take their time to be known. */
async function whenKnown(address) {
  const deadline = Date.now() + NAMES_MS;
  for (;;) {
    try {
      return await ask(address);
    } catch (error) {
      if (Date.now() > deadline) throw new Error(`no answer yet: point the DNS of ${new URL(address).host} at ${new URL(page).host}, and run this again`, { cause: error.cause });
      await new Promise((later) => setTimeout(later, 5_000));
    }
  }
}

/** Of a page that the stack serves itself; that of another portal is the portal's. */
const ofItsPage = {
  async "the page is there, with its headers"() {
    const answer = await ask(`${page}/`);
    const policy = answer.headers.get("content-security-policy") ?? "none";
    expect("status", answer.status, answer.status === 200);
    for (const needed of [http, new URL(issuer).origin, new URL(websocket).origin]) expect(`the policy does not let ${needed} be reached`, policy, policy.includes(needed));
    expect("x-content-type-options", answer.headers.get("x-content-type-options"), answer.headers.get("x-content-type-options") === "nosniff");
    const [, part] = /src="(\/assets\/[^"]+)"/.exec(await answer.text()) ?? [];
    expect("the page names no part", part, part !== undefined);
    const script = await ask(`${page}${part}`);
    expect("its script", `${script.status} ${script.headers.get("content-type")}`, script.status === 200 && /javascript/.test(script.headers.get("content-type")));
    expect("its script may be kept", script.headers.get("cache-control"), /immutable/.test(script.headers.get("cache-control")));
    const missing = await ask(`${page}/assets/none.js`);
    expect("what is not there", missing.status, missing.status === 404);
  },
  async "the page is told where everything is"() {
    const config = await (await ask(`${page}/config.json`)).json();
    expect("config.json", JSON.stringify(config), config.http === http && config.websocket === websocket && config.issuer === issuer && config.clientId === outputs.PageClientId);
  },
  async "the page's own address leads to it"() {
    const { status } = await whenKnown(`${origin}/`);
    expect("status", status, status === 200);
  },
};

const ofItsApis = {
  async "the issuer says where it signs in"() {
    const said = await (await ask(`${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`)).json();
    expect("issuer", said.issuer, said.issuer === issuer);
    expect("authorization_endpoint", said.authorization_endpoint, /^https?:/.test(said.authorization_endpoint));
  },
  async "nobody gets in without a token"() {
    for (const [path, method] of [["/cases", "GET"], ["/preferences", "GET"], ["/cases/smoke/messages", "POST"]]) {
      for (const headers of [{}, { authorization: "Bearer smoke" }]) {
        const { status } = await ask(`${http}${path}`, { method, headers });
        expect(`${method} ${path}`, status, status === 401);
      }
    }
  },
  async "only the page's origin may call"() {
    const preflight = async (from) => {
      const headers = { origin: from, "access-control-request-method": "GET", "access-control-request-headers": "authorization" };
      return (await ask(`${http}/cases`, { method: "OPTIONS", headers })).headers.get("access-control-allow-origin");
    };
    expect("the page", await preflight(origin), (await preflight(origin)) === origin);
    expect("another", await preflight("https://elsewhere.example"), (await preflight("https://elsewhere.example")) === null);
  },
  async "a function answers"() {
    const answer = await ask(`${http}/unsubscribe?token=smoke`);
    expect("status", answer.status, answer.status < 500 && answer.status !== 401);
  },
  async "no socket opens without a token, or from elsewhere"() {
    for (const headers of [{ origin }, { origin, "sec-websocket-protocol": "case-chat.v1, bearer.smoke" }, { origin: "https://elsewhere.example" }]) {
      const status = await shakeHands(websocket, headers);
      expect("handshake", status, status === 401 || status === 403);
    }
  },
};

let failed = 0;
for (const [what, check] of Object.entries({ ...(page && ofItsPage), ...ofItsApis })) {
  try {
    await check();
    console.log(`  holds   ${what}`);
  } catch (error) {
    failed += 1;
    console.log(`  FAILS   ${what}: ${error.message}${error.cause ? ` (${error.cause.message})` : ""}`);
  }
}
process.exitCode = failed === 0 ? 0 : 1;

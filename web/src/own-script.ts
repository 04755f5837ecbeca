/** The page's policy takes the address of a script from a policy of its own only: this one, which knows the page's workers. */

/** Built beside the page, at the root so that it stands in for all of it. */
const SERVICE_WORKER = "/service-worker.js";

export function serviceWorkerUrl(): string {
  return trusted(SERVICE_WORKER);
}

/** `url` is one that the build has put in. */
export function workerUrl(url: string): string {
  return trusted(url);
}

function trusted(url: string): string {
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes };
  // A policy is made once.
  policy ??= trustedTypes?.createPolicy("own-script", { createScriptURL: ownOnly });
  return (policy?.createScriptURL(url) as string | undefined) ?? url;
}

function ownOnly(url: string): string {
  if (new URL(url, location.href).origin !== location.origin) throw new TypeError("not a script of this page");
  return url;
}

let policy: TrustedPolicy | undefined;

interface TrustedPolicy {
  createScriptURL(input: string): unknown;
}

interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL: (input: string) => string }): TrustedPolicy;
}

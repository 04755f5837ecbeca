/** Reads who a token belongs to. It verifies nothing: the server does, and here it only tells mine from theirs. */

export interface Identity {
  /** As in the thread. */
  userId: string;
  /** Issuer and user: no two people share it, whichever issuer they come from. What is kept in a browser is kept under it. */
  owner: string;
  /** When the token ends, in milliseconds since 1970; null when it does not say. */
  expiresAt: number | null;
}

export function identityOf(jwt: string): Identity {
  const payload = (jwt.split(".")[1] ?? "").replaceAll("-", "+").replaceAll("_", "/");
  const bytes = Uint8Array.from(atob(payload), (character) => character.charCodeAt(0));
  const { iss, sub, exp } = JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;
  if (typeof sub !== "string" || typeof iss !== "string") throw new Error("the token names no issuer or no subject");
  return { userId: sub, owner: JSON.stringify([iss, sub]), expiresAt: typeof exp === "number" ? exp * 1000 : null };
}

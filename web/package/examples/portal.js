/**
 * A portal's own session, as far as the examples need one. The local issuer gives a token for a name, without a password; a
 * portal has its own way of signing in, and gives the chat an access token whenever it asks for one.
 */

export const PEOPLE = { amira: "Amira Haddad, requester", chen: "Dr. Wei Chen, specialist" };

export async function loadConfig() {
  const answer = await fetch("/config.json");
  return answer.json();
}

/** Gives `getToken` for that person. The chat says which token was refused, so that it is not given again. */
export function signIn({ issuer, clientId }, username) {
  let token = null;
  return async (rejected) => {
    if (token === null || token === rejected) token = await fetchToken(issuer, clientId, username);
    return token;
  };
}

async function fetchToken(issuer, clientId, username) {
  const body = new URLSearchParams({ grant_type: "password", client_id: clientId, username });
  const answer = await fetch(`${issuer}/oauth2/token`, { method: "POST", body });
  if (!answer.ok) throw new Error("the issuer gave no token");
  return (await answer.json()).access_token;
}

/**
 * A text as it is shown: addresses can be followed, and what is searched for stands out. Pure; what comes of it is put on
 * the page as text, never as HTML. Only addresses that are written out are recognised, and only those of the web.
 */

export interface Piece {
  text: string;
  /** Where it leads; null where it is no address. */
  href: string | null;
  /** Whether it is what is searched for. */
  found: boolean;
}

/** Up to white space, a bracket of its own, or a sign that cannot be seen. */
const ADDRESS = /\bhttps?:\/\/[^\s<>"«»“”\p{Cc}\p{Cf}]+/giu;
/** What ends a sentence rather than an address. */
const TRAILING = ".,;:!?'’)]}*_";
const MAX_ADDRESS = 2_000;
/** So many addresses and so many matches of one text are marked. */
const MOST = 100;

export function pieces(text: string, query = ""): Piece[] {
  return linked(text).flatMap(({ text: part, href }) => marked(part, query).map((piece) => ({ ...piece, href })));
}

function linked(text: string): { text: string; href: string | null }[] {
  const parts: { text: string; href: string | null }[] = [];
  let at = 0;
  for (const { 0: match, index } of text.matchAll(ADDRESS)) {
    if (parts.length >= 2 * MOST) break;
    const address = match.length > 2 * MAX_ADDRESS ? match : withoutTrailing(match);
    const href = safe(address);
    if (href === null) continue;
    parts.push({ text: text.slice(at, index), href: null }, { text: address, href });
    at = index + address.length;
  }
  parts.push({ text: text.slice(at), href: null });
  return parts.filter((part) => part.text !== "");
}

/** A bracket that the address opened itself belongs to it. */
function withoutTrailing(address: string): string {
  let end = address.length;
  let unmatched = 0;
  for (const sign of address) unmatched += sign === ")" ? 1 : sign === "(" ? -1 : 0;
  for (; TRAILING.includes(address.charAt(end - 1)); end--) {
    if (address.charAt(end - 1) === ")" && unmatched-- <= 0) break;
  }
  return address.slice(0, end);
}

/** One that carries a name and a password shows another place than it leads to; so may one whose letters are not what they seem. */
function safe(address: string): string | null {
  if (address.length > MAX_ADDRESS || !URL.canParse(address)) return null;
  const { href, protocol, username, password, hostname } = new URL(address);
  const web = protocol === "https:" || protocol === "http:";
  const shown = hostname !== "" && address.toLowerCase().includes(hostname);
  return web && shown && username === "" && password === "" ? href : null;
}

function marked(text: string, query: string): Omit<Piece, "href">[] {
  const parts: Omit<Piece, "href">[] = [];
  let at = 0;
  for (const [from, to] of query === "" ? [] : findAll(text, query)) {
    parts.push({ text: text.slice(at, from), found: false }, { text: text.slice(from, to), found: true });
    at = to;
  }
  parts.push({ text: text.slice(at), found: false });
  return parts.filter((part) => part.text !== "");
}

/** How letters are compared: without case, accents and vowel signs. */
export function folded(text: string): string {
  return text.normalize("NFKD").replaceAll(/\p{M}/gu, "").toLowerCase();
}

/** Where `query` stands in the text, one after the other. */
function findAll(text: string, query: string): [number, number][] {
  const sought = folded(query);
  if (sought === "") return [];
  // A letter may fold to none or to several, so each remembers where it came from.
  const places: number[] = [];
  let all = "";
  let at = 0;
  for (const letter of text) {
    const plain = folded(letter);
    all += plain;
    for (let unit = 0; unit < plain.length; unit++) places.push(at);
    at += letter.length;
  }
  places.push(at);
  const found: [number, number][] = [];
  for (let from = all.indexOf(sought); from >= 0; from = all.indexOf(sought, from + sought.length)) {
    const start = places[from]!;
    // One letter may hold it twice.
    if (found.length < MOST && start >= (found.at(-1)?.[1] ?? 0)) found.push([start, endOf(places, from + sought.length, text)]);
  }
  return found;
}

/** Past the last letter found, and the signs upon it. */
function endOf(places: readonly number[], next: number, text: string): number {
  const last = places[next - 1]!;
  let after = next;
  while (after < places.length && places[after]! <= last) after++;
  return places[after] ?? text.length;
}

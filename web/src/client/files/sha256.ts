/** The SHA-256 of a file of any size, read piece by piece: WebCrypto wants all of it at once. */

import { sha256 } from "@noble/hashes/sha2.js";

export async function sha256Of(content: Blob): Promise<string> {
  const hash = sha256.create();
  const reader = content.stream().getReader();
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) hash.update(piece.value);
  return base64(hash.digest());
}

function base64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}

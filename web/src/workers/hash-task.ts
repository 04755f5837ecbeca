/** What the page and the worker that hashes say to each other. */

export interface HashTask {
  id: number;
  content: Blob;
}

export interface HashAnswer {
  id: number;
  /** In base64; null when the file cannot be read. */
  sha256: string | null;
}

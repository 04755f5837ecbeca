/** Which files may go with a message, decided before anything is sent, as the server decides it. Pure. */

export interface FilePolicy {
  /** Media types. */
  readonly types: readonly string[];
  readonly maxBytes: number;
}

/** The template's defaults. */
export const DEFAULT_POLICY: FilePolicy = {
  types: ["image/jpeg", "image/png", "application/pdf", "application/dicom"],
  maxBytes: 100_000_000,
};

/** The contract's limit for one message. */
export const MAX_FILES = 10;

/** Why a file cannot be chosen. */
export type Refusal = "type" | "size" | "empty" | "too_many";

export function refusalOf(file: { contentType: string; size: number }, policy: FilePolicy): Refusal | null {
  if (file.size === 0) return "empty";
  if (!policy.types.includes(file.contentType)) return "type";
  return file.size > policy.maxBytes ? "size" : null;
}

const MAX_NAME_BYTES = 200;
/** What no file name is shown with: control characters, separators, marks that turn the direction of reading, and what is not seen. */
const MISLEADING = /[\p{Cc}/\\\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/gu;

/** The name as the server takes it: composed, without what misleads, shortened before its ending. */
export function fileName(name: string): string {
  const clean = name.toWellFormed().normalize("NFC").replace(MISLEADING, "_").trim();
  if (clean === "" || clean === "." || clean === "..") return "file";
  const ending = /\.[^.]{1,16}$/.exec(clean)?.[0] ?? "";
  const stem = [...clean.slice(0, clean.length - ending.length)];
  while (bytes(stem.join("") + ending) > MAX_NAME_BYTES) stem.pop();
  return stem.join("") + ending;
}

function bytes(text: string): number {
  return new TextEncoder().encode(text).length;
}

/** What a browser says of a file that it does not know. */
const UNKNOWN = ["", "application/octet-stream"];

/** Where a DICOM file says that it is one. */
const DICOM = { at: 128, mark: "DICM" };

/** What a browser says of a file, or what its content says where the browser does not know: scans often come without an ending. */
export async function contentTypeOf(content: Blob): Promise<string> {
  if (!UNKNOWN.includes(content.type)) return content.type;
  const mark = await content.slice(DICOM.at, DICOM.at + DICOM.mark.length).text().catch(() => "");
  return mark === DICOM.mark ? "application/dicom" : content.type;
}

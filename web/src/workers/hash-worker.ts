/** Computes the SHA-256 of files beside the page, which goes on moving meanwhile. */

import { sha256Of } from "../client/files/sha256.ts";
import type { HashAnswer, HashTask } from "./hash-task.ts";

addEventListener("message", ({ data: { id, content } }: MessageEvent<HashTask>) => {
  void sha256Of(content).then(
    (sha256) => postMessage({ id, sha256 } satisfies HashAnswer),
    () => postMessage({ id, sha256: null } satisfies HashAnswer),
  );
});

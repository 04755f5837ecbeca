/** Has files hashed in a worker, so that a large one does not hold up the page. Owns the worker, which lives while it is needed. */

import { sha256Of } from "./client/files/sha256.ts";
import { workerUrl } from "./own-script.ts";
import type { HashAnswer, HashTask } from "./workers/hash-task.ts";
import url from "./workers/hash-worker.ts?worker&url";

const waiting = new Map<number, { content: Blob; settle: (sha256: Promise<string>) => void }>();
let worker: Worker | null = null;
let last = 0;

export function hashBeside(content: Blob): Promise<string> {
  return new Promise((resolve) => {
    const id = ++last;
    waiting.set(id, { content, settle: resolve });
    try {
      worker ??= start();
      worker.postMessage({ id, content } satisfies HashTask);
    } catch {
      withoutWorker();
    }
  });
}

function start(): Worker {
  const started = new Worker(workerUrl(url), { type: "module" });
  started.onmessage = ({ data: { id, sha256 } }: MessageEvent<HashAnswer>) =>
    settle(id, sha256 === null ? Promise.reject(new Error("the file cannot be read")) : Promise.resolve(sha256));
  started.onerror = withoutWorker;
  return started;
}

/** It did not start, or broke: the page takes its time. */
function withoutWorker(): void {
  for (const [id, { content }] of waiting) settle(id, sha256Of(content));
}

function settle(id: number, sha256: Promise<string>): void {
  waiting.get(id)?.settle(sha256);
  waiting.delete(id);
  if (waiting.size > 0) return;
  worker?.terminate();
  worker = null;
}

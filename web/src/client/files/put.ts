/** Sends a file to where a link leads. Over XMLHttpRequest: fetch does not say how far it has come. */

import pLimit from "p-limit";
import { Unreachable } from "../failure.ts";
import type { UploadLink } from "../wire.ts";

/** Sends it, tells how many bytes have gone, and gives the status of the answer. Rejects when none comes, or at `signal`. */
export type Put = (link: UploadLink, content: Blob, sent: (bytes: number) => void, signal: AbortSignal) => Promise<number>;

/** A line on which nothing moves for so long is broken. */
const SILENCE_MS = 60_000;

/** Browsers have few connections to one host, and a slow line is not made faster by sharing it. */
const atOnce = pLimit(3);

export const put: Put = (link, content, sent, signal) => atOnce(() => send(link, content, sent, signal));

const send: Put = (link, content, sent, signal) =>
  new Promise((resolve, reject) => {
    if (signal.aborted) return reject(new Unreachable("no longer wanted"));
    const request = new XMLHttpRequest();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const wait = () => {
      clearTimeout(timer);
      timer = setTimeout(() => request.abort(), SILENCE_MS);
    };
    const abort = () => request.abort();
    const unreachable = () => reject(new Unreachable("the file did not arrive"));
    request.upload.onprogress = ({ loaded }) => {
      wait();
      sent(loaded);
    };
    request.onload = () => resolve(request.status);
    request.onerror = request.onabort = unreachable;
    request.onloadend = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", abort);
    };
    signal.addEventListener("abort", abort);
    request.open(link.method, link.url);
    for (const [name, value] of Object.entries(link.headers)) request.setRequestHeader(name, value);
    wait();
    request.send(content);
  });

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { SessionEnded } from "../src/client/failure.ts";
import { LiveSocket, parse } from "../src/client/socket.ts";
import type { ServerFrame } from "../src/client/wire.ts";

class FakeSocket {
  static made: FakeSocket[] = [];
  onopen: (() => void) | null = null;
  onclose: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  sent: string[] = [];
  /** Half open: it takes what is sent, and nothing comes back. */
  mute = false;
  constructor(
    readonly url: string,
    readonly protocols: string[],
  ) {
    FakeSocket.made.push(this);
  }
  send = (data: string) => {
    this.sent.push(data);
    if (!this.mute) this.onmessage?.({ data: `{"type":"pong"}` });
  };
  close = () => undefined;
}

const frames: ServerFrame[] = [];
const make = (getToken = async () => "jwt") =>
  new LiveSocket({ url: "ws://test", getToken, onFrame: (frame) => frames.push(frame), WebSocket: FakeSocket as never });
const latest = () => FakeSocket.made.at(-1)!;

beforeEach(() => {
  vi.useFakeTimers();
  FakeSocket.made = [];
  frames.length = 0;
});
afterEach(() => vi.useRealTimers());

test("carries the token as a subprotocol and hands on frames", async () => {
  const socket = make();
  socket.connect();
  await vi.advanceTimersByTimeAsync(0);
  expect(latest().protocols).toEqual(["case-chat.v1", "bearer.jwt"]);
  latest().onopen?.();
  latest().onmessage?.({ data: `{"type":"pong"}` });
  latest().onmessage?.({ data: `{"message":"Forbidden"}` });
  expect(frames).toEqual([{ type: "pong" }]);
});

test("connects again after every end, within the ceiling, and pings in between", async () => {
  const socket = make();
  socket.connect();
  for (let time = 0; time < 20; time++) {
    await vi.advanceTimersByTimeAsync(0);
    latest().onclose?.();
    expect(socket.state).toBe("waiting");
    await vi.advanceTimersByTimeAsync(30_000);
    expect(FakeSocket.made.length).toBeGreaterThan(time + 1);
  }
  socket.connect();
  await vi.advanceTimersByTimeAsync(0);
  latest().onopen?.();
  await vi.advanceTimersByTimeAsync(5 * 60_000);
  expect(latest().sent).toEqual([`{"action":"ping"}`]);
});

test("connects anew when a ping finds nobody", async () => {
  const socket = make();
  socket.connect();
  await vi.advanceTimersByTimeAsync(0);
  const first = latest();
  first.onopen?.();
  socket.ping();
  await vi.advanceTimersByTimeAsync(30_000);
  expect(socket.state).toBe("open");
  first.mute = true;
  socket.ping();
  socket.ping();
  await vi.advanceTimersByTimeAsync(9_999);
  expect(socket.state).toBe("open");
  await vi.advanceTimersByTimeAsync(1_000);
  expect(latest()).not.toBe(first);
});

test("listens to one connection only", async () => {
  const socket = make();
  socket.connect();
  await vi.advanceTimersByTimeAsync(0);
  const old = latest();
  old.onopen?.();
  socket.interrupt();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(latest()).not.toBe(old);
  latest().onopen?.();
  old.onmessage?.({ data: `{"type":"pong"}` });
  old.onclose?.();
  expect(frames).toEqual([]);
  expect(socket.state).toBe("open");
});

test("stops when nobody is signed in any more", async () => {
  const socket = make(() => Promise.reject(new SessionEnded()));
  socket.connect();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(socket.state).toBe("idle");
  expect(FakeSocket.made).toEqual([]);
});

test.each(["", "null", "[]", "{", `{"type":1}`, `"x"`])("takes no harm from %j", (data) => {
  expect(parse(data)).toBeNull();
});

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { SessionEnded } from "../src/client/failure.ts";
import { LiveSocket, parse } from "../src/client/socket.ts";
import type { ServerFrame } from "../src/client/wire.ts";
import { token } from "./records.ts";

const JWT = token("amira");

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
const make = (getToken: () => Promise<string> = async () => JWT) =>
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
  expect(latest().protocols).toEqual(["case-chat.v1", `bearer.${JWT}`]);
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

describe("before a connection would end", () => {
  /** A socket that is open since now. */
  async function opened(jwt: () => string = () => JWT) {
    const socket = make(async () => jwt());
    socket.connect();
    await vi.advanceTimersByTimeAsync(0);
    const old = latest();
    old.onopen?.();
    const closed: FakeSocket[] = [];
    old.close = () => void closed.push(old);
    return { socket, old, closed };
  }

  const MINUTE = 60_000;

  test("the next one is opened and listened to, and only then the old one let go", async () => {
    const { socket, old, closed } = await opened();
    await vi.advanceTimersByTimeAsync(104 * MINUTE);
    expect(latest()).toBe(old);
    for (let second = 0; second < 11 * 60 && latest() === old; second++) await vi.advanceTimersByTimeAsync(1_000);
    const next = latest();
    expect(next).not.toBe(old);
    next.onopen?.();
    frames.length = 0;
    old.onmessage?.({ data: `{"type":"removed","caseId":"a"}` });
    next.onmessage?.({ data: `{"type":"removed","caseId":"a"}` });
    expect(frames).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(closed).toEqual([old]);
    old.onclose?.();
    expect(socket.state).toBe("open");
    expect(socket.send({ action: "typing", caseId: "a" })).toBe(true);
    expect(next.sent.at(-1)).toContain("typing");
  });

  test("a next one that does not come is tried again, and the old one stays", async () => {
    const { socket, old, closed } = await opened();
    await vi.advanceTimersByTimeAsync(116 * MINUTE);
    const tried = FakeSocket.made.length;
    expect(tried).toBeGreaterThan(2);
    latest().onclose?.();
    await vi.advanceTimersByTimeAsync(30_000);
    expect(FakeSocket.made.length).toBeGreaterThan(tried);
    expect([socket.state, closed]).toEqual(["open", []]);
    old.onclose?.();
    expect(socket.state).toBe("waiting");
  });

  test("it is replaced before its token ends, and one that cannot be renewed is not replaced for ever", async () => {
    const ends = Date.now() + 30 * MINUTE;
    const { old } = await opened(() => token("amira", ends));
    await vi.advanceTimersByTimeAsync(29 * MINUTE);
    expect(latest()).toBe(old);
    await vi.advanceTimersByTimeAsync(45_000);
    expect(latest()).not.toBe(old);
    latest().onopen?.();
    const made = FakeSocket.made.length;
    await vi.advanceTimersByTimeAsync(10 * MINUTE);
    expect(FakeSocket.made.length).toBe(made);
  });
});

test.each(["", "null", "[]", "{", `{"type":1}`, `"x"`])("takes no harm from %j", (data) => {
  expect(parse(data)).toBeNull();
});

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Connection } from "../src/client/connection.ts";
import { LiveSocket } from "../src/client/socket.ts";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** A live connection that has just been lost, while asking is answered or not. */
function lost(answered: () => boolean): Connection {
  const socket = new LiveSocket({ url: "ws://test", getToken: () => new Promise(() => undefined), onFrame: () => undefined });
  const connection = new Connection(socket, async () => answered());
  socket.connect();
  socket.interrupt();
  return connection;
}

test("a blink of absence is not worth a word", async () => {
  const connection = lost(() => true);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(connection.quality).toBe("good");
});

test("tells late messages from no connection", async () => {
  let answered = true;
  const connection = lost(() => answered);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(connection.quality).toBe("late");
  answered = false;
  connection.look();
  await vi.advanceTimersByTimeAsync(0);
  expect(connection.quality).toBe("none");
});

/**
 * Time and chance of a simulated world: nothing in it waits for real, and the same seed gives the same world. Every
 * event belongs to a zone, a page in a tab; with the page die the events that it still had.
 */

export interface Zone {
  alive: boolean;
}

interface Event {
  at: number;
  order: number;
  zone: Zone | null;
  act: () => void;
  /** Set for an interval. */
  every: number | null;
  cancelled: boolean;
}

/** Node's: after all that is due at once. */
const { setImmediate } = globalThis as unknown as { setImmediate: (act: () => void) => void };
const { setTimeout, clearTimeout, setInterval, clearInterval, AbortController } = globalThis;

const ABORTED = new Error("aborted");

/** As much of one as the client needs. A real one takes longer to make than all else that a request does. */
class LightAbortController {
  readonly signal = {
    aborted: false,
    reason: ABORTED,
    listeners: [] as (() => void)[],
    addEventListener(_: string, listener: () => void) {
      this.listeners.push(listener);
    },
  };

  abort(): void {
    this.signal.aborted = true;
    for (const listener of this.signal.listeners) listener();
  }
}
const { now } = Date;
const { random } = Math;

export class Clock {
  now = Date.UTC(2026, 0, 1);
  #order = 0;
  #zone: Zone | null = null;
  /** A binary heap, the earliest event first. */
  readonly #events: Event[] = [];
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** Mulberry32: between 0 and 1. */
  readonly random = (): number => {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };

  chance(probability: number): boolean {
    return this.random() < probability;
  }

  between(low: number, high: number): number {
    return low + this.random() * (high - low);
  }

  /** Puts this time and chance in place of the real ones, until the function that this returns is called. */
  rule(): () => void {
    const cancel = (event: Event | undefined) => event && (event.cancelled = true);
    Object.assign(globalThis, {
      setTimeout: (act: () => void, ms = 0) => this.after(ms, act),
      setInterval: (act: () => void, ms: number) => this.after(ms, act, this.#zone, ms),
      clearTimeout: cancel,
      clearInterval: cancel,
      AbortController: LightAbortController,
    });
    Date.now = () => this.now;
    Math.random = this.random;
    return () => {
      Object.assign(globalThis, { setTimeout, clearTimeout, setInterval, clearInterval, AbortController });
      Date.now = now;
      Math.random = random;
    };
  }

  after(ms: number, act: () => void, zone: Zone | null = this.#zone, every: number | null = null): Event {
    const event = { at: this.now + Math.max(0, ms), order: this.#order++, zone, act, every, cancelled: false };
    this.#push(event);
    return event;
  }

  /** Does something as that page would, and all that follows at once. */
  async within(zone: Zone | null, act: () => unknown): Promise<void> {
    this.#zone = zone;
    // What it promises may take time, and time passes elsewhere.
    void act();
    await new Promise<void>((done) => setImmediate(done));
    this.#zone = null;
  }

  /** Lets so much time pass. */
  async pass(ms: number): Promise<void> {
    const end = this.now + ms;
    for (let event = this.#events[0]; event !== undefined && event.at <= end; event = this.#events[0]) {
      this.#pop();
      if (event.cancelled || event.zone?.alive === false) continue;
      this.now = event.at;
      if (event.every !== null) {
        event.at += event.every;
        event.order = this.#order++;
        this.#push(event);
      }
      await this.within(event.zone, event.act);
    }
    this.now = end;
  }

  #push(event: Event): void {
    const heap = this.#events;
    let at = heap.push(event) - 1;
    for (let parent = (at - 1) >> 1; at > 0 && sooner(event, heap[parent]!); parent = (at - 1) >> 1) {
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = event;
  }

  #pop(): void {
    const heap = this.#events;
    const last = heap.pop()!;
    if (heap.length === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && sooner(heap[child + 1]!, heap[child]!)) child++;
      if (!sooner(heap[child]!, last)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = last;
  }
}

function sooner(a: Event, b: Event): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}

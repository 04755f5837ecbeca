/**
 * What this browser's windows have in front of somebody, known to all of them: a window holds shared locks for it, which
 * end with it whatever becomes of it. Without locks, a window knows of itself alone.
 */

export class Presence {
  readonly #held = new Map<string, () => void>();

  /** From now on this window has these in front of somebody, and no others. */
  hold(names: readonly string[]): void {
    for (const [name, release] of this.#held) {
      if (names.includes(name)) continue;
      this.#held.delete(name);
      release();
    }
    for (const name of names) if (!this.#held.has(name)) this.#take(name);
  }

  /** Whether any window has. */
  async anywhere(name: string): Promise<boolean> {
    if (this.#held.has(name)) return true;
    const all = await navigator.locks?.query().catch(() => undefined);
    return all?.held?.some((lock) => lock.name === name) ?? false;
  }

  #take(name: string): void {
    const held = new Promise<void>((release) => this.#held.set(name, release));
    // A window that is about to close gets no lock, and needs none.
    void navigator.locks?.request(name, { mode: "shared" }, () => held).catch(() => undefined);
  }
}

/** Something that can be watched: owns its listeners and nothing else. It says *that* it changed, never what. */
export class Changes {
  readonly #listeners = new Set<() => void>();

  /** Calls `listener` after every change, until the function that this returns is called. */
  watch(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Whether anyone would notice a change. */
  get watched(): boolean {
    return this.#listeners.size > 0;
  }

  protected changed(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** What is called with an event, and the client that tells it. */
export type Handler = (event: never, client: never) => unknown;

/** The handlers of a client, by the kind of the events that they are called with. */
export class Handlers {
  // Lists are replaced, never changed: handing out an event needs no copy of them.
  readonly #byKind = new Map<string, readonly Handler[]>();

  /** Those of a kind, in the order in which they were added; undefined: there are none. */
  of(kind: string): readonly Handler[] | undefined {
    return this.#byKind.get(kind);
  }

  /** Adds one, until what it returns is called or the signal is aborted: from then on it is not called any more. */
  add(kind: string, handler: Handler, signal?: AbortSignal): () => void {
    if (signal?.aborted) return () => {};
    let live = true;
    // An object of its own, so that one function added twice is undone once.
    const added: Handler = (event, client) => live ? handler(event, client) : undefined;
    const undo = () => {
      live = false;
      signal?.removeEventListener("abort", undo);
      const left = this.of(kind)?.filter((other) => other !== added) ?? [];
      if (left.length > 0) this.#byKind.set(kind, left);
      else this.#byKind.delete(kind);
    };
    this.#byKind.set(kind, [...this.of(kind) ?? [], added]);
    signal?.addEventListener("abort", undo, { once: true });
    return undo;
  }
}

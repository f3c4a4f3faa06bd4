/** A promise that knows whether anybody has taken it; the runtime reports no rejection of it. */
export class NotedPromise<T> extends Promise<T> {
  #taken = false;

  /** Runs what gives its value; what that throws at once, it is rejected with. */
  static of<T>(run: () => T | PromiseLike<T>): NotedPromise<T> {
    const promise = new NotedPromise<T>((resolve) => resolve(run()));
    promise.settled(() => {}, () => {});
    return promise;
  }

  // What is made of it by `then` is its taker's, and an ordinary promise.
  static override get [Symbol.species](): PromiseConstructor {
    return Promise;
  }

  /** Whether somebody has awaited it, or called `then`, `catch` or `finally`. */
  get taken(): boolean {
    return this.#taken;
  }

  /** Takes it. */
  override then<A = T, B = never>(
    onFulfilled?: ((value: T) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    this.#taken = true;
    return super.then(onFulfilled, onRejected);
  }

  /** Tells how it ends, and does not take it. */
  settled(fulfilled: () => void, rejected: (reason: unknown) => void): void {
    void super.then(fulfilled, rejected);
  }
}

// Taken when this is first imported, so that timers which a test replaces later do not stop a world.
const { MessageChannel, setImmediate, setTimeout, clearTimeout } = globalThis;

/** Whether a test has replaced the timers. Deno's mocks reach even those that were taken before. */
function areFakes(): boolean {
  return globalThis.setImmediate !== setImmediate || globalThis.setTimeout !== setTimeout;
}

/** Lets the event loop turn once: every promise that can settle does so, and what is real gets on. */
export function turn(): Promise<void> {
  return new Promise((resolve) => {
    if (!areFakes()) return void setImmediate(resolve);
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}

/** How many tasks are set at a time: a turn of the event loop costs much more than one of them. */
const AT_ONCE = 32;

/** Tasks one after the other, between which every promise settles that can. */
export class Tasks {
  /** How many are to come. */
  #coming = 0;
  /** Who waits for one; each has one of its own, for several may let time pass in the same world. */
  readonly #waiting: (() => void)[] = [];

  /** Resolves in a task of its own. */
  next(): Promise<void> {
    if (areFakes()) return turn();
    if (this.#coming === 0) this.#set();
    return new Promise((resolve) => void this.#waiting.push(resolve));
  }

  #set(): void {
    for (; this.#coming < AT_ONCE; this.#coming++) setImmediate(this.#come);
  }

  readonly #come = (): void => {
    this.#coming--;
    this.#waiting.shift()?.();
    if (this.#coming === 0 && this.#waiting.length > 0) this.#set();
  };
}

/** Waits for so many milliseconds of real time, or for a promise that never rejects, whichever ends first. */
export async function pause(ms: number, until: Promise<void>): Promise<void> {
  if (areFakes() && "waitAsync" in Atomics) {
    const { value } = Atomics.waitAsync(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
    await Promise.race([value, until]);
    return;
  }
  let timeout: ReturnType<typeof setTimeout> | undefined;
  const passed = new Promise<void>((resolve) => void (timeout = setTimeout(resolve, ms)));
  await Promise.race([passed, until]);
  clearTimeout(timeout);
}

// Taken when this is first imported, so that timers which a test replaces later do not stop a world.
const { setImmediate, setTimeout, clearTimeout } = globalThis;

/** Lets the event loop turn once: every promise that can settle does so. */
export function turn(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}

/** Waits for so many milliseconds of real time, or for a promise that never rejects, whichever ends first. */
export async function pause(ms: number, until: Promise<void>): Promise<void> {
  let timeout: ReturnType<typeof setTimeout> | undefined;
  const passed = new Promise<void>((resolve) => void (timeout = setTimeout(resolve, ms)));
  await Promise.race([passed, until]);
  clearTimeout(timeout);
}

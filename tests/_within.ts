/** How long something may take that takes a moment, in milliseconds. */
const PATIENCE = 45_000;

/**
 * Waits for a promise, but not for ever: then it says what it waited for, and what there was instead.
 *
 * @param what What is waited for, as in "Gave up waiting for …".
 * @param seen What there is, asked for only if it does not come. @default {() => ""}
 */
export async function within<T>(
  what: string,
  promise: Promise<T>,
  seen: () => string = () => "",
): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    const instead = seen();
    reject(
      new Error(
        `Gave up waiting for ${what} after ${PATIENCE} ms${instead === "" ? "" : `; there was: ${instead}`}`,
      ),
    );
  }, PATIENCE);
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

import type { Runnable } from "../../../driver/driver.ts";
import { withResolvers } from "../../../with_resolvers.ts";

/** The ends of drivers that somebody waits for. */
export class DriverEnds {
  readonly #awaited = new Map<Runnable, PromiseWithResolvers<Error | undefined>>();

  /** Resolves once a driver that runs has ended, to its error if it has ended with one. */
  of(driver: Runnable): Promise<Error | undefined> {
    const known = this.#awaited.get(driver);
    if (known !== undefined) return known.promise;
    const end = withResolvers<Error | undefined>();
    this.#awaited.set(driver, end);
    return end.promise;
  }

  /** A driver has ended. */
  ended(driver: Runnable, error: Error | undefined): void {
    this.#awaited.get(driver)?.resolve(error);
    this.#awaited.delete(driver);
  }
}

import { assertRejects } from "@std/assert";
import { testOnce } from "./_engines.ts";

/**
 * Tests, on one engine, what is known not to hold yet, and why. Fails once it does hold: make it an ordinary test then.
 */
export function knownToFail(name: string, why: string, fails: () => Promise<void>): void {
  testOnce(`${name} (known not to hold: ${why})`, async () => {
    await assertRejects(fails, Error, "", "This holds now: call test() instead of knownToFail()");
  });
}

/**
 * A process that holds a permit when the one that granted it goes away: lets go of it, asks for another, and ends with 7
 * if it is told that nobody grants it.
 *
 * @module
 */
import process from "node:process";
import { RemotePermits } from "../../src/driver/permit_port.ts";
import { CommandError } from "../../src/protocol/errors.ts";

const permit = { scope: "test", key: "one", limit: 1, per: 0 };
const permits = new RemotePermits(process);
const grant = await permits.acquire(permit);
process.once("disconnect", () => {
  // Not within the event: whoever let go of it then would be too early to fail.
  setTimeout(async () => {
    grant.release(true);
    const error = await permits.acquire(permit).catch((error: unknown) => error);
    process.exitCode = error instanceof CommandError && error.message.endsWith("it is gone") ? 7 : 8;
  }, 10);
});
process.send?.("granted");

/**
 * A process that asks the one that has forked it for a permit: tells when it is granted, and lets go of it when it is told to.
 *
 * @module
 */
import process from "node:process";
import { RemotePermits } from "../../src/driver/permit_port.ts";

const permits = new RemotePermits(process);
const grant = await permits.acquire({ scope: "test", key: "one", limit: 1, per: 0 });
process.send?.("granted");
// Nothing keeps it from ending but this.
process.once("message", () => grant.release(true));

/**
 * Tells on Node which tests leave a timer, a server or a link open: all files run in one process there, which lives
 * until the last of them is gone.
 *
 * Used as `node --import ./tools/suite/node_leftovers.ts --test --test-isolation=none`.
 *
 * @module
 */
import process from "node:process";
import { after, afterEach, before } from "node:test";
import { LEFT_OPEN, Leftovers } from "./leftovers.ts";

/** How long after the last test all must be gone, in milliseconds. */
const GRACE = 3_000;

const leftovers = new Leftovers();
const open = () => process.getActiveResourcesInfo();

before(() => leftovers.note(open().length));
afterEach((t) => leftovers.note(open().length, t.name));
after(() => {
  // Where nothing else keeps the process alive, it never comes to that.
  const tell = () => {
    const tests = leftovers.by(open().length).map((test) => `"${test}"`);
    console.log(`${LEFT_OPEN} ${open().join(", ")}, the last of it since ${tests.join(", ")}`);
  };
  setTimeout(tell, GRACE).unref();
});

import { assertEquals } from "@std/assert";
import { type ChildProcess, fork } from "node:child_process";
import { test } from "node:test";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { systemClock } from "../../src/driver/clock/clock.ts";
import { grantPermits } from "../../src/driver/permit_port.ts";
import { LocalPermits } from "../../src/driver/permits.ts";
import { runArgs } from "../_program.ts";
import { within } from "../_within.ts";

// Deno's `fork` gives all permissions by itself, and takes flags for V8's.
const FLAGS = "deno" in process.versions ? [] : runArgs("").slice(0, -1);
const CHILD = fileURLToPath(new URL("./_permit_child.ts", import.meta.url));
const LEFT = fileURLToPath(new URL("./_left_permit_child.ts", import.meta.url));

/** A process that asks for a permit. */
function child(
  permits: LocalPermits,
  program = CHILD,
): { readonly process: ChildProcess; readonly granted: Promise<unknown> } {
  const forked = fork(program, [], { execArgv: [...FLAGS] });
  grantPermits(permits, forked);
  const granted = new Promise((resolve) => {
    forked.on("message", (message) => message === "granted" && resolve(message));
  });
  return { process: forked, granted };
}

function ended({ process: { pid }, process: forked }: ReturnType<typeof child>): Promise<number | null> {
  return within(`the end of process ${pid}`, new Promise((resolve) => forked.once("exit", resolve)));
}

test("RemotePermits: processes share a limit, one after the other, and end by themselves", async () => {
  const permits = new LocalPermits(systemClock);
  const waiting = new Set([child(permits), child(permits), child(permits)]);
  let held = 0;
  for (const one of waiting) void one.granted.then(() => held++);
  for (let turn = 1; waiting.size > 0; turn++) {
    const granted = [...waiting].map((one) => one.granted.then(() => one));
    const holder = await within("a permit", Promise.race(granted));
    waiting.delete(holder);
    assertEquals(held, turn);
    const end = ended(holder);
    holder.process.send("go");
    assertEquals(await end, 0);
  }
});

test("grantPermits: what a process held that was killed is free again", async () => {
  const permits = new LocalPermits(systemClock);
  const killed = child(permits);
  await within("a permit", killed.granted);
  const next = child(permits);
  const end = ended(killed);
  process.kill(killed.process.pid!, "SIGKILL");
  await end;
  await within("the permit of who was killed", next.granted);
  const over = ended(next);
  next.process.send("go");
  assertEquals(await over, 0);
});

test("RemotePermits: a process outlives the one that grants, lets go of what it held and is told that nobody grants", async () => {
  const left = child(new LocalPermits(systemClock), LEFT);
  await within("a permit", left.granted);
  const end = ended(left);
  left.process.disconnect();
  assertEquals(await end, 7);
});

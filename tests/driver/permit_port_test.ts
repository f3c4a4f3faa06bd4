import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { EventEmitter } from "node:events";
import { test } from "node:test";
import { grantPermits, type PermitPort, RemotePermits } from "../../src/driver/permit_port.ts";
import { type Grant, LocalPermits, type Permits } from "../../src/driver/permits.ts";
import { CommandError, OptionError } from "../../src/protocol/errors.ts";
import { VirtualClock } from "../../testing/world/time/virtual_clock.ts";
import { portPair } from "./_ports.ts";
import { turn } from "./_fakes.ts";

const PERMIT = { scope: "s", key: "k", limit: 1, per: 1_000 };

function joined(permits: Permits) {
  const [here, there] = portPair((deliver) => queueMicrotask(deliver));
  return { here, there, undo: grantPermits(permits, here), remote: new RemotePermits(there) };
}

test("RemotePermits: what one process holds or has used, another waits for", async () => {
  const clock = new VirtualClock();
  const permits = new LocalPermits(clock);
  const [first, second] = [joined(permits), joined(permits)];
  const grant = await first.remote.acquire(PERMIT);
  assertEquals(grant.isHeld(), true);
  let granted: Grant | undefined;
  void second.remote.acquire(PERMIT).then((grant) => granted = grant);
  await turn();
  grant.release(true);
  assertEquals(grant.isHeld(), false);
  await turn();
  assertEquals(granted, undefined);
  clock.advance(1_000);
  await turn();
  assert(granted !== undefined);
  // Nothing is waited for, so nothing keeps the process from ending.
  for (const { there } of [first, second]) {
    assertEquals([there.listenerCount("message"), there.listenerCount("disconnect")], [0, 0]);
  }
});

test("RemotePermits: what is given up leaves no place taken, granted meanwhile or not", async () => {
  const permits = new LocalPermits(new VirtualClock());
  const { remote } = joined(permits);
  const held = await remote.acquire(PERMIT);
  const controller = new AbortController();
  const waiting = remote.acquire(PERMIT, controller.signal);
  await turn();
  controller.abort("enough");
  assertEquals(await waiting.catch((reason) => reason), "enough");
  assertEquals(await remote.acquire(PERMIT, controller.signal).catch((reason) => reason), "enough");
  held.release(false);
  // This one is granted while it is given up.
  const crossing = new AbortController();
  const crossed = remote.acquire(PERMIT, crossing.signal).catch((reason) => reason);
  crossing.abort("no");
  assertEquals(await crossed, "no");
  await turn();
  (await remote.acquire(PERMIT)).release(false);
});

test("grantPermits: whose process is gone holds nothing any more, and counts as having used it", async () => {
  const clock = new VirtualClock();
  const permits = new LocalPermits(clock);
  const [gone, left] = [joined(permits), joined(permits)];
  await gone.remote.acquire(PERMIT);
  const waits = gone.remote.acquire(PERMIT).catch(() => "refused");
  let isGranted = false;
  void left.remote.acquire(PERMIT).then(() => isGranted = true);
  await turn();
  gone.here.emit("disconnect");
  gone.there.emit("disconnect");
  assertEquals(await waits, "refused");
  await turn();
  assertEquals([isGranted, gone.here.listenerCount("message")], [false, 0]);
  clock.advance(1_000);
  await turn();
  assertEquals(isGranted, true);
  left.undo();
  assertEquals(left.here.listenerCount("message") + left.here.listenerCount("disconnect"), 0);
});

test("RemotePermits: says that what grants them has failed, or is gone", async () => {
  const failing: Permits[] = [{ acquire: () => Promise.reject(new Error("no disk")) }, {
    acquire: () => {
      throw new Error("no disk");
    },
  }];
  for (const permits of failing) {
    const error = await assertRejects(() => joined(permits).remote.acquire(PERMIT), CommandError);
    assertEquals(
      [error.code, error.message],
      ["refused", "The process that grants permits has refused one: Error: no disk"],
    );
  }
  const { remote, there } = joined({ acquire: () => new Promise(() => {}) });
  const asking = remote.acquire(PERMIT);
  there.emit("disconnect");
  await assertRejects(() => asking, CommandError, "it is gone");
  const alone: PermitPort = { on: () => {}, off: () => {} };
  assertThrows(() => new RemotePermits(alone), OptionError, "no process is at the other end");
});

test("grantPermits: what others send on the same port is none of its business", async () => {
  const asked: unknown[] = [];
  const permits: Permits = {
    acquire: (permit) => {
      asked.push(permit);
      return new Promise(() => {});
    },
  };
  const port: EventEmitter & PermitPort = Object.assign(new EventEmitter(), { send: () => {} });
  grantPermits(permits, port);
  const [id, parley] = ["1", "ask"];
  const strange = [undefined, 1, "ask", [], { id }, { parley }, { id: 1, parley, permit: PERMIT }, {
    id,
    parley,
  }];
  const broken = { id, parley, permit: { ...PERMIT, limit: "1" } };
  for (const message of [...strange, broken, { id: "2", parley: "release", used: true }]) {
    port.emit("message", message);
  }
  assertEquals(asked, []);
  // Nor is a permit asked for twice by one message that comes twice.
  for (let times = 0; times < 2; times++) port.emit("message", { id, parley, permit: PERMIT });
  await turn();
  assertEquals(asked, [PERMIT]);
});

test("RemotePermits: what is neither a grant nor a refusal is no answer", async () => {
  const { here, there, remote } = joined(new LocalPermits(new VirtualClock()));
  const held = await remote.acquire(PERMIT);
  let id: unknown;
  here.on("message", (message) => id ??= message.id);
  const controller = new AbortController();
  const waiting = remote.acquire(PERMIT, controller.signal).then(() => "granted", (reason) => reason);
  await turn();
  assert(typeof id === "string");
  there.emit("message", { parley: "something else", id });
  for (const other of [null, "granted", 1]) there.emit("message", other);
  await turn();
  controller.abort("enough");
  assertEquals(await waiting, "enough");
  held.release(false);
});

import { test } from "node:test";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { Fleet, MemoryBuckets, RemoteBuckets, serveBuckets } from "../../src/nats/mod.ts";
import type { NatsBucketOptions, NatsKv } from "../../src/nats/mod.ts";
import { isRecord } from "../../src/protocol/data/json_value.ts";
import { CommandError } from "../../src/protocol/errors.ts";
import { Simulation } from "../../testing/world/simulation.ts";
import { kvSuite, lostBucket } from "./_kv_suite.ts";
import { NatsModel } from "./_model.ts";

type Listener = (message: unknown) => void;

/** One end of what takes messages to another, in no time, as JSON. */
class End {
  other: End | undefined;
  readonly #listeners = { message: new Set<Listener>(), disconnect: new Set<Listener>() };

  send(message: unknown): void {
    const text = JSON.stringify(message);
    void Promise.resolve().then(() => this.other?.tell("message", JSON.parse(text)));
  }
  on(event: "message" | "disconnect", listener: Listener): void {
    this.#listeners[event].add(listener);
  }
  off(event: "message" | "disconnect", listener: Listener): void {
    this.#listeners[event].delete(listener);
  }
  tell(event: "message" | "disconnect", message?: unknown): void {
    for (const listener of [...this.#listeners[event]]) listener(message);
  }
}

/** Both ends, one of which is gone once `cut` is called. */
function ends() {
  const [here, there] = [new End(), new End()];
  [here.other, there.other] = [there, here];
  const cut = () => {
    here.other = there.other = undefined;
    for (const end of [here, there]) end.tell("disconnect");
  };
  return { here, there, cut };
}

for (const [what, check] of Object.entries(kvSuite)) {
  test(`MemoryBuckets: ${what}`, async () => {
    const world = new Simulation({ seed: 2 });
    const pause = (ms: number) =>
      new Promise<void>((done) => void world.clock.setTimer(world.clock.now() + ms, done));
    await world.until(check({ buckets: new MemoryBuckets(world), pause }, "bucket"), 60_000);
  });

  test(`RemoteBuckets: ${what}`, async () => {
    const world = new Simulation({ seed: 2 });
    const { here, there } = ends();
    serveBuckets(new MemoryBuckets(world), here);
    const pause = (ms: number) =>
      new Promise<void>((done) => void world.clock.setTimer(world.clock.now() + ms, done));
    await world.until(check({ buckets: new RemoteBuckets(there), pause }, "bucket"), 60_000);
  });
}

test("RemoteBuckets: a bucket that is gone at the other end refuses all, says so to who watches, and can be made again", async () => {
  const world = new Simulation({ seed: 2 });
  const { here, there } = ends();
  const nats = new NatsModel(world.clock);
  serveBuckets(nats.client("x", world.host("x")), here);
  const pause = (ms: number) =>
    new Promise<void>((done) => void world.clock.setTimer(world.clock.now() + ms, done));
  const lose = () => Promise.resolve(nats.lose());
  await world.until(lostBucket({ buckets: new RemoteBuckets(there), pause }, "bucket", lose), 60_000);
});

test("serveBuckets: what a process held that is gone is taken over at once, and not before", async () => {
  const world = new Simulation({ seed: 2 });
  const buckets = new MemoryBuckets(world);
  const members = ["a", "b"].map((label) => {
    const { here, there, cut } = ends();
    serveBuckets(buckets, here);
    const fleet = new Fleet({
      nats: new RemoteBuckets(there),
      name: "fleet",
      label,
      slots: 4,
      runtime: world.host(label),
      run: () => ({ ready: Promise.resolve(), stop: () => Promise.resolve() }),
      onEvent: () => {},
    });
    fleet.join();
    return { fleet, cut };
  });
  await world.run(60_000);
  assertEquals(members.map(({ fleet }) => fleet.held.length), [2, 2]);
  const [a, b] = members;
  world.freeze("a", 3_600_000);
  await world.run(5_000);
  assertEquals(b?.fleet.held.length, 2);
  a?.cut();
  await world.run(500);
  assertEquals(b?.fleet.held.length, 4);
});

test("RemoteBuckets: says that the process that keeps them is gone, or has failed", async () => {
  const { here, there, cut } = ends();
  serveBuckets({ create: (name) => Promise.reject(new Error(`No ${name}`)) }, here);
  const remote = new RemoteBuckets(there);
  await assertRejects(() => remote.create("room", { history: 1 }), Error, "No room");
  const asked = remote.create("bucket", { history: 1 });
  cut();
  assertEquals((await assertRejects(() => asked, CommandError, "is gone")).code, "lost");
  await assertRejects(() => remote.create("bucket", { history: 1 }), CommandError, "is gone");
});

test("serveBuckets: takes no notice of what is none of its messages", async () => {
  const { here, there } = ends();
  serveBuckets(new MemoryBuckets(), here);
  for (
    const wrong of [null, "x", {}, { parley: "bucket" }, { parley: "bucket", id: 1, bucket: "b", op: "drop" }]
  ) {
    here.tell("message", wrong);
  }
  here.tell("message", { parley: "bucket", id: 77, bucket: "never opened", op: "get", key: "a" });
  const kv = await new RemoteBuckets(there).create("bucket", { history: 1 });
  assertEquals(await kv.get("a"), null);
  assert(await kv.create("a", "1") > 0);
});

test("RemoteBuckets: a watch that could not begin is forgotten", async () => {
  const { here, there } = ends();
  const buckets = new MemoryBuckets();
  const refusing = {
    create: async (name: string, options: NatsBucketOptions): Promise<NatsKv> => ({
      ...await buckets.create(name, options),
      watch: () => Promise.reject(new Error("refused")),
    }),
  };
  serveBuckets(refusing, here);
  const sent: unknown[] = [];
  here.on("message", (message) => void sent.push(isRecord(message) && message["op"]));
  const kv = await new RemoteBuckets(there).create("bucket", { history: 1 });
  await assertRejects(() => kv.watch(), Error, "refused");
  await Promise.resolve();
  assertEquals(sent, ["open", "watch", "stop"]);
});

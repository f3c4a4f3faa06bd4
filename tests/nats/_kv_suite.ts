import { assert, assertEquals, assertRejects } from "@std/assert";
import type { NatsBuckets, NatsKv, NatsKvEntry, NatsWatchOptions } from "../../src/nats/kv.ts";
import { isConflict, isNoBucket, textOf } from "../../src/nats/kv.ts";

/** What a bucket is tried with. */
export interface KvRoom {
  readonly buckets: NatsBuckets;
  /** Lets time pass. */
  readonly pause: (ms: number) => Promise<void>;
}

type Check = (room: KvRoom, bucket: string) => Promise<void>;

/** What a fleet that outlasts the loss of a bucket relies on; `lose` removes that. */
export async function lostBucket(
  { buckets, pause }: KvRoom,
  bucket: string,
  lose: () => Promise<void>,
): Promise<void> {
  const kv = await buckets.create(bucket, { history: 1 });
  const revision = await kv.create("a", "1");
  const { told, stop } = await listen(kv);
  await pause(200);
  await lose();
  // Whatever that is refused with, it is no conflict.
  const refused = await Promise.all([
    assertRejects(() => kv.get("a")),
    assertRejects(() => kv.create("b", "1")),
    assertRejects(() => kv.update("a", "2", revision)),
  ]);
  assertEquals(refused.map(isConflict), [false, false, false]);
  assert(isNoBucket(await assertRejects(() => kv.watch())));
  await buckets.create(bucket, { history: 1 });
  assertEquals(await kv.get("a"), null);
  assert(isConflict(await assertRejects(() => kv.update("a", "2", revision))));
  assertEquals(await kv.create("a", "3"), 1);
  (await kv.watch()).stop();
  assertEquals(told.length, 1);
  stop();
}

/** What leases and permits rely on: what the model of the simulator and the real NATS must both do. */
export const kvSuite: Readonly<Record<string, Check>> = {
  async "a key is created once, and again when it was removed"({ buckets }, bucket) {
    const kv = await buckets.create(bucket, { history: 1 });
    const first = await kv.create("slot.1", "a");
    assert(isConflict(await assertRejects(() => kv.create("slot.1", "b"))));
    await kv.delete("slot.1", { previousSeq: first });
    assert(await kv.create("slot.1", "c") > first);
    const entry = await kv.get("slot.1");
    assertEquals(entry && textOf(entry), "c");
  },
  async "a key is written only by who knows its last revision"({ buckets }, bucket) {
    const kv = await buckets.create(bucket, { history: 1 });
    const first = await kv.create("a", "1");
    const second = await kv.update("a", "2", first);
    assert(second > first);
    assert(isConflict(await assertRejects(() => kv.update("a", "3", first))));
    assert(isConflict(await assertRejects(() => kv.delete("a", { previousSeq: first }))));
    assert(isConflict(await assertRejects(() => kv.update("never", "1", 7))));
    const entry = await kv.get("a");
    assertEquals([entry?.revision, entry && textOf(entry)], [second, "2"]);
  },
  async "a key that was removed is told as such, and refuses who knew it before"({ buckets }, bucket) {
    const kv = await buckets.create(bucket, { history: 1 });
    const first = await kv.create("a", "1");
    await kv.delete("a", { previousSeq: first });
    const entry = await kv.get("a");
    assert(entry !== null && entry.revision > first);
    assertEquals(textOf(entry), null);
    assert(isConflict(await assertRejects(() => kv.update("a", "2", first))));
    assertEquals(await kv.get("never"), null);
  },
  async "an entry says when it was written, each time"({ buckets, pause }, bucket) {
    const kv = await buckets.create(bucket, { history: 1 });
    const first = await kv.create("a", "1");
    const before = (await kv.get("a"))?.created.getTime() ?? NaN;
    await pause(500);
    await kv.update("a", "2", first);
    const later = (await kv.get("a"))?.created.getTime() ?? NaN;
    assert(later - before >= 500 && later - before < 5_000, `${later - before} ms`);
  },
  async "a watch tells what there is, and then what is written, in order"({ buckets, pause }, bucket) {
    const kv = await buckets.create(bucket, { history: 1 });
    const first = await kv.create("a", "1");
    await kv.create("b", "2");
    await kv.update("a", "3", first);
    const { told, stop } = await listen(kv);
    await pause(200);
    const revision = await kv.create("c", "4");
    await kv.delete("c", { previousSeq: revision });
    for (let waited = 0; told.length < 4 && waited < 50; waited++) await pause(100);
    stop();
    assertEquals(told.map((entry) => [entry.key, textOf(entry)]), [
      ["b", "2"],
      ["a", "3"],
      ["c", "4"],
      ["c", null],
    ]);
    assert(told.every(({ revision }, index) => index === 0 || revision > (told[index - 1]?.revision ?? 0)));
  },
  async "a watch of some keys tells of no others"({ buckets, pause }, bucket) {
    const kv = await buckets.create(bucket, { history: 1 });
    for (const key of ["a.b.0", "a.b", "a.c.0"]) await kv.create(key, "1");
    const { told, stop } = await listen(kv, { key: "a.b.*" });
    await pause(200);
    for (const key of ["a.c.1", "b.b.1", "a.b.1.2", "a.b.1"]) await kv.create(key, "2");
    for (let waited = 0; told.length < 2 && waited < 50; waited++) await pause(100);
    stop();
    assertEquals(told.map((entry) => [entry.key, textOf(entry)]), [["a.b.0", "1"], ["a.b.1", "2"]]);
  },
  async "an entry lasts as long as its bucket says since it was last written"({ buckets, pause }, bucket) {
    const kv = await buckets.create(bucket, { history: 1, ttl: 2_000 });
    const first = await kv.create("a", "1");
    await pause(1_200);
    await kv.update("a", "2", first);
    await pause(1_200);
    assert(isConflict(await assertRejects(() => kv.create("a", "3"))));
    await pause(1_500);
    await kv.create("a", "3");
  },
  async "of many who create a key at once one does"({ buckets }, bucket) {
    const kv = await buckets.create(bucket, { history: 1 });
    const all = await Promise.allSettled(Array.from({ length: 20 }, (_, at) => kv.create("a", String(at))));
    assertEquals(all.filter(({ status }) => status === "fulfilled").length, 1);
    assert(all.every((one) => one.status === "fulfilled" || isConflict(one.reason)));
  },
};

async function listen(
  kv: NatsKv,
  options?: NatsWatchOptions,
): Promise<{ told: NatsKvEntry[]; stop: () => void }> {
  const told: NatsKvEntry[] = [];
  const watch = await kv.watch(options);
  void (async () => {
    for await (const entry of watch) told.push(entry);
  })();
  return { told, stop: () => watch.stop() };
}

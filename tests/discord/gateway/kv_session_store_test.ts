import { test } from "node:test";
import { assertEquals, assertRejects } from "@std/assert";
import { OptionError } from "../../../src/protocol/errors.ts";
import { type KeyValueStore, KvSessionStore, type StoredShard } from "../../../src/discord/gateway/mod.ts";

const stored = (id: number, sequence = 7): StoredShard => ({
  application: "1",
  shard: [id, 4],
  session: { sessionId: "one", sequence, resumeUrl: "wss://gateway-us-east1-b.discord.gg", at: 12.5 },
  identifies: [1, 2.5],
});

/** As much of Deno KV as counts: keys by their parts, values by their structure. */
function kv(): KeyValueStore & { readonly keys: string[] } {
  const entries = new Map<string, unknown>();
  return {
    get: (key) => Promise.resolve({ value: structuredClone(entries.get(JSON.stringify(key)) ?? null) }),
    set: (key, value) => Promise.resolve(entries.set(JSON.stringify(key), structuredClone(value))),
    get keys() {
      return [...entries.keys()];
    },
  };
}

test("KvSessionStore: keeps an entry for each shard, for whoever comes next", async () => {
  const entries = kv();
  const store = new KvSessionStore(entries);
  assertEquals(await store.load(0), undefined);
  await store.save(stored(0, 1));
  await store.save(stored(1));
  await store.save(stored(0, 2));
  const next = new KvSessionStore(entries);
  assertEquals([await next.load(0), await next.load(1), await next.load(2)], [
    stored(0, 2),
    stored(1),
    undefined,
  ]);
  assertEquals(entries.keys, ['["parley","discord",0]', '["parley","discord",1]']);
});

test("KvSessionStore: keeps bots apart that are given keys of their own", async () => {
  const entries = kv();
  await new KvSessionStore(entries, ["bots", "a"]).save(stored(0));
  assertEquals(await new KvSessionStore(entries, ["bots", "b"]).load(0), undefined);
});

test("KvSessionStore: refuses what is no session, and passes on what the store throws", async () => {
  const entries = kv();
  const store = new KvSessionStore(entries, ["bot"]);
  for (const value of ["text", 0, {}, { ...stored(0), shard: [1] }]) {
    await entries.set(["bot", 0], value);
    await assertRejects(
      () => store.load(0),
      OptionError,
      String.raw`the entry "[\"bot\",0]" holds something else`,
    );
  }
  const broken = new KvSessionStore({
    get: () => Promise.reject(new RangeError("Gone")),
    set: () => Promise.reject(new RangeError("Full")),
  });
  await assertRejects(() => broken.load(0), RangeError, "Gone");
  await assertRejects(() => broken.save(stored(0)), RangeError, "Full");
});

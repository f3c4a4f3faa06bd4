import { test } from "node:test";
import { assertEquals, assertRejects } from "@std/assert";
import { OptionError } from "../../src/protocol/errors.ts";
import { type KeyValueStore, KvTokenStore } from "../../src/twitch/mod.ts";

test("KvTokenStore: keeps the tokens of each account for whoever comes next", async () => {
  const entries = new Map<string, unknown>();
  const kv: KeyValueStore = {
    get: (key) => Promise.resolve({ value: structuredClone(entries.get(JSON.stringify(key)) ?? null) }),
    set: (key, value) => Promise.resolve(entries.set(JSON.stringify(key), structuredClone(value))),
  };
  const store = new KvTokenStore(kv, ["tokens", "ronni"]);
  assertEquals(await store.load(), undefined);
  await store.save({ accessToken: "a", refreshToken: "b" });
  await new KvTokenStore(kv, ["tokens", "dallas"]).save({ accessToken: "c", refreshToken: "d" });
  assertEquals(await new KvTokenStore(kv, ["tokens", "ronni"]).load(), {
    accessToken: "a",
    refreshToken: "b",
  });
  entries.set(JSON.stringify(["tokens", "ronni"]), { accessToken: 1 });
  await assertRejects(() => store.load(), OptionError, "holds something else");
});

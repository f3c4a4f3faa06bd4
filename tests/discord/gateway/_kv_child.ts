/** Keeps a session in a Deno KV of its own, and tells what another store finds there. */
import { KvSessionStore } from "../../../src/discord/gateway/mod.ts";

const kv = await Deno.openKv(":memory:");
await new KvSessionStore(kv).save({
  application: "1",
  shard: [3, 4],
  session: { sessionId: "one", sequence: 7, resumeUrl: "wss://gateway.discord.gg", at: 12.5 },
  identifies: [1, 2.5],
});
const store = new KvSessionStore(kv);
console.log(JSON.stringify([await store.load(0) ?? null, await store.load(3)]));
kv.close();

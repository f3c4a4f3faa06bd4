import { assert, assertEquals } from "@std/assert";
import { test } from "node:test";
import { dispatchNames, type GatewayEncoding, loadCodec, Payload } from "../../../src/discord/gateway/mod.ts";
import { Driver } from "../../../src/driver/driver.ts";
import type { Data } from "../../../src/protocol/protocol.ts";
import {
  DiscordServer,
  type DiscordServerCommand,
  type DiscordServerEvent,
} from "../../../testing/discord/server.ts";
import { Simulation } from "../../../testing/world/simulation.ts";

const CHANNEL = "81384788765712384";
const GUILD = "197038439483310086";
const URL = "wss://gateway.test";

/** What every event is dispatched with, in which there is all that differs between the two. */
const DATA = {
  id: "613425648685547541",
  guild_id: GUILD,
  user_ids: [GUILD, "1", "18446744073709551615"],
  permissions: "2248473465835073",
  content: "naïve ☕ 😀",
  number: [0, -1, 255, 256, 2 ** 31, -(2 ** 31), 2 ** 40, 1.5, 1e300],
  shard: [0, 1],
  empty: [[], {}, "", null],
  flags: [true, false],
  resolved: { users: { [GUILD]: { username: "somebody" } } },
};

/** Everything that our server sends to a client of an encoding, in the same course of events. */
async function sentIn(encoding: GatewayEncoding): Promise<unknown[]> {
  const codec = await loadCodec(encoding);
  const world = new Simulation({ seed: 1 });
  const server = new Driver<DiscordServerCommand, DiscordServerEvent>(new DiscordServer({ resumeUrl: URL }), {
    host: world.host("server"),
    label: "server",
    deliver: () => {},
  });
  server.start();
  world.serve(URL, server);
  const heard: Data[] = [];
  const link = world.host("client").dial({ url: `${URL}/?v=10&encoding=${encoding}` }, {
    opened: () => {},
    receive: (data) => void heard.push(data),
    receiveBatch: (batch) => void heard.push(...batch),
    closed: () => {},
  });
  await world.run(1_000);
  const say = async (op: number, d: unknown) => {
    link.send(codec.write(JSON.stringify({ op, d })));
    await world.run(1_000);
  };
  await say(2, {
    token: "parley.test.token",
    intents: 53_608_447,
    properties: { os: "", browser: "", device: "" },
  });
  await say(1, null);
  await say(8, { guild_id: GUILD, query: "", limit: 0, nonce: "all" });
  await say(4, { guild_id: GUILD, channel_id: CHANNEL, self_mute: false, self_deaf: true });
  await say(31, { guild_ids: [GUILD] });
  await say(43, { guild_id: GUILD });
  for (const t of dispatchNames) await server.command({ kind: "dispatch", t, d: DATA });
  await server.command({ kind: "message", channel: CHANNEL, content: "naïve ☕" });
  // Nobody answers it.
  void server.command({ kind: "interaction", interaction: { type: 2, data: { name: "ping" } } }).catch(
    () => {},
  );
  await server.command({ kind: "heartbeat" });
  await server.command({ kind: "reconnect" });
  await world.run(4_000);
  return heard.map((frame) => {
    const payload = codec.read(frame, 1_000_000);
    assert(payload instanceof Payload, `${encoding}: ${JSON.stringify(payload)}`);
    const { op, sequence, name, data } = payload;
    return { op, sequence, name, data };
  });
}

test("etfCodec: equals JSON for everything that our server sends: logins, every event, answers", async () => {
  const [ofJson, ofEtf] = [await sentIn("json"), await sentIn("etf")];
  assertEquals(ofEtf, ofJson);
  const names = new Set(ofJson.map((payload) => Object(payload).name));
  const missing = ["READY", ...dispatchNames].filter((name) => !names.has(name));
  assertEquals(missing, []);
});

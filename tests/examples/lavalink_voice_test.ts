import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { lavalinkVoice } from "../../examples/lavalink_voice.ts";
import { Intents } from "../../src/discord/gateway/mod.ts";
import { GUILD, worldOf } from "../discord/gateway/_world.ts";

test("examples: Lavalink is told of the voice server, and when the bot leaves", async () => {
  const { world, connect } = worldOf();
  const gateway = await connect({ intents: Intents.Guilds | Intents.GuildVoiceStates });
  const asked: unknown[] = [];
  const join = lavalinkVoice(gateway, {
    url: "http://lavalink.test",
    password: "youshallnotpass",
    session: "abc",
    fetch: (url, init) => {
      asked.push([init?.method, String(url), new Headers(init?.headers).get("authorization"), init?.body]);
      return Promise.resolve(new Response());
    },
  }, GUILD);
  assertEquals(join("155101607195836416"), true);
  await world.run(1_000);
  assertEquals(join(null), true);
  await world.run(1_000);
  const player = `http://lavalink.test/v4/sessions/abc/players/${GUILD}`;
  const voice = {
    token: "a.voice.token",
    endpoint: "voice.test:443",
    sessionId: "session-1",
    channelId: "155101607195836416",
  };
  assertEquals(asked, [
    ["PATCH", player, "youshallnotpass", JSON.stringify({ voice })],
    ["DELETE", player, "youshallnotpass", undefined],
  ]);
  await world.until(gateway.close());
});

import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { TwitchClient } from "../../src/twitch/client.ts";
import { twitchWorld } from "../../testing/kit/twitch/world.ts";

test("TwitchClient: tells that it is ready again once a second RECONNECT in a row was followed", async () => {
  const world = await twitchWorld({ seed: 49 });
  const told: string[] = [];
  const bot = await world.start((runtime) => {
    const chat = new TwitchClient({ login: "bot", token: "secret", channels: ["#dallas"], runtime });
    for (const kind of ["ready", "reconnecting"] as const) chat.on(kind, () => told.push(kind));
    return chat.connect();
  });
  await world.run("12s");
  await world.twitch.command({ kind: "reconnect" });
  await world.run("8s");
  await world.twitch.command({ kind: "reconnect" });
  await world.run("1min");
  assertEquals(told, ["ready", "reconnecting", "ready"]);
  assertEquals(bot.value.health().state, "ready");
  await world.close();
});

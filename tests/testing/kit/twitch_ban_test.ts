import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { TwitchApi } from "../../../src/twitch/api/api.ts";
import { TwitchAuth } from "../../../src/twitch/auth/auth.ts";
import { TwitchClient } from "../../../src/twitch/client.ts";
import { twitchWorld } from "../../../testing/mod.ts";

test("twitchWorld: a bot bans by the API, in the channel of somebody who has said nothing", async () => {
  const world = await twitchWorld();
  const banned: (readonly [string, string | undefined])[] = [];
  await world.start((runtime) => {
    const auth = new TwitchAuth({
      clientId: "any",
      tokens: { accessToken: "any", refreshToken: "any" },
      runtime,
    });
    const chat = new TwitchClient({
      auth,
      api: new TwitchApi({ auth, runtime }),
      channels: ["#dallas"],
      runtime,
    });
    chat.on("PRIVMSG", (event) => {
      if (event.text.includes("buy followers") && !event.sender.moderates) {
        return event.ban({ reason: "Spam" });
      }
    });
    chat.on("CLEARCHAT", ({ action, login }) => void banned.push([action, login]));
    return chat.connect();
  });
  await world.user("ronni").says("#dallas", "buy followers");
  await world.run("5s");
  assertEquals(banned, [["ban", "ronni"]]);
  await world.close();
});

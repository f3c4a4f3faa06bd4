import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { moderationBot } from "../../../examples/moderation_bot.ts";
import { DiscordGateway } from "../../../src/discord/gateway/mod.ts";
import { command, InteractionRouter } from "../../../src/discord/interactions/mod.ts";
import { hasPermissions } from "../../../src/discord/helpers/mod.ts";
import { discordWorld } from "../../../testing/mod.ts";

test("DiscordUser.gets: a role lets them do what it says, and nobody else", async () => {
  const world = await discordWorld({ guilds: ["home#general"] });
  await world.start((runtime) => moderationBot({ token: "any", runtime }).connect());
  const [ada, eve, troll] = [world.user("ada"), world.user("eve"), world.user("troll")];
  await ada.says("#general", `!ban ${troll}`);
  await world.expect("#general").toSay("You may not.");
  await ada.gets("moderator", ["BanMembers"]);
  await eve.gets("moderator");
  await ada.says("#general", `!ban ${eve}`);
  await world.expect("#general").toSay("They are not below you.");
  await ada.says("#general", `!ban ${troll}`);
  await world.expect("#general").toSay(`${troll}: ban.`);
  await world.close();
});

test("DiscordWorld: everybody may do what everybody may do in a new guild, as the interaction tells, too", async () => {
  const world = await discordWorld();
  await world.start((runtime) => {
    const bot = new DiscordGateway({ token: "any", intents: 0, runtime });
    const can = command("can", "Tells what you may", (i) => {
      const set = i.member?.permissions ?? "0";
      return i.reply(`${hasPermissions(set, "SendMessages")} ${hasPermissions(set, "BanMembers")}`);
    });
    bot.use(new InteractionRouter().add(can));
    return bot.connect();
  });
  const ada = world.user("ada");
  assertEquals((await ada.command("can")).content, "true false");
  await ada.gets("moderator", ["BanMembers"]);
  assertEquals((await ada.command("can")).content, "true true");
  await world.close();
});

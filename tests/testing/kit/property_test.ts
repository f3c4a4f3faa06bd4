import { assertEquals, assertMatch, assertRejects, assertStringIncludes } from "@std/assert";
import { describe, it, test } from "node:test";
import { MemorySessionStore } from "../../../src/discord/gateway/shards/store/session_store.ts";
import { OptionError } from "../../../src/protocol/errors.ts";
import { type DiscordWorld, discordWorld } from "../../../testing/kit/discord/world.ts";
import { ircWorld } from "../../../testing/kit/irc/world.ts";
import { drawPlan } from "../../../testing/kit/plan.ts";
import { property } from "../../../testing/kit/property.ts";
import { twitchWorld } from "../../../testing/kit/twitch/world.ts";
import { WorldError } from "../../../testing/kit/world_error.ts";
import { startBot as startDiscordBot } from "./_discord_bot.ts";
import { startBot as startIrcBot } from "./_irc_bot.ts";
import { startBot as startTwitchBot } from "./_twitch_bot.ts";

const some = { runs: 5 };

async function talksOnDiscord(world: DiscordWorld): Promise<void> {
  const store = world.seed % 2 === 0 ? new MemorySessionStore() : undefined;
  await world.start((runtime) => startDiscordBot(runtime, store));
  const ada = world.user("ada");
  for (let n = 0; n < 10; n++) {
    await ada.says("#general", `hello ${n % 3}`);
    await world.run("10s");
  }
  await world.calm();
  await ada.says("#general", "!ping");
  await world.expect("#general").toSay("pong", { within: "30s" });
}

describe("property: holds for a bot whatever happens", () => {
  it("on Discord", () => property(discordWorld, talksOnDiscord, some));

  for (
    const [from, what] of [
      [500_308, "tells a gap behind a session that only its store had known"],
      [501_131, "identifies within 5 s of another process, without a store"],
      [502_118, "stops with a session under way, and begins with what its store has"],
    ] as const
  ) {
    it(`on Discord, where a new process ${what}`, () =>
      property(discordWorld, talksOnDiscord, { runs: 1, from }));
  }

  it("on IRC", async () => {
    await property(({ seed }) => ircWorld({ seed, accounts: { bot: "sesame" } }), async (world) => {
      await world.start((runtime) => startIrcBot(runtime));
      const ada = world.user("ada");
      for (let n = 0; n < 10; n++) {
        await ada.says("#deno", `hello ${n % 3}`);
        await world.run("10s");
      }
      await world.calm();
      await world.run("1min");
      await ada.says("#deno", "!ping");
      await world.expect("#deno").toSay("pong", { within: "30s" });
    }, some);
  });

  it("on Twitch", async () => {
    await property(twitchWorld, async (world) => {
      await world.start((runtime) => startTwitchBot(runtime));
      const ada = world.user("ada");
      for (let n = 0; n < 10; n++) {
        await ada.says("#dallas", `hello ${n % 3}`);
        await world.run("10s");
      }
      await world.calm();
      await world.run("1min");
      await ada.says("#dallas", "!hello");
      await world.expect("#dallas").toSay("Hello, ada", { within: "30s" });
    }, some);
  });
});

/** A bot that hears nothing any more once its link was ever lost. */
async function fragile(world: DiscordWorld): Promise<void> {
  await world.start(async (runtime) => {
    const bot = await startDiscordBot(runtime);
    bot.on(
      "reconnecting",
      () => void bot.rest.createMessage(world.channel("#general").id, { content: "help" }),
    );
    return bot;
  });
  await world.run("3min");
  await world.expect("#general").toStayQuiet("1s");
}

test("property: a failure is made small, and told as a test to paste, which fails, too", async () => {
  const error = await assertRejects(() => property(discordWorld, fragile, { from: 1, runs: 20 }), WorldError);
  const { message } = error;
  assertMatch(message, /^Seed \d+ goes wrong, of 20 from 1: The bot was to say nothing in #general/);
  const [, test = ""] = message.split("As a test:\n");
  assertStringIncludes(test, "await using world = await discordWorld({ seed: ");
  assertStringIncludes(test, "await fragile(world);");
  const [seed = "", plan = ""] = [
    /seed: (\d+)/.exec(test)?.[1],
    /schedule\((\[[^]*?\n {2}\])\)/.exec(test)?.[1],
  ];
  const faults = JSON.parse(plan.replace(/,\s*\]/, "]"));
  assertEquals(faults.length, 1, test);
  const world = await discordWorld({ seed: Number(seed) });
  world.schedule(faults);
  await assertRejects(() => fragile(world), WorldError, "was to say nothing");
  await world.close();
});

test("property: says so if what went wrong does not go wrong again, and of what throws nothing, too", async () => {
  let tries = 0;
  const fickle = () => ++tries === 2 ? Promise.reject() : Promise.resolve();
  const error = await assertRejects(() => property(ircWorld, fickle, { from: 1, runs: 5 }), WorldError);
  assertMatch(
    error.message,
    /^Seed 2 goes wrong, of 5 from 1: undefined\n\nTried again, all was well: something depends/,
  );
});

test("property: is tried in no less than a world, and told of what is misspelt", async () => {
  const fails = () => Promise.reject(new Error("mine"));
  for (const wrong of [{ runs: 0 }, { runs: NaN }, { runs: 1.5 }, { from: -1 }, { faults: -1 }]) {
    await assertRejects(() => property(ircWorld, fails, wrong), RangeError, "give a whole number from");
  }
  for (const wrong of [{ runs: "5" }, { untill: "1min" }]) {
    await assertRejects(() => Reflect.apply(property, undefined, [ircWorld, fails, wrong]), OptionError);
  }
  await assertRejects(() => Reflect.apply(property, undefined, [ircWorld]), TypeError, "and a scenario");
});

test("drawPlan: the same seed draws the same faults, and others draw all kinds", () => {
  const how = { most: 5, until: 60_000 };
  assertEquals(drawPlan(7, ["a"], how), drawPlan(7, ["a"], how));
  const kinds = new Set(
    Array.from({ length: 200 }, (_, seed) => drawPlan(seed, ["a"], how).map(({ kind }) => kind)).flat(),
  );
  assertEquals(kinds.size, 11);
});

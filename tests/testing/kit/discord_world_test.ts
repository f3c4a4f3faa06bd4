import { assertEquals, assertMatch, assertRejects, assertStringIncludes } from "@std/assert";
import { test } from "node:test";
import { DiscordGateway } from "../../../src/discord/gateway/client.ts";
import { MemorySessionStore } from "../../../src/discord/gateway/shards/store/session_store.ts";
import { createGuildBan } from "../../../src/discord/rest/mod.ts";
import * as ui from "../../../src/discord/interactions/mod.ts";
import { OptionError } from "../../../src/protocol/errors.ts";
import { discordWorld } from "../../../testing/kit/discord/world.ts";
import { WorldError } from "../../../testing/kit/world_error.ts";
import { startBot } from "./_discord_bot.ts";

test("DiscordWorld: a bot hears people and answers, in no time", async () => {
  const world = await discordWorld();
  await world.start((runtime) => startBot(runtime));
  const ada = world.user("ada");
  await ada.says("#general", "!ping");
  await world.expect("#general").toSay("pong");
  await ada.tells("!ping");
  await world.expect(ada).toSay("pong");
  await ada.says("home#general", "hello");
  await world.expect("#general").toStayQuiet("1h");
  await ada.reacts("👍");
  await world.expect("#general").toSay(/thanks for 👍/);
  await world.close();
});

test("discordWorld: in plain JavaScript, too, an option that is misspelt is told, and one of another kind", async () => {
  const loose: (options: object) => Promise<unknown> = discordWorld;
  const message = async (options: object) => (await assertRejects(() => loose(options), OptionError)).message;
  assertEquals(
    await message({ guild: ["home#general"] }),
    "Cannot make a DiscordWorld: there is no option `guild`; did you mean `guilds`?",
  );
  assertEquals(await message({ seed: "1" }), "Cannot make a DiscordWorld: `seed` is a string; give a number");
});

test("DiscordWorld: commands, buttons and modals have answers", async () => {
  const world = await discordWorld();
  await world.start((runtime) => startBot(runtime));
  const ada = world.user("ada");
  const bob = world.user("bob");
  assertEquals((await ada.command("greet", { name: "Bob" })).content, "Hello Bob");
  await world.expect("#general").toSay("Hello Bob");
  assertEquals((await bob.command("slow")).content, "done at last");
  const ballot = await ada.command("vote");
  assertEquals((await bob.clicks("Yes", { on: ballot })).content, "voted");
  assertEquals(ballot.content, "voted");
  assertEquals((await ada.command("who")).title, "Who?");
  assertEquals((await ada.submits({ name: "Ada" })).content, "You are Ada");
  await assertRejects(() => ada.command("gret"), Error, 'There is no command "gret"');
  await world.close();
});

test("DiscordAnswer: shows the components as the bot has changed them", async () => {
  const world = await discordWorld();
  await world.start((runtime) => {
    const bot = new DiscordGateway({ token: "any", intents: 0, runtime });
    const ballot = (disabled: boolean) => ({
      content: disabled ? "Over" : "Vote",
      components: [ui.actionRow(ui.primaryButton("vote", { label: "Yes", disabled }))],
    });
    const router = new ui.InteractionRouter().add(
      ui.command("vote", "Asks", (i) => i.reply(ballot(false))),
      ui.component("vote", (i) => i.update(ballot(true))),
    );
    bot.use(router);
    return bot.connect();
  });
  const ada = world.user("ada");
  const answer = await ada.command("vote");
  const isDisabled = () => answer.components.find(({ custom_id }) => custom_id === "vote")?.disabled;
  assertEquals(isDisabled(), false);
  await ada.clicks("Yes");
  assertEquals([answer.content, isDisabled()], ["Over", true]);
  await world.close();
});

test("DiscordUser.uses: uses the commands of context menus, as they are registered", async () => {
  const world = await discordWorld();
  await world.start(async (runtime) => {
    const bot = new DiscordGateway({ token: "any", intents: 0, runtime });
    const router = new ui.InteractionRouter().add(
      ui.userCommand("High five", (i) => i.reply(`A high five for ${i.target.user.username}`)),
      ui.messageCommand("Quote", (i) => i.reply(`> ${i.target.content}`)),
    );
    bot.use(router);
    await bot.connect();
    await ui.registerCommands({ rest: bot.rest, commands: router.commands() });
    return bot;
  });
  const [ada, bob] = [world.user("ada"), world.user("bob")];
  assertEquals((await ada.uses("High five", bob)).content, "A high five for bob");
  assertEquals((await ada.uses("Quote", await bob.says("#general", "Be kind"))).content, "> Be kind");
  await assertRejects(() => ada.uses("Quote", bob), Error, `no command "Quote" for such, but "High five"`);
  await world.close();
});

test("DiscordUser.isIn: says whether the bot has banned them", async () => {
  const world = await discordWorld();
  const bot = await world.start((runtime) => startBot(runtime));
  const eve = world.user("eve");
  assertEquals(eve.isIn(), true);
  await world.until(createGuildBan(bot.value.rest, world.guild().id, eve.id, {}));
  assertEquals(eve.isIn("home"), false);
  await world.close();
});

test("DiscordAnswer: shows what has embeds and components only, and no text", async () => {
  const world = await discordWorld();
  await world.start((runtime) => {
    const bot = new DiscordGateway({ token: "any", intents: 0, runtime });
    const show = ui.command("show", "Shows", (i) =>
      i.reply({
        embeds: [{ title: "Rain" }],
        components: [ui.actionRow(ui.primaryButton("more", "More"))],
      }));
    bot.use(new ui.InteractionRouter().add(show, ui.component("more", (i) => i.reply("And wind"))));
    return bot.connect();
  });
  const ada = world.user("ada");
  const { embeds, messages } = await ada.command("show");
  assertEquals([embeds[0]?.title, messages.length], ["Rain", 1]);
  assertEquals((await ada.clicks("More")).content, "And wind");
  await world.close();
});

for (const how of ["asked", "killed", "gone"] as const) {
  test(`DiscordWorld: a bot that is ${how} and started again goes on, and nothing is lost`, async () => {
    const world = await discordWorld({ seed: 3 });
    const store = new MemorySessionStore();
    const bot = await world.start((runtime) => startBot(runtime, store));
    const ada = world.user("ada");
    await ada.says("#general", "!ping");
    await world.expect("#general").toSay("pong");
    await world.run("1min");
    await world.stop(bot, how);
    await ada.says("#general", "!ping");
    await world.restart(bot);
    await world.expect("#general").toSay("pong", { within: "2min" });
    await world.close();
  });
}

test("DiscordWorld: cuts, a freeze and a gateway that closes cost nothing", async () => {
  const world = await discordWorld({ seed: 5 });
  const bot = await world.start((runtime) => startBot(runtime));
  const ada = world.user("ada");
  for (
    const trouble of [
      () => world.cut(bot),
      () => world.freeze(bot, "30s"),
      () => world.partition("40s", bot),
      () => void world.discord.command({ kind: "close", code: 4000 }),
      () => void world.discord.command({ kind: "reconnect" }),
      () => void world.discord.command({ kind: "invalidate", resumable: true }),
    ]
  ) {
    await world.run("1min");
    trouble();
    await ada.says("#general", "!ping");
    await world.expect("#general").toSay("pong", { within: "5min" });
  }
  await world.close();
});

test("DiscordWorld: limits of the REST API are kept, and waited out in virtual time", async () => {
  const world = await discordWorld();
  await world.start((runtime) => startBot(runtime));
  const before = world.clock.now();
  await world.user("ada").says("#general", "!many");
  for (let n = 1; n <= 8; n++) await world.expect("#general").toSay(`number ${n}`);
  assertEquals(world.clock.now() - before > 5_000, true);
  await world.close();
});

test("DiscordExpectation: tells what was said instead, what happened last, when, and the seed", async () => {
  const world = await discordWorld({ seed: 7 });
  await world.start((runtime) => startBot(runtime));
  await world.user("ada").says("#general", "!ping");
  const { message } = await assertRejects(() => world.expect("#general").toSay("pang"), WorldError);
  assertStringIncludes(message, 'was to say "pang" in #general within 10 s, but it said "pong"');
  assertStringIncludes(message, "(seed 7)");
  assertMatch(message, /\d\.\d{3} s {2}ada +says in #general: !ping/);
  await world.close();
});

test("BotWorld: what a handler throws, and nobody listens for, fails the test at its end", async () => {
  const world = await discordWorld();
  await world.start((runtime) => startBot(runtime));
  await world.user("ada").says("#general", "!throw");
  const error = await assertRejects(() => world.close(), WorldError, "This bot has a mistake");
  assertEquals(error.violations.map(({ rule }) => rule), ["unheard_error"]);
});

test("DiscordUser: an interaction that nobody answers fails the test", async () => {
  const world = await discordWorld();
  await world.start((runtime) => startBot(runtime));
  await assertRejects(() => world.user("ada").command("mute"), WorldError, "did not answer");
  await world.close();
});

/** Whether the event is a person's message, and how the client is told of it. */
type Tamper = (told: () => void) => void;

const tampers: Readonly<Record<string, readonly [rule: string, tamper: Tamper]>> = {
  "loses an event": ["received_untold", () => {}],
  "tells an event twice": ["delivered_twice", (told) => [told(), told()]],
};

for (const [what, [rule, tamper]] of Object.entries(tampers)) {
  test(`DiscordWorld: a client that ${what} breaks a rule`, async () => {
    const world = await discordWorld();
    let told = 0;
    await world.start((runtime) =>
      startBot({
        ...runtime,
        told: (event, label) => {
          const isSecond = event.kind === "MESSAGE_CREATE" && ++told === 2;
          if (isSecond) tamper(() => runtime.told?.(event, label));
          else runtime.told?.(event, label);
        },
      })
    );
    const ada = world.user("ada");
    for (const text of ["one", "two", "three"]) await ada.says("#general", text);
    const error = await assertRejects(() => world.close(), WorldError, "Rules were broken");
    assertEquals(error.violations.some((violation) => violation.rule === rule), true, error.message);
  });
}

test("DiscordWorld: a client that sends too much breaks a rule", async () => {
  const world = await discordWorld();
  await world.start((runtime) =>
    startBot({
      ...runtime,
      dial: (request, events) => {
        const link = runtime.dial(request, events);
        runtime.clock.setTimer(runtime.clock.now() + 5_000, () => {
          for (let n = 0; n < 130; n++) link.send('{"op":1,"d":null}');
        });
        return link;
      },
    })
  );
  await world.run("10s");
  const error = await assertRejects(() => world.close(), WorldError);
  assertEquals(error.violations.some(({ rule }) => rule === "send_limit"), true, error.message);
});

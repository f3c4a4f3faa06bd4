import { assertEquals, assertMatch, assertRejects, assertThrows } from "@std/assert";
import { describe, it } from "node:test";
import { DiscordGateway } from "../../../src/discord/gateway/client.ts";
import * as ui from "../../../src/discord/interactions/mod.ts";
import type { Host } from "../../../src/driver/host.ts";
import { CommandError, OptionError } from "../../../src/protocol/errors.ts";
import { discordWorld } from "../../../testing/kit/discord/world.ts";
import { ircWorld } from "../../../testing/kit/irc/world.ts";
import { twitchWorld } from "../../../testing/kit/twitch/world.ts";
import { WorldError } from "../../../testing/kit/world_error.ts";
import { startBot as startDiscordBot } from "./_discord_bot.ts";
import { startBot as startIrcBot } from "./_irc_bot.ts";

/** Calls a method with what plain JavaScript lets somebody give it. */
function call<Name extends string>(
  on: Readonly<Record<Name, unknown>>,
  name: Name,
  ...args: readonly unknown[]
): Promise<unknown> {
  const method: unknown = on[name];
  if (typeof method !== "function") throw new Error(`There is no ${name}`);
  return Promise.resolve(Reflect.apply(method, on, args));
}

describe("Expectation: what nothing can be expected by is told, and no test passes by it", () => {
  const cases: Readonly<
    Record<string, readonly [wanted: readonly unknown[], error: new (message: string) => Error, says: string]>
  > = {
    "nothing": [[undefined], TypeError, "expect the bot to say undefined"],
    "a number": [[4], TypeError, "expect the bot to say 4"],
    "a function that promises": [[() => Promise.resolve(false)], TypeError, "a promise tells"],
    "a function that throws": [
      [() => {
        throw new RangeError("mine");
      }],
      RangeError,
      "mine",
    ],
    "a misspelt option": [["pong", { whithin: "30s" }], OptionError, "did you mean `within`"],
    "a duration in the place of options": [["pong", "30s"], OptionError, "as an object"],
    "for ever": [["pang", { within: Infinity }], RangeError, "for ever"],
  };
  for (const [name, [args, error, says]] of Object.entries(cases)) {
    for (const when of ["later", "by now"]) {
      it(`${name}, ${when}`, async () => {
        const world = await discordWorld();
        await world.start((runtime) => startDiscordBot(runtime));
        await world.user("ada").says("#general", "!ping");
        if (when === "by now") await world.run("1s");
        await assertRejects(() => call(world.expect("#general"), "toSay", ...args), error, says);
        await world.close();
      });
    }
  }

  it("the same regular expression serves again, whatever its flags", async () => {
    const world = await discordWorld();
    await world.start((runtime) => startDiscordBot(runtime));
    const pong = /pong/g;
    for (let count = 0; count < 3; count++) {
      await world.user("ada").says("#general", "!ping");
      await world.expect("#general").toSay(pong);
    }
    await world.close();
  });
});

it("DiscordExpectation.toReact: says where, and with what the bot has reacted instead", async () => {
  const world = await discordWorld();
  const bot = await world.start((runtime) => startDiscordBot(runtime));
  const { id, channel_id } = await world.user("ada").says("#general", "hello");
  await world.until(bot.value.rest.createReaction(channel_id, id, "👍"));
  await assertRejects(
    () => world.expect("#general").toReact("👎", { within: "1s" }),
    WorldError,
    `The bot was to react with "👎" in #general within 1 s, but it reacted with "👍"`,
  );
  await world.close();
});

it("Duration: a text without a unit is none, and no time passes for ever", async () => {
  const world = await discordWorld();
  const bot = await world.start((runtime) => startDiscordBot(runtime));
  await assertRejects(() => call(world, "run", "30"), RangeError, `Cannot read "30" as a duration`);
  await assertRejects(async () => await call(world, "freeze", bot, "30"), RangeError, `Cannot read "30"`);
  await assertRejects(() => world.run(Infinity), RangeError, "for ever");
  await assertRejects(() => world.expect("#general").toStayQuiet(Infinity), RangeError, "for ever");
  await world.close();
});

describe("BotWorld.start: what starts no bot is told", () => {
  it("a bot that was started already, in the place of what starts one", async () => {
    const world = await ircWorld();
    await assertRejects(
      () => call(world, "start", Promise.resolve({})),
      TypeError,
      "(runtime) => startBot(runtime)",
    );
    await assertRejects(() => call(world, "start", undefined), TypeError, "give what starts it");
    await world.close();
  });

  it("misspelt options, a name that is taken, a world that is over", async () => {
    const world = await ircWorld();
    await assertRejects(
      () => call(world, "start", () => {}, { setle: "1s" }),
      OptionError,
      "did you mean `settle`",
    );
    await world.start(() => {}, { name: "echo" });
    await assertRejects(() => world.start(() => {}, { name: "echo" }), RangeError, "has that name");
    await world.close();
    await assertRejects(() => world.start(() => {}), Error, "the world is closed");
  });

  it("one that does not pass its runtime on", async () => {
    const world = await ircWorld();
    const error = await assertRejects(
      () => world.start(() => new Promise(() => {})),
      WorldError,
      "did not start",
    );
    assertMatch(error.message, /Nothing was seen of "bot" here: .+ `runtime`/);
    await world.close();
  });
});

it("BotWorld: what is no bot of its own is cut, frozen, stopped and started by none", async () => {
  const [world, other] = [await ircWorld(), await ircWorld()];
  const bot = await world.start(() => ({ name: "bot" }));
  for (const wrong of ["bot", bot.value, await other.start(() => {})]) {
    for (
      const act of [
        () => call(world, "cut", wrong),
        () => call(world, "freeze", wrong, "1s"),
        () => call(world, "partition", "1s", wrong),
        () => call(world, "stop", wrong),
        () => call(world, "restart", wrong),
      ]
    ) {
      await assertRejects(async () => await act(), TypeError, "no bot of this world");
    }
  }
  await assertRejects(() => call(world, "restart", bot, { how: "kill" }), RangeError, "asked, killed, gone");
  await assertRejects(() => call(world, "restart", bot, "killed"), OptionError, "as an object");
  await assertRejects(
    () => call(world, "restart", bot, { afterr: "1s" }),
    OptionError,
    "did you mean `after`",
  );
  await assertRejects(() => call(world, "stop", bot, "kill"), RangeError, "asked, killed, gone");
  await assertRejects(() => call(world, "until", 5), TypeError, "no promise");
  await Promise.all([world.close(), other.close()]);
});

it("BotWorldOptions: what no world can have is told", async () => {
  for (const make of [ircWorld, twitchWorld, discordWorld]) {
    for (
      const wrong of [{ seed: NaN }, { seed: 1.5 }, { latency: -1 }, { latency: NaN }, {
        patience: Infinity,
      }] as const
    ) {
      await assertRejects(() => make(wrong), RangeError);
    }
    await assertRejects(() => call({ make }, "make", { patience: "ten" }), RangeError, `Cannot read "ten"`);
  }
  const real = setTimeout;
  const given = { globalTime: true, guilds: ["home#general", "home#general"] } as const;
  await assertRejects(() => discordWorld(given), RangeError, "twice");
  await assertRejects(
    () => call({ discordWorld }, "discordWorld", { ...given, guilds: ["home"] }),
    RangeError,
    `"guild#channel"`,
  );
  assertEquals(setTimeout, real);
});

it("ircWorld, twitchWorld: an option that is misspelt is told", async () => {
  await assertRejects(
    () => call({ ircWorld }, "ircWorld", { acounts: {} }),
    OptionError,
    "did you mean `accounts`",
  );
  await assertRejects(() => call({ ircWorld }, "ircWorld", { seed: "x" }), OptionError, "`seed` is a string");
  await assertRejects(() => call({ twitchWorld }, "twitchWorld", { chanels: [] }), OptionError, "`channels`");
});

describe("IrcUser", () => {
  it("nobody is played who cannot be there", async () => {
    const world = await ircWorld({ accounts: { bot: "sesame" }, taken: ["eve"] });
    await world.start((runtime) => startIrcBot(runtime));
    for (const nick of ["", "ada lovelace", "7up", "bot", "BOT", "eve"]) {
      assertThrows(() => world.user(nick), RangeError, `Cannot play "${nick}" on IRC: `);
    }
    const ada = world.user("ada");
    await ada.renames("eda");
    assertEquals([world.user("ada") === ada, world.user("eda") === ada], [true, true]);
    await world.close();
  });

  it("people know the password of the network", async () => {
    const world = await ircWorld({ password: "sesame" });
    await world.user("ada").joins("#deno");
    assertEquals(world.core.members("#deno"), ["ada"]);
    await world.close();
  });

  it("what nobody would hear is told", async () => {
    const world = await ircWorld({ accounts: { bot: "sesame" } });
    await world.start((runtime) => startIrcBot(runtime));
    const ada = world.user("ada");
    await assertRejects(() => ada.says("deno", "!ping"), RangeError, `no channel "deno" on IRC`);
    await assertRejects(() => ada.joins("deno"), RangeError, `begins with "#"`);
    await assertRejects(() => ada.kicks("deno"), RangeError, `begins with "#"`);
    await assertRejects(() => call(ada, "says", "#deno"), TypeError, "undefined is no text");
    await assertRejects(() => call(ada, "says"), TypeError, "undefined is no text");
    await assertRejects(() => ada.says("#deno", ""), CommandError, "Cannot say nothing");
    assertThrows(() => Reflect.apply(world.expect, world, []), TypeError, "undefined is no text");
    await world.close();
  });
});

it("TwitchUser, DiscordUser: who has no name, and what is no text, is told", async () => {
  const [twitch, discord] = [await twitchWorld(), await discordWorld()];
  for (const login of ["", "ronni smith"]) assertThrows(() => twitch.user(login), RangeError, "Cannot play");
  assertThrows(() => Reflect.apply(twitch.expect, twitch, []), TypeError, "undefined is no text");
  await assertRejects(() => call(twitch.user("ronni"), "says", "#dallas"), TypeError, "undefined is no text");
  assertThrows(() => discord.user(""), RangeError, "without a name");
  assertThrows(() => Reflect.apply(discord.expect, discord, []), TypeError, "undefined is no text");
  await assertRejects(() => call(discord.user("ada"), "says", "#general"), TypeError, "undefined is no text");
  await Promise.all([twitch.close(), discord.close()]);
});

/** A bot with a select, buttons that are of no use, and a modal of which a part may be left out. */
async function startChoosing(runtime: Partial<Host>): Promise<DiscordGateway> {
  const bot = new DiscordGateway({ token: "any", intents: 0, runtime });
  const color = ui.component("color", "string_select", (i) => i.reply(i.values.join(" and ")));
  const form = ui.modal("form", {
    title: "Form",
    components: [
      ui.label("Why?", ui.textInput("why")),
      ui.label("Else?", ui.textInput("else", { required: false })),
    ],
  }, (i) => i.reply(`Because ${i.fields.why}`));
  bot.use(
    new ui.InteractionRouter().add(
      color,
      form,
      ui.command("form", "Asks", (i) => i.modal(form)),
      ui.command("choose", "Asks", (i) =>
        i.reply({
          components: [
            ui.actionRow(
              ui.stringSelect("color", ["red", "green"].map((value) => ({ label: value, value }))),
            ),
            ui.actionRow(
              ui.primaryButton("never", { label: "Never", disabled: true }),
              ui.linkButton("https://parley.example", "Elsewhere"),
            ),
          ],
        })),
    ),
  );
  return await bot.connect();
}

describe("DiscordUser: does nothing that Discord lets nobody do", () => {
  it("with components", async () => {
    const world = await discordWorld();
    await world.start(startChoosing);
    const ada = world.user("ada");
    await ada.command("choose");
    assertEquals((await ada.selects("color", ["green"])).content, "green");
    await assertRejects(
      () => ada.selects("color", ["blue"]),
      Error,
      `no "blue" to choose of "color", but "red", "green"`,
    );
    await assertRejects(() => ada.selects("color", ["red", "green"]), Error, "1 to 1 are chosen, not 2");
    await assertRejects(() => ada.selects("Never", ["red"]), WorldError, "it is disabled");
    await assertRejects(() => ada.clicks("Never"), WorldError, "it is disabled");
    await assertRejects(() => ada.clicks("Elsewhere"), WorldError, "it is no button of the bot's");
    await assertRejects(() => ada.clicks("color"), WorldError, "it is no button of the bot's");
    await assertRejects(() => call(ada, "clicks"), TypeError, "undefined is no text");
    await world.close();
  });

  it("with modals", async () => {
    const world = await discordWorld();
    await world.start(startChoosing);
    const ada = world.user("ada");
    await ada.command("form");
    for (const wrong of [{}, { why: "" }, { else: "nothing" }]) {
      await assertRejects(() => ada.submits(wrong), Error, `needs the field "why"`);
    }
    assertEquals((await ada.submits({ why: "so" })).content, "Because so");
    await world.close();
  });

  it("with commands", async () => {
    const world = await discordWorld();
    await world.start((runtime) => startDiscordBot(runtime));
    const ada = world.user("ada");
    await assertRejects(() => ada.command("gret"), Error, `no command "gret", but "greet", "slow"`);
    await assertRejects(() => ada.command("greet", { nam: "x" }), Error, `no option "nam", but "name"`);
    await assertRejects(
      () => call(ada, "command", "greet", { name: undefined }),
      Error,
      `"name" has the value undefined`,
    );
    await assertRejects(() => call(ada, "command", "vote", {}, "#general"), OptionError, "as an object");
    await assertRejects(() => call(ada, "command"), TypeError, "undefined is no text");
    await world.close();
  });

  it("where they are not", async () => {
    const world = await discordWorld({ guilds: ["home#general", "work#random"] });
    await world.start((runtime) => startDiscordBot(runtime));
    const [ada, eve] = [world.user("ada"), world.user("eve", { member: false })];
    await assertRejects(() => eve.says("#general", "hello"), WorldError, "eve is not in home");
    await eve.joins();
    await eve.says("#general", "hello");
    await assertRejects(() => eve.says("#random", "hello"), WorldError, "eve is not in work");
    await ada.kicks(eve);
    await assertRejects(() => eve.command("vote"), WorldError, "eve is not in home");
    for (const wrong of [undefined, "eve"]) {
      await assertRejects(() => call(ada, "kicks", wrong), TypeError, "as `world.user(name)` gives them");
      await assertRejects(() => call(ada, "bans", wrong), TypeError, "as `world.user(name)` gives them");
      await assertRejects(
        () => call(ada, "timesOut", wrong, "1min"),
        TypeError,
        "as `world.user(name)` gives them",
      );
    }
    await world.close();
  });
});

it("IrcUser: that the server refuses what they do stands in the transcript", async () => {
  const world = await ircWorld();
  const eve = world.user("eve");
  await eve.joins("#deno");
  await world.irc.command({ kind: "ban", channel: "#deno", nick: "eve" });
  await eve.says("#deno", "hello");
  assertMatch(world.story, /irc +refuses eve that: Cannot join channel/);
  await world.close();
});

it("BotWorld: a fault and a command of a server that there is not are told", async () => {
  const [irc, twitch, discord] = [await ircWorld(), await twitchWorld(), await discordWorld()];
  for (
    const [fault, says] of [
      [{ kind: "nope", at: 1 }, "its kind must be one of reset, "],
      [{ kind: "partition", at: 1 }, `"partition" needs "at", "ms"`],
      [{ kind: "reset" }, `"reset" needs "at"`],
    ] as const
  ) {
    await assertRejects(async () => await call(irc, "schedule", [fault]), RangeError, says);
  }
  for (const server of [irc.irc, twitch.twitch, discord.discord]) {
    await assertRejects(
      async () => await call(server, "command", { kind: "reconect" }),
      CommandError,
      `Cannot do "reconect"`,
    );
  }
  await Promise.all([irc.close(), twitch.close(), discord.close()]);
});

it("BotWorld: the second life of a bot is not taken for the bot that is called so", async () => {
  const world = await ircWorld({ accounts: { bot: "sesame" } });
  const first = await world.start((runtime) => startIrcBot(runtime));
  await world.start((runtime) => startIrcBot(runtime));
  await world.restart(first);
  await world.user("ada").says("#deno", "hello");
  await world.run("10s");
  await world.close();
});

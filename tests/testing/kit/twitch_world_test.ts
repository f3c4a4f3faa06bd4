import { assertEquals, assertRejects } from "@std/assert";
import { test } from "node:test";
import { twitchWorld } from "../../../testing/kit/twitch/world.ts";
import { WorldError } from "../../../testing/kit/world_error.ts";
import { TwitchApi } from "../../../src/twitch/api/mod.ts";
import { TwitchAuth } from "../../../src/twitch/auth/auth.ts";
import { TwitchClient } from "../../../src/twitch/client.ts";
import { TwitchRefusedError } from "../../../src/twitch/wire/commands/refusal.ts";
import { startBot } from "./_twitch_bot.ts";

test("TwitchWorld: a bot hears people and answers, in no time", async () => {
  const world = await twitchWorld();
  const bot = await world.start((runtime) => startBot(runtime));
  const notices: string[] = [];
  bot.value.on("USERNOTICE", (event) => notices.push(event.notice?.id ?? "?"));
  await world.run("1s");
  const ronni = world.user("ronni");
  await ronni.says("#dallas", "!hello");
  await world.expect("#dallas").toSay("Hello, ronni");
  await ronni.raids("#dallas", 5);
  await ronni.subscribes("#dallas", { months: 3, text: "still here" });
  await ronni.says("#dallas", "hm");
  await world.expect("dallas").toStayQuiet("1h");
  assertEquals(notices, ["raid", "resub"]);
  await world.close();
});

test("TwitchWorld: a bot keeps Twitch's limits and pauses, waited out in virtual time", async () => {
  const world = await twitchWorld();
  await world.start((runtime) => startBot(runtime));
  await world.run("1s");
  const before = world.clock.now();
  await world.user("ronni").says("#dallas", "!count 25");
  for (let n = 1; n <= 25; n++) await world.expect("#dallas").toSay(`number ${n}`, { within: "2min" });
  assertEquals(world.clock.now() - before > 30_000, true);
  await world.user("dallas").slows("#dallas", "20s");
  await world.run("1s");
  await world.user("ronni").says("#dallas", "!count 2");
  await world.expect("#dallas").toSay("number 2", { within: "1min" });
  await world.close();
});

test("TwitchWorld: a bot comes back after cuts, RECONNECT, a freeze, a partition and a restart", async () => {
  const world = await twitchWorld({ seed: 4 });
  const bot = await world.start((runtime) => startBot(runtime));
  const ronni = world.user("ronni");
  await world.run("1s");
  for (
    const trouble of [
      () => world.cut(bot),
      () => void world.twitch.command({ kind: "reconnect" }),
      () => world.freeze(bot, "5min"),
      () => world.partition("30s"),
      () => world.restart(bot, { how: "killed" }),
      () => world.restart(bot, { how: "gone" }),
    ]
  ) {
    await trouble();
    await ronni.says("#dallas", "are you there?");
    await world.run("10min");
    await ronni.says("#dallas", "!hello");
    await world.expect("#dallas").toSay("Hello, ronni");
  }
  await world.close();
});

test("TwitchUser.timesOut: silences a bot for as long, as Twitch does", async () => {
  const world = await twitchWorld();
  const bot = await world.start((runtime) => startBot(runtime));
  await world.user("dallas").timesOut("bot", "1min", "#dallas");
  await world.run("1s");
  await assertRejects(
    () => world.until(bot.value.say("#dallas", "hello")),
    TwitchRefusedError,
    "msg_timedout",
  );
  await world.run("1min");
  await world.until(bot.value.say("#dallas", "hello again"));
  await world.close();
});

test("TwitchWorld: only the tokens of its accounts are taken, where it has some", async () => {
  const world = await twitchWorld({ accounts: { bot: { token: "another" } } });
  await assertRejects(() => world.start((runtime) => startBot(runtime)), Error, "token");
});

test("TwitchWorld: a bot that uses the API finds it, by any token", async () => {
  const world = await twitchWorld();
  const tokens = { accessToken: "any", refreshToken: "any" };
  const bot = await world.start(async (runtime) => {
    const auth = new TwitchAuth({ clientId: "mine", tokens, runtime });
    const chat = await new TwitchClient({ auth, channels: ["#dallas"], runtime }).connect();
    return { chat, api: new TwitchApi({ auth, runtime }), close: () => chat.close() };
  });
  const { api, chat } = bot.value;
  assertEquals(chat.login, "bot");
  await world.until(api.sendMessage(world.service.idOf("dallas"), "By the API"));
  await world.expect("#dallas").toSay("By the API");
  await world.close();
});

const tampers = {
  lost_without_gap: () => {},
  delivered_twice: (told: () => void) => [told(), told()],
};

for (const [rule, tamper] of Object.entries(tampers)) {
  test(`TwitchWorld: what is ${rule.replaceAll("_", " ")} breaks a rule`, async () => {
    const world = await twitchWorld();
    let told = 0;
    await world.start((runtime) =>
      startBot({
        ...runtime,
        told: (event, label) => {
          if (event.kind === "PRIVMSG" && ++told === 2) tamper(() => runtime.told?.(event, label));
          else runtime.told?.(event, label);
        },
      })
    );
    await world.run("1s");
    for (const text of ["one", "two", "three"]) await world.user("ronni").says("#dallas", text);
    await world.run("10s");
    const error = await assertRejects(() => world.close(), WorldError, "Rules were broken");
    assertEquals(error.violations.map(({ rule }) => rule), [rule]);
  });
}

test("TwitchWorld: a bot that says too much breaks a rule", async () => {
  const world = await twitchWorld();
  await world.start((runtime) => {
    return startBot({
      ...runtime,
      dial: (request, events) => {
        const link = runtime.dial(request, events);
        const shout = () => {
          for (let n = 0; n < 30; n++) link.send(`PRIVMSG #dallas :number ${n}\r\n`);
        };
        runtime.clock.setTimer(runtime.clock.now() + 5_000, shout);
        return link;
      },
    });
  });
  await world.run("10s");
  const error = await assertRejects(() => world.close(), WorldError);
  const rules = new Set(error.violations.map(({ rule }) => rule));
  assertEquals([...rules].sort(), ["ordinary_message_limit", "pause"]);
});

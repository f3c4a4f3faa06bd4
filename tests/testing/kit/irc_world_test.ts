import { assertEquals, assertRejects } from "@std/assert";
import { test } from "node:test";
import { type IrcWorld, ircWorld } from "../../../testing/kit/irc/world.ts";
import { WorldError } from "../../../testing/kit/world_error.ts";
import { startBot } from "./_irc_bot.ts";

const accounts = { bot: "sesame" };

test("IrcWorld: a bot that logs in hears people and answers, in no time", async () => {
  const world = await ircWorld({ accounts });
  await world.start((runtime) => startBot(runtime));
  const ada = world.user("ada");
  await world.run("1s");
  await ada.joins("#deno");
  await world.expect("#deno").toSay("Welcome, ada");
  await ada.says("#deno", "!ping");
  await world.expect("#deno").toSay("pong");
  await ada.tells("!ping");
  await world.expect(ada).toSay("pong");
  await ada.says("#deno", "hello");
  await world.expect("#deno").toStayQuiet("1h");
  await ada.renames("eda");
  await ada.tells("!ping");
  await world.expect("eda").toSay("pong");
  await world.close();
});

test("IrcWorld: a bot comes back after cuts, a kick, a freeze, a netsplit and a restart", async () => {
  const world = await ircWorld({ seed: 4, accounts });
  const bot = await world.start((runtime) => startBot(runtime));
  const ada = world.user("ada");
  await world.run("1s");
  for (
    const trouble of [
      () => world.cut(bot),
      () => ada.kicks("#deno"),
      () => world.freeze(bot, "5min"),
      () => void world.irc.command({ kind: "netsplit", ms: 5_000 }),
      () => void world.irc.command({ kind: "kill", nick: "bot", reason: "test" }),
      () => world.partition("30s"),
      () => world.restart(bot, { how: "killed" }),
      () => world.restart(bot, { how: "asked" }),
    ]
  ) {
    await trouble();
    await ada.says("#deno", "are you there?");
    await world.run("10min");
    await ada.says("#deno", "!ping");
    await world.expect("#deno").toSay("pong");
  }
  await world.close();
});

test("IrcWorld.calm: waits for what a kick or a netsplit of just now has broken", async () => {
  const world = await ircWorld({ accounts });
  await world.start((runtime) => startBot(runtime));
  const ada = world.user("ada");
  await ada.joins("#deno");
  await world.run("1s");
  for (
    const trouble of [
      () => ada.kicks("#deno"),
      () => world.irc.command({ kind: "netsplit", ms: 2_000 }),
    ]
  ) {
    await trouble();
    await world.calm();
    await ada.says("#deno", "!ping");
    await world.expect("#deno").toSay("pong");
  }
  await world.close();
});

test("IrcUser: sets topics and modes, acts, leaves and quits", async () => {
  const world = await ircWorld({ accounts });
  const bot = await world.start((runtime) => startBot(runtime));
  const told: string[] = [];
  for (const kind of ["TOPIC", "MODE", "PART", "QUIT", "NOTICE"] as const) {
    bot.value.on(kind, () => told.push(kind));
  }
  const ada = world.user("ada");
  await world.run("1s");
  await ada.topics("#deno", "All about Deno");
  await ada.acts("#deno", "waves");
  await ada.notices("#deno", "Listen");
  await ada.leaves("#deno");
  await ada.joins("#deno");
  await ada.quits("bye");
  await world.run("1s");
  assertEquals([...new Set(told)].sort(), ["MODE", "NOTICE", "PART", "QUIT", "TOPIC"]);
  await world.close();
});

async function broken(use: (world: IrcWorld) => Promise<void>): Promise<string[]> {
  const world = await ircWorld({ accounts });
  await use(world);
  const error = await assertRejects(() => world.close(), WorldError, "Rules were broken");
  return error.violations.map(({ rule }) => rule);
}

const tampers = {
  lost_without_gap: () => {},
  delivered_twice: (told: () => void) => [told(), told()],
};

for (const [rule, tamper] of Object.entries(tampers)) {
  test(`IrcWorld: what is ${rule.replaceAll("_", " ")} breaks a rule`, async () => {
    const rules = await broken(async (world) => {
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
      for (const text of ["one", "two", "three"]) await world.user("ada").says("#deno", text);
      await world.run("10s");
    });
    assertEquals(rules, [rule]);
  });
}

test("IrcWorld: a bot that floods breaks a rule", async () => {
  const world = await ircWorld({ accounts, flood: { line: 2_000, ahead: 10_000, queue: 500 } });
  await world.start((runtime) => {
    return startBot({
      ...runtime,
      dial: (request, events) => {
        const link = runtime.dial(request, events);
        const shout = () => {
          for (let n = 0; n < 60; n++) link.send(`PRIVMSG #deno :number ${n}\r\n`);
        };
        runtime.clock.setTimer(runtime.clock.now() + 60_000, shout);
        return link;
      },
    });
  });
  await world.run("62s");
  const error = await assertRejects(() => world.close(), WorldError);
  assertEquals(error.violations.some(({ rule }) => rule === "flood"), true, error.message);
});

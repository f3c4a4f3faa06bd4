import { assertEquals, assertMatch, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { test } from "node:test";
import { ircWorld } from "../../../testing/kit/irc/world.ts";
import { within } from "../../_within.ts";
import { inWords, milliseconds } from "../../../testing/kit/time/duration.ts";
import { discordWorld } from "../../../testing/kit/discord/world.ts";
import { timersOf, type WorldTimers } from "../../../testing/kit/time/timers.ts";
import { WorldError } from "../../../testing/kit/world_error.ts";

test("Duration: is milliseconds, or a number with its unit", () => {
  assertEquals([250, "250ms", "30s", "1.5min", "2h"].map((one) => milliseconds(one as "30s")), [
    250,
    250,
    30_000,
    90_000,
    7_200_000,
  ]);
  for (const wrong of ["", "s", "-1s", "1 s", "1d", -1, NaN]) {
    assertThrows(() => milliseconds(wrong as "1s"), RangeError, "as a duration");
  }
  assertEquals([inWords(250), inWords("90s"), inWords("2h")], ["250 ms", "90 s", "120 min"]);
});

/** Counts minutes, by timers that it is given. */
function counting({ setInterval, setTimeout, clearInterval }: WorldTimers): { minutes: number } {
  const count = { minutes: 0 };
  const timer = setInterval((by: number) => void (count.minutes += by), 60_000, 1);
  setTimeout(() => clearInterval(timer), 3_600_001);
  return count;
}

test("timersOf: the timers of a bot's clock stand and die with its process", async () => {
  const world = await discordWorld();
  const bot = await world.start((runtime) => counting(timersOf(runtime.clock)));
  const { value } = bot;
  await world.run("10min");
  assertEquals(value.minutes, 10);
  world.freeze(bot, "5min");
  await world.run("4min");
  assertEquals(value.minutes, 10);
  await world.run("6min");
  assertEquals(value.minutes, 16);
  await world.restart(bot, { how: "killed" });
  await world.run("10min");
  assertEquals([value.minutes, bot.value.minutes], [16, 10]);
  await world.run("2h");
  assertEquals(bot.value.minutes, 60);
  await world.close();
});

test("BotWorldOptions: with globalTime, the program's own timers and clocks are the world's until it is closed", async () => {
  const real = [setTimeout, Date, AbortSignal.timeout];
  const world = await discordWorld({ globalTime: true });
  const bot = await world.start(() => {
    const seen = { minutes: 0, timedOut: "" };
    setInterval(() => seen.minutes++, 60_000);
    AbortSignal.timeout(30_000).addEventListener("abort", () => seen.timedOut = new Date().toISOString());
    return seen;
  });
  const begun = Date.now();
  const { value } = bot;
  const measured = performance.now();
  await world.run("1h");
  assertEquals([value.minutes, value.timedOut], [60, "2026-01-01T00:00:30.000Z"]);
  assertEquals([Date.now() - begun, performance.now() - measured], [3_600_000, 3_600_000]);
  assertEquals([new Date(0).getTime(), Date() === String(new Date()), new Date() instanceof Date], [
    0,
    true,
    true,
  ]);
  await world.restart(bot, { how: "killed" });
  await world.run("1h");
  assertEquals([value.minutes, bot.value.minutes], [60, 60]);
  await assertRejects(() => discordWorld({ globalTime: true }), Error, "another world");
  await world.close();
  assertEquals([setTimeout, Date, AbortSignal.timeout], real);
});

test("BotWorld: waits for what the bot itself promises, and for no longer than it is told", async () => {
  const world = await discordWorld();
  const sleep = (ms: number) =>
    new Promise<string>((resolve) => timersOf(world.clock).setTimeout(resolve, ms, "up"));
  assertEquals(await world.until(sleep(5_000)), "up");
  assertEquals(await Promise.all([world.until(sleep(3_000)), world.until(sleep(1_000))]), ["up", "up"]);
  await assertRejects(() => world.until(sleep(11_000)), WorldError, "within 10 s");
  await assertRejects(() => world.until(Promise.reject(new Error("mine"))), Error, "mine");
  await world.close();
});

/** What is printed as an error while something runs. */
async function printed(run: (next: Promise<string>) => Promise<unknown>): Promise<string[]> {
  const lines: string[] = [];
  const { promise, resolve } = Promise.withResolvers<string>();
  const { error } = console;
  console.error = (text: string) => {
    lines.push(text);
    resolve(text);
  };
  try {
    await run(promise);
  } finally {
    console.error = error;
  }
  return lines;
}

test(
  "BotWorld: tells whoever waits for what virtual time brings, while nobody lets that pass, what to do",
  { skip: "Deno" in globalThis },
  async () => {
    const lines = await printed(async (next) => {
      const world = await ircWorld({ seed: 7 });
      const asleep = new Promise<void>((resolve) => void timersOf(world.clock).setTimeout(resolve, 1_000));
      await world.run(1);
      await Promise.race([asleep, within("what is printed", next)]);
      await world.until(asleep);
      await world.close();
    });
    assertEquals(lines.length, 1);
    assertStringIncludes(lines[0] ?? "", "in the world of seed 7");
    assertStringIncludes(lines[0] ?? "", "await world.until(promise)");
  },
);

test("BotWorld: prints what was broken at the end of its block, since a SuppressedError hides that", async () => {
  const lines = await printed(async () => {
    const world = await discordWorld();
    await world.start((runtime) => void runtime.uncaught?.(new Error("This bot is done for")));
    await assertRejects(() => world[Symbol.asyncDispose](), WorldError, "This bot is done for");
  });
  assertMatch(lines.join("\n"), /^Rules were broken:\n {2}crashed: .*This bot is done for/);
});

test("BotWorld: an error that nobody catches fails the test at its end", async () => {
  const world = await discordWorld();
  await world.start((runtime) => void runtime.uncaught?.(new Error("This bot is done for")));
  const error = await assertRejects(() => world.close(), WorldError, "This bot is done for");
  assertEquals(error.violations.map(({ rule }) => rule), ["crashed"]);
});

import { assertEquals, assertThrows } from "@std/assert";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { Host } from "../../../src/driver/host.ts";
import { IrcClient } from "../../../src/irc/client.ts";
import { OptionError } from "../../../src/protocol/errors.ts";
import { TwitchClient } from "../../../src/twitch/client.ts";
import { ircWorld } from "../../../testing/kit/irc/world.ts";
import { record } from "../../../testing/kit/recording/record.ts";
import { replay } from "../../../testing/kit/recording/replay.ts";
import { twitchWorld } from "../../../testing/kit/twitch/world.ts";

/** Runs with a file that is gone afterwards. */
async function withFile(use: (file: string) => Promise<void> | void): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "parley-"));
  try {
    await use(join(folder, "recording.jsonl"));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A bot, and what it is told. */
async function startIrcBot(runtime: Partial<Host>): Promise<{ told: string[]; close: IrcClient["close"] }> {
  const irc = new IrcClient({ host: "irc.test", nick: "bot", channels: ["#deno"], runtime });
  const told: string[] = [];
  for (const kind of ["ready", "reconnecting", "gap", "JOIN", "KICK"] as const) {
    irc.on(kind, () => told.push(kind));
  }
  irc.on("PRIVMSG", (event) => {
    told.push(event.text);
    return irc.privmsg(event.replyTarget, "heard");
  });
  await irc.connect();
  return { told, close: (options) => irc.close(options) };
}

test("replay: a client is told again what was recorded, through a cut and a kick, an hour and all", async () => {
  await withFile(async (file) => {
    const world = await ircWorld({ seed: 3 });
    const bot = await world.start((runtime) => {
      const [seen, write] = [runtime.observe, record(file)];
      const observe: Host["observe"] = (observation) => {
        seen?.(observation);
        write(observation);
      };
      return startIrcBot({ ...runtime, observe });
    });
    const ada = world.user("ada");
    await ada.says("#deno", "one");
    await world.run("1h");
    world.cut(bot);
    await ada.says("#deno", "two");
    await world.run("1min");
    await ada.says("#deno", "three");
    await world.run("1s");
    await ada.kicks("#deno");
    await world.run("1min");
    const { told } = bot.value;
    await world.close();

    const later = await ircWorld({ seed: 4 });
    let finished: Promise<void> | undefined;
    const again = await later.start((runtime) => {
      const replayed = replay(file, runtime);
      finished = replayed.finished;
      return startIrcBot({ ...runtime, dial: replayed.dial });
    });
    await later.run("70min");
    await later.until(finished ?? Promise.reject(new Error("Nothing was replayed")));
    await later.close();
    // Behind its end, nobody answers any more.
    assertEquals(again.value.told.slice(0, told.length), told);
    assertEquals(told.filter((text) => /^(one|two|three|KICK|gap)$/.test(text)), [
      "one",
      "gap",
      "three",
      "KICK",
    ]);
  });
});

test("replay: ten times as fast takes a tenth of the time", async () => {
  await withFile(async (file) => {
    const entry = (at: number, kind: string, more: object) =>
      JSON.stringify({ label: "irc", at, kind, link: 1, ...more });
    const info = { url: "irc://irc.test", protocol: "" };
    writeFileSync(
      file,
      [
        entry(0, "dial", { url: "irc://irc.test" }),
        entry(100, "opened", { info }),
        entry(60_100, "received", { data: ":irc.test NOTICE * :hi\r\n" }),
        entry(60_200, "received", { data: { base64: btoa(":irc.test NOTICE * :ho\r\n") } }),
      ].join("\n"),
    );
    const world = await ircWorld();
    const { clock } = world;
    const { dial, finished } = replay(file, { clock, speed: 10, label: "irc" });
    const came: string[] = [];
    const begun = clock.now();
    dial({ url: "irc://irc.test" }, {
      opened: () => void came.push(`opened ${clock.now() - begun}`),
      receive: (data) => void came.push(`${typeof data} ${clock.now() - begun}`),
      receiveBatch: () => {},
      closed: () => {},
    });
    await world.until(finished);
    assertEquals(came, ["opened 10", "string 6010", "object 6020"]);
    assertThrows(() => replay(file, { label: "another" }), Error, 'no link in it of "another"');
    const whole = readFileSync(file, "utf8");
    for (const cut of [whole.length - 5, whole.lastIndexOf("\n") + 1]) {
      writeFileSync(file, whole.slice(0, cut));
      const events = { opened: () => {}, receive: () => {}, receiveBatch: () => {}, closed: () => {} };
      const atOnce = replay(file, { clock, speed: Infinity });
      atOnce.dial({ url: "irc://irc.test" }, events);
      await world.until(atOnce.finished, { within: 0 });
    }
    writeFileSync(file, whole);
    for (const speed of [0, -1, NaN]) assertThrows(() => replay(file, { speed }), RangeError, "above 0");
    assertThrows(() => Reflect.apply(replay, undefined, [file, { speeed: 2 }]), OptionError, "`speed`");
    writeFileSync(file, "garbage\n");
    assertThrows(() => replay(file), Error, "line 1 is no observation");
  });
});

test("record: no token gets into the file", async () => {
  await withFile(async (file) => {
    const world = await twitchWorld();
    await world.start((runtime) => {
      const observed = { ...runtime, observe: record(file) };
      const token = "averysecrettoken";
      return new TwitchClient({ login: "bot", token, channels: ["#dallas"], runtime: observed }).connect();
    });
    const text = readFileSync(file, "utf8");
    assertEquals([text.includes("NICK bot"), text.includes("secret")], [true, false]);
    await world.close();
  });
});

import { test } from "node:test";
import { assert, assertEquals } from "@std/assert";
import { Driver } from "../../src/driver/driver.ts";
import type { Observation } from "../../src/driver/host.ts";
import { logger, type LoggerOptions } from "../../src/driver/logger.ts";
import { colorsWanted } from "../../src/driver/_colors.ts";
import { TwitchClient } from "../../src/twitch/client.ts";
import { TWITCH_URL } from "../../src/twitch/session/options.ts";
import { TwitchServer } from "../../testing/twitch/server.ts";
import { Simulation } from "../../testing/world/simulation.ts";

const AT = { at: Date.UTC(2026, 10, 21, 20, 15, 0, 123), label: "irc" };

function logged(observation: Observation, options: LoggerOptions = {}): string[] {
  const lines: string[] = [];
  logger({ log: (line) => void lines.push(line) }, { colors: false, ...options })(observation);
  return lines;
}

test("logger: writes plain lines for people, one for each line of what came", () => {
  const data = new TextEncoder().encode(":s 001 bot :Hi\r\nPING :x\r\n");
  assertEquals(logged({ ...AT, kind: "received", link: 1, data }), [
    "20:15:00.123 irc #1 < :s 001 bot :Hi",
    "20:15:00.123 irc #1 < PING :x",
  ]);
  assertEquals(logged({ ...AT, kind: "sent", link: 1, data: undefined }), ["20:15:00.123 irc #1 > (secret)"]);
  const info = { code: 4000, reason: "bye", clean: true, cause: "peer" } as const;
  assertEquals(logged({ ...AT, kind: "closed", link: 2, info }), [
    "20:15:00.123 irc #2 is closed: peer 4000 bye",
  ]);
  assertEquals(logged({ ...AT, kind: "end", error: new TypeError("no") }), [
    "20:15:00.123 irc has ended: TypeError: no",
  ]);
  assertEquals(logged({ ...AT, kind: "event", event: "PING" }), []);
  assertEquals(logged({ ...AT, kind: "event", event: "PING" }, { without: [] }), [
    "20:15:00.123 irc tells PING",
  ]);
});

test("logger: what a peer sends moves no cursor, forges no line, and is cut where it has no end", () => {
  const [line = "", ...others] = logged({ ...AT, kind: "received", link: 1, data: "\x1b[2Ja\rb\x9b" });
  assertEquals([line, others], ["20:15:00.123 irc #1 < \\x1b[2Ja\\x0db\\x9b", []]);
  const [long = ""] = logged({ ...AT, kind: "received", link: 1, data: "x".repeat(1e6) });
  assert(long.length < 1_100 && long.endsWith("… (1000002 characters)"), long.slice(-40));
});

test("logger: has colours on a terminal, unless NO_COLOR says no", () => {
  const [line = ""] = logged({ ...AT, kind: "dial", link: 1, url: "irc://x" }, { colors: true });
  assert(line.includes("\x1b[") && line.endsWith("\x1b[0m"));
  const stdout = { isTTY: true };
  const cases: [globals: object, wanted: boolean][] = [
    [{}, false],
    [{ process: {} }, false],
    [{ process: { env: {}, stdout: { isTTY: false } } }, false],
    [{ process: { env: {}, stdout } }, true],
    [{ process: { env: { NO_COLOR: "" }, stdout } }, true],
    [{ process: { env: { NO_COLOR: "1" }, stdout } }, false],
    [{ process: { stdout }, Deno: { noColor: false } }, true],
    [{ process: { stdout }, Deno: { noColor: true } }, false],
  ];
  for (const [globals, wanted] of cases) assertEquals(colorsWanted(globals), wanted, JSON.stringify(globals));
});

test("logger: shows what a client does, and no token", async () => {
  const world = new Simulation({ seed: 1 });
  const core = new TwitchServer({ accounts: { bot: "abc123" } });
  const server = new Driver(core, { host: world.host("server"), label: "server", deliver: () => {} });
  server.start();
  world.serve(TWITCH_URL, server);
  const lines: string[] = [];
  const runtime = world.host("client", { observe: logger({ log: (line) => void lines.push(line) }) });
  const chat = await world.until(new TwitchClient({ login: "bot", token: "abc123", runtime }).connect());
  await world.until(chat.close());
  const all = lines.join("\n");
  for (
    const words of ["twitch #1 dials wss://", "twitch #1 is open", "> (secret)", "> NICK bot", " 001 bot "]
  ) {
    assert(all.includes(words), words);
  }
  assert(!all.includes("abc123"));
});

import { test } from "node:test";
import { assert, assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";
import process from "node:process";
import type { Observation } from "../../src/driver/host.ts";
import { IrcClient } from "../../src/irc/client.ts";
import { TwitchClient } from "../../src/twitch/client.ts";
import { Program } from "../_program.ts";

const SERVERS = fileURLToPath(new URL("./_blocked_servers.ts", import.meta.url));
const RUN = "deno" in process.versions
  ? ["run", "-A", "--no-check", "--config", "deno.offline.json", "--no-lock", "--cached-only", SERVERS]
  : "bun" in process.versions
  ? [SERVERS]
  : ["--import=./tools/suite/node_hook.ts", SERVERS];
/** What has to be there in time, in milliseconds, and how much longer the thread is blocked. */
const IN_TIME = 300;
const BLOCKED = 1_600;

function block(): void {
  for (const until = performance.now() + BLOCKED; performance.now() < until;);
}

async function urls(servers: Program): Promise<{ readonly irc: string; readonly twitch: string }> {
  await servers.prints("the servers' addresses", (line) => line.startsWith("{"));
  return JSON.parse(servers.lines[0] ?? "");
}

for (const [what, behind] of [["an immediate", setImmediate], ["a timer", setTimeout]] as const) {
  test(`Driver: an answer that has come while ${what} blocked the thread counts before its time-out`, async () => {
    await using servers = new Program(RUN);
    const { irc: streams, twitch: sockets } = await urls(servers);
    const stalled: number[] = [];
    const observe = (observation: Observation) => {
      if (observation.kind === "stalled") stalled.push(observation.ms);
    };
    await using chat = await new TwitchClient({
      url: sockets,
      login: "bot",
      token: "t",
      channels: ["a"],
      timeouts: { say: IN_TIME },
      runtime: { observe },
    }).connect();
    const pong = { idle: 60_000, pong: IN_TIME };
    await using irc = await new IrcClient({
      url: streams,
      nick: "bot",
      channels: ["#a"],
      timeouts: pong,
    }).connect();
    await irc.wait("RPL_ENDOFNAMES");
    const told: string[] = [];
    irc.on("reconnecting", () => told.push("reconnecting"));
    for (let time = 0; time < 2; time++) {
      const sayings = [chat.say("a", `hi ${time}`), irc.privmsg("#a", "hi")];
      // What was said is on its way, and answered, by then.
      behind(block);
      told.push(...await Promise.all(sayings.map((saying) => saying.then(() => "said", String))));
    }
    assertEquals(told, Array(4).fill("said"));
    assert(stalled.length >= 1 && stalled.every((ms) => ms > 1_000 && ms < 10_000), `stalled for ${stalled}`);
  });
}

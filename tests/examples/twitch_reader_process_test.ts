import { test } from "node:test";
import { assertEquals } from "@std/assert";
import process from "node:process";
import { listenWebSocket } from "../../testing/world/network/listen.ts";
import { TwitchServer } from "../../testing/twitch/server.ts";
import { Program } from "../_program.ts";
import { serve } from "../interop/_serve.ts";
import type { Server } from "../interop/_twitch.ts";

const PROGRAM = "examples/twitch_reader.ts";

/** How each runtime runs it. */
function commandLine(): readonly string[] {
  const { versions } = process;
  if ("deno" in versions) {
    return ["run", "-A", "--quiet", "--no-check", "--no-lock", "--config", "deno.offline.json", PROGRAM];
  }
  return "bun" in versions ? [PROGRAM] : ["--import", "./tools/suite/node_hook.ts", PROGRAM];
}

function read(args: readonly string[], env: Record<string, string> = {}): Program {
  return new Program([...commandLine(), ...args], env);
}

async function twitch(): Promise<Server> {
  return await serve(new TwitchServer(), (runner) => listenWebSocket(runner));
}

async function joined({ events }: Server, count: number): Promise<void> {
  for (let n = 0; n < count; n++) {
    await events.take("JOIN", (event) => event.kind === "line" && event.message.command === "JOIN");
  }
}

test("examples/twitch_reader.ts: prints chat without colours where no terminal is, and ends on SIGTERM", async () => {
  await using server = await twitch();
  await using reader = read(["--url", server.listener.url, "parley", "dallas"]);
  await joined(server, 2);
  const say = (channel: string, text: string) =>
    server.command({
      kind: "say",
      channel,
      login: "ronni",
      text,
      tags: { color: "#0000FF", "display-name": "Ronni" },
    });
  await say("#parley", "Grüße, 世界 🎉");
  await reader.prints("the message", (line) => line === "#parley Ronni: Grüße, 世界 🎉");
  await say("#dallas", "\u0001ACTION waves\u0001");
  await reader.prints("the action", (line) => line === "#dallas * Ronni waves");
  await say("#dallas", "red \x1b[31malert");
  await reader.prints("no escape", (line) => line === "#dallas Ronni: red \ufffd[31malert");
  await server.command({
    kind: "raw",
    channel: "#parley",
    line: "@msg-id=raid;system-msg=15\\sraiders\\shave\\sjoined! :tmi.twitch.tv USERNOTICE #parley",
  });
  await reader.prints("the raid", (line) => line === "#parley 15 raiders have joined!");
  await server.command({ kind: "ban", channel: "#dallas", login: "ronni" });
  await reader.prints("the ban", (line) => line === "#dallas ronni was banned");
  assertEquals(await reader.stop("SIGTERM"), 0);
  await server.events.take("goodbye", ({ kind }) => kind === "left");
});

test("examples/twitch_reader.ts: prints names in colours that can be read, and ends on SIGINT", async () => {
  await using server = await twitch();
  await using reader = read(["--url", server.listener.url, "--light", "parley"], { FORCE_COLOR: "1" });
  await joined(server, 1);
  await server.command({
    kind: "say",
    channel: "#parley",
    login: "ronni",
    text: "hi",
    tags: { color: "#0000FF" },
  });
  await reader.prints("blue", (line) => line === "\x1b[38;2;0;0;255mronni\x1b[39m: hi");
  assertEquals(await reader.stop("SIGINT"), 0);
});

test("examples/twitch_reader.ts: says what is wrong, and fails", async () => {
  await using reader = read([]);
  await reader.prints("advice", (line) => line.startsWith("Name the channels"));
  assertEquals(await reader.ends(), 2);
  await using other = read(["no channel"]);
  await other.prints("the error", (line) => line.includes('"no channel"'));
  assertEquals(await other.ends(), 1);
});

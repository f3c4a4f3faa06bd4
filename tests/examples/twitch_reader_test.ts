import { test } from "node:test";
import { assertEquals } from "@std/assert";
import { spawn } from "node:child_process";
import process from "node:process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { listenWebSocket } from "../../src/testing/listen.ts";
import { TwitchServer } from "../../src/testing/twitch_server.ts";
import { Journal, serve } from "../interop/_serve.ts";
import type { Server } from "../interop/_twitch.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const PROGRAM = "examples/twitch_reader.ts";

/** How each runtime runs it. */
function commandLine(): readonly string[] {
  const { versions } = process;
  if ("deno" in versions) {
    return ["run", "-A", "--quiet", "--no-check", "--no-lock", "--config", "deno.offline.json", PROGRAM];
  }
  return "bun" in versions ? [PROGRAM] : ["--import", "./tools/node_hook.ts", PROGRAM];
}

interface Reader {
  readonly lines: Journal<string>;
  readonly exited: Promise<number | null>;
  readonly stop: (signal: "SIGINT" | "SIGTERM") => void;
  /** Ends it if it has not ended. */
  readonly end: () => Promise<void>;
}

function read(args: readonly string[], env: Record<string, string> = {}): Reader {
  const { NO_COLOR: _, FORCE_COLOR: __, ...inherited } = process.env;
  const child = spawn(process.execPath, [...commandLine(), ...args], {
    cwd: ROOT,
    env: { ...inherited, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const lines = new Journal<string>("the program");
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on("line", (line) => lines.write(line));
  }
  const exited = new Promise<number | null>((resolve) => child.once("close", (code) => resolve(code)));
  return {
    lines,
    exited,
    // Deno gives no code to `close` where a signal was sent by `child.kill`.
    stop: (signal) => void (child.pid !== undefined && process.kill(child.pid, signal)),
    async end() {
      if (child.exitCode === null) child.kill("SIGKILL");
      await exited;
    },
  };
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
  const reader = read(["--url", server.listener.url, "parley", "dallas"]);
  try {
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
    await reader.lines.take("the message", (line) => line === "#parley Ronni: Grüße, 世界 🎉");
    await say("#dallas", "\u0001ACTION waves\u0001");
    await reader.lines.take("the action", (line) => line === "#dallas * Ronni waves");
    await say("#dallas", "red \x1b[31malert");
    await reader.lines.take("no escape", (line) => line === "#dallas Ronni: red \ufffd[31malert");
    await server.command({
      kind: "raw",
      channel: "#parley",
      line: "@msg-id=raid;system-msg=15\\sraiders\\shave\\sjoined! :tmi.twitch.tv USERNOTICE #parley",
    });
    await reader.lines.take("the raid", (line) => line === "#parley 15 raiders have joined!");
    await server.command({ kind: "ban", channel: "#dallas", login: "ronni" });
    await reader.lines.take("the ban", (line) => line === "#dallas ronni was banned");
    reader.stop("SIGTERM");
    assertEquals(await reader.exited, 0);
    await server.events.take("goodbye", ({ kind }) => kind === "left");
  } finally {
    await reader.end();
  }
});

test("examples/twitch_reader.ts: prints names in colours that can be read, and ends on SIGINT", async () => {
  await using server = await twitch();
  const reader = read(["--url", server.listener.url, "--light", "parley"], { FORCE_COLOR: "1" });
  try {
    await joined(server, 1);
    await server.command({
      kind: "say",
      channel: "#parley",
      login: "ronni",
      text: "hi",
      tags: { color: "#0000FF" },
    });
    await reader.lines.take("blue", (line) => line === "\x1b[38;2;0;0;255mronni\x1b[39m: hi");
    reader.stop("SIGINT");
    assertEquals(await reader.exited, 0);
  } finally {
    await reader.end();
  }
});

test("examples/twitch_reader.ts: says what is wrong, and fails", async () => {
  const reader = read([]);
  await reader.lines.take("advice", (line) => line.startsWith("Name the channels"));
  assertEquals(await reader.exited, 2);
  const other = read(["no channel"]);
  await other.lines.take("the error", (line) => line.includes('"no channel"'));
  assertEquals(await other.exited, 1);
});

import { assertEquals } from "@std/assert";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Driver } from "../../../src/driver/driver.ts";
import { hostWith } from "../../../src/driver/host.ts";
import { discordServerFetch } from "../../../testing/discord/fetch.ts";
import { DiscordServer } from "../../../testing/discord/server.ts";
import { listenWebSocket } from "../../../testing/world/network/listen.ts";
import { dialer } from "../../../src/transport/dial.ts";
import { Program } from "../../_program.ts";
import { savedSince } from "./_saved.ts";

const CHANNEL = "81384788765712384";
const MODULE = new URL("../../../src/discord/gateway/mod.ts", import.meta.url).href;

// What docs/discord.md shows, for both: on a reload the old gateway, if it still lives, is closed first.
const program = (version: number) => `
import { DiscordGateway, FileSessionStore, Intents } from ${JSON.stringify(MODULE)};
import process from "node:process";
const [baseUrl, path] = process.argv.slice(2);
await globalThis.gateway?.close({ resumable: true });
const gateway = globalThis.gateway = await new DiscordGateway({
  token: "parley.test.token",
  intents: Intents.GuildMessages | Intents.MessageContent,
  rest: { baseUrl },
  store: new FileSessionStore(path),
  holder: "bot",
}).connect();
gateway.on("MESSAGE_CREATE", ({ data }) => console.log("heard " + data.content));
console.log("connected ${version}");
`;

/** Runs a program that is reloaded when it is written anew; it must resume, and hear everything. */
export async function checkReload(args: readonly string[]): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "parley-"));
  const core = new DiscordServer();
  const server = new Driver(core, { host: hostWith(dialer()), label: "server", deliver: () => {} });
  server.start();
  await using listener = await listenWebSocket(server, { fetch: discordServerFetch(server) });
  const file = join(folder, "bot.mjs");
  await writeFile(file, program(1));
  const api = `${listener.url.replace(/^ws/, "http")}/api`;
  const sessions = join(folder, "sessions.json");
  await using bot = new Program([...args, file, api, sessions]);
  try {
    const say = (content: string) => server.command({ kind: "message", channel: CHANNEL, content });
    for (const version of [1, 2, 3]) {
      await bot.prints(`connected ${version}`);
      await say(`${version}`);
      await bot.prints(`heard ${version}`);
      await savedSince(sessions, core);
      if (version < 3) await writeFile(file, program(version + 1));
      await say(`after ${version}`);
    }
    await bot.prints("heard after 3");
    const heard = bot.lines.filter((line) => line.startsWith("heard"));
    assertEquals(
      [...new Set(heard)],
      [1, 2, 3].flatMap((version) => [`heard ${version}`, `heard after ${version}`]),
    );
    assertEquals(core.log.filter((entry) => entry.kind === "received" && entry.op === 2).length, 1);
    assertEquals(core.log.filter((entry) => entry.kind === "received" && entry.op === 6).length, 2);
  } finally {
    await bot.stop("SIGKILL");
    server.shutdown("end");
    await rm(folder, { recursive: true });
  }
}

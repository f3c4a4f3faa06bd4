import { assertEquals } from "@std/assert";
import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import { Driver } from "../../../src/driver/driver.ts";
import { hostWith } from "../../../src/driver/host.ts";
import { DiscordServer, discordServerFetch } from "../../../src/testing/discord_server.ts";
import { listenWebSocket } from "../../../src/testing/listen.ts";
import { dialer } from "../../../src/transport/dial.ts";

const CHANNEL = "81384788765712384";
const MODULE = new URL("../../../src/discord/gateway/mod.ts", import.meta.url).href;

// What docs/discord.md shows, for both: on a reload the old gateway, if it still lives, is closed first.
const program = (version: number) => `
import { DiscordGateway, FileSessionStore, Intents } from ${JSON.stringify(MODULE)};
import process from "node:process";
const [baseUrl, path] = process.argv.slice(2);
await globalThis.gateway?.close({ resumable: true });
const gateway = globalThis.gateway = await DiscordGateway.connect({
  token: "parley.test.token",
  intents: Intents.GuildMessages | Intents.MessageContent,
  rest: { baseUrl },
  store: new FileSessionStore(path),
});
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
  const child = spawn(process.execPath, [...args, file, api, join(folder, "sessions.json")], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  const exited = new Promise<void>((resolve) => child.once("close", () => resolve()));
  try {
    const lines: string[] = [];
    let told = () => {};
    if (child.stdout === null) throw new Error("No output");
    createInterface({ input: child.stdout }).on("line", (line) => {
      lines.push(line);
      told();
    });
    const prints = async (wanted: string) => {
      while (!lines.includes(wanted)) {
        await Promise.race([
          new Promise<void>((resolve) => told = resolve),
          exited.then(() => Promise.reject(new Error(`It ended: ${lines}`))),
        ]);
      }
    };
    const say = (content: string) => server.command({ kind: "message", channel: CHANNEL, content });
    for (const version of [1, 2, 3]) {
      await prints(`connected ${version}`);
      await say(`${version}`);
      await prints(`heard ${version}`);
      // At least one save, so that a session begun just now can be found.
      await new Promise((resolve) => setTimeout(resolve, 1_200));
      if (version < 3) await writeFile(file, program(version + 1));
      await say(`after ${version}`);
    }
    await prints("heard after 3");
    const heard = lines.filter((line) => line.startsWith("heard"));
    assertEquals(
      [...new Set(heard)],
      [1, 2, 3].flatMap((version) => [`heard ${version}`, `heard after ${version}`]),
    );
    assertEquals(core.log.filter((entry) => entry.kind === "received" && entry.op === 2).length, 1);
    assertEquals(core.log.filter((entry) => entry.kind === "received" && entry.op === 6).length, 2);
  } finally {
    child.kill("SIGKILL");
    await exited;
    server.shutdown("end");
    await rm(folder, { recursive: true });
  }
}

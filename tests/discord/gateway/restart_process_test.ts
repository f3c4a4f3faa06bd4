import { assertEquals } from "@std/assert";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { Driver } from "../../../src/driver/driver.ts";
import { hostWith } from "../../../src/driver/host.ts";
import { discordServerFetch } from "../../../testing/discord/fetch.ts";
import { DiscordServer } from "../../../testing/discord/server.ts";
import { listenWebSocket } from "../../../testing/world/listen.ts";
import { dialer } from "../../../src/transport/dial.ts";
import { Program } from "../../_program.ts";
import { savedSince } from "./_saved.ts";

const CHANNEL = "81384788765712384";
const CHILD = fileURLToPath(new URL("./_restart_child.ts", import.meta.url));
const RUN = "deno" in process.versions
  ? ["run", "-A", "--no-check", "--no-config", "--no-lock", "--cached-only", CHILD]
  : [CHILD];

/** How much is said between a save and the end. */
const UNSAVED = 3;

interface Line {
  readonly connected?: true;
  readonly ended?: true;
  readonly error?: string;
  /** Session and sequence number. */
  readonly at?: string;
  readonly content?: string;
}

/** What the program has printed. */
function linesOf({ lines }: Program): Line[] {
  return lines.filter((line) => line.startsWith("{")).map((line) => JSON.parse(line));
}

for (const signal of ["SIGKILL", "SIGTERM"] as const) {
  test(`SessionStore: after ${signal} the next process receives what was said meanwhile`, async () => {
    const folder = await mkdtemp(join(tmpdir(), "parley-"));
    const core = new DiscordServer({ heartbeatInterval: 300 });
    const server = new Driver(core, { host: hostWith(dialer()), label: "server", deliver: () => {} });
    server.start();
    await using listener = await listenWebSocket(server, { fetch: discordServerFetch(server) });
    const sessions = join(folder, "sessions.json");
    const args = [...RUN, `${listener.url.replace(/^ws/, "http")}/api`, sessions];
    const said: string[] = [];
    const say = async (count: number) => {
      for (let i = 0; i < count; i++) {
        const content = String(said.length);
        said.push(content);
        await server.command({ kind: "message", channel: CHANNEL, content });
      }
    };
    await using stack = new AsyncDisposableStack();
    const bots: Program[] = [];
    for (let run = 0; run < 3; run++) {
      const bot = stack.use(new Program(args));
      bots.push(bot);
      await bot.prints('"connected":true');
      await say(3);
      await bot.prints(`"content":"${said.at(-1)}"`);
      await savedSince(sessions, core);
      await say(UNSAVED);
      await bot.prints(`"content":"${said.at(-1)}"`);
      await bot.stop(signal);
      // Nobody is there to hear these.
      if (run < 2) await say(5);
    }
    const heard = bots.flatMap((bot) => linesOf(bot).filter(({ content }) => content !== undefined));
    assertEquals([...new Set(heard.map(({ content }) => content))], said);
    // A repeat is known by session and number, and nothing else has the same.
    assertEquals(new Set(heard.map(({ at }) => at)).size, said.length);
    assertEquals(new Set(heard.map(({ at, content }) => `${at} ${content}`)).size, said.length);
    if (signal === "SIGTERM") {
      assertEquals(heard.length, said.length);
      assertEquals(bots.map((bot) => linesOf(bot).at(-1)), [{ ended: true }, { ended: true }, {
        ended: true,
      }]);
    }
    assertEquals(heard.length - said.length <= 2 * UNSAVED, true);
    assertEquals(bots.flatMap((bot) => linesOf(bot).filter(({ error }) => error !== undefined)), []);
    assertEquals(core.log.filter((entry) => entry.kind === "received" && entry.op === 2).length, 1);
    assertEquals(await readdir(folder), ["sessions.json"]);
    assertEquals((await readFile(join(folder, "sessions.json"), "utf8")).includes("test.token"), false);
    server.shutdown("end");
    await rm(folder, { recursive: true });
  });
}

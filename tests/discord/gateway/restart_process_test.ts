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
import { listenWebSocket } from "../../../testing/world/network/listen.ts";
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
  /** By whom the session is held. */
  readonly held?: string;
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
    const args = [...RUN, `${listener.url.replace(/^ws/, "http")}/api`, sessions, "bot"];
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

/** How a deployment ends the old process: once the new one has begun, or never. */
for (const ends of ["once the new has begun", "by itself"] as const) {
  test(`SessionStore: two processes that overlap do not fight over a session; the old one ends ${ends}`, async () => {
    const folder = await mkdtemp(join(tmpdir(), "parley-"));
    const core = new DiscordServer({ heartbeatInterval: 300 });
    const server = new Driver(core, { host: hostWith(dialer()), label: "server", deliver: () => {} });
    server.start();
    await using listener = await listenWebSocket(server, { fetch: discordServerFetch(server) });
    const start = (holder: string, takeOverAfter: number) =>
      new Program([
        ...RUN,
        `${listener.url.replace(/^ws/, "http")}/api`,
        join(folder, "sessions.json"),
        holder,
        String(takeOverAfter),
      ]);
    let said = 0;
    const say = async () => {
      const content = String(said++);
      await server.command({ kind: "message", channel: CHANNEL, content });
      return content;
    };
    await using old = start("old", 0);
    await old.prints('"connected":true');
    const asked = ends === "once the new has begun";
    await using young = start("new", asked ? 60_000 : 1_500);
    await old.prints(`"content":"${await say()}"`);
    await young.prints('"held":"old"');
    const talking = setInterval(() => void say(), 50);
    let code: number | null;
    try {
      code = asked ? await old.stop("SIGTERM") : (await young.prints('"connected":true'), await old.ends());
      await young.prints('"connected":true');
      // Long enough for somebody who wanted the session back.
      await new Promise((resolve) => setTimeout(resolve, 1_500));
    } finally {
      clearInterval(talking);
    }
    await young.prints(`"content":"${await say()}"`);
    assertEquals(await young.stop("SIGTERM"), 0);
    assertEquals(code, asked ? 0 : 1);
    const errors = linesOf(old).flatMap(({ error = [] }) => error);
    assertEquals(errors.some((error) => error.includes('another process, "new"')), !asked, errors.join());
    const heard = [old, young].map((bot) => linesOf(bot).flatMap(({ content }) => content ?? []).map(Number));
    const all = [...new Set(heard.flat())].sort((a, b) => a - b);
    assertEquals(all, Array.from({ length: said }, (_, index) => index));
    // What the old one had consumed since it saved last comes again where it did not give its session back.
    const twice = heard.flat().length - all.length;
    assertEquals(twice <= (asked ? 0 : 40), true, `${twice} came again`);
    const count = (op: number) =>
      core.log.filter((entry) => entry.kind === "received" && entry.op === op).length;
    assertEquals([count(2), count(6)], [1, 1]);
    server.shutdown("end");
    await rm(folder, { recursive: true });
  });
}

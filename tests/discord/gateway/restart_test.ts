import { assertEquals } from "@std/assert";
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { Driver } from "../../../src/driver/driver.ts";
import { hostWith } from "../../../src/driver/host.ts";
import { DiscordServer, discordServerFetch } from "../../../src/testing/discord_server.ts";
import { listenWebSocket } from "../../../src/testing/listen.ts";
import { dialer } from "../../../src/transport/dial.ts";

const CHANNEL = "81384788765712384";
const CHILD = fileURLToPath(new URL("./_restart_child.ts", import.meta.url));
const DENO = ["run", "-A", "--no-check", "--no-config", "--no-lock", "--cached-only"];

interface Line {
  readonly connected?: true;
  readonly ended?: true;
  readonly error?: string;
  /** Session and sequence number. */
  readonly at?: string;
  readonly content?: string;
}

/** The program, running. */
class Bot {
  readonly lines: Line[] = [];
  readonly exited: Promise<void>;
  readonly #child: ChildProcess;
  #told: () => void = () => {};

  constructor(args: readonly string[]) {
    const runtime = "deno" in process.versions ? DENO : [];
    this.#child = spawn(process.execPath, [...runtime, CHILD, ...args], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    this.exited = new Promise((resolve) => this.#child.once("close", () => resolve()));
    const { stdout } = this.#child;
    if (stdout === null) throw new Error("No output");
    createInterface({ input: stdout }).on("line", (line) => {
      this.lines.push(JSON.parse(line));
      this.#told();
    });
  }

  /** Waits until it has printed such a line. */
  async prints(wanted: (line: Line) => boolean): Promise<void> {
    while (!this.lines.some(wanted)) {
      await Promise.race([
        new Promise<void>((resolve) => this.#told = resolve),
        this.exited.then(() => Promise.reject(new Error(`It ended: ${JSON.stringify(this.lines)}`))),
      ]);
    }
  }

  async stop(signal: "SIGKILL" | "SIGTERM"): Promise<void> {
    this.#child.kill(signal);
    await this.exited;
  }
}

for (const signal of ["SIGKILL", "SIGTERM"] as const) {
  test(`SessionStore: after ${signal} the next process receives what was said meanwhile`, async () => {
    const folder = await mkdtemp(join(tmpdir(), "parley-"));
    const core = new DiscordServer({ heartbeatInterval: 300 });
    const server = new Driver(core, { host: hostWith(dialer()), label: "server", deliver: () => {} });
    server.start();
    await using listener = await listenWebSocket(server, { fetch: discordServerFetch(server) });
    const args = [`${listener.url.replace(/^ws/, "http")}/api`, join(folder, "sessions.json")];
    const said: string[] = [];
    const say = async (count: number) => {
      for (let i = 0; i < count; i++) {
        const content = String(said.length);
        said.push(content);
        await server.command({ kind: "message", channel: CHANNEL, content });
      }
    };
    const bots: Bot[] = [];
    for (let run = 0; run < 3; run++) {
      const bot = new Bot(args);
      bots.push(bot);
      await bot.prints(({ connected }) => connected === true);
      for (let i = 0; i < 8; i++) {
        await say(3);
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
      const last = said.at(-1);
      await bot.prints(({ content }) => content === last);
      await bot.stop(signal);
      // Nobody is there to hear these.
      if (run < 2) await say(5);
    }
    const heard = bots.flatMap(({ lines }) => lines.filter(({ content }) => content !== undefined));
    assertEquals([...new Set(heard.map(({ content }) => content))], said);
    // A repeat is known by session and number, and nothing else has the same.
    assertEquals(new Set(heard.map(({ at }) => at)).size, said.length);
    assertEquals(new Set(heard.map(({ at, content }) => `${at} ${content}`)).size, said.length);
    if (signal === "SIGTERM") {
      assertEquals(heard.length, said.length);
      assertEquals(bots.map(({ lines }) => lines.at(-1)), [{ ended: true }, { ended: true }, {
        ended: true,
      }]);
    }
    assertEquals(heard.length - said.length <= 2 * 20, true);
    assertEquals(bots.flatMap(({ lines }) => lines.filter(({ error }) => error !== undefined)), []);
    assertEquals(core.log.filter((entry) => entry.kind === "received" && entry.op === 2).length, 1);
    assertEquals(await readdir(folder), ["sessions.json"]);
    assertEquals((await readFile(join(folder, "sessions.json"), "utf8")).includes("test.token"), false);
    server.shutdown("end");
    await rm(folder, { recursive: true });
  });
}

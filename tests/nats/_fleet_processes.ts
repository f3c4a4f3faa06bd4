import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { assert, assertEquals } from "@std/assert";
import { Driver } from "../../src/driver/driver.ts";
import { hostWith } from "../../src/driver/host.ts";
import { dialer } from "../../src/transport/dial.ts";
import { discordServerFetch } from "../../testing/discord/fetch.ts";
import {
  DiscordServer,
  type DiscordServerCommand,
  type DiscordServerEvent,
} from "../../testing/discord/server.ts";
import { listenWebSocket } from "../../testing/world/listen.ts";
import { Program, runArgsOf } from "../_program.ts";
import { pause } from "../transport/_harness.ts";
import type { NatsServer } from "./_nats_server.ts";

/** A runtime, and where it is. */
export interface Engine {
  readonly runtime: "deno" | "bun" | "node";
  readonly path: string;
}

const SHARDS = 12;
const LEASE = 5_000;
const PATIENCE = 25_000;
/** For so long a process is suspended at least, in milliseconds: a minute, if somebody has the time. */
const SUSPENDED = Number(process.env.PARLEY_SUSPENDED) || 0;

interface Line {
  readonly kind: string;
  readonly slot?: number;
  readonly at?: string;
  readonly content?: string;
  readonly guild?: string;
  readonly resumed?: boolean;
  readonly repeated?: boolean;
}

/** A process of a fleet, and the file it writes into. */
interface Member {
  readonly program: Program;
  readonly path: string;
}

function linesOf({ path }: Member): Line[] {
  if (!existsSync(path)) return [];
  // The last line may not be whole yet.
  return readFileSync(path, "utf8").split("\n").slice(0, -1).map((line) => JSON.parse(line));
}

/** The slots that a process runs, by what it has printed. */
function slotsOf(member: Member): number[] {
  const slots = new Set<number>();
  for (const { kind, slot = -1 } of linesOf(member)) {
    if (kind === "slot_started") slots.add(slot);
    if (kind === "slot_stopped") slots.delete(slot);
  }
  return [...slots];
}

/** What happened in a guild last, by who has handled it: the same once more, unmarked, or before what was before it. */
function wrongOf(lines: readonly Line[]): Line[] {
  const seen = new Set<string>();
  return lines.filter(({ content = "", repeated }) => {
    const isNew = !seen.has(content);
    seen.add(content);
    return !isNew && !repeated;
  });
}

/** A bot on a real NATS and our Discord, whose processes are real, on one runtime or on several by turns. */
class Bot implements AsyncDisposable {
  readonly core = new DiscordServer({ shards: SHARDS, maxConcurrency: 16, heartbeatInterval: 1_000 });
  readonly all: Member[] = [];
  readonly #stack = new AsyncDisposableStack();
  readonly #nats: NatsServer;
  readonly #engines: readonly Engine[];
  readonly #driver: Driver<DiscordServerCommand, DiscordServerEvent>;
  #api = "";
  #talks = true;
  #traffic: Promise<void> = Promise.resolve();
  said = 0;

  constructor(nats: NatsServer, engines: readonly Engine[]) {
    this.#nats = nats;
    this.#engines = engines;
    this.#driver = new Driver<DiscordServerCommand, DiscordServerEvent>(this.core, {
      host: hostWith(dialer()),
      label: "discord",
      deliver: () => {},
    });
    this.#driver.start();
  }

  async open(): Promise<this> {
    const listener = await listenWebSocket(this.#driver, { fetch: discordServerFetch(this.#driver) });
    this.#stack.use(listener);
    this.#api = `${listener.url.replace(/^ws/, "http")}/api`;
    return this;
  }

  /** Starts a process that holds shards, or one that handles what others publish. */
  begin(label: string, role: "alone" | "gateway" | "worker" = "alone"): Member {
    const engine = this.#engines[this.all.length % this.#engines.length];
    assert(engine !== undefined);
    const path = join(this.#nats.folder, `${label}.jsonl`);
    const { address } = this.#nats;
    const args = [address, this.#api, String(SHARDS), String(LEASE), label, path, role];
    const program = runArgsOf(engine.runtime, "tests/nats/_fleet_child.ts", ...args);
    const member = { program: this.#stack.use(new Program(program, {}, { command: engine.path })), path };
    this.all.push(member);
    return member;
  }

  /** Waits until so many slots are shared evenly; returns how long that took, in milliseconds. */
  async settles(programs: readonly Member[], slots = SHARDS): Promise<number> {
    const from = performance.now();
    const counts = () => programs.map((program) => slotsOf(program).length);
    const isEven = () => {
      const all = counts();
      return all.reduce((sum, count) => sum + count, 0) === slots && Math.max(...all) - Math.min(...all) <= 1;
    };
    while (!isEven()) {
      const told = (member: Member) =>
        linesOf(member).filter(({ kind }) => kind !== "heard" && kind !== "handled");
      const shown = () => JSON.stringify(this.all.map(told), undefined, 1);
      assert(performance.now() - from < PATIENCE, `The slots are shared out ${counts()}:\n${shown()}`);
      await pause(50);
    }
    return performance.now() - from;
  }

  /** Says something in one guild of each slot after the other, until it is to stop. */
  talk(): void {
    this.#traffic = (async () => {
      while (this.#talks) {
        const content = String(this.said);
        const guild_id = String((BigInt(this.said % SHARDS) << 22n) + 1n);
        const d = { id: content, guild_id, content };
        await this.#driver.command({ kind: "dispatch", t: "MESSAGE_CREATE", d });
        this.said++;
        await pause(10);
      }
    })();
  }

  async hush(): Promise<void> {
    this.#talks = false;
    await this.#traffic;
  }

  /** What was told or handled, by all. */
  linesOf(kind: string): Line[] {
    return this.all.flatMap((member) => linesOf(member).filter((line) => line.kind === kind));
  }

  /** What was said since the first that somebody has, and nobody has. */
  missing(kind: string): string[] {
    const contents = new Set(this.linesOf(kind).map(({ content }) => content));
    const first = Math.min(...[...contents].map(Number));
    return Array.from({ length: this.said - first }, (_, at) => String(first + at)).filter((one) =>
      !contents.has(one)
    );
  }

  /** Waits until somebody has all that was said. */
  async has(kind: string): Promise<void> {
    const from = performance.now();
    while (this.missing(kind).length > 0) {
      assert(performance.now() - from < PATIENCE, `Nobody has ${kind} ${this.missing(kind)}`);
      await pause(100);
    }
  }

  get identifies(): number {
    return this.core.log.filter((entry) => entry.kind === "received" && entry.op === 2).length;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#talks = false;
    await this.#stack.disposeAsync();
    this.#driver.shutdown("end");
  }
}

/**
 * Three processes of twelve shards under traffic: one is killed, one suspended past its lease and woken, and all are
 * replaced. Checks that nothing is lost, that what comes again says so, and that no session begins anew.
 */
export async function fleetStory(nats: NatsServer, engines: readonly Engine[]): Promise<void> {
  await using bot = await new Bot(nats, engines).open();
  bot.talk();
  const [a, b, c] = ["a", "b", "c"].map((label) => bot.begin(label));
  assert(a !== undefined && b !== undefined && c !== undefined);
  await bot.settles([a, b, c]);

  await a.program.stop("SIGKILL");
  const took = await bot.settles([b, c]);
  // The lease, a resume, and what a busy machine adds.
  assert(took < LEASE + 7_000, `${took} ms`);

  const d = bot.begin("d");
  await bot.settles([b, c, d]);

  signalTo(b, "SIGSTOP");
  await pause(SUSPENDED);
  await bot.settles([c, d]);
  const heardBefore = linesOf(b).length;
  signalTo(b, "SIGCONT");
  await bot.settles([b, c, d]);
  // It must have seen that it was late before it has read anything of a link.
  assertEquals(linesOf(b)[heardBefore]?.kind, "lease_expired");

  const fresh = ["e", "f", "g"].map((label) => bot.begin(label));
  for (const old of [b, c, d]) {
    signalTo(old, "SIGTERM");
    assertEquals(await old.program.ends(), 0);
  }
  await bot.settles(fresh);

  await bot.hush();
  await bot.has("heard");
  const heard = bot.linesOf("heard");
  const count = new Set(heard.map(({ content }) => content)).size;
  assert(count > 500, `${count} were heard`);
  // What comes again is known by session and number, and is marked in whichever process comes later.
  assertEquals(
    new Set(heard.map(({ at, content }) => `${at} ${content}`)).size,
    new Set(heard.map(({ at }) => at)).size,
  );
  assertEquals(wrongOf(heard), []);
  const gaps = bot.linesOf("gap").filter(({ resumed }) => !resumed);
  assertEquals([bot.identifies, gaps], [SHARDS, []]);
  for (const member of fresh) signalTo(member, "SIGTERM");
  assertEquals(await Promise.all(fresh.map(({ program }) => program.ends())), [0, 0, 0]);
}

/**
 * Two processes that hold shards, two that handle what those publish, under traffic: one of either is killed. Checks
 * that nothing is lost, that what comes again says so, and that all of a guild is handled in order.
 */
export async function fanOutStory(nats: NatsServer, engines: readonly Engine[]): Promise<void> {
  await using bot = await new Bot(nats, engines).open();
  const workers = ["v", "w"].map((label) => bot.begin(label, "worker"));
  const gateways = ["g", "h"].map((label) => bot.begin(label, "gateway"));
  const [[v, w], [g, h]] = [workers, gateways];
  assert(v !== undefined && w !== undefined && g !== undefined && h !== undefined);
  await bot.settles(gateways);
  await bot.settles(workers, 8);
  bot.talk();
  await pause(1_500);
  await v.program.stop("SIGKILL");
  await bot.settles([w], 8);
  await g.program.stop("SIGKILL");
  await bot.settles([h]);
  await pause(500);
  await bot.hush();
  await bot.has("handled");
  const handled = bot.linesOf("handled");
  assertEquals(wrongOf(handled), []);
  const last = new Map<string, number>();
  const seen = new Set<string>();
  for (const { content = "", guild = "" } of handled) {
    if (!seen.has(content)) assert(Number(content) > (last.get(guild) ?? -1), `${content} of ${guild}`);
    seen.add(content);
    last.set(guild, Math.max(last.get(guild) ?? -1, Number(content)));
  }
  assertEquals(bot.identifies, SHARDS);
  for (const member of [w, h]) signalTo(member, "SIGTERM");
  assertEquals(await Promise.all([w, h].map(({ program }) => program.ends())), [0, 0]);
}

function signalTo({ program }: Member, signal: "SIGSTOP" | "SIGCONT" | "SIGTERM"): void {
  // By a program: Deno counts a child as ended that it has sent a signal.
  spawnSync("kill", [`-${signal.slice(3)}`, String(program.pid)]);
}

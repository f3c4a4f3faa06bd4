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
import { listenWebSocket } from "../../testing/world/network/listen.ts";
import { pause } from "../transport/_harness.ts";
import { type Engine, type Line, linesOf, type Member, Members, PATIENCE, signalTo } from "./_members.ts";
import type { NatsServer } from "./_nats_server.ts";

const SHARDS = 12;
const LEASE = 5_000;
/** For so long a process is suspended at least, in milliseconds: a minute, if somebody has the time. */
const SUSPENDED = Number(process.env.PARLEY_SUSPENDED) || 0;

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
  readonly #stack = new AsyncDisposableStack();
  readonly #members: Members;
  readonly #driver: Driver<DiscordServerCommand, DiscordServerEvent>;
  #api = "";
  #talks = true;
  #traffic: Promise<void> = Promise.resolve();
  said = 0;

  constructor(nats: NatsServer, engines: readonly Engine[]) {
    this.#members = this.#stack.use(new Members(nats, engines));
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
    const more = [this.#api, String(SHARDS), String(LEASE), role];
    return this.#members.begin("tests/nats/_fleet_child.ts", label, ...more);
  }

  /** Waits until so many slots are shared evenly; returns how long that took, in milliseconds. */
  settles(members: readonly Member[], slots = SHARDS): Promise<number> {
    return this.#members.settles(members, slots);
  }

  /**
   * Says something in one guild of each slot after the other, until it is to stop. Begins when every slot has its
   * session, before which nobody can have heard anything; whoever holds it.
   */
  talk(): void {
    this.#traffic = (async () => {
      while (this.#talks && this.sessions < SHARDS) await pause(10);
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
    return this.#members.linesOf(kind);
  }

  /** What was said, and nobody has. */
  missing(kind: string): string[] {
    const contents = new Set(this.linesOf(kind).map(({ content }) => content));
    return Array.from({ length: this.said }, (_, at) => String(at)).filter((one) => !contents.has(one));
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

  get sessions(): number {
    return this.core.log.filter((entry) => entry.kind === "session" && !entry.resumed).length;
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
  assert(took < LEASE + 12_000, `${took} ms`);

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

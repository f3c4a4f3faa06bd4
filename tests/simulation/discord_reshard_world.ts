import fc from "fast-check";
import { DiscordGateway } from "../../src/discord/gateway/client.ts";
import type { GatewayEvent } from "../../src/discord/gateway/wire/event.ts";
import { Intents } from "../../src/discord/gateway/wire/intents.ts";
import { shardIdFor } from "../../src/discord/gateway/shards/shard_id.ts";
import {
  MemorySessionStore,
  type SessionStore,
} from "../../src/discord/gateway/shards/store/session_store.ts";
import type { ClientEvent } from "../../src/driver/client/client_event.ts";
import { Driver } from "../../src/driver/driver.ts";
import type { Instant } from "../../src/protocol/protocol.ts";
import {
  checkDiscordSpeech,
  type DiscordTold,
  type DiscordUtterance,
} from "../../testing/discord/checker.ts";
import { discordServerFetch } from "../../testing/discord/fetch.ts";
import {
  DiscordServer,
  type DiscordServerCommand,
  type DiscordServerEvent,
} from "../../testing/discord/server.ts";
import type { Delivered } from "../../testing/world/checking/checker.ts";
import { type Fault, faultPlans, scheduleFaults } from "../../testing/world/faults.ts";
import { seededRandom } from "../../testing/world/random.ts";
import type { World, WorldReport } from "../../testing/world/checking/search.ts";
import { Simulation } from "../../testing/world/simulation.ts";
import { labelled, type Violation } from "../../testing/world/checking/violation.ts";
import { type Killable, killable } from "../../testing/kit/bot/_killable.ts";
import { discordReshardBugs, type ReshardBug } from "./_discord_reshard_bugs.ts";
import { unknowableLosses } from "./_discord_reshard_losses.ts";
import { FIRST, lean, perform, RESUME, type ServiceAct, serviceActs, wellAgain } from "./_discord_service.ts";

/** What a plan can make happen while a bot is resharded. */
export type DiscordReshardAct =
  | ServiceAct
  /** From now on a shard of a set is told of what happens so late. */
  | { readonly kind: "lag"; readonly shard: number; readonly count: number; readonly ms: number }
  /** Whoever reshards gives up. */
  | { readonly kind: "give up" }
  /** The bot's process is killed, and starts again so many milliseconds later. */
  | { readonly kind: "kill"; readonly away: number };

const API = "https://discord.test";
const MACHINE = "bot";
const STORE = "store";
const UNTIL = 150_000;
const GUILDS = 16;
const FROM = 1;
const TARGETS = [4, 16, 4];
/** By how much one session is told later than another at most: less than what counts as quiet. */
const LAG = 4_000;
const LATENCY = 40;
const JITTER = 60;
const INTENTS = Intents.Guilds | Intents.GuildMessages | Intents.DirectMessages | Intents.MessageContent;
const guilds = Array.from({ length: GUILDS }, (_, index) => String(BigInt(1_000 * GUILDS + index) << 22n));
const counts = [...new Set([FROM, ...TARGETS])];
/** Where nobody has a guild: direct messages. */
const DIRECT = GUILDS;

const acts: fc.Arbitrary<DiscordReshardAct> = fc.oneof(
  { arbitrary: serviceActs.filter(isSurvived), weight: 4 },
  {
    arbitrary: fc.record({
      kind: fc.constant("lag" as const),
      shard: fc.nat(15),
      count: fc.constantFrom(...counts),
      ms: fc.oneof(fc.constant(0), fc.nat(LAG)),
    }),
    weight: 5,
  },
  { arbitrary: fc.constant({ kind: "give up" as const }), weight: 1 },
  { arbitrary: fc.record({ kind: fc.constant("kill" as const), away: fc.nat(5_000) }), weight: 1 },
);

/**
 * Discord does nothing that ends the whole bot, and loses nothing on a link that goes on, to be brought with a later
 * replay: what a link has proven to have brought, it has brought.
 */
function isSurvived(act: ServiceAct): boolean {
  if (act.kind !== "server") return true;
  const { command } = act;
  return !(command.kind === "close" && [4004, 4012].includes(command.code)) &&
    !(command.kind === "lose" && command.kept);
}

/** How a world is. */
interface Setup {
  readonly seed: number;
  readonly bug: ReshardBug | undefined;
  readonly heartbeatInterval: number;
  readonly maxConcurrency: number;
  readonly resumeWindow: number;
  readonly bufferSize: number;
  /** Whether it keeps its sessions. */
  readonly keeps: boolean;
  /** Whether it takes its time over each event. */
  readonly slow: boolean;
}

/** What came of a world, and how many losses were told. */
interface ReshardReport extends WorldReport {
  readonly gaps: number;
}

/**
 * A bot that is resharded, from 1 to 4 to 16 to 4 shards, while all that can go wrong does, each session is told of
 * what happens in its own time, and processes die.
 */
export const discordReshardWorld: Omit<World<DiscordReshardAct>, "run"> & {
  run(seed: number, plan: readonly Fault<DiscordReshardAct>[], bug?: string): Promise<ReshardReport>;
} = {
  name: "discord reshard",
  identifier: "discordReshardWorld",
  bugs: discordReshardBugs,
  until: UNTIL,
  plans: faultPlans(fc, {
    until: UNTIL,
    most: 14,
    acts,
    clients: [MACHINE],
    also: ["coalesce", "narrow", "causes", "http", "freeze"],
    parts: { [STORE]: ["throw", "hang", "slow"] },
  }).map((plan) =>
    // The bot's world has a store that fails a process that dies.
    plan.filter((fault) => fault.kind !== "part" || !plan.some(isKill))
  ),
  run: async (seed, plan, bug) => {
    const random = seededRandom(seed, "setup");
    const pick = <T>(...choices: readonly [T, ...T[]]): T =>
      choices[Math.floor(random() * choices.length)] ?? choices[0];
    const bots = new ReshardWorld({
      seed,
      bug: bug === undefined ? undefined : discordReshardBugs[bug],
      heartbeatInterval: pick(10_000, 20_000, 41_250),
      maxConcurrency: pick(4, 16),
      resumeWindow: pick(180_000, 20_000),
      bufferSize: pick(100_000, 100_000, 5),
      keeps: pick(true, false),
      slow: pick(true, false),
    });
    scheduleFaults(bots.world, plan, (act) => bots.perform(act));
    return await bots.run();
  },
};

function isKill(fault: Fault<DiscordReshardAct>): boolean {
  return fault.kind === "act" && fault.act.kind === "kill";
}

/** One process of the bot, and what it was told. */
interface Life {
  readonly gateway: DiscordGateway;
  readonly process: Killable;
  readonly began: Instant;
  /** The sessions that it found in its store. */
  readonly found: ReadonlySet<string>;
  readonly told: Delivered<DiscordTold>[];
  ended: Instant | undefined;
}

class ReshardWorld {
  readonly world: Simulation;
  readonly #setup: Setup;
  readonly #core: DiscordServer;
  readonly #server: Driver<DiscordServerCommand, DiscordServerEvent>;
  readonly #shelf = new MemorySessionStore();
  readonly #lives: Life[] = [];
  readonly #said: DiscordUtterance[][] = Array.from({ length: GUILDS + 1 }, () => []);
  /** Which shard of how many each session was begun for. */
  readonly #sessions = new Map<string, readonly [id: number, count: number]>();
  /** What is yet to be resharded to. */
  readonly #targets = [...TARGETS];
  #resharding: AbortController | undefined;
  #pauseUntil: Instant = 0;
  #talking = true;

  constructor(setup: Setup) {
    this.#setup = setup;
    const { seed, heartbeatInterval, maxConcurrency, resumeWindow, bufferSize } = setup;
    this.world = new Simulation({ seed, latency: LATENCY, jitter: JITTER });
    this.#core = new DiscordServer({
      guilds: guilds.map((id, index) => ({
        id,
        name: `guild ${index}`,
        channels: [{ id: `${500 + index}`, name: "general" }],
      })),
      url: FIRST,
      resumeUrl: RESUME,
      heartbeatInterval,
      maxConcurrency,
      resumeWindow,
      bufferSize,
    });
    this.#server = new Driver<DiscordServerCommand, DiscordServerEvent>(this.#core, {
      host: this.world.host("server"),
      label: "server",
      deliver: (event) => {
        if (event.kind === "identified") this.#sessions.set(event.session, event.shard);
      },
    });
    this.#server.start();
    this.world.serve(FIRST, this.#server);
    this.world.serve(RESUME, this.#server);
    this.world.serveHttp(API, (input, init) => discordServerFetch(this.#server)(input, init));
  }

  perform(act: DiscordReshardAct): void {
    switch (act.kind) {
      case "lag":
        return void this.#server.command({ ...act, kind: "skew", shard: act.shard % act.count });
      case "give up":
        return this.#resharding?.abort(new Error("Nobody wants it any more"));
      case "kill":
        return this.#kill(act.away);
      default: {
        const shards = Math.max(...counts);
        perform(act, { world: this.world, server: this.#server, shards, until: UNTIL });
      }
    }
  }

  async run(): Promise<ReshardReport> {
    const { world } = this;
    world.clock.setTimer(UNTIL, () => wellAgain(this.#server));
    const random = seededRandom(this.#setup.seed, "lags");
    for (const count of counts) {
      for (let shard = 0; shard < count; shard++) {
        void this.#server.command({ kind: "skew", shard, count, ms: random() < 0.5 ? 0 : LAG * random() });
      }
    }
    for (const index of this.#said.keys()) this.#talk(index);
    this.#begin();
    this.#tend();
    await world.run(UNTIL);
    const until = world.clock.now() + 900_000;
    for (let since = Infinity; world.clock.now() < Math.min(since + 60_000, until);) {
      await world.run(1_000);
      since = this.#troubles().length === 0 ? Math.min(since, world.clock.now()) : Infinity;
    }
    const violations = this.#troubles();
    await world.run(20_000);
    this.#talking = false;
    await world.run(20_000);
    violations.push(...this.#check());
    await world.until(this.#life.gateway.close(), 60_000);
    await world.run(10_000);
    violations.push(...checkLeftBehind(this.#core.sessions));
    return {
      violations,
      trace: world.trace,
      simulated: world.clock.now(),
      events: this.#lives.reduce((sum, { told }) => sum + told.length, 0),
      gaps:
        this.#lives.flatMap(({ told }) => told.filter(({ event }) => event.kind === "gap" && !event.resumed))
          .length,
    };
  }

  // The bot.

  get #life(): Life {
    const life = this.#lives.at(-1);
    if (life === undefined) throw new Error("The bot was never started");
    return life;
  }

  #begin(): void {
    const { seed, bug, keeps, slow } = this.#setup;
    const { world } = this;
    const name = `life ${this.#lives.length + 1}`;
    const host = world.host(MACHINE, { random: seededRandom(seed, name) });
    const process = killable(host);
    const found = new Set<string>();
    const gateway = new DiscordGateway({
      token: "parley.test.token",
      intents: INTENTS,
      shards: FROM,
      rest: { baseUrl: `${API}/api` },
      ...(keeps && { store: world.unreliable(STORE, this.#store(found)), holder: MACHINE }),
      runtime: bug?.host?.(process.host) ?? process.host,
      label: name,
      connectTimeout: Infinity,
      mailbox: 1_000_000,
    });
    const life: Life = { gateway, process, told: [], began: world.clock.now(), found, ended: undefined };
    this.#lives.push(life);
    gateway.on("error", () => {});
    gateway.on("shard_ended", () => {});
    // Whoever of these begins anew lacks what is said before a guild has come, which nobody can tell.
    gateway.on("resharded", ({ to: count }) => {
      for (const guild of guilds) void this.#server.command({ kind: "late", guild, count, ms: 0 });
    });
    if (slow) void this.#consume(life, name);
    else {for (const kind of ["MESSAGE_CREATE", "gap"] as const) {
        gateway.on(kind, (event) => this.#given(life, event));
      }}
    const ended = () => {
      if (process.dead || life.ended !== undefined) return;
      life.ended = world.clock.now();
      world.clock.setTimer(world.clock.now() + 5_000, () => this.#begin());
    };
    gateway.connect().then(() => gateway.closed).then(() => {}, ended);
  }

  /** The store as one process sees it, which notes what sessions are found there. */
  #store(found: Set<string>): SessionStore {
    const shelf = this.#shelf;
    return {
      saveEvery: 1_000,
      save: (stored) => shelf.save(stored),
      load: (id) => {
        const stored = shelf.load(id);
        for (const session of [stored?.session, stored?.next?.session]) {
          if (session != null) found.add(session.sessionId);
        }
        return stored;
      },
    };
  }

  async #consume(life: Life, name: string): Promise<void> {
    const random = seededRandom(this.#setup.seed, `${name} consumes`);
    const { clock } = life.process.host;
    try {
      for await (const event of life.gateway) {
        this.#given(life, event);
        const ms = random() < 0.05 ? 300 * random() : 0;
        if (ms > 0) await new Promise<void>((resolve) => clock.setTimer(clock.now() + ms, resolve));
      }
    } catch {
      // It ended with an error, which `closed` tells, too.
    }
  }

  #given(life: Life, event: GatewayEvent | ClientEvent): void {
    if (event.kind !== "MESSAGE_CREATE" && event.kind !== "gap") return;
    life.told.push({ event: lean(event), at: this.world.clock.now() });
  }

  #kill(away: number): void {
    const { clock, network } = this.world;
    const life = this.#life;
    // Who dies before anything is stored leaves nothing to take up, and nobody to tell of what was missed.
    const isKept = this.#shelf.load(0)?.session ?? !this.#setup.keeps;
    if (life.ended !== undefined || !isKept) return;
    life.ended = clock.now();
    life.process.die();
    network.reset({ client: MACHINE });
    this.#resharding = undefined;
    clock.setTimer(clock.now() + away, () => this.#begin());
  }

  /** Looks after the bot: reshards it, and starts again what Discord has refused. */
  #tend(): void {
    const { clock } = this.world;
    const { gateway, ended } = this.#life;
    clock.setTimer(clock.now() + 1_000, () => this.#tend());
    if (ended !== undefined || gateway.shards.length === 0) return;
    for (const { id, state } of gateway.shards) {
      if (state === "ended" && clock.now() % 5_000 < 1_000) gateway.shard(id).start().catch(() => {});
    }
    // Who died and keeps nothing begins with one shard again.
    const last = TARGETS.at(-1) ?? FROM;
    if (this.#targets.length === 0 && gateway.shardCount !== last) this.#targets.push(last);
    const [count] = this.#targets;
    if (this.#resharding !== undefined || count === undefined || clock.now() < this.#pauseUntil) return;
    const { seed, bug } = this.#setup;
    const controller = this.#resharding = new AbortController();
    const over = (ms: number) => {
      if (this.#resharding === controller) this.#resharding = undefined;
      this.#pauseUntil = clock.now() + ms;
    };
    const random = seededRandom(seed, `before ${this.#targets.length}`);
    const pause = 20_000 * random();
    // Some guilds come late to sessions that begin.
    const late = guilds.filter(() => random() < 0.1);
    for (const guild of late) {
      void this.#server.command({ kind: "late", guild, count, ms: 40_000 * random() });
    }
    gateway.reshard(count, { ...bug?.options, signal: controller.signal }).then(() => {
      this.#targets.shift();
      over(pause);
    }, () => over(3_000));
  }

  /** What is wrong with the bot, which nothing hinders any more. */
  #troubles(): Violation[] {
    const { gateway, ended } = this.#life;
    const shards = gateway.shards;
    const count = TARGETS.at(-1) ?? FROM;
    const connected = this.#core.sessions.filter((session) => session.connected && session.count === count);
    const isWhole = shards.length === count && shards.every(({ state }) => state === "ready");
    if (ended === undefined && this.#targets.length === 0 && isWhole && connected.length === count) return [];
    const states = shards.map(({ state }) => state).join(", ");
    return [{
      rule: "unfinished",
      message: `${this.#targets.length} left to reshard to; the shards are ${states}`,
    }];
  }

  // People.

  #talk(index: number): void {
    const { clock } = this.world;
    const random = seededRandom(this.#setup.seed, `guild ${index}`);
    // Some talk all the time, others are quiet for long.
    const every = [400, 2_000, 9_000, 45_000][index % 4] ?? 2_000;
    const speak = (count: number) => {
      if (!this.#talking) return;
      const text = `${index} says ${count}`;
      this.#said[index]?.push({ text, at: clock.now() });
      if (index < DIRECT) {
        void this.#server.command({ kind: "message", channel: `${500 + index}`, content: text });
      } else {
        const id = String(BigInt(Math.floor(clock.now())) << 22n | BigInt(count));
        const d = { id, channel_id: "499", content: text, author: { id: "2", username: "somebody" } };
        void this.#server.command({ kind: "dispatch", t: "MESSAGE_CREATE", d });
      }
      clock.setTimer(clock.now() + every * (0.5 + random()), () => speak(count + 1));
    };
    clock.setTimer(every * random(), () => speak(1));
  }

  // The end.

  #check(): Violation[] {
    const violations: Violation[] = [];
    const misconduct = [4001, 4002, 4003, 4005, 4008, 4012];
    for (const entry of this.#core.log) {
      if (entry.kind !== "closing" || entry.reason === "Closed by the test") continue;
      if (!misconduct.includes(entry.code)) continue;
      const message = `the bot had to be closed with ${entry.code}, ${entry.reason}, at ${entry.at}`;
      violations.push({ rule: "misconduct", message });
    }
    const unknowable = this.#unknowable();
    for (const [index, all] of this.#said.entries()) {
      const said = all.filter(({ text }) => !unknowable.has(text));
      const lives = this.#lives.map(({ told }) => told.filter(({ event }) => this.#concerns(event, index)));
      for (const [number, told] of lives.entries()) {
        const { began, ended = Infinity } = this.#lives[number] ?? { began: 0 };
        const heard = this.#setup.keeps ? said : said.filter(({ at }) => at >= began && at <= ended);
        const wrong = checkDiscordSpeech(heard, told).filter(({ rule }) =>
          !this.#setup.keeps || rule !== "lost_without_gap"
        );
        violations.push(...labelled(`life ${number + 1}, ${index}`, wrong));
      }
      if (!this.#setup.keeps) continue;
      const joined = checkDiscordSpeech(said, withoutRepeats(lives.flat()));
      violations.push(...labelled(`${index}`, joined.filter(({ rule }) => rule === "lost_without_gap")));
    }
    return violations;
  }

  /** What was lost with the last event of an old shard, before a new one had begun. */
  #unknowable(): ReadonlySet<string> {
    const said = this.#said.flatMap((said, index) =>
      said.map((one) => ({ ...one, shardOf: (count: number) => shardOfGuild(index, count) }))
    );
    return unknowableLosses(this.#core.log, said, {
      countOf: (session) => this.#sessions.get(session)?.[1] ?? 0,
      processes: this.#lives,
      lag: LAG,
      trip: LATENCY + JITTER,
    });
  }

  /** Whether an event tells of what was said somewhere. */
  #concerns(event: DiscordTold, index: number): boolean {
    if (event.kind === "MESSAGE_CREATE") {
      const { content }: { content?: string } = { ...event.data as object };
      return content?.startsWith(`${index} says`) === true;
    }
    if (event.kind !== "gap") return false;
    const shard = this.#sessions.get(event.session);
    if (shard === undefined) return true;
    return shard[0] === shardOfGuild(index, shard[1]);
  }
}

/** Which of so many shards is told of what is said in a guild, or in direct messages. */
function shardOfGuild(index: number, count: number): number {
  return index === DIRECT ? 0 : shardIdFor(guilds[index] ?? "0", count);
}

/** What several lives were told, as if it had been one: what was told again after a restart is left out. */
function withoutRepeats(told: readonly Delivered<DiscordTold>[]): Delivered<DiscordTold>[] {
  const seen = new Set<string>();
  return told.filter(({ event }) => {
    if (event.kind !== "MESSAGE_CREATE") return true;
    const key = JSON.stringify(event.data);
    const isNew = !seen.has(key);
    seen.add(key);
    return isNew;
  });
}

/** Checks that a bot that was closed has left no session connected. */
export function checkLeftBehind(sessions: readonly { readonly connected: boolean }[]): Violation[] {
  const left = sessions.filter(({ connected }) => connected).length;
  return left === 0
    ? []
    : [{ rule: "left_behind", message: `${left} sessions are connected though the bot was closed` }];
}

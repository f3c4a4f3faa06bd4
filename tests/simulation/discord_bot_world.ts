import fc from "fast-check";
import type { WantedEvents } from "../../src/discord/gateway/wire/event_intents.ts";
import type { SessionStore } from "../../src/discord/gateway/shards/store/session_store.ts";
import type { StoredShard } from "../../src/discord/gateway/shards/store/stored_shard.ts";
import { Driver } from "../../src/driver/driver.ts";
import type { Observation } from "../../src/driver/host.ts";
import { ParleyError } from "../../src/protocol/errors.ts";
import type { Instant, OpenInfo } from "../../src/protocol/protocol.ts";
import { checkEnd, checkSayings } from "../../testing/world/checking/checker.ts";
import {
  checkDiscordDelivery,
  checkDiscordIntents,
  checkDiscordLimits,
  checkDiscordSessions,
  checkDiscordSpeech,
  checkDiscordWire,
  type DiscordClient,
  type DiscordHistory,
  type DiscordIdentify,
  type DiscordLink,
  type DiscordUtterance,
} from "../../testing/discord/checker.ts";
import { discordServerFetch } from "../../testing/discord/fetch.ts";
import {
  DiscordServer,
  type DiscordServerCommand,
  type DiscordServerEvent,
} from "../../testing/discord/server.ts";
import { type Fault, faultPlans, type ProcessFault } from "../../testing/world/faults.ts";
import type { Acceptor } from "../../testing/world/network/listen.ts";
import { seededRandom } from "../../testing/world/random.ts";
import { Simulation } from "../../testing/world/simulation.ts";
import { labelled, type Violation } from "../../testing/world/checking/violation.ts";
import { BOT_HOST, BotLife, inOneLife, OTHER_HOST, STORE } from "./_discord_bot.ts";
import { checkAcknowledged, checkMembers, checkRestarts, type Run } from "./_discord_restarts.ts";
import { checkHolders, endedWhenTaken } from "./_discord_holders.ts";
import { type Stall, stallsOf } from "./_stalls.ts";
import { Wall } from "./_walls.ts";
import { FIRST, perform, RESUME, type ServiceAct, serviceActs, wellAgain } from "./_discord_service.ts";
import { type BotBug, discordBotBugs } from "./_discord_bot_bugs.ts";
import { running } from "./_running.ts";
import type { World, WorldReport } from "../../testing/world/checking/search.ts";

type StoreTrouble = Extract<ProcessFault, { readonly kind: "part" }>;

/** How a process of the bot stops. */
type How = "asked" | "killed" | "gone" | "overlap";

/** What a plan can make Discord do, or happen to the bot; a shard is meant modulo how many there are. */
export type DiscordBotAct =
  | ServiceAct
  /**
   * The bot's process stops, and starts again so many milliseconds later: it is asked to, or killed, or its
   * machine is gone, of which nobody is told. In an overlap, as in a rolling deployment, the next process starts at
   * once on another machine, and it is so many milliseconds later that this one is asked to stop.
   */
  | { readonly kind: "stop"; readonly how: How; readonly away: number }
  /** The bot lists the members of a shard's guild; `loses`: the shard's next event is lost for good. */
  | { readonly kind: "list"; readonly shard: number; readonly loses: boolean };

/** How a world is. */
interface Setup {
  readonly seed: number;
  readonly bug: BotBug | undefined;
  readonly shards: number;
  readonly maxConcurrency: number;
  readonly heartbeatInterval: number;
  readonly resumeWindow: number;
  readonly bufferSize: number;
  /** How many sessions may be started in a day, and when some were started before. */
  readonly sessionStarts: number;
  readonly earlierStarts: readonly Instant[];
  readonly events: WantedEvents | undefined;
  readonly slow: boolean;
  readonly saveEvery: number;
  readonly oneName: boolean;
}

const API = "https://discord.test";
const BOT = "1000000000000000001";
const UNTIL = 120_000;
const TALK_EVERY = 3_000;
const DAY = 86_400_000;
/** How long after it has ended by itself the bot is started again. */
const RESTART_AFTER = 5_000;
const MACHINES = [BOT_HOST, OTHER_HOST];
/** How long a session is waited for that another process holds. */
const TAKE_OVER_AFTER = 15_000;
const members = Array.from({ length: 25 }, (_, index) => ({
  id: String(3_000_000_000_000_000_000n + BigInt(index)),
  username: `user${index}`,
}));
const memberIds = [BOT, ...members.map(({ id }) => id)];

const acts: fc.Arbitrary<DiscordBotAct> = fc.oneof(
  { arbitrary: serviceActs, weight: 6 },
  {
    arbitrary: fc.record({
      kind: fc.constant("stop" as const),
      how: fc.constantFrom<How>("asked", "killed", "killed", "gone", "overlap", "overlap"),
      away: fc.oneof(fc.nat(1_000), fc.nat(30_000)),
    }),
    weight: 3,
  },
  {
    arbitrary: fc.record({ kind: fc.constant("list" as const), shard: fc.nat(3), loses: fc.boolean() }),
    weight: 2,
  },
);

/**
 * A bot that keeps its sessions, in a process that dies and starts again. Seeds differ in how many shards it
 * has, what it wants to be told of, how many sessions it may still start today, and in the server.
 */
export const discordBotWorld: World<DiscordBotAct> = {
  name: "discord bot",
  identifier: "discordBotWorld",
  bugs: discordBotBugs,
  until: UNTIL,
  plans: faultPlans(fc, {
    until: UNTIL,
    most: 14,
    acts,
    clients: MACHINES,
    also: ["coalesce", "narrow", "causes", "http", "freeze", "skew"],
    parts: { [STORE]: ["throw", "hang", "slow", "stale"] },
  }).map((plan) =>
    // What checks it knows one clock: the core's world has some that stand.
    plan.map((fault) => fault.kind === "freeze" ? { ...fault, clockStands: false } : fault)
      // Two at once whose store fails, too, may together begin more sessions than the day allows, as a test holds: they
      // share no permits, and Discord tells what the other has begun only to who asks for the day's rest after that.
      .filter((fault) => fault.kind !== "part" || !overlaps(plan))
      // Two at once may be told apart from dead ones only while their clocks are less than five minutes apart.
      .filter((fault) => fault.kind !== "skew" || !overlaps(plan) || Math.abs(fault.ahead) < APART / 2)
  ),
  run: running((seed, plan, bug = "") => {
    const setup = setupOf(seed, discordBotBugs[bug]);
    // Two that run at once cannot have one name.
    return new BotWorld({ ...setup, oneName: setup.oneName && !overlaps(plan) }, plan);
  }),
};

/** How far apart the clocks of two machines may be, in milliseconds. */
const APART = 300_000;

/** Whether two processes of the bot run at once. */
function overlaps(plan: readonly Fault<DiscordBotAct>[]): boolean {
  return plan.some((fault) =>
    fault.kind === "act" && fault.act.kind === "stop" && fault.act.how === "overlap"
  );
}

function setupOf(seed: number, bug: BotBug | undefined): Setup {
  const random = seededRandom(seed, "setup");
  const pick = <T>(...choices: readonly [T, ...T[]]): T =>
    choices[Math.floor(random() * choices.length)] ?? choices[0];
  const shards = seed % 24 === 0 ? 16 : pick(1, 2, 3, 4);
  const others = pick(0, 1, 3);
  const sparing = random() < 0.5;
  return {
    seed,
    bug,
    shards,
    maxConcurrency: pick(1, 1, 2, 16),
    heartbeatInterval: pick(10_000, 20_000, 41_250),
    resumeWindow: pick(180_000, 20_000),
    bufferSize: pick(100_000, 5),
    sessionStarts: sparing ? shards + pick(1, 3) : 1_000,
    // Those of others end to count within the world's time.
    earlierStarts: sparing ? Array(others).fill(30_000 + 60_000 * random() - DAY) : [],
    events: pick<WantedEvents | undefined>(
      undefined,
      // That members come is told by the intent that lists them, too.
      ["MESSAGE_CREATE", "GUILD_MEMBER_ADD", "GUILD_MEMBERS_CHUNK", "RATE_LIMITED"],
    ),
    slow: random() < 0.5,
    saveEvery: pick(1_000, 1_000, 5_000),
    oneName: random() < 0.5,
  };
}

class BotWorld {
  readonly world: Simulation;
  /** When its store is out of order, and how. */
  readonly #storeTroubles: readonly StoreTrouble[];
  /** The clocks on the walls of its machines. */
  readonly #walls: ReadonlyMap<string, Wall>;
  /** When its process stands still. */
  readonly #stalls: ReadonlyMap<string, readonly Stall[]>;
  readonly #setup: Setup;
  readonly #core: DiscordServer;
  readonly #server: Driver<DiscordServerCommand, DiscordServerEvent>;
  readonly #observations: Observation[] = [];
  /** What the server was told of the links that it has accepted, and whose they were. */
  readonly #accepted: OpenInfo[] = [];
  readonly #links = new Map<OpenInfo, DiscordLink>();
  readonly #lives: BotLife[] = [];
  readonly #shelf = new Map<number, StoredShard>();
  readonly #store: SessionStore;
  readonly #guilds: readonly string[];
  readonly #said: readonly DiscordUtterance[][];
  readonly #wanted: ReadonlySet<string> | undefined;
  /** How often Discord has taken what was said by the REST API. */
  readonly #heard = new Map<string, number>();
  #talking = true;
  /** Two of its processes ran at once. */
  #overlapped = false;

  constructor(setup: Setup, plan: readonly Fault<DiscordBotAct>[]) {
    this.#setup = setup;
    this.#storeTroubles = plan.flatMap((fault) => fault.kind === "part" ? [fault] : []);
    this.#stalls = new Map(MACHINES.map((machine) => [machine, stallsOf(plan, machine, 0)]));
    this.#walls = new Map(MACHINES.map((machine) => [machine, new Wall(plan, machine)]));
    const { seed, shards, events } = setup;
    this.#wanted = events && new Set<string>(Object.values(events).flat());
    this.#guilds = Array.from({ length: shards }, (_, id) => String(BigInt(1_000 * shards + id) << 22n));
    this.#said = this.#guilds.map(() => []);
    this.world = new Simulation({ seed, latency: 40, jitter: 60 });
    this.#store = this.world.unreliable(STORE, {
      load: (id) => this.#shelf.get(id),
      save: (stored) => void this.#shelf.set(stored.shard[0], stored),
    });
    this.#core = new DiscordServer({
      guilds: this.#guilds.map((guild, id) => ({
        id: guild,
        name: `guild ${id}`,
        channels: [{ id: `${500 + id}`, name: "general" }],
        members,
        chunkSize: 10,
      })),
      url: FIRST,
      resumeUrl: RESUME,
      shards,
      heartbeatInterval: setup.heartbeatInterval,
      maxConcurrency: setup.maxConcurrency,
      sessionStarts: setup.sessionStarts,
      earlierStarts: setup.earlierStarts,
      limitMembers: true,
      resumeWindow: setup.resumeWindow,
      bufferSize: setup.bufferSize,
      logSize: Infinity,
    });
    this.#server = new Driver<DiscordServerCommand, DiscordServerEvent>(this.#core, {
      host: this.world.host("server"),
      label: "server",
      deliver: () => {},
    });
    this.#server.start();
    const acceptor: Acceptor = {
      accept: (info, attach) => {
        this.#accepted.push(info);
        return this.#server.accept(info, attach);
      },
    };
    this.world.serve(FIRST, acceptor);
    this.world.serve(RESUME, acceptor);
    this.world.serveHttp(API, (input, init) => this.#answer(input, init));
  }

  /** Answers by the REST API, and notes what was said there. */
  async #answer(input: string, init: RequestInit = {}): Promise<Response> {
    const response = await discordServerFetch(this.#server)(input, init);
    if (init.method === "POST" && input.endsWith("/messages") && response.ok) {
      const { content }: { readonly content: string } = await response.clone().json();
      this.#heard.set(content, (this.#heard.get(content) ?? 0) + 1);
    }
    return response;
  }

  perform(act: DiscordBotAct): void {
    switch (act.kind) {
      case "stop":
        return void this.#stop(act.how, act.away);
      case "list": {
        const shard = act.shard % this.#setup.shards;
        if (act.loses) void this.#server.command({ kind: "lose", kept: false, shard });
        return this.#life.list(shard);
      }
      default:
        perform(act, { world: this.world, server: this.#server, shards: this.#setup.shards, until: UNTIL });
    }
  }

  async run(): Promise<WorldReport> {
    const { world } = this;
    const { seed, heartbeatInterval } = this.#setup;
    world.clock.setTimer(UNTIL, () => wellAgain(this.#server));
    for (const id of this.#guilds.keys()) this.#talk(id);
    this.#begin(BOT_HOST);
    await world.run(UNTIL);

    // Recovered is who stays so for long enough to be called a zombie.
    const stays = 2 * heartbeatInterval + 5_000;
    const recoverBy = UNTIL + this.#recovery();
    for (let since = Infinity; world.clock.now() < since + stays && world.clock.now() < recoverBy + stays;) {
      await world.run(1_000);
      since = this.#troubles().length === 0 ? Math.min(since, world.clock.now()) : Infinity;
    }
    const violations = this.#troubles();
    for (const id of this.#guilds.keys()) this.#life.list(id);
    await world.run(150_000);
    this.#talking = false;
    await world.run(10_000);
    const known = new Set(violations.map(({ message }) => message));
    violations.push(...this.#troubles().filter(({ message }) => !known.has(message)));
    return await this.#end(violations, seed % 2 === 0);
  }

  /** Whether its store was out of order at some time between these, or had only just come to order. */
  #troubled(from: Instant, to: Instant): boolean {
    return this.#storeTroubles.some(({ at, ms }) => at <= to && from <= at + ms + 15_000);
  }

  /** The same where it did not save. */
  #unsaved(from: Instant, to: Instant): boolean {
    return this.#storeTroubles.some(({ at, ms, trouble }) =>
      trouble !== "stale" && at <= to && from <= at + ms + 15_000
    );
  }

  /** The clock on the wall of a machine. */
  #wall(machine: string): Wall {
    const wall = this.#walls.get(machine);
    if (wall === undefined) throw new Error(`There is no machine "${machine}"`);
    return wall;
  }

  /** Whether one life can know when another, or it itself, has begun a session. */
  #knows(one: DiscordIdentify, before: DiscordIdentify): boolean {
    const [life, other] = [one, before].map(({ label }) => this.#lives.find((life) => life.owns(label)));
    if (life === undefined || life === other) return true;
    // Who begins while its store cannot say it does not know, nor do two that run at once and share no permits.
    if (other === undefined || this.#overlapped || this.#troubled(-Infinity, one.at)) return false;
    const aheads = [life, other].flatMap(({ machine }) => this.#wall(machine).ahead(before.at, one.at));
    return aheads.every((ahead) => ahead === aheads[0]);
  }

  // The bot, and who looks after it.

  get #life(): BotLife {
    const life = this.#lives.at(-1);
    if (life === undefined) throw new Error("The bot was never started");
    return life;
  }

  #begin(machine: string): void {
    const { seed, bug, events, slow, saveEvery, oneName } = this.#setup;
    const { clock } = this.world;
    const setup = {
      world: this.world,
      seed,
      bug,
      guilds: this.#guilds,
      events,
      slow,
      saveEvery,
      oneName,
      api: API,
      store: this.#store,
      observe: (observation: Observation) => void this.#observations.push(observation),
      opened: (info: OpenInfo, link: DiscordLink) => void this.#links.set(info, link),
      lastSent: (session: string) => this.#lastSent(session),
    };
    const ended = (life: BotLife) => {
      clock.setTimer(clock.now() + RESTART_AFTER, () => {
        life.die();
        // Another may have begun beside it.
        if (life === this.#life) this.#begin(machine);
      });
    };
    this.#lives.push(new BotLife(setup, this.#lives.length + 1, machine, ended));
  }

  async #stop(how: How, away: number): Promise<void> {
    const life = this.#life;
    const { machine } = life;
    const { clock, network } = this.world;
    if (!life.running) return;
    // Of two that begin at once each finds the store empty, and nothing but the store could tell them.
    const now = clock.now();
    const claims = !this.#troubled(now, now) && life.shards.some(({ saves }) => saves.length === 0);
    if (how === "overlap" && claims) {
      return void clock.setTimer(now + 100, () => this.#stop(how, away));
    }
    if (how === "overlap") return this.#overlap(life, away);
    if (how === "asked") await life.askToStop();
    if (how === "gone") network.silence({ client: machine });
    life.die();
    clock.setTimer(this.#afterwards(away), () => this.#begin(machine));
  }

  #overlap(life: BotLife, away: number): void {
    // There are two machines.
    if (this.#lives.some(({ machine, stopped }) => machine !== life.machine && stopped === undefined)) return;
    this.world.clock.setTimer(this.#afterwards(away), async () => {
      if (life.running) await life.askToStop();
      life.die();
    });
    this.#overlapped = true;
    this.#begin(life.machine === BOT_HOST ? OTHER_HOST : BOT_HOST);
  }

  /** So much later, or when faults are over. */
  #afterwards(ms: number): Instant {
    const now = this.world.clock.now();
    return now + Math.min(ms, Math.max(0, UNTIL - now));
  }

  /** What all lives of a shard did, as far as it was saved by then. */
  #runs(id: number, by: Instant): Run[] {
    return endedWhenTaken(this.#lives.flatMap((life) => life.run(id, by)));
  }

  #lastSent(session: string): number {
    return this.#core.log.reduce((last, entry) => {
      const sent = entry.kind === "replayed" || entry.kind === "dispatched" && entry.link !== 0;
      return sent && entry.session === session ? Math.max(last, entry.s) : last;
    }, 1);
  }

  /** What is wrong with the bot, which nothing hinders any more. */
  #troubles(): Violation[] {
    const now = this.world.clock.now();
    const { gateway, shards } = this.#life;
    // Who was refused, and is being started again, has not heard otherwise yet.
    const failed = this.#lives.findLast((life) => life.failed ?? life.gateway)?.failed;
    const { sessionStarts, earlierStarts } = this.#setup;
    const others = earlierStarts.filter((at) => at + DAY > now).length;
    const arrived = this.#core.log.filter((entry) => entry.kind === "received" && entry.op === 2).length;
    // Of what was sent and did not arrive, the bot cannot know that it did not.
    const sent = [...this.#shelf.values()].reduce((sum, { identifies }) => sum + identifies.length, 0);
    const spent = arrived + others >= sessionStarts || sent >= sessionStarts;
    const refused = failed instanceof ParleyError && failed.code === "rate_limited";
    const connected = this.#core.sessions.filter(({ connected }) => connected).map(({ shard }) => shard);
    return shards.flatMap(({ waitsUntil }, id) => {
      const ready = gateway?.shards[id]?.state === "ready" && connected.includes(id);
      const told = spent && (refused || waitsUntil > now);
      const message = `shard ${id} has no session, and was not told to wait for one`;
      return ready || told ? [] : [{ rule: "no_session", message }];
    });
  }

  /**
   * How long it may take every shard to have its session once faults have stopped: as in the other world, and
   * before that the bot is started again, perhaps in vain, or asks again how many sessions it may start.
   */
  #recovery(): number {
    const { heartbeatInterval, shards, maxConcurrency } = this.#setup;
    const noticed = Math.max(2 * heartbeatInterval, 30_000) + 5_000;
    const queued = Math.ceil(shards / Math.min(shards, maxConcurrency)) * 5_500;
    const held = this.#setup.oneName ? 0 : TAKE_OVER_AFTER;
    // A store that neither loads nor saves is waited for twice.
    return 360_000 + held + 10_000 + noticed + 300_000 + 60_000 + noticed + queued + 5_000;
  }

  #talk(id: number): void {
    const { clock } = this.world;
    const random = seededRandom(this.#setup.seed, `guild ${id}`);
    const channel = `${500 + id}`;
    const speak = (count: number) => {
      if (!this.#talking) return;
      // Without the intent for it, only what mentions the bot has content.
      if (count % 3 === 0) this.#life.say(channel, `bot says ${count} to ${id}`);
      const text = `guild ${id} says ${count}${this.#wanted === undefined ? "" : ` to <@${BOT}>`}`;
      this.#said[id]?.push({ text, at: clock.now() });
      void this.#server.command({ kind: "message", channel, content: text });
      if (random() < 0.3) {
        const edited = {
          id: String(count),
          channel_id: channel,
          guild_id: this.#guilds[id],
          content: "edited",
        };
        void this.#server.command({ kind: "dispatch", t: "MESSAGE_UPDATE", d: edited });
      }
      clock.setTimer(clock.now() + TALK_EVERY * (0.5 + random()), () => speak(count + 1));
    };
    clock.setTimer(TALK_EVERY * random(), () => speak(1));
  }

  // The end.

  /** Stops for good, and checks all there is to check. */
  async #end(violations: Violation[], resumable: boolean): Promise<WorldReport> {
    const { world } = this;
    const life = this.#life;
    const at = world.clock.now();
    const ids = life.gateway?.shards.map(({ resumePoint }) => resumePoint?.sessionId) ?? [];
    const waiting = life.shards.map(({ waitsUntil }) => waitsUntil > at);
    // Who has died, or has no session, does not get its members any more.
    const listings = this.#lives.flatMap(({ listings, stopped }) =>
      listings.filter(({ shard, ended }) => ended !== undefined || !(stopped || waiting[shard]))
        .map((listing) => ({ ...listing }))
    );
    // Who has died settles nothing any more.
    const sayings = this.#lives.flatMap((one) =>
      one.sayings.filter(({ outcome }) => one === life || outcome !== undefined).map((saying) => ({
        ...saying,
      }))
    );
    if (life.gateway !== undefined && life.failed === undefined) {
      await world.until(life.gateway.close({ resumable }), 60_000);
    }
    await world.run(10_000);
    for (const [id, session] of ids.entries()) {
      if (session === undefined || life.failed !== undefined) continue;
      const kept = this.#core.sessions.some((one) => one.id === session);
      const stored = this.#shelf.get(id)?.session?.sessionId;
      if (kept !== resumable || stored !== (resumable ? session : undefined)) {
        const message = `shard ${id} ended, ${session} was ${
          kept ? "" : "not "
        }kept, and the store has ${stored}`;
        violations.push({ rule: "session_kept", message });
      }
    }
    violations.push(...checkSayings(sayings, this.#heard));
    const everyShard = this.#lives.flatMap((one) => [...this.#guilds.keys()].map((id) => ({ one, id })));
    const clients = everyShard.map(({ one, id }): [string, DiscordClient] => [one.label(id), {
      url: `${FIRST}/?v=10&encoding=json`,
      wanted: this.#wanted,
      resume: one.resume(id),
      keeps: true,
      doubt: (since: Instant, at: Instant) => this.#wall(one.machine).doubt(since, at, one.began),
      slow: true,
      stands: (this.#stalls.get(one.machine) ?? []).length > 0,
      died: one.stopped !== undefined || one.failed !== undefined || waiting[id] === true,
    }]);
    const history = {
      log: this.#core.log,
      observations: this.#observations,
      clients: new Map(clients),
      accepted: this.#accepted.map((info) => this.#links.get(info)),
    };
    violations.push(
      ...this.#check(history, [...this.#guilds.keys()].map((id) => this.#runs(id, at))),
      ...checkMembers(history, listings, this.#lives.flatMap(({ limits }) => limits), memberIds, UNTIL),
    );
    for (const id of this.#guilds.keys()) {
      const told = inOneLife(this.#runs(id, at));
      violations.push(...labelled(`shard ${id}`, checkDiscordSpeech(this.#said[id] ?? [], told)));
    }
    return {
      violations,
      trace: world.trace,
      simulated: world.clock.now(),
      events: everyShard.reduce((sum, { one, id }) => sum + (one.shards[id]?.delivered.length ?? 0), 0),
    };
  }

  /** `shards`: the runs of each. */
  #check(history: DiscordHistory, shards: readonly (readonly Run[])[]): Violation[] {
    const { observations, clients } = history;
    const runs = shards.flat();
    return [
      ...checkDiscordWire(observations, clients),
      ...checkDiscordDelivery(history, new Map(runs.map(({ label, delivered }) => [label, delivered]))),
      ...checkDiscordSessions(history),
      ...checkDiscordIntents(history),
      ...checkDiscordLimits(history, {
        ...this.#setup,
        knows: (one, before) => this.#knows(one, before),
      }),
      ...runs.flatMap(({ label }) =>
        checkEnd(observations.filter((observation) => observation.label === label))
      ),
      ...[...this.#stalls].flatMap(([machine, stalls]) => {
        const there = runs.filter((run) => run.machine === machine);
        return checkRestarts(history, there, (from, to) => this.#unsaved(from, to), stalls);
      }),
      ...checkAcknowledged(history, runs),
      ...shards.flatMap((runs) =>
        checkHolders(history, runs, TAKE_OVER_AFTER, (from, to) => this.#troubled(from, to))
      ),
    ];
  }
}

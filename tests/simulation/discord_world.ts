import fc from "fast-check";
import type { GatewayCommand } from "../../src/discord/gateway/wire/command.ts";
import type { GatewayEvent } from "../../src/discord/gateway/wire/event.ts";
import { Intents } from "../../src/discord/gateway/wire/intents.ts";
import type { WantedEvents } from "../../src/discord/gateway/wire/event_intents.ts";
import type { GatewaySessionOptions } from "../../src/discord/gateway/session/options.ts";
import { GatewaySession } from "../../src/discord/gateway/session/session.ts";
import { Driver } from "../../src/driver/driver.ts";
import type { Clock } from "../../src/driver/clock/clock.ts";
import type { Host, Observation } from "../../src/driver/host.ts";
import { CommandError, ParleyError } from "../../src/protocol/errors.ts";
import type { Dial } from "../../src/protocol/link.ts";
import type { Instant } from "../../src/protocol/protocol.ts";
import { checkEnd, type Delivered, type Saying } from "../../testing/world/checking/checker.ts";
import {
  checkDiscordCommands,
  checkDiscordDelivery,
  checkDiscordIntents,
  checkDiscordLimits,
  checkDiscordPresences,
  checkDiscordSessions,
  checkDiscordSpeech,
  checkDiscordWire,
  type DiscordClient,
  type DiscordTold,
  type DiscordUtterance,
  type DiscordWantedPresence,
} from "../../testing/discord/checker.ts";
import {
  DiscordServer,
  type DiscordServerCommand,
  type DiscordServerEvent,
} from "../../testing/discord/server.ts";
import { type Fault, faultPlans, scheduleFaults } from "../../testing/world/faults.ts";
import { seededRandom } from "../../testing/world/random.ts";
import { Simulation } from "../../testing/world/simulation.ts";
import { labelled, type Violation } from "../../testing/world/checking/violation.ts";
import { FIRST, lean, perform, RESUME, type ServiceAct, serviceActs, wellAgain } from "./_discord_service.ts";
import { discordBugs } from "./_discord_bugs.ts";
import { compressedDial, compressedLinks, type DiscordWire, InOrder, type WireBug } from "./_discord_wire.ts";
import type { World, WorldReport } from "../../testing/world/checking/search.ts";

/** What a plan can make the server or the user do. */
export type DiscordAct =
  | ServiceAct
  /** Sends so many commands at once; `patience`: gives each up after so many milliseconds unless it was sent. */
  | {
    readonly kind: "presences" | "members";
    readonly shard: number;
    readonly count: number;
    readonly patience?: number | undefined;
  };

/** How a world of Discord is. */
export interface DiscordSetup {
  readonly seed: number;
  readonly plan: readonly Fault<DiscordAct>[];
  readonly bug?: string | undefined;
  readonly shards: number;
  readonly maxConcurrency: number;
  /** Between heartbeats, in milliseconds. */
  readonly heartbeatInterval: number;
  /** How long the server keeps a session for its client, in milliseconds. */
  readonly resumeWindow: number;
  /** How many events the server keeps for replay. */
  readonly bufferSize: number;
  /** How many guilds each shard has, and how often somebody says something in one, in milliseconds. */
  readonly guilds: number;
  readonly talkEvery: number;
  /** The events that are wanted. @default all */
  readonly events?: WantedEvents | undefined;
  /** When the last fault is over. */
  readonly until: Instant;
  /** How bots and Discord speak to each other. @default in JSON, with nothing compressed */
  readonly wire?: DiscordWire;
  /** What a planted bug inflates by. */
  readonly wireBug?: WireBug | undefined;
  /** Whether to observe it and check what was: to measure what that costs. @default {true} */
  readonly checked?: boolean;
}

const BOT = "1000000000000000001";
const UNTIL = 120_000;
const BACKOFF_CAP = 8_000;

const acts: fc.Arbitrary<DiscordAct> = fc.oneof(
  { arbitrary: serviceActs, weight: 11 },
  {
    arbitrary: fc.record({
      kind: fc.constantFrom("presences" as const, "members" as const),
      shard: fc.nat(3),
      count: fc.oneof(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 130 })),
      patience: fc.option(fc.nat(10_000), { nil: undefined }),
    }),
    weight: 3,
  },
);

/** The shards of a bot in guilds in which people talk, whatever happens. Seeds differ in how many, and in the server. */
export const discordWorld: World<DiscordAct> = {
  name: "discord",
  identifier: "discordWorld",
  bugs: discordBugs,
  until: UNTIL,
  plans: faultPlans(fc, {
    until: UNTIL,
    most: 14,
    acts,
    clients: ["shard 0", "shard 1", "shard 2", "shard 3"],
    also: ["coalesce", "narrow", "causes", "freeze", "skew"],
  }),
  run: (seed, plan, bug) => runDiscord({ ...setupOf(seed), seed, plan, bug }),
};

/** How the world of a seed is. */
export function setupOf(seed: number): Omit<DiscordSetup, "seed" | "plan"> {
  const random = seededRandom(seed, "setup");
  const pick = <T>(...choices: readonly [T, ...T[]]): T =>
    choices[Math.floor(random() * choices.length)] ?? choices[0];
  return {
    shards: seed % 24 === 0 ? 16 : pick(1, 2, 3, 4),
    maxConcurrency: pick(1, 1, 2, 16),
    heartbeatInterval: pick(10_000, 20_000, 41_250),
    resumeWindow: pick(180_000, 20_000),
    bufferSize: pick(100_000, 5),
    guilds: 1,
    talkEvery: 4_000,
    events: pick<WantedEvents | undefined>(
      undefined,
      ["MESSAGE_CREATE"],
      { guild: ["MESSAGE_CREATE", "GUILD_CREATE"] },
    ),
    until: UNTIL,
  };
}

/**
 * How long it may take every shard to have its session once faults have stopped, one step after the other:
 * a dead link is noticed (zombie, or a dial or HELLO that does not come), closing it times out, the wait before
 * the next IDENTIFY after as many as can have failed (its cap), an old session is refused and the wait
 * after that, the permit is held by another shard whose link is dead, and those before it in its bucket
 * identify, 5 s and a round trip each.
 */
function recoveryOf({ heartbeatInterval, shards, maxConcurrency }: DiscordSetup): number {
  const noticed = Math.max(2 * heartbeatInterval, 30_000) + 5_000;
  const queued = Math.ceil(shards / Math.min(shards, maxConcurrency)) * 5_500;
  return noticed + 300_000 + BACKOFF_CAP + noticed + queued + 5_000;
}

/** Runs a world of Discord, and checks all there is to check. */
export async function runDiscord(setup: DiscordSetup): Promise<WorldReport> {
  const { seed, plan, until } = setup;
  const world = new Simulation({ seed, latency: 40, jitter: 60 });
  const guilds = Array.from({ length: setup.shards * setup.guilds }, (_, index) => ({
    // A guild's shard is its id without the lower 22 bits, modulo how many there are.
    id: String(BigInt(1_000 * setup.shards + index) << 22n),
    name: `guild ${index}`,
    channels: [{ id: `${500 + index}`, name: "general" }],
  }));
  const core = new DiscordServer({
    guilds,
    resumeUrl: RESUME,
    heartbeatInterval: setup.heartbeatInterval,
    maxConcurrency: setup.maxConcurrency,
    resumeWindow: setup.resumeWindow,
    bufferSize: setup.bufferSize,
    logSize: Infinity,
  });
  const server = new Driver<DiscordServerCommand, DiscordServerEvent>(core, {
    host: world.host("server"),
    label: "server",
    deliver: () => {},
  });
  server.start();
  const work = new InOrder(world);
  const links = setup.wire === undefined ? server : compressedLinks(server, seed, work);
  world.serve(FIRST, links);
  world.serve(RESUME, links);

  const observations: Observation[] = [];
  const byOwnClocks: Observation[] = [];
  const { checked = true } = setup;
  const observe = (byWorld: Observation, byOwn: Observation) => {
    if (!checked) return;
    observations.push(byWorld);
    byOwnClocks.push(byOwn);
  };
  const bots = Array.from({ length: setup.shards }, (_, id) => new Bot(world, setup, id, work, observe));
  const wanted = setup.events && new Set<string>(Object.values(setup.events).flat());
  const clients = new Map(bots.map(({ label }): [string, DiscordClient] => {
    const stands = plan.some((fault) => fault.kind === "freeze" && fault.client === label);
    return [label, { wanted, stands }];
  }));
  const byShard = (id: number) => bots[id % bots.length];
  const act = (act: DiscordAct) => {
    if (act.kind === "server" || act.kind === "unreachable") return perform(act, { world, server, ...setup });
    byShard(act.shard)?.say(act.kind, act.count, act.patience);
  };
  scheduleFaults(world, plan, act);
  world.clock.setTimer(until, () => wellAgain(server));

  let talking = true;
  guilds.forEach(({ id: guild, channels }, index) => {
    const channel = channels[0]?.id ?? "";
    const random = seededRandom(seed, `guild ${index}`);
    const speak = (count: number) => {
      if (!talking) return;
      // Without the intent for it, only what mentions the bot has content.
      const text = `guild ${index} says ${count}${wanted === undefined ? "" : ` to <@${BOT}>`}`;
      byShard(index)?.said.push({ text, at: world.clock.now() });
      void server.command({ kind: "message", channel, content: text });
      if (random() < 0.3) {
        const edited = { id: String(count), channel_id: channel, guild_id: guild, content: "edited" };
        void server.command({ kind: "dispatch", t: "MESSAGE_UPDATE", d: edited });
      }
      world.clock.setTimer(world.clock.now() + setup.talkEvery * (0.5 + random()), () => speak(count + 1));
    };
    world.clock.setTimer(setup.talkEvery * random(), () => speak(1));
  });
  for (const bot of bots) bot.driver.start();
  await world.run(until);

  // Faults have stopped. Recovered is who stays so for long enough to be called a zombie.
  const recoverBy = until + recoveryOf(setup);
  const stays = 2 * setup.heartbeatInterval + 5_000;
  const connected = () => core.sessions.filter(({ connected }) => connected).map(({ shard }) => shard);
  const recovered = () => bots.every((bot) => bot.isUp(connected()));
  for (let since = Infinity; world.clock.now() < since + stays && world.clock.now() < recoverBy + stays;) {
    await world.run(1_000);
    since = recovered() ? Math.min(since, world.clock.now()) : Infinity;
  }
  const message = `has no session at ${world.clock.now()}, though faults stopped at ${until}`;
  const violations: Violation[] = bots.filter((bot) => !bot.isUp(connected()))
    .flatMap(({ label }) => labelled(label, [{ rule: "no_session", message }]));
  const waiting = Math.max(...bots.map((bot) => bot.waiting));
  // Presences wait longest: five in 20 s.
  if (waiting > 0) await world.run(65_000 + 25_000 * Math.ceil(waiting / 5));
  talking = false;
  // What was said last needs a moment to arrive.
  await world.run(5_000);
  const resumable = seed % 2 === 0;
  const sessions = bots.map((bot) => {
    if (bot.waiting > 0) {
      violations.push({
        rule: "unsettled",
        message: `${bot.label}: ${bot.waiting} commands have not settled`,
      });
    }
    const id = bot.sessionId;
    bot.driver.shutdown(resumable ? "resumable" : "end");
    return { bot, id };
  });
  await world.run(10_000);
  for (const { bot, id } of sessions) {
    if (!bot.driver.ended) {
      violations.push({ rule: "not_ended", message: `${bot.label}: did not end when told to` });
    }
    if (bot.fatal) continue;
    const kept = core.sessions.some((session) => session.id === id);
    if (kept !== resumable) {
      violations.push({
        rule: "session_kept",
        message: `${bot.label}: ended, and its session was ${kept ? "" : "not "}kept`,
      });
    }
  }
  const history = { log: core.log, observations, clients };
  const byOwn = { ...history, observations: byOwnClocks };
  const firstEnd = observations.findIndex(({ kind }) => kind === "end");
  const afterFirstEnd = firstEnd < 0 ? [] : observations.slice(firstEnd);
  const delivered = new Map(bots.map(({ label, delivered }) => [label, delivered]));
  if (checked) {
    violations.push(
      ...checkDiscordWire(byOwnClocks, clients),
      ...checkDiscordDelivery(byOwn, delivered),
      ...checkDiscordSessions(history),
      ...checkDiscordIntents(history),
      ...checkDiscordLimits(history, { maxConcurrency: setup.maxConcurrency }),
      ...checkDiscordCommands(observations, bots.flatMap(({ sayings }) => sayings)),
      ...checkDiscordPresences(
        history,
        // Who has ended by itself shows nothing more.
        bots.filter(({ fatal }) => !fatal).flatMap(({ wantedPresences }) => wantedPresences),
      ),
      ...bots.flatMap(({ label, said, delivered }) => labelled(label, checkDiscordSpeech(said, delivered))),
      ...bots.flatMap(({ label }) =>
        checkEnd(afterFirstEnd.filter((observation) => observation.label === label))
      ),
    );
  }
  return {
    violations,
    trace: world.trace,
    simulated: world.clock.now(),
    events: bots.reduce((sum, { delivered }) => sum + delivered.length, 0),
  };
}

/** One shard, and what it was told. */
class Bot {
  readonly label: string;
  readonly driver: Driver<GatewayCommand, GatewayEvent>;
  readonly delivered: Delivered<DiscordTold>[] = [];
  readonly sayings: Saying[] = [];
  /** Those of them that are presences, and when each was wanted. */
  readonly #presences: { readonly saying: Saying; readonly at: Instant }[] = [];
  /** What was said in the guilds of this shard. */
  readonly said: DiscordUtterance[] = [];
  /** It has ended by itself. */
  fatal = false;
  readonly #id: number;
  readonly #session: GatewaySession;
  readonly #world: Simulation;
  readonly #clock: Clock;
  readonly #guild: string;

  constructor(
    world: Simulation,
    setup: DiscordSetup,
    id: number,
    work: InOrder,
    observe: (byWorld: Observation, byOwn: Observation) => void,
  ) {
    const { bug } = setup;
    this.#world = world;
    this.#id = id;
    this.label = `shard ${id}`;
    this.#guild = String(BigInt(1_000 * setup.shards + id) << 22n);
    const planted = bug === undefined ? undefined : discordBugs[bug];
    const note = (observation: Observation) => {
      const [at, own] = [world.clock.now(), clock.now()];
      const byWorld = observation.at === at ? observation : { ...observation, at };
      observe(byWorld, own === at ? byWorld : { ...observation, at: own });
    };
    let dialled = 0;
    const shared = world.host(this.label, {
      observe: (observation) => {
        if (observation.kind === "dial") dialled = observation.link;
        if (observation.kind !== "opened") note(observation);
      },
      ...(planted?.permits && { permits: planted.permits }),
    });
    const clock = this.#clock = shared.clock;
    const dial: Dial = (request, events) => {
      const link = dialled;
      return shared.dial(request, {
        // Also of one that it has given up: the server took it for open.
        opened: (info) => {
          note({ kind: "opened", link, info, label: this.label, at: clock.now() });
          events.opened(info);
        },
        receive: (data) => events.receive(data),
        receiveBatch: (batch) => events.receiveBatch(batch),
        closed: (info) => events.closed(info),
      });
    };
    const { wire, seed, until, wireBug } = setup;
    const host: Host = {
      ...shared,
      clock: planted?.clock?.(clock) ?? clock,
      dial: wire === undefined
        ? dial
        : compressedDial(dial, wire, { host: shared, seed: seed * 64 + id, until, work, bug: wireBug }),
    };
    const options: GatewaySessionOptions = {
      token: "parley.test.token",
      ...(setup.events ? { events: setup.events } : {
        intents: Intents.Guilds | Intents.GuildMessages | Intents.MessageContent,
      }),
      random: host.random,
      shard: [id, setup.shards],
      // It asks for more, which resuming has to ask for, too.
      url: `${FIRST}/?shard=${id}`,
      ...(wire && { codec: wire.codec, compression: wire.compression }),
      identifyKey: `bucket ${id % setup.maxConcurrency}`,
      backoff: { cap: BACKOFF_CAP },
      // A world may begin with a fault that outlasts any patience.
      connectTimeout: Infinity,
    };
    this.#session = new GatewaySession(planted?.options?.(options) ?? options);
    this.driver = new Driver<GatewayCommand, GatewayEvent>(planted?.core?.(this.#session) ?? this.#session, {
      host,
      label: this.label,
      deliver: (event) => void this.delivered.push({ event: lean(event), at: clock.now() }),
      ended: (error) => void (this.fatal = error !== undefined),
    });
  }

  get wantedPresences(): DiscordWantedPresence[] {
    return this.#presences.map(({ saying: { text, outcome }, at }) => {
      return { text, label: this.label, at, givenUp: outcome === "cancelled" };
    });
  }

  /** How many commands have not settled. */
  get waiting(): number {
    return this.sayings.filter(({ outcome }) => outcome === undefined).length;
  }

  get sessionId(): string | undefined {
    return this.#session.resumePoint?.sessionId;
  }

  /** Whether it is ready, and the server thinks so too; or has ended for good. */
  isUp(connected: readonly number[]): boolean {
    return this.fatal || (this.#session.state === "ready" && connected.includes(this.#id));
  }

  say(what: "presences" | "members", count: number, patience: number | undefined): void {
    // Whose process stands still says nothing.
    this.#clock.setTimer(this.#clock.now(), () => this.#say(what, count, patience));
  }

  #say(what: "presences" | "members", count: number, patience: number | undefined): void {
    for (let index = 0; index < count; index++) {
      const saying: Saying = { text: `${this.label} says ${this.sayings.length}`, outcome: undefined };
      const controller = new AbortController();
      try {
        const promise = this.driver.command(this.#command(what, saying.text), controller.signal);
        this.sayings.push(saying);
        if (what === "presences") this.#presences.push({ saying, at: this.#world.clock.now() });
        settle(promise, saying);
      } catch (error) {
        // One that has ended says so, and nothing comes of it.
        if (this.fatal && error instanceof CommandError) return;
        throw error;
      }
      if (patience === undefined) continue;
      this.#clock.setTimer(this.#clock.now() + patience, () => controller.abort());
    }
  }

  #command(what: "presences" | "members", text: string): GatewayCommand {
    if (what === "members") {
      return {
        kind: "request_guild_members",
        data: { guild_id: this.#guild, query: "parley", limit: 1, nonce: text },
      };
    }
    const activities = [{ name: text, type: 0 }];
    return { kind: "presence", data: { since: null, activities, status: "online", afk: false } };
  }
}

function settle(promise: Promise<unknown>, saying: Saying): void {
  promise.then(
    () => void (saying.outcome = "done"),
    (error: unknown) => {
      // What is given up rejects with the signal's reason.
      saying.outcome = error instanceof ParleyError ? "failed" : "cancelled";
    },
  );
}

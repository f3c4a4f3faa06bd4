import { shownSession } from "../../src/discord/gateway/wire/shown_payload.ts";
import { DiscordGateway } from "../../src/discord/gateway/client.ts";
import type { DiscordGatewayOptions } from "../../src/discord/gateway/options.ts";
import type { ResumePoint } from "../../src/discord/gateway/session/options.ts";
import { dispatchNames } from "../../src/discord/gateway/wire/dispatch_names.ts";
import type { GatewayEvent } from "../../src/discord/gateway/wire/event.ts";
import type { WantedEvents } from "../../src/discord/gateway/wire/event_intents.ts";
import { Intents } from "../../src/discord/gateway/wire/intents.ts";
import type { SessionStore } from "../../src/discord/gateway/shards/store/session_store.ts";
import type { StoredShard } from "../../src/discord/gateway/shards/store/stored_shard.ts";
import type { ClientEvent } from "../../src/driver/client/client_event.ts";
import type { Clock } from "../../src/driver/clock/clock.ts";
import type { Host, Observation } from "../../src/driver/host.ts";
import { ParleyError } from "../../src/protocol/errors.ts";
import type { Data, Instant, OpenInfo } from "../../src/protocol/protocol.ts";
import type { Delivered, Saying } from "../../testing/world/checking/checker.ts";
import type { DiscordLink, DiscordTold } from "../../testing/discord/checker.ts";
import { seededRandom } from "../../testing/world/random.ts";
import type { Simulation } from "../../testing/world/simulation.ts";
import { isRecord } from "../../src/protocol/data/json_value.ts";
import { type Killable, killable } from "../../testing/kit/bot/_killable.ts";
import type { MembersLimit, MembersListing, Run, Save } from "./_discord_restarts.ts";
import { lean } from "./_discord_service.ts";
import type { BotBug, BugContext } from "./_discord_bot_bugs.ts";

/** What all lives of a bot have in common. */
export interface BotSetup {
  readonly world: Simulation;
  readonly seed: number;
  readonly bug: BotBug | undefined;
  /** The guild of each shard. */
  readonly guilds: readonly string[];
  readonly events: WantedEvents | undefined;
  /** Whether it takes its time over each event. */
  readonly slow: boolean;
  /** Where the REST API is. */
  readonly api: string;
  /** How often what was consumed is saved, in milliseconds. */
  readonly saveEvery: number;
  /** Whether all its lives have one name. */
  readonly oneName: boolean;
  /** Keeps what its lives save. */
  readonly store: SessionStore;
  /** Sees what all lives do. */
  readonly observe: (observation: Observation) => void;
  /** One of its links has opened; `info` is the object that the server was given. */
  readonly opened: (info: OpenInfo, link: DiscordLink) => void;
  /** The last number of a session that the server has sent on a link. */
  readonly lastSent: (session: string) => number;
}

/** The names of its machines, by which faults are limited to them. */
export const BOT_HOST = "bot";
export const OTHER_HOST = "other bot";
/** By its name, what the bot is given goes wrong. */
export const STORE = "store";

type Told = GatewayEvent | ClientEvent;

interface Listing extends MembersListing {
  readonly shard: number;
  ended: MembersListing["ended"];
}

/** What is recorded of one shard in one life. */
interface ShardRecord {
  readonly delivered: Delivered<DiscordTold>[];
  readonly consumed: Map<string, Instant>;
  readonly saves: Save[];
  loaded: StoredShard | undefined;
  /** When that was, by the world's clock, and how far the one on the wall was ahead of that. */
  loadedAt: Instant;
  ahead: number;
  /** What it had loaded before that. */
  before: StoredShard | undefined;
  /** Until when it was told to wait for the daily limit. */
  waitsUntil: Instant;
}

const ownKinds = [
  "ready",
  "resumed",
  "gap",
  "reconnecting",
  "invalid_session",
  "identify_waiting",
  "heartbeat_ack",
  "malformed",
  "unknown",
] as const;

/** One life of a bot, from the start of its process to its end, and all that it was told and has kept. */
export class BotLife {
  /** Where it stands, once it is connected. */
  gateway: DiscordGateway | undefined = undefined;
  /** Why its client has ended by itself, or could not connect. */
  failed: Error | undefined = undefined;
  stopped: { readonly at: Instant; readonly politely: boolean } | undefined = undefined;
  readonly began: Instant;
  /** Its machine. */
  readonly machine: string;
  readonly shards: readonly ShardRecord[];
  readonly listings: Listing[] = [];
  readonly limits: MembersLimit[] = [];
  /** What it has said by the REST API. */
  readonly sayings: Saying[] = [];
  readonly #setup: BotSetup;
  readonly #name: string;
  readonly #process: Killable;
  /** Its machine's, which goes on when its process has died. */
  readonly #clock: Clock;
  readonly #controller = new AbortController();
  /** How far the clock on its wall was ahead of the world's when something was told. */
  readonly #aheads = new WeakMap<Told, number>();
  #stopping = false;
  /** The link that it dialled last. */
  #dials: DiscordLink | undefined;

  /** Begins the so-many-th life, on a machine; `ended` is called if the client ends by itself. */
  constructor(setup: BotSetup, number: number, machine: string, ended: (life: BotLife) => void) {
    const { world, seed, guilds, events, bug, api, saveEvery, oneName, observe, lastSent } = setup;
    this.#setup = setup;
    this.#name = `life ${number}`;
    this.began = world.clock.now();
    this.machine = machine;
    this.shards = guilds.map(() => ({
      delivered: [],
      consumed: new Map(),
      saves: [],
      loaded: undefined,
      loadedAt: 0,
      ahead: 0,
      before: undefined,
      waitsUntil: -Infinity,
    }));
    const host = world.host(machine, {
      random: seededRandom(seed, this.#name),
      observe: (observation) => {
        if (observation.kind === "dial") this.#dials = observation;
        observe(observation);
      },
    });
    this.#clock = host.clock;
    this.#process = killable({ ...host, dial: this.#noting(host.dial) });
    const context: BugContext = { lastSent, stopping: () => this.#stopping };
    const store = this.#store();
    const options: DiscordGatewayOptions = {
      token: "parley.test.token",
      ...(events ? { events } : {
        intents: Intents.Guilds | Intents.GuildMembers | Intents.GuildMessages | Intents.MessageContent,
      }),
      shards: guilds.length === 1 ? "recommended" : guilds.length,
      rest: { baseUrl: `${api}/api` },
      store: bug?.store?.(store, context) ?? store,
      ...(bug?.answer !== undefined && { timeouts: { answer: bug.answer } }),
      ...(bug?.takeOverAfter !== undefined && { takeOverAfter: bug.takeOverAfter }),
      saveEvery,
      // Whoever begins with another name waits for one that died.
      holder: oneName ? BOT_HOST : this.#name,
      runtime: bug?.host?.(this.#process.host, context) ?? this.#process.host,
      label: this.#name,
      signal: this.#controller.signal,
      // A world may begin with a fault that outlasts any patience.
      connectTimeout: Infinity,
    };
    const fail = (error: Error) => {
      if (this.#process.dead || this.failed !== undefined) return;
      this.failed = error;
      if (!this.#stopping) ended(this);
    };
    const gateway = new DiscordGateway(options);
    this.#listen(gateway);
    // Without one of its shards it is of no use.
    gateway.on("shard_ended", ({ error }) => fail(error));
    gateway.connect().then(() => {
      if (this.#process.dead) return;
      this.gateway = gateway;
      gateway.closed.catch(fail);
    }, fail);
  }

  /** It runs, and nobody has told it to stop. */
  get running(): boolean {
    return !this.#stopping && !this.#process.dead && this.failed === undefined;
  }

  /** What a shard is called in observations. */
  label(shard: number): string {
    return `${this.#name} shard ${shard}`;
  }

  /** Whether it is one of its shards that is called this in observations. */
  owns(label: string): boolean {
    return this.shards.some((_, shard) => this.label(shard) === label);
  }

  /** What a shard found of a session when it began, by the world's clock. */
  resume(shard: number): ResumePoint | undefined {
    const record = this.shards[shard];
    if (!record?.loaded?.session) return undefined;
    const { loaded: { session: { at, ...point } }, loadedAt, ahead } = record;
    // What a clock that was put back says comes later is no time.
    return at === undefined || at - ahead > loadedAt ? point : { ...point, at: at - ahead };
  }

  /** What is recorded of a shard, as far as it was saved by then. */
  run(shard: number, by: Instant): Run[] {
    const record = this.shards[shard];
    if (record === undefined) return [];
    const saves = record.saves.filter(({ at }) => at <= by);
    const { stopped } = this;
    return [{
      ...record,
      saves,
      label: this.label(shard),
      slow: this.#setup.slow,
      saveEvery: this.#setup.saveEvery,
      stopped,
      replaced: this.failed instanceof ParleyError && this.failed.code === "replaced",
      began: this.began,
      machine: this.machine,
    }];
  }

  /** Asks it to stop, as SIGTERM does; it leaves its sessions for the next life. */
  async askToStop(): Promise<void> {
    const { world: { clock }, bug } = this.#setup;
    this.#stopping = true;
    // Whose process stands still is not told before it goes on.
    await new Promise<void>((resolve) => this.#clock.setTimer(this.#clock.now(), resolve));
    if (this.gateway === undefined) {
      this.#controller.abort(new Error("The bot is to stop"));
      await new Promise<void>((resolve) => this.#clock.setTimer(this.#clock.now() + 7_000, resolve));
    } else {
      await this.gateway.close({ resumable: !bug?.endsSessions });
    }
    this.stopped = { at: clock.now(), politely: true };
  }

  /** Its process is no more. */
  die(): void {
    if (this.#process.dead) return;
    const { clock, network } = this.#setup.world;
    this.stopped ??= { at: clock.now(), politely: false };
    this.#process.die();
    // The system closes what a process had open.
    network.reset({ client: this.machine });
  }

  /** Says something by the REST API, in a channel. */
  say(channel: string, text: string): void {
    this.#awake(() => this.#say(channel, text));
  }

  /** Whose process stands still does nothing before it goes on. */
  #awake(act: () => void): void {
    const { clock } = this.#process.host;
    clock.setTimer(clock.now(), act);
  }

  #say(channel: string, text: string): void {
    const { gateway } = this;
    if (!this.running || gateway === undefined) return;
    const saying: Saying = { text, outcome: undefined };
    this.sayings.push(saying);
    settle(gateway.rest.createMessage(channel, { content: text }), saying);
  }

  /** Lists the members of a shard's guild, one listing at a time. */
  list(shard: number): void {
    this.#awake(() => this.#list(shard));
  }

  #list(shard: number): void {
    const { gateway } = this;
    const { guilds, bug, world: { clock } } = this.#setup;
    const guild = guilds[shard] ?? "";
    // Without a session there is nobody to ask.
    if (!this.running || gateway?.shards[shard]?.state !== "ready") return;
    if (this.listings.some((listing) => listing.shard === shard && listing.ended === undefined)) return;
    const ids: string[] = [];
    const listing: Listing = {
      shard,
      label: this.label(shard),
      guild,
      began: clock.now(),
      ids,
      ended: undefined,
    };
    this.listings.push(listing);
    const read = async () => {
      const options = bug?.timeout === undefined ? {} : { timeout: bug.timeout };
      for await (const chunk of gateway.guildMembers(guild, options)) {
        ids.push(...chunk.members.map(({ user }) => user.id));
      }
    };
    const end = (error?: Error) => {
      if (!this.#process.dead) listing.ended = { at: clock.now(), error };
    };
    read().then(() => end(), end);
  }

  #listen(gateway: DiscordGateway): void {
    // A store that fails is told of here.
    gateway.on("error", () => {});
    // Who takes their time is told by the clock as it was.
    for (const kind of ["gap", "identify_waiting"] as const) {
      gateway.on(kind, (event) => void this.#aheads.set(event, this.#ahead));
    }
    if (this.#setup.slow) return void this.#consume(gateway);
    for (const kind of [...dispatchNames, ...ownKinds]) {
      gateway.on(kind, (event) => {
        this.#given(event);
        this.#done(event);
      });
    }
  }

  async #consume(gateway: DiscordGateway): Promise<void> {
    const { seed, guilds } = this.#setup;
    const { clock } = this.#process.host;
    const random = seededRandom(seed, `${this.#name} consumes`);
    try {
      for await (const event of gateway) {
        this.#given(event);
        // As slow as can be without falling behind for good.
        const ms = Math.min(1, 3 / guilds.length) * random() * (random() < 0.1 ? 3_000 : 200);
        await new Promise<void>((resolve) => clock.setTimer(clock.now() + ms, resolve));
        this.#done(event);
      }
    } catch {
      // It ended with an error, which `closed` tells, too.
    }
  }

  #given(event: Told): void {
    if (!("shard" in event)) return;
    const { world: { clock }, bug } = this.#setup;
    const record = this.shards[event.shard];
    if (record === undefined) return;
    const told = this.#byTheWorld(event);
    if (told.kind === "identify_waiting" && !bug?.deaf) record.waitsUntil = told.until;
    record.delivered.push({ event: lean(told), at: clock.now() });
  }

  /** How far the clock on its wall is ahead of the world's. */
  get #ahead(): number {
    return this.#clock.wall() - this.#setup.world.clock.now();
  }

  /** What is told with times by the clock on the wall, by the world's. */
  #byTheWorld<Event extends GatewayEvent>(event: Event): GatewayEvent {
    const ahead = this.#aheads.get(event) ?? 0;
    if (event.kind === "gap") return { ...event, from: event.from - ahead, to: event.to - ahead };
    return event.kind === "identify_waiting" ? { ...event, until: event.until - ahead } : event;
  }

  #done(event: Told): void {
    // `ready`, `resumed` and `gap` bear numbers, too, but of others.
    if (!("shard" in event && "sequence" in event) || /^(ready|resumed|gap)$/.test(event.kind)) return;
    const key = `${shownSession(event.session)} ${event.sequence}`;
    this.shards[event.shard]?.consumed.set(key, this.#setup.world.clock.now());
  }

  /** The store, as this life sees it: it takes its time, and records what it was given. */
  #store(): SessionStore {
    const { seed, store } = this.#setup;
    const random = seededRandom(seed, `store of ${this.#name}`);
    const clock = this.#clock;
    const pass = () => new Promise<void>((resolve) => clock.setTimer(clock.now() + random() * 200, resolve));
    const never = new Promise<never>(() => {});
    return {
      load: async (id, signal) => {
        await pass();
        const stored = await store.load(id, signal);
        if (this.#process.dead) return await never;
        const record = this.shards[id];
        // It looks again before each save.
        if (record !== undefined && this.#dials === undefined) {
          record.before = record.loaded;
          record.loaded = stored;
          record.loadedAt = this.#setup.world.clock.now();
          record.ahead = this.#ahead;
        }
        return stored;
      },
      save: async (stored, signal) => {
        const [id] = stored.shard;
        const record = this.shards[id];
        const begun = clock.now();
        // What it saw when it looked before this is not what it takes up.
        if (record !== undefined && this.#dials === undefined && record.saves.length === 0) {
          record.loaded = record.before;
        }
        await pass();
        // What was under way when the process died may arrive all the same.
        if (this.#process.dead && random() < 0.5) return await never;
        await store.save(stored, signal);
        record?.saves.push({ begun, at: clock.now(), stored });
        if (this.#process.dead) return await never;
      },
    };
  }

  /** Notes when Discord refuses a request for members, before anybody can change it. */
  #noting(dial: Host["dial"]): Host["dial"] {
    const note = (data: Data) => {
      if (String(data).startsWith('{"t":"RATE_LIMITED"')) this.#limited(String(data));
    };
    return (request, events) => {
      const link = this.#dials;
      return dial(request, {
        opened: (info) => {
          if (link !== undefined) this.#setup.opened(info, link);
          events.opened(info);
        },
        closed: (info) => events.closed(info),
        receive: (data) => {
          note(data);
          events.receive(data);
        },
        receiveBatch: (batch) => {
          batch.forEach(note);
          events.receiveBatch(batch);
        },
      });
    };
  }

  #limited(text: string): void {
    const { s: sequence, d: { retry_after, meta: { guild_id: guild } } }: {
      readonly s: number;
      readonly d: { readonly retry_after: number; readonly meta: { readonly guild_id: string } };
    } = JSON.parse(text);
    const { guilds, world: { clock } } = this.#setup;
    const at = clock.now();
    this.limits.push({
      label: this.label(guilds.indexOf(guild)),
      guild,
      at,
      sequence,
      until: at + retry_after * 1_000,
    });
  }
}

function settle(promise: Promise<unknown>, saying: Saying): void {
  promise.then(
    () => void (saying.outcome = "done"),
    (error: unknown) => {
      saying.outcome = error instanceof ParleyError && error.code === "lost" ? "lost" : "failed";
    },
  );
}

/** What all lives of a shard were told, as if it had been one: without repeats. */
export function inOneLife(runs: readonly Run[]): Delivered<DiscordTold>[] {
  const seen = new Set<string>();
  let all: Delivered<DiscordTold>[] = [];
  for (const { loaded, delivered } of inTurns(runs)) {
    const before = new Set(seen);
    if (loaded !== "later") {
      const session = loaded?.session?.sessionId;
      // One that knows of nothing has nothing to tell of what was before it.
      if (session === undefined) all.push({ event: nothingKnown, at: 0 });
      // One whose store did not say what it had begun goes on with what was before: it hears again what others told.
      else if (session !== lastSession(all)) {
        const again = new Set(delivered.flatMap(({ event }) => contentOf(event)));
        all = all.filter(({ event }) => !contentOf(event).some((content) => again.has(content)));
      }
    }
    for (const one of delivered) {
      const { event } = one;
      if ("sequence" in event && event.kind !== "gap") {
        const key = `${event.session} ${event.sequence}`;
        if (before.has(key)) continue;
        seen.add(key);
      }
      all.push(one);
    }
  }
  return all;
}

/** What a run was told of one session. */
interface Turn {
  /** What its store held when it began, if this is its first. */
  readonly loaded: StoredShard | "later" | undefined;
  readonly delivered: Delivered<DiscordTold>[];
}

/** As they began: of two that run at once, each may begin a session behind what the other was told. */
function inTurns(runs: readonly Run[]): Turn[] {
  const turns = runs.flatMap(({ loaded, delivered }) => {
    const own: [Turn, ...Turn[]] = [{ loaded, delivered: [] }];
    let session = loaded?.session?.sessionId;
    for (const one of delivered) {
      if (one.event.kind === "ready") {
        if (session !== undefined) own.unshift({ loaded: "later", delivered: [] });
        session = one.event.session;
      }
      own[0].delivered.push(one);
    }
    return own;
  });
  const from = ({ delivered }: Turn) => delivered.find(({ event }) => "session" in event)?.at ?? Infinity;
  return turns.filter((turn) => from(turn) < Infinity).sort((one, other) => from(one) - from(other));
}

/** The session of what was told last. */
function lastSession(told: readonly Delivered<DiscordTold>[]): string | undefined {
  const last = told.findLast(({ event }) => "session" in event && event.kind !== "gap")?.event;
  return last !== undefined && "session" in last ? last.session : undefined;
}

/** What somebody said. */
function contentOf(event: DiscordTold): unknown[] {
  return event.kind === "MESSAGE_CREATE" && isRecord(event.data) ? [event.data.content] : [];
}

const nothingKnown: DiscordTold = {
  kind: "gap",
  shard: 0,
  session: "",
  sequence: 0,
  from: 0,
  to: 0,
  resumed: false,
  next: undefined,
};

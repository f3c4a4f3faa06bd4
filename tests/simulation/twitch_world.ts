import fc from "fast-check";
import { Driver } from "../../src/driver/driver.ts";
import type { Host, Observation } from "../../src/driver/host.ts";
import { LocalPermits, type Permits } from "../../src/driver/permits.ts";
import type { Action, Data, Outcome } from "../../src/protocol/protocol.ts";
import { checkEnd, checkSayings, type Delivered, type Saying } from "../../src/testing/checker.ts";
import { type Fault, faultPlans, scheduleFaults } from "../../src/testing/faults.ts";
import { Simulation } from "../../src/testing/simulation.ts";
import {
  checkTwitchDelivery,
  checkTwitchGaps,
  checkTwitchJoins,
  checkTwitchLimits,
  checkTwitchWire,
  type TwitchDue,
  type TwitchJoining,
} from "../../src/testing/twitch_checker.ts";
import {
  TwitchServer,
  type TwitchServerCommand,
  type TwitchServerEvent,
  type TwitchServerRecord,
  type TwitchUtterance,
} from "../../src/testing/twitch_server.ts";
import type { TwitchAnswer, TwitchAsk } from "../../src/twitch/actions.ts";
import type { TwitchCommand } from "../../src/twitch/command.ts";
import type { TwitchEvent } from "../../src/twitch/event.ts";
import type { TwitchSessionOptions } from "../../src/twitch/options.ts";
import { TwitchSession } from "../../src/twitch/session.ts";
import { Tampered, type Tampering } from "./_tampered.ts";
import type { Report, World } from "./_world.ts";

/** What a plan can make the server or a user do; `client` and `channel` count from 0, and wrap. */
export type TwitchAct =
  | { readonly kind: "server"; readonly command: TwitchServerCommand }
  | { readonly kind: "join" | "part"; readonly client: number; readonly channel: number }
  /** Says so many things, and gives each up after `patience` milliseconds unless it was sent. */
  | {
    readonly kind: "say";
    readonly client: number;
    readonly channel: number;
    readonly count: number;
    readonly patience?: number | undefined;
  };

const SOCKETS = "wss://chat.test";
const STREAMS = "ircs://chat.test";
const UNTIL = 120_000;
// Nobody answers for it, and nobody can be in it.
const NOWHERE = "#nowhere";
// Until a dead link is noticed (idle and PONG, or the server's own PING), then the longest wait before a dial
// that hangs, another before one that does not, the JOINs of all (60 at 20 in 10 s, each waiting for its
// answer), and for one of them to be found unanswered twice.
const RECOVERY = 80_000 + 8_000 + 15_000 + 8_000 + 40_000 + 60_000;
const PER_MESSAGE = 30_000 / 20;
const BOT = "bot";

const channelNumber = fc.nat(23);
const clientNumber = fc.nat(2);
const acts: fc.Arbitrary<TwitchAct> = fc.oneof(
  fc.record({
    kind: fc.constantFrom("join" as const, "part" as const),
    client: clientNumber,
    channel: fc.oneof(fc.nat(3), channelNumber, fc.constant(-1)),
  }),
  fc.record({
    kind: fc.constant("say" as const),
    client: clientNumber,
    channel: fc.nat(3),
    count: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 25 })),
    patience: fc.option(fc.nat(3_000), { nil: undefined }),
  }),
  fc.oneof<fc.Arbitrary<TwitchServerCommand>[]>(
    fc.constant({ kind: "reconnect" }),
    fc.constant({ kind: "reconnect", login: BOT }),
    fc.constant({ kind: "drop" }),
    fc.constant({ kind: "freeze" }),
    fc.nat(3).map((channel) => ({ kind: "suspend", channel: `#c${channel}` })),
    fc.nat(3).map((channel) => ({ kind: "ban", channel: `#c${channel}`, login: BOT })),
    fc.constantFrom(
      "PING :soon",
      ":tmi.twitch.tv RECONNECT",
      ":tmi.twitch.tv NOTICE * :hi",
      // An echo of what nobody asked for.
      `:${BOT}!${BOT}@${BOT}.tmi.twitch.tv JOIN #elsewhere`,
      "@msg-id=slow_on :tmi.twitch.tv NOTICE #c0 :This room is now in slow mode.",
      "garbage",
      ":",
      "@a=b",
    ).map((line) => ({ kind: "raw", line })),
  ).map((command) => ({ kind: "server" as const, command })),
);

/**
 * Two clients of one account and one without, in channels of Twitch in which people talk, whatever happens.
 * On some seeds there are so many channels that the limit on JOINs binds, and links that are streams.
 */
export const twitchWorld: World<TwitchAct> = {
  name: "twitch",
  identifier: "twitchWorld",
  until: UNTIL,
  plans: faultPlans(fc, { until: UNTIL, most: 12, acts, clients: ["one", "two", "anonymous"] }),
  run,
};

async function run(seed: number, plan: readonly Fault<TwitchAct>[], bug?: string): Promise<Report> {
  const world = new Simulation({ seed, latency: 40, jitter: 60, chunking: true });
  const channels = Array.from({ length: seed % 4 === 0 ? 24 : 4 }, (_, index) => `#c${index}`);
  const core = new TwitchServer({
    accounts: { [BOT]: "secret" },
    channels,
    pingInterval: 45_000,
    ...(seed % 7 === 0 && { suspended: ["#c1"] }),
  });
  const clients: Client[] = [];
  const heard = new Map<string, number>();
  const server = new Driver<TwitchServerCommand, TwitchServerEvent>(core, {
    host: world.host("server"),
    label: "server",
    deliver: (event) => {
      if (event.kind === "said") { for (const client of clients) client.note(event, ownerOf); }
      if (event.kind !== "line" || event.message.command !== "PRIVMSG") return;
      const { text } = event.message;
      heard.set(text, (heard.get(text) ?? 0) + 1);
    },
  });
  server.start();
  world.serve(SOCKETS, server);
  world.serve(STREAMS, server);

  // A client's n-th link that opened is the n-th that was accepted under its URL.
  const owners = new Map<number, { readonly client: Client; readonly link: number }>();
  let read = 0;
  const ownerOf = (link: number) => {
    for (; read < core.log.length; read++) {
      const { kind, text, link: opened } = core.log[read] ?? { kind: "closed", text: "", link: 0 };
      const client = kind === "opened" ? clients.find(({ url }) => url === text) : undefined;
      const own = client?.opened[client.accepted++];
      if (client !== undefined && own !== undefined) owners.set(opened, { client, link: own });
    }
    return owners.get(link);
  };

  const account = { login: BOT, token: "secret" };
  const some = (share: number) => channels.filter((_, index) => (index + seed) % share !== 0);
  for (
    const [name, options] of Object.entries({
      one: {
        ...account,
        url: `${SOCKETS}/one`,
        channels: [...channels, ...(seed % 6 === 0 ? [NOWHERE] : [])],
      },
      two: { ...account, url: `${seed % 2 === 0 ? STREAMS : SOCKETS}/two`, channels: some(4) },
      anonymous: { url: `${STREAMS}/anonymous`, channels: some(2) },
    })
  ) clients.push(new Client(world, name, options, bug));

  scheduleFaults(world, plan, (act) => {
    if (act.kind === "server") return void server.command(act.command);
    const client = clients[act.client % clients.length];
    const channel = channels[act.channel % channels.length] ?? NOWHERE;
    if (act.kind === "say") client?.say(channel, act.count, act.patience);
    else client?.want(act.kind, channel);
  });
  if (seed % 5 === 0) {
    for (const at of [30_000, 75_000]) {
      world.clock.setTimer(at, () => void server.command({ kind: "reconnect" }));
    }
  }
  let talking = true;
  const speak = (count: number) => {
    if (!talking) return;
    const channel = channels[count % channels.length] ?? NOWHERE;
    void server.command({
      kind: "say",
      login: count % 4 < 2 ? "ann" : "ben",
      channel,
      text: `person says ${count}`,
    });
    if (count % 15 === 0) clients[count % 2]?.say(channels[count % 3] ?? NOWHERE, 1);
    world.clock.setTimer(
      world.clock.now() + (world.clock.now() < UNTIL ? 1_100 : 4_000),
      () => speak(count + 1),
    );
  };
  for (const client of clients) client.driver.start();
  world.clock.setTimer(500, () => speak(1));
  await world.run(UNTIL + RECOVERY);

  const violations = clients.flatMap((client) => client.checkRecovery(core, ownerOf));
  talking = false;
  // What was said last needs a moment to arrive, and what waits for the limit its time.
  const waiting = clients.reduce((sum, { waiting }) => sum + waiting, 0);
  await world.run(30_000 + waiting * PER_MESSAGE);
  violations.push(...clients.flatMap((client) => client.checkSaid(heard)));
  for (const { driver } of clients) driver.shutdown("end");
  await world.run(10_000);
  violations.push(...clients.flatMap((client) => client.checkAll()));
  violations.push(
    ...checkTwitchLimits(core.log, { stale: (record) => isStale(record, ownerOf(record.link)) }),
  );
  return {
    violations,
    trace: world.trace,
    simulated: world.clock.now(),
    events: clients.reduce((sum, { delivered }) => sum + delivered.length, 0),
  };
}

type OwnerOf = (link: number) => { readonly client: Client; readonly link: number } | undefined;

/** Whether something came on a link that its client had given up by then. */
function isStale({ at }: TwitchServerRecord, owner: ReturnType<OwnerOf>): boolean {
  return owner !== undefined && at > (owner.client.gone.get(owner.link) ?? Infinity);
}

/** One client, what it was told, and what can be known of it. */
class Client {
  readonly name: string;
  readonly url: string;
  readonly driver: Driver<TwitchCommand, TwitchEvent, TwitchAsk, TwitchAnswer>;
  readonly delivered: Delivered<TwitchEvent>[] = [];
  /** Its links that have opened, in order. */
  readonly opened: number[] = [];
  /** When it gave up which link, or lost it. */
  readonly gone = new Map<number, number>();
  /** How many of its links the server has accepted, as far as that was looked at. */
  accepted = 0;
  readonly #session: TwitchSession;
  readonly #world: Simulation;
  readonly #observations: Observation[] = [];
  readonly #outcomes = new Map<number, Outcome["kind"]>();
  readonly #sayings = new Map<number, string>();
  readonly #own = new Set<string>();
  readonly #joinings: TwitchJoining[] = [];
  readonly #wanted: Set<string>;
  /** The channels it has been in since it wanted to. */
  readonly #inside = new Set<string>();
  readonly #due: TwitchDue[] = [];
  readonly #refused: string[] = [];
  #tickets = 0;

  constructor(
    world: Simulation,
    name: string,
    options: Omit<TwitchSessionOptions, "random"> & { readonly url: string },
    bug: string | undefined,
  ) {
    this.#world = world;
    this.name = name;
    this.url = options.url;
    this.#wanted = new Set(options.channels);
    const planted = bug === undefined ? undefined : twitchBugs[bug];
    const shared = world.host(name, { observe: (observation) => this.#observe(observation) });
    const host: Host = { ...shared, permits: planted?.permits?.(shared) ?? shared.permits };
    this.#session = new TwitchSession({ ...options, backoff: { cap: 8_000 }, random: host.random });
    const core = planted?.tamper === undefined
      ? this.#session
      : new Tampered<TwitchCommand, TwitchEvent, TwitchAsk, TwitchAnswer>(this.#session, planted.tamper());
    this.driver = new Driver<TwitchCommand, TwitchEvent, TwitchAsk, TwitchAnswer>(core, {
      host,
      label: name,
      deliver: (event) => this.#deliver(event),
    });
  }

  /** How many messages have not settled. */
  get waiting(): number {
    return [...this.#sayings.keys()].filter((ticket) => !this.#outcomes.has(ticket)).length;
  }

  want(kind: "join" | "part", channel: string): void {
    if (kind === "join") this.#wanted.add(channel);
    else this.#wanted.delete(channel);
    if (kind === "part") this.#inside.delete(channel);
    const ticket = ++this.#tickets;
    if (kind === "join") this.#joinings.push({ ticket, channel });
    void this.driver.command({ kind, channel });
  }

  say(channel: string, count: number, patience?: number): void {
    if (this.name === "anonymous") return;
    for (let index = 0; index < count; index++) {
      const ticket = ++this.#tickets;
      const text = `${this.name} says ${ticket}`;
      this.#sayings.set(ticket, text);
      this.#own.add(text);
      const controller = new AbortController();
      void this.driver.command({ kind: "say", channel, text }, controller.signal);
      if (patience === undefined) continue;
      this.#world.clock.setTimer(this.#world.clock.now() + patience, () => controller.abort());
    }
  }

  /** Something was said: whether it is due here. */
  note(utterance: TwitchUtterance, ownerOf: OwnerOf): void {
    const { channel, text } = utterance;
    const over = utterance.links.flatMap((link) => {
      const owner = ownerOf(link);
      return owner?.client === this ? [owner.link] : [];
    });
    if (!this.#wanted.has(channel) || this.#own.has(text)) return;
    if (over.length > 0) this.#inside.add(channel);
    if (!this.#inside.has(channel)) return;
    const held = this.opened.filter((link) => over.includes(link) || !this.gone.has(link));
    this.#due.push({ ...utterance, over, held: held.length > 0 ? held : [...this.opened] });
  }

  /** Once nothing goes wrong any more, it is in exactly the channels it should be in, by one link. */
  checkRecovery(server: TwitchServer, ownerOf: OwnerOf): string[] {
    const violations: string[] = [];
    const inside = new Set(this.#session.channels);
    for (const channel of [...this.#inside, ...this.#wanted, ...inside, "#elsewhere"]) {
      const links = server.links(channel).filter((link) => ownerOf(link)?.client === this).length;
      if (links !== (inside.has(channel) ? 1 : 0)) {
        violations.push(`${inside.has(channel) ? "is" : "is not"} in ${channel}, but with ${links} links`);
      }
      if (inside.has(channel) && !this.#wanted.has(channel)) violations.push(`is in ${channel} unwanted`);
      if (!inside.has(channel) && this.#wanted.has(channel)) violations.push(`is not in ${channel}`);
    }
    for (const channel of this.#refused) {
      if (!server.refuses(channel, BOT)) violations.push(`gave ${channel} up for nothing`);
    }
    return this.#named(violations);
  }

  /** Everything that was said has come to an end by itself. */
  checkSaid(heard: ReadonlyMap<string, number>): string[] {
    const violations = checkSayings(this.#said(), heard);
    const told = new Set(this.delivered.flatMap(({ event }) => event.kind === "PRIVMSG" ? [event.text] : []));
    for (const { text, outcome } of this.#said()) {
      if (outcome === "done" && told.has(text)) violations.push(`"${text}" came back`);
    }
    return this.#named(violations);
  }

  checkAll(): string[] {
    return this.#named([
      ...(this.driver.ended ? [] : ["did not end when told to"]),
      ...checkTwitchWire(this.#observations),
      ...checkTwitchDelivery(this.#due, this.delivered, this.#observations),
      ...checkTwitchGaps(this.delivered, this.#observations),
      ...checkTwitchJoins(this.#joinings, this.#session.login, this.#observations),
      ...checkEnd(this.#observations),
    ]);
  }

  #said(): Saying[] {
    return [...this.#sayings].map(([ticket, text]) => ({ text, outcome: this.#outcomes.get(ticket) }));
  }

  #named(violations: readonly string[]): string[] {
    return violations.map((violation) => `${this.name}: ${violation}`);
  }

  #deliver(event: TwitchEvent): void {
    this.delivered.push({ event, at: this.#world.clock.now() });
    if (event.kind !== "join_failed") return;
    this.#wanted.delete(event.channel);
    this.#inside.delete(event.channel);
    this.#refused.push(event.channel);
  }

  #observe(observation: Observation): void {
    this.#observations.push(observation);
    switch (observation.kind) {
      case "opened":
        this.opened.push(observation.link);
        break;
      case "abort":
      case "closed":
        if (!this.gone.has(observation.link)) this.gone.set(observation.link, observation.at);
        break;
      case "settled":
        this.#outcomes.set(observation.ticket, outcomeOf(observation.outcome));
        break;
    }
  }
}

function outcomeOf(text: string): Outcome["kind"] {
  return text === "done" || text === "lost" || text === "cancelled" ? text : "failed";
}

interface Bug {
  readonly tamper?: () => Tampering<TwitchCommand, TwitchEvent, TwitchAsk>;
  readonly permits?: (host: Host) => Permits;
}

const text = (action: Action<Data, TwitchAsk>) => action.kind === "send" ? String(action.data) : "";

/** Wrong variants of the core, each of which a checker must catch. */
export const twitchBugs: Readonly<Record<string, Bug>> = {
  "counts JOINs per connection": { permits: ({ clock }) => new LocalPermits(clock) },
  "ignores the limit on messages": {
    permits: ({ permits }) => ({
      acquire: (permit, signal) =>
        permit.scope === "twitch.message"
          ? Promise.resolve({ release: () => {} })
          : permits.acquire(permit, signal),
    }),
  },
  "rejoins a channel that was parted": {
    tamper: () => {
      let parted: string | undefined;
      return {
        command: (command) => {
          if (command.kind === "part") parted = command.channel;
        },
        action: (action) => {
          if (action.kind !== "send" || parted === undefined || !text(action).startsWith("JOIN ")) {
            return [action];
          }
          return [action, { ...action, data: `JOIN ${parted}\r\n` }];
        },
      };
    },
  },
  "closes the old link before the new one is ready": {
    tamper: () => {
      const open = new Set<number>();
      return {
        action: (action) => {
          if (action.kind === "abort" || action.kind === "close") open.delete(action.link);
          if (action.kind !== "dial") return [action];
          const old = [...open];
          open.clear();
          open.add(action.link);
          return [...old.map((link) => ({ kind: "close" as const, link, code: 1000, reason: "" })), action];
        },
      };
    },
  },
  "tells twice what both links bring in a handover": {
    tamper: () => ({
      // Ids that differ by the link hide from the core that messages are the same.
      receive: (data, _now, link) =>
        typeof data === "string" && link % 2 === 0 ? data.replaceAll(";id=", ";id=x") : data,
    }),
  },
  "calls a join done when it is sent": {
    tamper: () => {
      const tickets = new Map<string, number>();
      const settled = new Set<number>();
      return {
        command: (command, ticket) => {
          if (command.kind === "join") tickets.set(`JOIN ${command.channel}\r\n`, ticket);
        },
        action: (action) => {
          if (action.kind === "settle") return settled.delete(action.ticket) ? [] : [action];
          const ticket = tickets.get(text(action));
          if (ticket === undefined) return [action];
          tickets.delete(text(action));
          settled.add(ticket);
          return [action, { kind: "settle", ticket, outcome: { kind: "done" } }];
        },
      };
    },
  },
  "calls a message done when it is written": {
    tamper: () => {
      const tickets = new Map<string, number>();
      const settled = new Set<number>();
      return {
        command: (command, ticket) => {
          if (command.kind === "say") tickets.set(`PRIVMSG ${command.channel} :${command.text}\r\n`, ticket);
        },
        action: (action) => {
          if (action.kind === "settle") return settled.delete(action.ticket) ? [] : [action];
          const ticket = tickets.get(text(action));
          if (ticket === undefined) return [action];
          settled.add(ticket);
          return [action, { kind: "settle", ticket, outcome: { kind: "done" } }];
        },
      };
    },
  },
  "hides the gap": { tamper: () => ({ event: (event) => event.kind === "gap" ? [] : [event] }) },
  "loses a message now and then": {
    tamper: () => {
      let count = 0;
      return { event: (event) => event.kind === "PRIVMSG" && ++count % 50 === 0 ? [] : [event] };
    },
  },
};

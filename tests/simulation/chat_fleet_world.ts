import fc from "fast-check";
import { Driver } from "../../src/driver/driver.ts";
import type { Host, Observation } from "../../src/driver/host.ts";
import type { Instant } from "../../src/protocol/protocol.ts";
import { IrcClient } from "../../src/irc/client.ts";
import { readChat } from "../../src/nats/chats/chat_message.ts";
import { type ChatEvent, chatFleet, type Fleet, type StreamedGap } from "../../src/nats/mod.ts";
import { TwitchClient } from "../../src/twitch/client.ts";
import { TWITCH_URL } from "../../src/twitch/session/options.ts";
import { IrcServer, type IrcServerCommand, type IrcServerEvent } from "../../testing/irc/server.ts";
import { TwitchServer } from "../../testing/twitch/server.ts";
import type { TwitchServerCommand, TwitchServerEvent } from "../../testing/twitch/server_types.ts";
import { type Fault, faultPlans } from "../../testing/world/faults.ts";
import { seededRandom } from "../../testing/world/random.ts";
import type { World, WorldReport } from "../../testing/world/checking/search.ts";
import { Simulation } from "../../testing/world/simulation.ts";
import { TraceHash } from "../../testing/world/trace_hash.ts";
import type { Violation } from "../../testing/world/checking/violation.ts";
import { type ChatFleetBug, chatFleetBugs } from "./_chat_fleet_bugs.ts";
import { Handled, type Handler, KEPT } from "./_fleet_handled.ts";
import {
  FleetProcesses,
  type Outside,
  type ProcessAct,
  processActs,
  type Reading,
  reading,
} from "./_fleet_processes.ts";
import { running } from "./_running.ts";
import { slackOf } from "./_stalls.ts";

/** What a plan can make of the processes of a fleet, of the NATS between them, and of the chats. */
export type ChatFleetAct =
  | ProcessAct<Role>
  /** Twitch asks an account to reconnect. */
  | { readonly kind: "reconnect"; readonly slot: number }
  /** Twitch, or the network, drops its links without a word, or neither hears nor says anything on them. */
  | { readonly kind: "server"; readonly of: "twitch" | "irc"; readonly does: "drop" | "freeze" };

type Role = "holder" | "worker";

/** A link to a chat, as the process sees it that has dialled it. */
interface SeenLink {
  /** What it has asked to join. */
  readonly channels: Set<string>;
  heardAt: Instant;
  gone: boolean;
}

/** Something that was said where an account was to hear it. */
interface Said {
  readonly slot: number;
  readonly channel: string;
  readonly at: Instant;
  /** Whether some process had been there by then. */
  readonly isDue: boolean;
  /** The links to the channel that processes had then, dead or alive. */
  readonly over: readonly SeenLink[];
}

const IRC_URL = "irc://irc.test";
const TOKEN = "abc123";
const IRC_CHANNEL = "#net";
/** The accounts of Twitch, and where each is. */
const ACCOUNTS = { bot: ["#a", "#b"], other: ["#c", "#d", "#e"] };
const LOGINS = Object.keys(ACCOUNTS);
/** Each account of Twitch, and a network of IRC. */
const CHANNELS: readonly (readonly string[])[] = [...Object.values(ACCOUNTS), [IRC_CHANNEL]];
const UNTIL = 40_000;
/** In which everything comes right again. */
const RECOVERY = 100_000;
/** So long before the end nobody says anything any more, in milliseconds. */
const LAST = 20_000;
/** So long workers may take, beyond that, to catch up with what NATS gave them a minute late, in milliseconds. */
const BACKLOG = 60_000;
const LEASE = 6_000;
const PARTITIONS = 2;
/** When the second holder comes, and takes its share. */
const SECOND_AT = 6_000;
const HOLDERS = ["holder 1", "holder 2"];
/** How far a time on a wall is off that was reckoned from another clock, in milliseconds. */
const ROUNDING = 1;

const { crash, deploy, cutOff, nats } = processActs<Role>("holder", "worker");
const acts: fc.Arbitrary<ChatFleetAct> = fc.oneof(
  crash,
  deploy,
  cutOff,
  nats,
  fc.record({ kind: fc.constant("reconnect" as const), slot: fc.nat(LOGINS.length - 1) }),
  fc.record({
    kind: fc.constant("server" as const),
    of: fc.constantFrom("twitch", "irc"),
    does: fc.constantFrom("drop", "freeze"),
  }),
);

/**
 * Two accounts of Twitch, one on two connections, and a network of IRC, which processes share by leases and publish what
 * they hear, and workers that share its partitions, while processes die, stand still and are replaced, and NATS and the
 * chats are out of reach.
 */
export const chatFleetWorld: World<ChatFleetAct> = {
  name: "chat fleet",
  identifier: "chatFleetWorld",
  bugs: chatFleetBugs,
  until: UNTIL,
  plans: faultPlans(fc, {
    until: UNTIL,
    most: 6,
    acts,
    clients: [...HOLDERS, "worker 1", "worker 2"],
    also: ["freeze", "skew"],
  }).map((plan) => plan.map(fromTheStart)),
  run: running((seed, plan, bug = "") => new ChatFleetWorld(seed, plan, chatFleetBugs[bug])),
};

/** Clocks that differ: what clients do whose clocks are set is in their worlds. */
function fromTheStart(fault: Fault<ChatFleetAct>): Fault<ChatFleetAct> {
  return fault.kind === "skew" ? { ...fault, at: 0 } : fault;
}

class ChatFleetWorld {
  readonly world: Simulation;
  readonly #seed: number;
  readonly #bug: ChatFleetBug | undefined;
  /** How far what a holder says of a time may be off, for its clocks part without notice. */
  readonly #slack: number;
  readonly #twitchCore = new TwitchServer({
    accounts: Object.fromEntries(LOGINS.map((login) => [login, TOKEN])),
  });
  readonly #ircCore = new IrcServer();
  readonly #twitch: Driver<TwitchServerCommand, TwitchServerEvent>;
  readonly #irc: Driver<IrcServerCommand, IrcServerEvent>;
  readonly #processes: FleetProcesses<Role>;
  readonly #worker: Reading<ChatEvent>;
  readonly #handled: Handled;
  readonly #links: SeenLink[] = [];
  /** The channels in which some process has been. */
  readonly #inside = new Set<string>();
  readonly #said: Said[] = [];
  /** Who has heard what was said, by its number, in the order in which it was heard. */
  readonly #heard = new Map<number, { readonly by: string; readonly place: number }>();
  /** Of gaps, how far the clock on the wall was ahead of the world's of who has told them. */
  readonly #walls = new Map<string, number>();
  /** By the world's clock. */
  readonly #gaps: StreamedGap[] = [];
  readonly #violations: Violation[] = [];
  readonly #trace = new TraceHash();
  #events = 0;

  constructor(seed: number, plan: readonly Fault<ChatFleetAct>[], bug: ChatFleetBug | undefined) {
    this.#seed = seed;
    this.#bug = bug;
    this.#slack = Math.max(...HOLDERS.map((name) => slackOf(plan, name))) + ROUNDING;
    const world = this.world = new Simulation({ seed, latency: 40, jitter: 20 });
    const serving = (name: string) => ({ host: world.host(name), label: name, deliver: () => {} });
    this.#twitch = new Driver<TwitchServerCommand, TwitchServerEvent>(this.#twitchCore, serving("twitch"));
    this.#irc = new Driver<IrcServerCommand, IrcServerEvent>(this.#ircCore, serving("irc"));
    for (const [url, server] of [[TWITCH_URL, this.#twitch], [IRC_URL, this.#irc]] as const) {
      server.start();
      world.serve(url, server);
    }
    this.#handled = new Handled(() => world.clock.now(), KEPT);
    this.#worker = {
      partitions: PARTITIONS,
      bug,
      read: readChat,
      handle: (event, repeated, by) => this.#handle(event, repeated, by),
    };
    this.#processes = new FleetProcesses({
      world,
      seed,
      bug,
      lease: LEASE,
      partitions: PARTITIONS,
      keep: KEPT,
      slots: { holder: CHANNELS.length, worker: PARTITIONS },
      make: (role, outside) => role === "holder" ? this.#holder(outside) : reading(outside, this.#worker),
      hostOf: (name) => world.host(name, { observe: this.#observing() }),
    });
    for (const fault of plan) if (fault.kind === "skew") world.skew(fault.client, fault.ahead);
    for (const role of ["holder", "worker", "worker"] as const) this.#processes.begin(role);
    // In each world somebody takes over from somebody.
    world.clock.setTimer(SECOND_AT, () => this.#processes.begin("holder"));
  }

  perform(act: ChatFleetAct): void {
    if (act.kind === "reconnect") {
      void this.#twitch.command({ kind: "reconnect", login: LOGINS[act.slot] ?? "" });
    } else if (act.kind === "server") {
      const { does } = act;
      void (act.of === "irc" ? this.#irc.command({ kind: does }) : this.#twitch.command({ kind: does }));
    } else {
      this.#processes.perform(act);
    }
  }

  async run(): Promise<WorldReport> {
    const { world } = this;
    const random = seededRandom(this.#seed, "people");
    const places = CHANNELS.flatMap((channels, slot) => channels.map((channel) => ({ slot, channel })));
    const speak = () => {
      const place = places[Math.floor(random() * places.length)];
      if (place !== undefined) this.#say(place.slot, place.channel);
      const now = world.clock.now();
      if (now < UNTIL + RECOVERY - LAST) world.clock.setTimer(now + 50 + 500 * random(), speak);
    };
    world.clock.setTimer(2_000, speak);
    const isOver = () => {
      const over = world.clock.now() - (UNTIL + RECOVERY);
      return over >= BACKLOG || (over >= 0 && this.#missed().length === 0);
    };
    while (!isOver()) {
      await world.run(250);
      this.#processes.checkHolders();
    }
    this.#processes.checkUp();
    this.#checkEnd();
    return {
      violations: [...this.#processes.violations, ...this.#handled.violations, ...this.#violations],
      trace: `${world.trace} ${this.#trace.digest()}`,
      simulated: world.clock.now(),
      events: this.#events,
    };
  }

  #holder({ name, host, nats, stream, options }: Outside): Fleet {
    return chatFleet({
      ...options,
      nats,
      stream,
      name: "chats",
      onGap: (gap) => void this.#walls.set(nameOf(gap), host.clock.wall() - this.world.clock.wall()),
      clients: CHANNELS.map((channels, slot) => (given) => {
        const runtime = this.#bug?.runtime?.(given, host) ?? given;
        const chat = slot < LOGINS.length
          ? twitchOf(slot, channels, runtime)
          : ircOf(slot, channels, runtime);
        const heard = ({ text }: { readonly text: string }) => this.#hear(Number(text), name);
        // What both have is called by its own types alone.
        if (chat instanceof TwitchClient) {
          chat.on("PRIVMSG", heard);
          chat.on("error", () => {});
        } else {
          chat.on("PRIVMSG", heard);
          chat.on("error", () => {});
        }
        return this.#bug?.client?.(chat) ?? chat;
      }),
    });
  }

  /** Sees the links of a process. */
  #observing(): (observation: Observation) => void {
    const links = new Map<string, SeenLink>();
    return (observation) => {
      const { kind, label, at } = observation;
      if (!("link" in observation)) return;
      const key = `${label} ${observation.link}`;
      if (kind === "dial") {
        const link = { channels: new Set<string>(), heardAt: at, gone: false };
        links.set(key, link);
        this.#links.push(link);
      }
      const link = links.get(key);
      if (link === undefined) return;
      if (kind === "received") link.heardAt = this.world.clock.now();
      if (kind === "abort" || kind === "closed") link.gone = true;
      if (kind !== "sent" || typeof observation.data !== "string") return;
      const [, joined = ""] = /^JOIN (\S+)/.exec(observation.data) ?? [];
      for (const channel of joined.split(",")) link.channels.add(channel);
    };
  }

  #say(slot: number, channel: string): void {
    const isTwitch = slot < LOGINS.length;
    const core = isTwitch ? this.#twitchCore : this.#ircCore;
    if (core.links(channel).length > 0) this.#inside.add(channel);
    const number = this.#said.length;
    const text = String(number);
    if (isTwitch) void this.#twitch.command({ kind: "say", channel, login: "ronni", text });
    else void this.#irc.command({ kind: "say", channel, nick: "ronni", text });
    const over = this.#links.filter(({ channels, gone }) => !gone && channels.has(channel));
    this.#said.push({ slot, channel, at: this.world.clock.now(), isDue: this.#inside.has(channel), over });
  }

  #hear(number: number, by: string): void {
    const before = this.#heard.get(number);
    if (before === undefined) return void this.#heard.set(number, { by, place: this.#heard.size });
    this.#violate("heard_twice", `"${number}" by "${before.by}" and "${by}"`);
  }

  async #handle(event: ChatEvent, repeated: boolean, by: Handler): Promise<void> {
    this.#events++;
    this.#trace.add([this.world.clock.now(), event.kind, by.partition]);
    if (event.kind === "gap") {
      const ahead = this.#walls.get(nameOf(event)) ?? NaN;
      return void this.#gaps.push({ ...event, from: event.from - ahead, to: event.to - ahead });
    }
    if (event.kind === "dropped") return this.#handled.drop(event.partition);
    if (event.name !== "PRIVMSG") return;
    const number = Number(event.text);
    await this.#handled.handle({
      ...by,
      number,
      lane: this.#said[number]?.channel ?? "",
      place: this.#heard.get(number)?.place ?? -1,
      id: event.text,
      isMarked: () => repeated,
    });
  }

  #violate(rule: string, message: string): void {
    this.#violations.push({ rule, message: `${message}, at ${this.world.clock.now()}` });
  }

  /** What was to be heard, and was neither handled nor told to be missing. */
  #missed(): (Said & { readonly number: number })[] {
    return this.#said.map((said, number) => ({ ...said, number })).filter((said) => {
      const { number, slot, at, isDue, over } = said;
      if (!isDue || this.#handled.has(number)) return false;
      // A gap begins when something was last heard: what was said may have been on its way by then.
      const latest = Math.max(at, ...over.map(({ heardAt }) => heardAt)) + this.#slack;
      return !this.#gaps.some((gap) => gap.slot === slot && gap.from <= latest && gap.to >= at - this.#slack);
    });
  }

  #checkEnd(): void {
    for (const { number, channel, at } of this.#missed()) {
      this.#violate("missed", `"${number}" in "${channel}", said at ${at}`);
    }
  }
}

function nameOf({ slot, from, to }: StreamedGap): string {
  return `${slot} ${from} ${to}`;
}

/** How soon who has lost a link dials again. */
const BACKOFF = { cap: 8_000 };

function twitchOf(slot: number, channels: readonly string[], runtime: Partial<Host>): TwitchClient {
  return new TwitchClient({
    label: `account ${slot}`,
    login: LOGINS[slot] ?? "",
    token: TOKEN,
    channels,
    channelsPerConnection: 2,
    backoff: BACKOFF,
    timeouts: { quiet: 8_000 },
    runtime,
  });
}

function ircOf(slot: number, channels: readonly string[], runtime: Partial<Host>): IrcClient {
  return new IrcClient({
    label: `network ${slot}`,
    url: IRC_URL,
    nick: "parley",
    channels,
    backoff: BACKOFF,
    timeouts: { idle: 8_000, pong: 8_000 },
    runtime,
  });
}

import fc from "fast-check";
import { Driver } from "../../src/driver/driver.ts";
import type { Clock } from "../../src/driver/clock/clock.ts";
import type { Host, Observation } from "../../src/driver/host.ts";
import { IrcClient, type IrcClientOptions } from "../../src/irc/client.ts";
import { MemoryStsStore } from "../../src/irc/host/sts_store.ts";
import type { IrcEvent, IrcGapEvent } from "../../src/irc/wire/events/event.ts";
import type { IrcMessage } from "../../src/irc/wire/messages/message.ts";
import { IrcRefusedError } from "../../src/irc/wire/outcomes/refusal.ts";
import type { Instant } from "../../src/protocol/protocol.ts";
import { checkIrcDelivery, checkIrcWire, type IrcUtterance } from "../../testing/irc/checker.ts";
import { IrcServer, type IrcServerCommand, type IrcServerEvent } from "../../testing/irc/server.ts";
import { checkEnd, checkSayings } from "../../testing/world/checking/checker.ts";
import { type Fault, faultPlans } from "../../testing/world/faults.ts";
import { running } from "./_running.ts";
import type { World, WorldReport } from "../../testing/world/checking/search.ts";
import { Simulation } from "../../testing/world/simulation.ts";
import type { Violation } from "../../testing/world/checking/violation.ts";
import { People, type PeopleAct, peopleActs, serverOf } from "./_irc_people.ts";
import { ClientUser, countingTimers, type Uses, WAIT, whatPersonSays } from "./_client_user.ts";
import { type IrcClientBug, ircClientBugs, type Told } from "./_irc_client_bugs.ts";

/** What a plan can make the server, one of its addresses, or the user do. */
export type IrcClientAct =
  | PeopleAct
  | { readonly kind: "server"; readonly command: IrcServerCommand }
  /** Nothing is to be had at one of the addresses for so long, in milliseconds. */
  | { readonly kind: "down"; readonly address: number; readonly ms: number }
  /** Throws it out of a channel, by its index, into which nobody is let for so long, in milliseconds. */
  | { readonly kind: "shut"; readonly channel: number; readonly numeric: string; readonly ms: number }
  /** Throws it out of a channel, by its index. */
  | { readonly kind: "kick"; readonly channel: number }
  /** Asks for several things at once, some of which will be refused. */
  | { readonly kind: "ask" }
  /** Says so many things. */
  | { readonly kind: "say"; readonly count: number }
  /** One who reads events takes none for so long, in milliseconds. */
  | { readonly kind: "dawdle"; readonly ms: number };

const ADDRESSES = ["irc://first.test", "irc://second.test"] as const;
const CHANNELS = ["#ä[1]", "#b"] as const;
/** The second of them has one. */
const KEY = "sesame";
/** What may refuse a JOIN for a while. */
const REFUSALS = ["437", "437", "471", "473", "480"] as const;
/** Who was refused or thrown out so often may be waiting for longer than the world lasts. */
const PATIENT = 4;
const HOST = "bot";
/** By its name, what the client is given goes wrong. */
const STORE = "policies";
const UNTIL = 120_000;
const TALK_EVERY = 1_500;
const RESTLESS = 15_000;
const OUTAGE = { at: 50_000, ms: 12_000 } as const;
/** How long nothing else happens behind each of the last deeds, in milliseconds. */
const CALM = 4_000;
// So few that who dawdles misses some.
const MAILBOX = 24;
/** How long after it has stepped the wall clock may not have been looked at, in milliseconds: that is done once a second. */
const LOOKS_WITHIN = 1_100;
// The clock may stand, then idle, PONG, dial and registration time-outs, the latter at each address, and the longest
// waits between attempts, one after the other.
const RECOVERY = 35_000 + 60_000 + 20_000 + 2 * (15_000 + 30_000 + 8_000) + 5_000;

const acts: fc.Arbitrary<IrcClientAct> = fc.oneof(
  fc.record({ kind: fc.constant("say" as const), count: fc.integer({ min: 1, max: 5 }) }),
  fc.constant({ kind: "ask" as const }),
  fc.record({
    kind: fc.constant("shut" as const),
    channel: fc.nat(1),
    numeric: fc.constantFrom(...REFUSALS),
    ms: fc.integer({ min: 5_000, max: 40_000 }),
  }),
  fc.record({ kind: fc.constant("dawdle" as const), ms: fc.nat(90_000) }),
  fc.record({ kind: fc.constant("down" as const), address: fc.nat(1), ms: fc.nat(60_000) }),
  fc.oneof<fc.Arbitrary<IrcServerCommand>[]>(
    fc.constant({ kind: "drop" }),
    fc.constant({ kind: "freeze" }),
    fc.constant({ kind: "kill", nick: "bot", reason: "test" }),
    fc.constant({ kind: "raw", line: "garbage" }),
  ).map((command) => ({ kind: "server" as const, command })),
  fc.nat(1).map((channel) => ({ kind: "kick" as const, channel })),
  { weight: 4, arbitrary: peopleActs },
);

/**
 * A whole client, as users hold it, whose process may stand still, whose clock jumps, whose store fails and one of
 * whose addresses may lead nowhere; with handlers that throw, a reader who is slow, and one who waits.
 */
export const ircClientWorld: World<IrcClientAct> = {
  name: "irc client",
  identifier: "ircClientWorld",
  bugs: ircClientBugs,
  until: UNTIL,
  plans: faultPlans(fc, {
    until: UNTIL,
    most: 10,
    acts,
    clients: [HOST],
    also: ["coalesce", "narrow", "causes", "freeze", "skew"],
    parts: { [STORE]: ["throw", "hang", "slow", "stale"] },
  }),
  run: running((seed, plan, bug = "") => new ClientWorld(seed, plan, ircClientBugs[bug])),
};

class ClientWorld {
  readonly world: Simulation;
  readonly #core: IrcServer;
  readonly #people: People;
  /** How often each channel, by its index, was closed to it, or it was thrown out. */
  readonly #closed = new Map<number, number>();
  readonly #wrong: Violation[] = [];
  readonly #asked: IrcClientBug["asked"];
  readonly #server: Driver<IrcServerCommand, IrcServerEvent>;
  readonly #restless: boolean;
  readonly #bouncer: boolean;
  /** Whether it was on the network when that was lost. */
  #cutOff = false;
  readonly #host: Host;
  /** Its clocks, whatever it makes of them. */
  readonly #clock: Clock;
  readonly #plan: readonly Fault<IrcClientAct>[];
  /** The times away it told of, and what its wall clock said then. */
  readonly #gaps: { readonly gap: IrcGapEvent; readonly at: Instant; readonly wall: number }[] = [];
  /** How many timers of the client are set. */
  readonly #timers: () => number;
  readonly #observations: Observation[] = [];
  readonly #said: IrcUtterance[] = [];
  #talking = true;
  /** Once it has connected. */
  #client: IrcClient | undefined;
  readonly #user: ClientUser<Told, IrcEvent>;
  #failure: unknown;

  constructor(seed: number, plan: readonly Fault<IrcClientAct>[], bug: IrcClientBug | undefined) {
    this.#plan = plan;
    this.#restless = seed % 3 === 1;
    this.#bouncer = serverOf(seed).bouncer !== undefined;
    const world = this.world = new Simulation({ seed, latency: 40, jitter: 60, chunking: true });
    this.#asked = bug?.asked;
    this.#core = new IrcServer({
      name: "irc.test",
      accounts: { bot: "sesame" },
      keys: { [CHANNELS[1]]: KEY },
      ...serverOf(seed),
    });
    this.#server = new Driver<IrcServerCommand, IrcServerEvent>(this.#core, {
      host: world.host("server"),
      label: "server",
      deliver: (event) => {
        if (event.kind !== "line") return;
        if (event.message.command === "JOIN") this.#checkKey(event.message, event.at);
        if (event.message.command === "PRIVMSG") this.#user.heard(event.message.text);
      },
    });
    this.#server.start();
    this.#people = new People(CHANNELS, this.#core, (command) => void this.#server.command(command));
    // On some seeds an address leads nowhere at all.
    for (const [index, url] of ADDRESSES.entries()) if (seed % 4 !== index) world.serve(url, this.#server);

    const { host, open } = countingTimers(
      world.host(HOST, { observe: (observation) => this.#observe(observation) }),
    );
    this.#timers = open;
    this.#clock = host.clock;
    this.#host = bug?.host?.(host) ?? host;
    const options: IrcClientOptions = {
      url: ADDRESSES,
      nick: "bot",
      channels: [CHANNELS[0], { name: CHANNELS[1], key: KEY }],
      rejoinOnKick: true,
      state: "names",
      capabilities: ["draft/multiline"],
      backoff: { cap: 8_000 },
      // A world may begin with a fault that outlasts any patience.
      connectTimeout: Infinity,
      mailbox: MAILBOX,
      sts: world.unreliable(STORE, new MemoryStsStore()),
      ...(seed % 3 === 0 && { sasl: { username: "bot", password: "sesame" } }),
      runtime: this.#host,
    };
    const client = new IrcClient(bug?.options?.(options) ?? options);
    this.#user = this.#use(client, bug);
    client.connect().then(() => {
      this.#client = client;
      client.closed.catch((error: unknown) => void (this.#failure = error));
    }, (error: unknown) => void (this.#failure = error));
  }

  perform(act: IrcClientAct): void {
    switch (act.kind) {
      case "server": {
        const { command } = act;
        return void this.#server.command("nick" in command ? { ...command, nick: this.#nick } : command);
      }
      case "kick":
        return this.#kick(act.channel);
      case "people":
        // Whose it is, it does not say.
        if (act.does.kind === "fail" && act.does.command === "JOIN") {
          CHANNELS.forEach((_, index) => this.#closes(index));
        }
        return this.#people.perform(act, this.#client);
      case "lines":
        return this.#people.perform(act, this.#client);
      case "down":
        return this.world.network.refuse({ url: ADDRESSES[act.address] ?? ADDRESSES[0] }, act.ms);
      case "shut": {
        const { channel, numeric, ms } = act;
        void this.#server.command({ kind: "refuse", channel: this.#people.name(channel), numeric, ms });
        return this.#kick(channel);
      }
      case "ask":
        return void this.#ask();
      case "say":
        return this.#say(act.count);
      case "dawdle":
        return this.#user.dawdle(Math.min(this.#now + act.ms, UNTIL));
    }
  }

  async run(): Promise<WorldReport> {
    const { world } = this;
    world.clock.setTimer(1_000, () => this.#speak(1));
    for (const at of [2_000, 4_000]) world.clock.setTimer(at, () => this.#people.visit());
    // On some seeds the server throws all out again and again, so that what is asked before a dial is asked often.
    for (let at = RESTLESS; this.#restless && at < UNTIL; at += RESTLESS) {
      world.clock.setTimer(at, () => void this.#server.command({ kind: "drop" }));
    }
    // Where one sits in between, it loses the network while the link to it lasts.
    if (this.#bouncer) {
      world.clock.setTimer(OUTAGE.at, () => {
        const client = this.#client;
        this.#cutOff = client !== undefined && client.channels.size > 0 &&
          this.#core.holder(client.nick) === "registered";
        void this.#server.command({ kind: "outage", ms: OUTAGE.ms });
      });
    }
    await world.run(UNTIL + RECOVERY);
    for (const act of this.#people.deeds(this.#client)) {
      this.#people.perform(act, this.#client);
      await world.run(CALM);
    }
    void this.#ask();
    await world.run(CALM);
    const violations = this.#checkRecovery();
    this.#talking = false;
    await world.run(5_000);
    // What must wait to be paid for, with nothing else that would wake the client.
    this.#say(8);
    await world.run(WAIT);
    if (this.#client !== undefined && this.#failure === undefined) {
      const history = this.#people.checkHistory(this.#client, this.#said, this.#now);
      violations.push(...this.#people.check(this.#client), ...await world.until(history));
    }
    violations.push(
      ...checkSayings(this.#user.sayings, this.#user.counts()),
      ...this.#user.checkSettled(),
      ...this.#wrong,
    );
    let closed = false;
    let left = 0;
    void this.#client?.close().then(() => {
      closed = true;
      // Some would soon wake, and find nothing to do.
      world.clock.setTimer(world.clock.now() + 1, () => void (left = this.#timers()));
    });
    await world.run(10_000);
    if (this.#client !== undefined && !closed) {
      violations.push({ rule: "not_ended", message: "did not end when told to" });
    }
    if (left > 0) {
      violations.push({ rule: "timer_left", message: `${left} timers are set after the end` });
    }
    violations.push(
      ...checkIrcWire(this.#observations),
      // What a bouncer says of itself, it may say again.
      ...checkIrcDelivery(
        this.#said,
        this.#user.handled.filter(({ event }) => event.kind !== "PRIVMSG" || !event.nick.startsWith("*")),
      ),
      ...this.#checkGaps(),
      ...this.#user.checkTold(),
      ...checkEnd(this.#observations),
    );
    return {
      violations,
      trace: world.trace,
      simulated: world.clock.now(),
      events: this.#user.told,
    };
  }

  get #now(): Instant {
    return this.world.clock.now();
  }

  #use(client: IrcClient, bug: IrcClientBug | undefined): ClientUser<Told, IrcEvent> {
    const uses: Uses<Told> = {
      say: (channel, text) => client.privmsg(channel, text),
      handle: (handler) => client.on("PRIVMSG", ({ text }) => handler(text)),
      read: () => client[Symbol.asyncIterator](),
      wait: (text, signal) => client.wait("PRIVMSG", { signal, where: (event) => event.text === text }),
    };
    // The worlds refuse it, and it is tried again.
    client.on("join_failed", () => {});
    client.on("PRIVMSG", (event) => this.#user.handles(event));
    client.on("gap", (event) => {
      this.#user.handles(event);
      this.#gaps.push({ gap: event, at: this.#now, wall: this.#clock.wall() });
    });
    client.on("error", ({ handling }) => {
      if (handling === "PRIVMSG") this.#user.failed();
    });
    return new ClientUser(this.world, this.#host, uses, bug?.uses);
  }

  #observe(observation: Observation): void {
    this.#observations.push(observation);
    if (observation.kind !== "sent") return;
    const text = /^(?:@\S+ )?PRIVMSG \S+ :(.+)\r\n$/.exec(String(observation.data))?.[1];
    if (text !== undefined) this.#user.wrote(text);
  }

  get #nick(): string {
    return this.#client?.nick ?? "bot";
  }

  #kick(channel: number): void {
    this.#closes(channel);
    void this.#server.command({ kind: "kick", channel: this.#people.name(channel), nick: this.#nick });
  }

  #closes(channel: number): void {
    this.#closed.set(channel, (this.#closed.get(channel) ?? 0) + 1);
  }

  /** Who has a key gives it, whatever happened before. */
  #checkKey(message: IrcMessage, at: Instant): void {
    const [names = "", keys = ""] = message.params;
    const index = names.split(",").indexOf(CHANNELS[1]);
    if (index < 0 || keys.split(",")[index] === KEY) return;
    this.#wrong.push({ rule: "key_lost", message: `joins ${CHANNELS[1]} without its key at ${at}` });
  }

  /** Of commands that are given at once, the one that the server refuses is refused, and no other. */
  async #ask(): Promise<void> {
    const client = this.#client;
    if (client === undefined) return;
    const outcome = (doing: Promise<unknown>) =>
      doing.then(
        () => "done",
        (error: unknown) => error instanceof IrcRefusedError ? error.numeric : "unknown",
      );
    const channel = this.#people.name(0);
    // Who comes into a channel is told who is there, which without labels looks as if it had been asked for.
    let joined = false;
    const undo = client.on("JOIN", ({ own }) => void (joined ||= own));
    const [kick, names] = await Promise.all([
      outcome(client.kick(channel, "ghost")),
      outcome(client.names(channel)),
    ]);
    undo();
    if (joined) return;
    const told = this.#asked?.({ kick, names }) ?? { kick, names };
    const isFail = (outcome: string, command: string) =>
      outcome === "FAIL" && this.#people.failed.has(command);
    const isRefused = /^(?:403|441|442|482|unknown)$/.test(told.kick) || isFail(told.kick, "KICK");
    if (isRefused && (/^(?:done|unknown)$/.test(told.names) || isFail(told.names, "NAMES"))) return;
    const message = `a KICK of nobody is told as ${told.kick}, and a NAMES as ${told.names}`;
    this.#wrong.push({ rule: "wrong_command_refused", message });
  }

  #say(count: number): void {
    if (this.#client === undefined) return;
    const said = this.#user.sayings.length;
    this.#user.say(Array.from({ length: count }, (_, index) => this.#people.name((said + index + 1) % 2)));
  }

  #speak(count: number): void {
    if (!this.#talking) return;
    const channel = this.#people.name(count % 2);
    const text = whatPersonSays(count);
    // Who has no client yet to listen with misses nothing.
    const member = this.#client !== undefined && this.#core.members(channel).includes(this.#client.nick);
    this.#said.push({ text, channel, at: this.#now, member });
    void this.#server.command({ kind: "say", nick: count % 4 < 2 ? "ann" : "ben", channel, text });
    if (count % 10 === 0) this.#say(1);
    if (count % 8 === 0 && this.#client !== undefined) this.#user.wait(whatPersonSays(count + 2));
    this.world.clock.setTimer(this.#now + TALK_EVERY, () => this.#speak(count + 1));
  }

  /** Times away end now, by the clock on the wall, as it stands now; and end no sooner than they begin. */
  #checkGaps(): Violation[] {
    if (this.#cutOff && !this.#gaps.some(({ at }) => at >= OUTAGE.at)) {
      return [{ rule: "outage_untold", message: "its bouncer was off the network, and no gap is told" }];
    }
    return this.#gaps.flatMap(({ gap: { from, to }, at, wall }): Violation[] => {
      const stepping = this.#plan.some((fault) =>
        (fault.kind === "skew" || fault.kind === "freeze") && fault.at <= at &&
        at <= fault.at + (fault.kind === "freeze" ? fault.ms : 0) + LOOKS_WITHIN
      );
      if (from <= to && (stepping || Math.abs(to - wall) < 1)) return [];
      return [{ rule: "gap_times", message: `a gap lasts from ${from} to ${to} when the wall says ${wall}` }];
    });
  }

  /** Once nothing goes wrong any more, the client is there, and in its channels. */
  #checkRecovery(): Violation[] {
    if (this.#failure !== undefined) {
      return [{ rule: "ended_by_itself", message: `has ended with "${this.#failure}"` }];
    }
    const client = this.#client;
    if (client === undefined) return [{ rule: "not_in_channel", message: "has never connected" }];
    return CHANNELS.flatMap((_, index) => {
      const name = this.#people.name(index);
      const there = client.channels.has(name) && this.#core.members(name).includes(client.nick);
      const times = this.#closed.get(index) ?? 0;
      if (there || times > PATIENT || this.#people.uncertain.has(index)) return [];
      const rule = times > 0 ? "channel_forgotten" : "not_in_channel";
      return [{ rule, message: `is not in ${name}, which was closed to it ${times} times` }];
    });
  }
}

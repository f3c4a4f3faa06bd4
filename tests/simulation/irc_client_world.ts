import fc from "fast-check";
import { Driver } from "../../src/driver/driver.ts";
import type { Observation } from "../../src/driver/host.ts";
import { IrcClient, type IrcClientOptions } from "../../src/irc/client.ts";
import { MemoryStsStore } from "../../src/irc/host/sts_store.ts";
import type { IrcEvent } from "../../src/irc/wire/event.ts";
import { ParleyError } from "../../src/protocol/errors.ts";
import type { Instant } from "../../src/protocol/protocol.ts";
import { checkIrcDelivery, checkIrcWire, type IrcUtterance } from "../../testing/irc/checker.ts";
import { IrcServer, type IrcServerCommand, type IrcServerEvent } from "../../testing/irc/server.ts";
import { checkEnd, checkSayings, type Delivered, type Saying } from "../../testing/world/checker.ts";
import { faultPlans, scheduleFaults } from "../../testing/world/faults.ts";
import type { World, WorldReport } from "../../testing/world/search.ts";
import { Simulation } from "../../testing/world/simulation.ts";
import type { Violation } from "../../testing/world/violation.ts";
import { type IrcClientBug, ircClientBugs, type Told, type Uses } from "./_irc_client_bugs.ts";

/** What a plan can make the server, one of its addresses, or the user do. */
export type IrcClientAct =
  | { readonly kind: "server"; readonly command: IrcServerCommand }
  /** Nothing is to be had at one of the addresses for so long, in milliseconds. */
  | { readonly kind: "down"; readonly address: number; readonly ms: number }
  /** Says so many things. */
  | { readonly kind: "say"; readonly count: number }
  /** One who reads events takes none for so long, in milliseconds. */
  | { readonly kind: "dawdle"; readonly ms: number };

const ADDRESSES = ["irc://first.test", "irc://second.test"] as const;
const CHANNELS = ["#a", "#b"] as const;
const HOST = "bot";
/** By its name, what the client is given goes wrong. */
const STORE = "policies";
const UNTIL = 120_000;
const TALK_EVERY = 1_500;
const WAIT = 20_000;
const RESTLESS = 15_000;
// So few that who dawdles misses some.
const MAILBOX = 24;
// The clock may stand, then idle, PONG, dial and registration time-outs, the latter at each address, and the longest
// waits between attempts, one after the other.
const RECOVERY = 35_000 + 60_000 + 20_000 + 2 * (15_000 + 30_000 + 8_000) + 5_000;

const acts: fc.Arbitrary<IrcClientAct> = fc.oneof(
  fc.record({ kind: fc.constant("say" as const), count: fc.integer({ min: 1, max: 5 }) }),
  fc.record({ kind: fc.constant("dawdle" as const), ms: fc.nat(90_000) }),
  fc.record({ kind: fc.constant("down" as const), address: fc.nat(1), ms: fc.nat(60_000) }),
  fc.oneof<fc.Arbitrary<IrcServerCommand>[]>(
    fc.constant({ kind: "drop" }),
    fc.constant({ kind: "freeze" }),
    fc.constant({ kind: "kill", nick: "bot", reason: "test" }),
    fc.constant({ kind: "raw", line: "garbage" }),
  ).map((command) => ({ kind: "server" as const, command })),
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
    parts: { [STORE]: ["throw", "hang", "stale"] },
  }),
  run: async (seed, plan, bug) => {
    const client = new ClientWorld(seed, bug === undefined ? undefined : ircClientBugs[bug]);
    scheduleFaults(client.world, plan, (act) => client.perform(act));
    return await client.run();
  },
};

/** Something that was said, and when that was over. */
interface TimedSaying extends Saying {
  endedAt: Instant | undefined;
}

/** Somebody waits for something to be said. */
interface Waiting {
  readonly text: string;
  readonly until: Instant;
  outcome: "came" | "given up" | undefined;
}

class ClientWorld {
  readonly world: Simulation;
  readonly #core = new IrcServer({ name: "irc.test", accounts: { bot: "sesame" } });
  readonly #server: Driver<IrcServerCommand, IrcServerEvent>;
  readonly #bug: IrcClientBug | undefined;
  readonly #restless: boolean;
  readonly #host: ReturnType<Simulation["host"]>;
  readonly #observations: Observation[] = [];
  readonly #said: IrcUtterance[] = [];
  readonly #heard = new Map<string, Instant[]>();
  readonly #sayings: TimedSaying[] = [];
  readonly #written = new Map<string, PromiseWithResolvers<void>>();
  readonly #waits: Waiting[] = [];
  readonly #handled: Delivered<IrcEvent>[] = [];
  /** What one who reads at once was told, and one who dawdles. */
  readonly #read: Told[] = [];
  readonly #readLate: Told[] = [];
  #readers = 0;
  #thrown = 0;
  #errors = 0;
  #dawdlesUntil: Instant = 0;
  #talking = true;
  #client: IrcClient | undefined;
  #uses: Uses | undefined;
  #failure: unknown;

  constructor(seed: number, bug: IrcClientBug | undefined) {
    this.#bug = bug;
    this.#restless = seed % 3 === 1;
    const world = this.world = new Simulation({ seed, latency: 40, jitter: 60, chunking: true });
    this.#server = new Driver<IrcServerCommand, IrcServerEvent>(this.#core, {
      host: world.host("server"),
      label: "server",
      deliver: (event) => {
        if (event.kind !== "line" || event.message.command !== "PRIVMSG") return;
        const { text } = event.message;
        this.#heard.set(text, [...this.#heard.get(text) ?? [], world.clock.now()]);
      },
    });
    this.#server.start();
    // On some seeds an address leads nowhere at all.
    for (const [index, url] of ADDRESSES.entries()) if (seed % 4 !== index) world.serve(url, this.#server);

    const host = world.host(HOST, { observe: (observation) => this.#observe(observation) });
    this.#host = bug?.host?.(host) ?? host;
    const options: IrcClientOptions = {
      url: ADDRESSES,
      nick: "bot",
      channels: CHANNELS,
      backoff: { cap: 8_000 },
      mailbox: MAILBOX,
      sts: world.unreliable(STORE, new MemoryStsStore()),
      ...(seed % 3 === 0 && { sasl: { username: "bot", password: "sesame" } }),
      runtime: this.#host,
    };
    const client = new IrcClient(bug?.options?.(options) ?? options);
    const uses = this.#listen(client);
    client.connect().then(() => {
      this.#client = client;
      this.#uses = uses;
      client.closed.catch((error: unknown) => void (this.#failure = error));
    }, (error: unknown) => void (this.#failure = error));
  }

  perform(act: IrcClientAct): void {
    switch (act.kind) {
      case "server": {
        const { command } = act;
        const nick = this.#client?.nick ?? "bot";
        return void this.#server.command("nick" in command ? { ...command, nick } : command);
      }
      case "down":
        return this.world.network.refuse({ url: ADDRESSES[act.address] ?? ADDRESSES[0] }, act.ms);
      case "say":
        // Whose process stands still says nothing.
        return void this.#host.clock.setTimer(this.#host.clock.now(), () => {
          for (let count = 0; count < act.count; count++) this.#say();
        });
      case "dawdle":
        this.#dawdlesUntil = Math.max(this.#dawdlesUntil, Math.min(this.#now + act.ms, UNTIL));
    }
  }

  async run(): Promise<WorldReport> {
    const { world } = this;
    world.clock.setTimer(1_000, () => this.#speak(1));
    // On some seeds the server throws all out again and again, so that what is asked before a dial is asked often.
    for (let at = RESTLESS; this.#restless && at < UNTIL; at += RESTLESS) {
      world.clock.setTimer(at, () => void this.#server.command({ kind: "drop" }));
    }
    await world.run(UNTIL + RECOVERY);
    const violations = this.#checkRecovery();
    this.#talking = false;
    await world.run(5_000);
    // What must wait to be paid for, with nothing else that would wake the client.
    this.perform({ kind: "say", count: 8 });
    await world.run(WAIT);
    const settled = this.#sayings.map((saying) => ({ ...saying }));
    const waits = this.#waits.map((waiting) => ({ ...waiting }));
    let closed = false;
    void this.#client?.close().then(() => void (closed = true));
    await world.run(10_000);
    if (this.#client !== undefined && !closed) {
      violations.push({ rule: "not_ended", message: "did not end when told to" });
    }
    if (this.#readers > 0) {
      violations.push({
        rule: "reader_endless",
        message: `${this.#readers} readers were not told of the end`,
      });
    }
    const counts = new Map([...this.#heard].map(([text, times]) => [text, times.length]));
    violations.push(
      ...checkIrcWire(this.#observations),
      ...checkIrcDelivery(this.#said, this.#handled),
      ...checkSayings(settled, counts),
      ...this.#checkTimes(settled),
      ...this.#checkWaits(waits),
      ...this.#checkReaders(),
      ...checkEnd(this.#observations),
    );
    return {
      violations,
      trace: world.trace,
      simulated: world.clock.now(),
      events: this.#read.length,
    };
  }

  get #now(): Instant {
    return this.world.clock.now();
  }

  #listen(client: IrcClient): Uses {
    const honest: Uses = {
      say: (channel, text) => client.privmsg(channel, text),
      handle: (handler) => client.on("PRIVMSG", ({ text }) => handler(text)),
      read: () => client[Symbol.asyncIterator](),
      wait: (text, signal) => client.wait("PRIVMSG", { signal, where: (event) => event.text === text }),
    };
    const written = (text: string) => this.#writtenOf(text).promise;
    const uses = { ...honest, ...this.#bug?.uses?.(honest, this.#host, written) };
    client.on("PRIVMSG", (event) => void this.#handled.push({ event, at: this.#now }));
    client.on("gap", (event) => void this.#handled.push({ event, at: this.#now }));
    client.on("error", ({ handling }) => {
      if (handling === "PRIVMSG") this.#errors++;
    });
    let count = 0;
    uses.handle((text) => {
      count++;
      if (count % 7 === 0) {
        this.#thrown++;
        throw new Error(`Cannot take "${text}"`);
      }
      if (count % 11 !== 0) return;
      this.#thrown++;
      return Promise.reject(new Error(`Cannot take "${text}" after all`));
    });
    void this.#reads(uses.read(), this.#read, () => -Infinity);
    void this.#reads(uses.read(), this.#readLate, () => this.#dawdlesUntil);
    return uses;
  }

  async #reads(events: AsyncIterator<Told, undefined>, read: Told[], free: () => Instant): Promise<void> {
    this.#readers++;
    const { clock } = this.world;
    try {
      for (let next = await events.next(); !next.done; next = await events.next()) {
        read.push(next.value);
        while (free() > clock.now()) {
          await new Promise<void>((resolve) => void clock.setTimer(free(), resolve));
        }
      }
    } catch {
      // It ended with an error, which is noted elsewhere.
    }
    this.#readers--;
  }

  #observe(observation: Observation): void {
    this.#observations.push(observation);
    if (observation.kind !== "sent") return;
    const text = /^PRIVMSG \S+ :(.+)\r\n$/.exec(String(observation.data))?.[1];
    if (text !== undefined) this.#writtenOf(text).resolve();
  }

  #writtenOf(text: string): PromiseWithResolvers<void> {
    const written = this.#written.get(text) ?? Promise.withResolvers<void>();
    this.#written.set(text, written);
    return written;
  }

  #say(): void {
    if (this.#uses === undefined) return;
    const text = `bot says ${this.#sayings.length}`;
    const saying: TimedSaying = { text, outcome: undefined, endedAt: undefined };
    this.#sayings.push(saying);
    const over = (outcome: Saying["outcome"]) => {
      saying.outcome = outcome;
      saying.endedAt = this.#now;
    };
    this.#uses.say(CHANNELS[this.#sayings.length % 2] ?? "#a", text).then(
      () => over("done"),
      (error: unknown) => over(error instanceof ParleyError && error.code === "lost" ? "lost" : "failed"),
    );
  }

  #speak(count: number): void {
    if (!this.#talking) return;
    const channel = CHANNELS[count % 2] ?? "#a";
    const text = `person says ${count}`;
    // Who has no client yet to listen with misses nothing.
    const member = this.#uses !== undefined && this.#core.members(channel).includes(this.#client?.nick ?? "");
    this.#said.push({ text, channel, at: this.#now, member });
    void this.#server.command({ kind: "say", nick: count % 4 < 2 ? "ann" : "ben", channel, text });
    if (count % 10 === 0) this.perform({ kind: "say", count: 1 });
    if (count % 8 === 0) this.#wait(`person says ${count + 2}`);
    this.world.clock.setTimer(this.#now + TALK_EVERY, () => this.#speak(count + 1));
  }

  #wait(text: string): void {
    if (this.#uses === undefined) return;
    const waiting: Waiting = { text, until: this.#now + WAIT, outcome: undefined };
    this.#waits.push(waiting);
    const controller = new AbortController();
    this.world.clock.setTimer(waiting.until, () => controller.abort());
    this.#uses.wait(text, controller.signal).then(
      () => void (waiting.outcome = "came"),
      () => void (waiting.outcome = "given up"),
    );
  }

  /** Once nothing goes wrong any more, the client is there, and in its channels. */
  #checkRecovery(): Violation[] {
    if (this.#failure !== undefined) {
      return [{ rule: "ended_by_itself", message: `has ended with "${this.#failure}"` }];
    }
    const { nick = "", channels = [] } = this.#client ?? {};
    return CHANNELS.flatMap((name) => {
      const there = channels.includes(name) && this.#core.members(name).includes(nick);
      return there ? [] : [{ rule: "not_in_channel", message: `is not in ${name}` }];
    });
  }

  /** What is done was heard before that. */
  #checkTimes(sayings: readonly TimedSaying[]): Violation[] {
    return sayings.flatMap(({ text, outcome, endedAt = Infinity }) => {
      const [at = Infinity] = this.#heard.get(text) ?? [];
      if (outcome !== "done" || at <= endedAt) return [];
      return [{ rule: "done_early", message: `"${text}" is called done at ${endedAt}, and heard at ${at}` }];
    });
  }

  /** Who waits is woken by what handlers are told, or else gives up when its time is over. */
  #checkWaits(waits: readonly Waiting[]): Violation[] {
    const told = new Map(
      this.#handled.flatMap(({ event, at }) => event.kind === "PRIVMSG" ? [[event.text, at]] : []),
    );
    return waits.flatMap(({ text, until, outcome }) => {
      const came = (told.get(text) ?? Infinity) < until;
      if (outcome === (came ? "came" : "given up")) return [];
      const message = `who waited for "${text}" until ${until} ${
        outcome ?? "still waits"
      }, though it came at ${told.get(text)}`;
      return [{ rule: came ? "wait_missed" : "wait_unsettled", message }];
    });
  }

  /** All are told the same, in the same order; what one who dawdles misses is counted; who throws is heard. */
  #checkReaders(): Violation[] {
    const violations: Violation[] = [];
    if (this.#errors !== this.#thrown) {
      const message = `${this.#thrown} handlers threw, and ${this.#errors} were told of`;
      violations.push({ rule: "error_untold", message });
    }
    const handled = this.#handled.map(({ event }) => event);
    const read = this.#read.filter(({ kind }) => kind === "PRIVMSG" || kind === "gap");
    if (handled.length !== read.length || handled.some((event, index) => event !== read[index])) {
      violations.push({ rule: "readers_differ", message: "handlers were told otherwise than who reads" });
    }
    let at = 0;
    for (const event of this.#readLate) {
      // What came before there was a client may have been too much for either.
      if (event === this.#read[at]) at++;
      else if (event.kind === "lagged") at += event.missed;
      else {
        violations.push({ rule: "missed_untold", message: `"${event.kind}" came where another was due` });
        return violations;
      }
    }
    if (at !== this.#read.length) {
      violations.push({
        rule: "missed_untold",
        message: `${this.#read.length - at} events are missing at the end`,
      });
    }
    return violations;
  }
}

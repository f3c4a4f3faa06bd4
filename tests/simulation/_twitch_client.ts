import { Driver } from "../../src/driver/driver.ts";
import type { Clock } from "../../src/driver/clock/clock.ts";
import type { Host, Observation } from "../../src/driver/host.ts";
import type { Instant, Outcome } from "../../src/protocol/protocol.ts";
import { checkEnd, checkSayings, type Delivered, type Saying } from "../../testing/world/checking/checker.ts";
import type { Simulation } from "../../testing/world/simulation.ts";
import { labelled, type Violation } from "../../testing/world/checking/violation.ts";
import {
  checkTwitchDelivery,
  checkTwitchGaps,
  checkTwitchJoins,
  checkTwitchWire,
  type TwitchDue,
  type TwitchJoining,
} from "../../testing/twitch/checker.ts";
import { type Belief, beliefsOf } from "../../testing/twitch/_beliefs.ts";
import type { TwitchServer } from "../../testing/twitch/server.ts";
import type { TwitchUtterance } from "../../testing/twitch/server_types.ts";
import type { TwitchAnswer, TwitchAsk } from "../../src/twitch/session/outputs.ts";
import type { TwitchLoginError } from "../../src/twitch/session/login/login.ts";
import type { TwitchCommand } from "../../src/twitch/wire/commands/command.ts";
import type { TwitchEvent, TwitchGapEvent } from "../../src/twitch/wire/event.ts";
import { TwitchPool, type TwitchPoolOptions } from "../../src/twitch/session/pool.ts";
import type { Fault } from "../../testing/world/faults.ts";
import { cameAt, slackOf, stallsOf } from "./_stalls.ts";
import { Tampered } from "./_tampered.ts";
import { twitchBugs } from "./_twitch_bugs.ts";

/** The account of the clients that have one. */
export const BOT = "bot";

/** By their names, what the clients are given goes wrong. */
export const PERMITS = "permits";
export const TOKENS = "tokens";

/** A client's link by the server's number of it. */
export type OwnerOf = (link: number) => { readonly client: Client; readonly link: number } | undefined;

/** One client, what it was told, and what can be known of it. */
export class Client {
  readonly name: string;
  readonly url: string;
  readonly driver: Driver<TwitchCommand, TwitchEvent, TwitchAsk, TwitchAnswer>;
  readonly delivered: Delivered<TwitchEvent>[] = [];
  /** The gaps among it, by the client's own clock. */
  readonly #gaps: Delivered<TwitchGapEvent>[] = [];
  /** Its links that have opened, in order. */
  readonly opened: number[] = [];
  /** When it gave up which link, or lost it. */
  readonly gone = new Map<number, number>();
  /** How many of its links the server has accepted, as far as that was looked at. */
  accepted = 0;
  readonly #pool: TwitchPool;
  readonly #world: Simulation;
  readonly #clock: Clock;
  readonly #stalls: ReturnType<typeof stallsOf>;
  readonly #slack: number;
  /** What was dialled last. */
  #dialled = 0;
  /** What was observed, by the client's own clock, and when that came, by the world's. */
  readonly #observed: Observation[] = [];
  readonly #observations: Observation[] = [];
  readonly #outcomes = new Map<number, Outcome["kind"]>();
  readonly #sayings = new Map<number, string>();
  readonly #own = new Set<string>();
  readonly #joinings: TwitchJoining[] = [];
  readonly #wanted: Set<string>;
  /** The channels that it wanted at any time, and one that nobody did. */
  readonly #known: Set<string>;
  /** The channels it has been in since it wanted to. */
  readonly #inside = new Set<string>();
  #due: TwitchDue[] = [];
  readonly #refused: string[] = [];
  /** What was said in channels that the server has taken one of its links out of, and which. */
  #forgotten: { readonly due: TwitchDue; readonly links: readonly number[] }[] = [];
  #tickets = 0;

  /** `tokenNow` tells the token that the server accepts. */
  constructor(
    world: Simulation,
    name: string,
    options: Omit<TwitchPoolOptions, "random"> & { readonly url: string },
    tokenNow: () => string,
    plan: readonly Fault<unknown>[],
    bug: string | undefined,
  ) {
    this.#world = world;
    this.#stalls = stallsOf(plan, name);
    this.#slack = slackOf(plan, name);
    this.name = name;
    this.url = options.url;
    this.#wanted = new Set(options.channels);
    this.#known = new Set([...this.#wanted, "#elsewhere"]);
    const planted = bug === undefined ? undefined : twitchBugs[bug];
    const shared = world.host(name, { observe: (observation) => this.#observe(observation) });
    const permits = world.unreliable(PERMITS, planted?.permits?.(shared) ?? shared.permits);
    this.#clock = shared.clock;
    const host: Host = {
      ...shared,
      clock: planted?.clock?.(shared.clock) ?? shared.clock,
      permits: planted?.around?.(permits) ?? permits,
      dial: (request, events) => {
        const link = this.#dialled;
        return shared.dial(request, {
          // Also of one that it has given up: the server took it for open.
          opened: (info) => {
            this.opened.push(link);
            events.opened(info);
          },
          receive: (data) => events.receive(data),
          receiveBatch: (batch) => events.receiveBatch(batch),
          closed: (info) => events.closed(info),
        });
      },
    };
    this.#pool = new TwitchPool({
      ...options,
      ...planted?.options,
      backoff: { cap: 8_000 },
      // A world may begin with a fault that outlasts any patience.
      connectTimeout: Infinity,
      timeouts: { quiet: 15_000, ...planted?.options?.timeouts },
      random: host.random,
    });
    const core = planted?.tamper === undefined
      ? this.#pool
      : new Tampered<TwitchCommand, TwitchEvent, TwitchAsk, TwitchAnswer>(this.#pool, planted.tamper());
    let token = tokenNow();
    const provide = world.unreliable(TOKENS, (_: AbortSignal, refused: TwitchLoginError | undefined) => {
      if (refused !== undefined) token = tokenNow();
      return token;
    });
    this.driver = new Driver<TwitchCommand, TwitchEvent, TwitchAsk, TwitchAnswer>(core, {
      host,
      label: name,
      deliver: (event) => this.#deliver(event),
      answer: async ({ refused }, signal) => ({ kind: "token", token: await provide(signal, refused) }),
      ...(planted?.answerWithin !== undefined && { answerWithin: planted.answerWithin }),
    });
  }

  /** How many messages have not settled. */
  get waiting(): number {
    return [...this.#sayings.keys()].filter((ticket) => !this.#outcomes.has(ticket)).length;
  }

  want(kind: "join" | "part", channel: string): void {
    this.#awake(() => this.#want(kind, channel));
  }

  say(channel: string, count: number, patience?: number): void {
    this.#awake(() => this.#say(channel, count, patience));
  }

  /** Whose process stands still wants nothing. */
  #awake(wants: () => void): void {
    this.#clock.setTimer(this.#clock.now(), wants);
  }

  #want(kind: "join" | "part", channel: string): void {
    this.#known.add(channel);
    if (kind === "join") this.#wanted.add(channel);
    else this.#wanted.delete(channel);
    if (kind === "part") this.#part(channel);
    if (this.driver.ended) return;
    const ticket = ++this.#tickets;
    if (kind === "join") this.#joinings.push({ ticket, channel });
    void this.driver.command({ kind, channel });
  }

  #say(channel: string, count: number, patience?: number): void {
    if (this.name === "anonymous" || this.driver.ended) return;
    for (let index = 0; index < count; index++) {
      const ticket = ++this.#tickets;
      const text = `${this.name} says ${ticket}`;
      this.#sayings.set(ticket, text);
      this.#own.add(text);
      const controller = new AbortController();
      void this.driver.command({ kind: "say", channel, text }, controller.signal);
      if (patience === undefined) continue;
      this.#clock.setTimer(this.#clock.now() + patience, () => controller.abort());
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
    const due = { ...utterance, over, held: held.length > 0 ? held : [...this.opened] };
    const links = utterance.forgotten.flatMap((link) => {
      const owner = ownerOf(link);
      return owner?.client === this ? [owner.link] : [];
    });
    if (over.length > 0 || links.length === 0) this.#due.push(due);
    else this.#forgotten.push({ due, links });
  }

  /** Once nothing goes wrong any more, it is in exactly the channels it should be in, by one link. */
  checkRecovery(server: TwitchServer, ownerOf: OwnerOf, tellsOut: boolean): Violation[] {
    const violations: Violation[] = [];
    if (this.driver.ended) violations.push({ rule: "ended_by_itself", message: "has ended by itself" });
    const inside = new Set(this.#pool.channels);
    // A link that is gone took with it what it knew of the time before; one that is there must have noticed, unless
    // the server answers every JOIN in the same way.
    for (const { due, links } of tellsOut ? this.#forgotten : []) {
      if (!links.some((link) => this.gone.has(link))) this.#due.push(due);
    }
    for (const channel of new Set([...this.#known, ...inside])) {
      const links = server.links(channel).filter((link) => ownerOf(link)?.client === this).length;
      if (links !== (inside.has(channel) ? 1 : 0)) {
        violations.push({
          rule: "channel_links",
          message: `${inside.has(channel) ? "is" : "is not"} in ${channel}, but with ${links} links`,
        });
      }
      if (inside.has(channel) && !this.#wanted.has(channel)) {
        violations.push({ rule: "in_parted_channel", message: `is in ${channel} unwanted` });
      }
      if (!inside.has(channel) && this.#wanted.has(channel)) {
        violations.push({ rule: "not_in_channel", message: `is not in ${channel}` });
      }
    }
    for (const channel of this.#refused) {
      if (!server.refuses(channel, BOT)) {
        violations.push({ rule: "given_up", message: `gave ${channel} up for nothing` });
      }
    }
    return labelled(this.name, violations);
  }

  /** Everything that was said has come to an end by itself, and truly. */
  checkSaid(heard: ReadonlyMap<string, number>, taken: ReadonlySet<string>): Violation[] {
    const violations = [
      ...checkSayings(this.#said(), heard),
      ...checkTwitchJoins(this.#joinings, this.#observations),
    ];
    for (const { text, outcome } of this.#said()) {
      if (outcome === "done" && !taken.has(text)) {
        violations.push({ rule: "done_untaken", message: `"${text}" is called done, but was not taken` });
      }
    }
    const told = new Set(this.delivered.flatMap(({ event }) => event.kind === "PRIVMSG" ? [event.text] : []));
    for (const { text, outcome } of this.#said()) {
      if (outcome === "done" && told.has(text)) {
        violations.push({ rule: "came_back", message: `"${text}" came back` });
      }
    }
    return labelled(this.name, violations);
  }

  checkAll(): Violation[] {
    return labelled(this.name, [
      ...(this.driver.ended ? [] : [{ rule: "not_ended", message: "did not end when told to" }]),
      ...checkTwitchWire(this.#observations),
      ...checkTwitchDelivery(this.#due, this.delivered, this.#observations, { slack: this.#slack }),
      ...checkTwitchGaps(this.#gaps, this.#observed),
      ...checkEnd(this.#observations),
    ]);
  }

  /** What it had been told when it sent each of its messages, by their nonces. */
  beliefs(): Map<string, Belief> {
    return beliefsOf(this.#observations);
  }

  /** Who parts a channel is not told what of it was missed, if that was not known by then. */
  #part(channel: string): void {
    const told = new Set(this.delivered.flatMap(({ event }) => event.kind === "PRIVMSG" ? [event.text] : []));
    this.#due = this.#due.filter((due) => due.channel !== channel || told.has(due.text));
    this.#leave(channel);
  }

  #leave(channel: string): void {
    this.#inside.delete(channel);
    this.#forgotten = this.#forgotten.filter(({ due }) => due.channel !== channel);
  }

  #said(): Saying[] {
    return [...this.#sayings].map(([ticket, text]) => ({ text, outcome: this.#outcomes.get(ticket) }));
  }

  #deliver(event: TwitchEvent): void {
    const at = this.#world.clock.now();
    if (event.kind === "gap") this.#gaps.push({ event, at });
    this.delivered.push({ event: event.kind === "gap" ? { ...event, ...this.#told(event) } : event, at });
    if (event.kind !== "join_failed") return;
    this.#wanted.delete(event.channel);
    this.#leave(event.channel);
    this.#refused.push(event.channel);
  }

  /** What users are told of a gap, by the world's clock, as far as that on the wall is right now. */
  #told(gap: { readonly from: Instant; readonly to: Instant }) {
    const ahead = this.#clock.wall() - this.#world.clock.now();
    const { from, to } = this.driver.wallSpan(gap.from, gap.to);
    return { from: from - ahead, to: to - ahead };
  }

  #observe(observed: Observation): void {
    const now = this.#world.clock.now();
    const at = observed.kind === "received" ? cameAt(this.#stalls, now) : now;
    const observation = { ...observed, at };
    this.#observed.push(observed);
    this.#observations.push(observation);
    switch (observation.kind) {
      case "dial":
        this.#dialled = observation.link;
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

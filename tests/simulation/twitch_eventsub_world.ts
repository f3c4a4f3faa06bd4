import fc from "fast-check";
import type { Observation } from "../../src/driver/host.ts";
import type { Instant } from "../../src/protocol/protocol.ts";
import { TwitchApi } from "../../src/twitch/api/mod.ts";
import { TwitchAuth } from "../../src/twitch/auth/auth.ts";
import { TwitchEventSub, type TwitchEventSubWanted } from "../../src/twitch/eventsub/client.ts";
import { EVENTSUB_URL } from "../../src/twitch/eventsub/session/session.ts";
import { TwitchService } from "../../testing/twitch/service/service.ts";
import { checkEnd } from "../../testing/world/checker.ts";
import { type Fault, faultPlans } from "../../testing/world/faults.ts";
import type { World, WorldReport } from "../../testing/world/search.ts";
import { Simulation } from "../../testing/world/simulation.ts";
import type { Violation } from "../../testing/world/violation.ts";
import { running } from "./_running.ts";
import { Wall } from "./_walls.ts";
import { type EventSubBug, twitchEventSubBugs } from "./_twitch_eventsub_bugs.ts";

/** What a plan can make Twitch do, or its user want. */
export type TwitchEventSubAct =
  | { readonly kind: "reconnect" }
  | { readonly kind: "close"; readonly code: 4000 | 4001 | 4002 | 4003 | 4004 | 4005 | 4006 | 4007 }
  | { readonly kind: "silence" }
  /** Ends the subscription of a channel. */
  | { readonly kind: "revoke"; readonly channel: number }
  /** Twitch is not sure, and says what happens in the next so many milliseconds up to three times. */
  | { readonly kind: "repeat"; readonly ms: number }
  /** The user ends a subscription, or makes it again. */
  | { readonly kind: "toggle"; readonly channel: number };

/** Something that happened in a channel. */
interface Happening {
  readonly mark: string;
  readonly channel: number;
  readonly at: Instant;
}

/** A time away that was told, by the clock on the wall. */
interface Gap {
  readonly from: number;
  readonly to: number;
  readonly channels: readonly number[];
  readonly at: Instant;
}

const CHANNELS = 5;
const UNTIL = 120_000;
const RECOVERY = 240_000;
const EVERY = 700;
/** How many bytes Twitch sends in a second at most, where nothing is repeated. */
const PER_SECOND = 1_500;
/** How long Twitch takes to notice that nobody is there, in milliseconds. */
const NOTICED = 30_000;
/** How long the clocks of a standstill, a link and a server may differ about when something was, in milliseconds. */
const SLACK = 1_000;
/** How long before a time away what is to blame for it may have been, in milliseconds. */
const BLAME = 90_000;

const acts: fc.Arbitrary<TwitchEventSubAct> = fc.oneof(
  fc.constant({ kind: "reconnect" as const }),
  fc.constant({ kind: "reconnect" as const }),
  fc.record({
    kind: fc.constant("close" as const),
    code: fc.constantFrom(4000, 4001, 4002, 4003, 4004, 4005, 4006, 4007),
  }),
  fc.constant({ kind: "silence" as const }),
  fc.record({ kind: fc.constant("revoke" as const), channel: fc.nat(CHANNELS - 1) }),
  fc.record({ kind: fc.constant("repeat" as const), ms: fc.nat(20_000) }),
  fc.record({ kind: fc.constant("toggle" as const), channel: fc.nat(CHANNELS - 1) }),
);

/**
 * A client that is told what happens in channels, while Twitch sends it away, closes with every code it has, falls silent,
 * ends subscriptions and repeats itself, its API fails in all of HTTP's ways, and its process stands still.
 */
export const twitchEventSubWorld: World<TwitchEventSubAct> = {
  name: "twitch eventsub",
  identifier: "twitchEventSubWorld",
  bugs: twitchEventSubBugs,
  until: UNTIL,
  plans: faultPlans(fc, {
    until: UNTIL,
    most: 8,
    acts,
    clients: ["bot"],
    also: ["coalesce", "narrow", "causes", "http", "freeze", "skew"],
  }),
  run: running((seed, plan, bug = "") => new EventSubWorld(seed, plan, twitchEventSubBugs[bug])),
};

class EventSubWorld {
  readonly world: Simulation;
  readonly #plan: readonly Fault<TwitchEventSubAct>[];
  readonly #wall: Wall;
  readonly #service: TwitchService;
  readonly #client: TwitchEventSub;
  readonly #observations: Observation[] = [];
  /** Its links that have opened, in order, and the server's. */
  readonly #opened: number[] = [];
  readonly #accepted: number[] = [];
  readonly #wanted = new Set<number>();
  /** Since when each channel's events are due: it was placed, and has been wanted ever since. */
  readonly #placed = new Map<number, Instant>();
  readonly #happened: Happening[] = [];
  readonly #told: { readonly mark: string; readonly at: Instant }[] = [];
  readonly #gaps: Gap[] = [];
  readonly #revoked: number[] = [];
  readonly #toldRevoked: number[] = [];
  readonly #violations: Violation[] = [];
  #repeatsUntil: Instant = 0;
  #happening = true;
  #failure: unknown;

  constructor(seed: number, plan: readonly Fault<TwitchEventSubAct>[], bug: EventSubBug | undefined) {
    this.#plan = plan;
    this.#wall = new Wall(plan, "bot");
    const world = this.world = new Simulation({ seed, latency: 40, jitter: 40 });
    const scopes = ["moderator:read:followers"];
    const accounts = { bot: { token: "tok", refreshToken: "ref", scopes } };
    const service = this.#service = new TwitchService({
      host: world.host("twitch", {
        observe: (observation) => {
          if (observation.kind === "opened") this.#accepted.push(observation.link);
        },
      }),
      accounts,
    });
    world.serve(EVENTSUB_URL, service.eventsub);
    service.answers.set("POST /eventsub/subscriptions", ({ body }) => {
      const isRevoked = this.#revoked.some((channel) => {
        return JSON.stringify(body).includes(`"broadcaster_user_id":"${channel}"`);
      });
      const message = "subscription missing proper authorization";
      return isRevoked ? Response.json({ status: 403, message }, { status: 403 }) : undefined;
    });
    for (const origin of ["https://id.twitch.tv", "https://api.twitch.tv"]) {
      world.serveHttp(origin, service.fetch);
    }
    const host = world.host("bot", { observe: (observation) => this.#observe(observation) });
    const runtime = bug?.host?.(host) ?? host;
    const tokens = { accessToken: "tok", refreshToken: "ref" };
    const auth = new TwitchAuth({ clientId: "client", clientSecret: "secret", tokens, runtime });
    const api = new TwitchApi({ auth, runtime, timeout: 5_000, retries: 1 });
    for (let channel = 0; channel < CHANNELS; channel++) this.#wanted.add(channel);
    const client = this.#client = new TwitchEventSub({
      api,
      subscriptions: [...this.#wanted].map((channel) => this.#subscription(channel)),
      backoff: { cap: 8_000 },
      connectTimeout: Infinity,
      runtime,
    });
    client.on("channel.follow", ({ data }) => {
      this.#told.push({ mark: data.user_name, at: world.clock.now() });
    });
    client.on("gap", ({ from, to, subscriptions }) => {
      const channels = subscriptions.map((wanted) => this.#channelOf(wanted.condition));
      if (bug?.tellsGaps !== false) this.#gaps.push({ from, to, channels, at: world.clock.now() });
    });
    client.on("revocation", ({ subscription }) => {
      const channel = this.#channelOf(subscription.condition);
      this.#toldRevoked.push(channel);
      this.#dropped(channel);
    });
    client.on("subscribe_failed", ({ wanted, error }) => {
      // Whoever has not heard that it has ended asks for it again, and is told so.
      if (this.#revoked.includes(this.#channelOf(wanted.condition))) return;
      const message = `${wanted.type} of ${this.#channelOf(wanted.condition)} is refused: ${error.message}`;
      this.#violations.push({ rule: "refused", message });
    });
    client.on("error", () => {});
    client.closed.catch((error: unknown) => void (this.#failure = error));
    client.connect().catch((error: unknown) => void (this.#failure = error));
  }

  perform(act: TwitchEventSubAct): void {
    const { eventsub } = this.#service;
    switch (act.kind) {
      case "reconnect":
        return void eventsub.command({ kind: "reconnect" });
      case "close":
        return void eventsub.command({ kind: "close", code: act.code });
      case "silence":
        return void eventsub.command({ kind: "silence" });
      case "repeat":
        this.#repeatsUntil = this.world.clock.now() + act.ms;
        return;
      case "revoke":
        return this.#revoke(act.channel);
      case "toggle":
        return this.#toggle(act.channel);
    }
  }

  async run(): Promise<WorldReport> {
    const { world } = this;
    world.clock.setTimer(1_000, () => this.#happen(1));
    await world.run(UNTIL + RECOVERY + this.#backlog());
    this.#checkRecovery();
    this.#happening = false;
    await world.run(30_000);
    const violations = [
      ...this.#violations,
      ...this.#checkTold(),
      ...this.#checkGaps(),
      ...this.#checkRevoked(),
    ];
    let closed = false;
    void this.#client.close().then(() => void (closed = true));
    await world.run(30_000);
    if (!closed) violations.push({ rule: "not_ended", message: "did not end when told to" });
    violations.push(...checkEnd(this.#observations));
    this.#service.close();
    return { violations, trace: world.trace, simulated: world.clock.now(), events: this.#told.length };
  }

  /** How long what narrow links could not carry in their time takes to come, in milliseconds. */
  #backlog(): number {
    return this.#plan.reduce((sum, fault) => sum + backlogOf(fault), 0);
  }

  #observe(observation: Observation): void {
    this.#observations.push(observation);
    if (observation.kind === "opened") this.#opened.push(observation.link);
    if (observation.kind !== "abort" && observation.kind !== "closed") return;
    // Where the network has swallowed the end of a link, Twitch notices in a while that nobody is there.
    const link = this.#accepted[this.#opened.indexOf(observation.link)];
    if (link === undefined) return;
    this.world.clock.setTimer(this.world.clock.now() + NOTICED, () => {
      void this.#service.eventsub.command({ kind: "drop", link });
    });
  }

  #subscription(channel: number): TwitchEventSubWanted {
    const condition = { broadcaster_user_id: String(channel), moderator_user_id: this.#service.idOf("bot") };
    return { type: "channel.follow", condition };
  }

  #channelOf(condition: Readonly<Record<string, string>>): number {
    return Number(condition.broadcaster_user_id ?? -1);
  }

  #isPlaced(channel: number): boolean {
    return this.#client.subscriptions.some((wanted) => this.#channelOf(wanted.condition) === channel);
  }

  #dropped(channel: number): void {
    this.#wanted.delete(channel);
    this.#placed.delete(channel);
  }

  /** Somebody follows a channel, one after the other. */
  #happen(count: number): void {
    if (!this.#happening) return;
    const now = this.world.clock.now();
    for (const channel of this.#wanted) {
      if (this.#isPlaced(channel) && !this.#placed.has(channel)) this.#placed.set(channel, now);
    }
    const channel = count % CHANNELS;
    const mark = `follower ${count}`;
    const isDue = (this.#placed.get(channel) ?? Infinity) < now - SLACK;
    if (isDue) this.#happened.push({ mark, channel, at: now });
    const { type, condition } = this.#subscription(channel);
    const times = now < this.#repeatsUntil ? 1 + count % 3 : 1;
    void this.#service.eventsub.command({
      kind: "notify",
      type,
      condition,
      event: { user_name: mark },
      times,
    });
    this.world.clock.setTimer(now + EVERY, () => this.#happen(count + 1));
  }

  #revoke(channel: number): void {
    const { type, condition } = this.#subscription(channel);
    const { subscriptions } = this.#service.eventsubServer;
    // One that there is not cannot end.
    const isThere = subscriptions.some((one) => this.#channelOf(one.condition) === channel);
    if (!isThere || !this.#isPlaced(channel)) return;
    this.#revoked.push(channel);
    // What happened just before may be told after; what happens from here on is not due.
    this.#dropped(channel);
    void this.#service.eventsub.command({ kind: "revoke", type, condition, status: "authorization_revoked" });
  }

  #toggle(channel: number): void {
    if (this.#wanted.has(channel)) {
      this.#dropped(channel);
      this.#forget(channel);
      this.#client.unsubscribe(this.#subscription(channel)).catch(() => {});
    } else if (!this.#revoked.includes(channel)) {
      this.#wanted.add(channel);
      this.#client.subscribe(this.#subscription(channel)).catch(() => {});
    }
  }

  /** What has just happened in a channel may be on its way, and is not due any more. */
  #forget(channel: number): void {
    const kept = this.#happened.filter((one) => one.channel !== channel || this.#isTold(one.mark));
    this.#happened.splice(0, Infinity, ...kept);
  }

  #isTold(mark: string): boolean {
    return this.#told.some((one) => one.mark === mark);
  }

  /** Once nothing goes wrong any more, all that is wanted is subscribed to, over one connection. */
  #checkRecovery(): void {
    if (this.#failure !== undefined) {
      this.#violations.push({ rule: "ended_by_itself", message: `has ended with "${this.#failure}"` });
      return;
    }
    const { connections, subscriptions } = this.#service.eventsubServer;
    const there = subscriptions.map((one) => this.#channelOf(one.condition)).sort();
    const known = this.#client.subscriptions.map((one) => this.#channelOf(one.condition)).sort();
    const wanted = JSON.stringify([...this.#wanted].sort());
    if (JSON.stringify(there) !== wanted || JSON.stringify(known) !== wanted) {
      const message = `wants ${wanted}, has ${JSON.stringify(known)}, and Twitch ${JSON.stringify(there)}`;
      this.#violations.push({ rule: "not_back", message });
    }
    if (connections > 1) {
      this.#violations.push({ rule: "two_links", message: `has ${connections} connections` });
    }
  }

  /** What was due was told once, in order, or is within a time away that was told. */
  #checkTold(): Violation[] {
    const violations: Violation[] = [];
    const counts = new Map<string, number>();
    for (const { mark } of this.#told) counts.set(mark, (counts.get(mark) ?? 0) + 1);
    for (const [mark, count] of counts) {
      if (count > 1) violations.push({ rule: "told_twice", message: `"${mark}" was told ${count} times` });
    }
    const numbers = this.#told.map(({ mark }) => Number(mark.slice(9)));
    for (const [index, number] of numbers.entries()) {
      if (number < (numbers[index - 1] ?? 0)) {
        violations.push({ rule: "out_of_order", message: `"follower ${number}" came too late` });
      }
    }
    for (const { mark, channel, at } of this.#happened) {
      if (counts.has(mark) || this.#revoked.includes(channel) || this.#isAway(channel, at)) continue;
      violations.push({
        rule: "lost_without_gap",
        message: `"${mark}" of ${at} in ${channel} was not told, and no gap is there for it`,
      });
    }
    return violations;
  }

  #isAway(channel: number, at: Instant): boolean {
    // A gap begins when the last message was sent, by how much longer that was under way than the quickest. Where all of a
    // session were slow, that is nothing: who has but Twitch's clock, which may be ahead, cannot tell late from early.
    const late = Math.max(0, ...this.#plan.map((fault) => fault.kind === "slow" ? fault.latency : 0));
    return this.#gaps.some((gap) => {
      if (!gap.channels.includes(channel)) return false;
      // The gap is told by the clock on the wall, which may have stepped since.
      const ahead = this.#wall.ahead(-Infinity, gap.at);
      const [least, most] = [Math.min(...ahead), Math.max(...ahead)];
      return gap.from - most - late - SLACK <= at && at <= gap.to - least + SLACK;
    });
  }

  /** A time away has its cause: to be sent away is none. */
  #checkGaps(): Violation[] {
    const isNone = (fault: Fault<TwitchEventSubAct>) =>
      fault.kind === "skew" || fault.kind === "http" && fault.at > 2_000 ||
      fault.kind === "act" && ["reconnect", "revoke", "repeat", "toggle"].includes(fault.act.kind);
    return this.#gaps.flatMap(({ at }) => {
      const causes = this.#plan.filter((fault) => {
        const ms = backlogOf(fault) + ("ms" in fault ? fault.ms ?? Infinity : 0);
        return !isNone(fault) && fault.at <= at && at <= fault.at + ms + BLAME;
      });
      // Twitch closes a session without subscriptions, 10 s after it began: where its API fails that may be long after the
      // fault is over, by as much as the pauses between attempts have grown. A link that is silent towards Twitch alone
      // goes on bringing all, and is found to be dead whenever one of both needs it next.
      const isOdd = this.#plan.some(({ kind }) => kind === "http" || kind === "silence");
      if (causes.length > 0 || isOdd) return [];
      return [{ rule: "gap_needless", message: `was away until ${at}, and nothing had gone wrong` }];
    });
  }

  /** Each end of a subscription is told, unless the link is lost with it. */
  #checkRevoked(): Violation[] {
    const isQuiet = this.#plan.every((fault) =>
      fault.kind === "act" && ["revoke", "repeat"].includes(fault.act.kind)
    );
    if (!isQuiet) return [];
    return this.#revoked.filter((channel) => !this.#toldRevoked.includes(channel)).map((channel) => ({
      rule: "revocation_untold",
      message: `was not told that the subscription to ${channel} has ended`,
    }));
  }
}

function backlogOf(fault: Fault<TwitchEventSubAct>): number {
  return fault.kind === "narrow" ? fault.ms * PER_SECOND / fault.perSecond : 0;
}

import fc from "fast-check";
import type { Observation } from "../../src/driver/host.ts";
import type { Instant } from "../../src/protocol/protocol.ts";
import { TwitchApi } from "../../src/twitch/api/mod.ts";
import { TwitchAuth } from "../../src/twitch/auth/auth.ts";
import { TwitchEventSub, type TwitchEventSubWanted } from "../../src/twitch/eventsub/client.ts";
import { EVENTSUB_URL } from "../../src/twitch/eventsub/session/session.ts";
import { TwitchService } from "../../testing/twitch/service/service.ts";
import { checkEnd } from "../../testing/world/checking/checker.ts";
import { type Fault, faultPlans } from "../../testing/world/faults.ts";
import type { World, WorldReport } from "../../testing/world/checking/search.ts";
import { Simulation } from "../../testing/world/simulation.ts";
import type { Violation } from "../../testing/world/checking/violation.ts";
import { eventSubActs } from "./_eventsub_acts.ts";
import { ChannelNews } from "./_channel_news.ts";
import { NoticedLinks } from "./_noticed_links.ts";
import { running } from "./_running.ts";
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

const CHANNELS = 5;
const UNTIL = 120_000;
const RECOVERY = 240_000;
const EVERY = 700;

const { reconnect, close, silence, revoke, toggle } = eventSubActs(CHANNELS);
const acts: fc.Arbitrary<TwitchEventSubAct> = fc.oneof(
  reconnect,
  reconnect,
  close,
  silence,
  revoke,
  fc.record({ kind: fc.constant("repeat" as const), ms: fc.nat(20_000) }),
  toggle,
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
  readonly #news: ChannelNews<TwitchEventSubAct>;
  readonly #service: TwitchService;
  readonly #client: TwitchEventSub;
  readonly #observations: Observation[] = [];
  readonly #violations: Violation[] = [];
  #repeatsUntil: Instant = 0;
  #happening = true;
  #failure: unknown;

  constructor(seed: number, plan: readonly Fault<TwitchEventSubAct>[], bug: EventSubBug | undefined) {
    const world = this.world = new Simulation({ seed, latency: 40, jitter: 40 });
    const news = this.#news = new ChannelNews({
      clock: world.clock,
      plan,
      client: "bot",
      isHarmless: ({ kind }) => ["reconnect", "revoke", "repeat", "toggle"].includes(kind),
      isQuiet: ({ kind }) => ["revoke", "repeat"].includes(kind),
    });
    const links = new NoticedLinks(world.clock, (link) => {
      void this.#service.eventsub.command({ kind: "drop", link });
    });
    const scopes = ["moderator:read:followers"];
    const accounts = { bot: { token: "tok", refreshToken: "ref", scopes } };
    const service = this.#service = new TwitchService({
      host: world.host("twitch", { observe: (observation) => links.ofServer(observation) }),
      accounts,
    });
    world.serve(EVENTSUB_URL, service.eventsub);
    service.answers.set("POST /eventsub/subscriptions", ({ body }) => {
      const isRevoked = news.revoked.some((channel) => {
        return JSON.stringify(body).includes(`"broadcaster_user_id":"${channel}"`);
      });
      const message = "subscription missing proper authorization";
      return isRevoked ? Response.json({ status: 403, message }, { status: 403 }) : undefined;
    });
    for (const origin of ["https://id.twitch.tv", "https://api.twitch.tv"]) {
      world.serveHttp(origin, service.fetch);
    }
    const host = world.host("bot", {
      observe: (observation) => {
        this.#observations.push(observation);
        links.ofClient(observation);
      },
    });
    const runtime = bug?.host?.(host) ?? host;
    const tokens = { accessToken: "tok", refreshToken: "ref" };
    const auth = new TwitchAuth({ clientId: "client", clientSecret: "secret", tokens, runtime });
    const api = new TwitchApi({ auth, runtime, timeout: 5_000, retries: 1 });
    for (let channel = 0; channel < CHANNELS; channel++) news.wanted.add(channel);
    const client = this.#client = new TwitchEventSub({
      api,
      subscriptions: [...news.wanted].map((channel) => this.#subscription(channel)),
      backoff: { cap: 8_000 },
      connectTimeout: Infinity,
      runtime,
    });
    client.on("channel.follow", ({ data }) => news.tell(data.user_name));
    client.on("gap", (gap) => {
      const channels = gap.subscriptions.map((wanted) => this.#channelOf(wanted.condition));
      if (bug?.tellsGaps !== false) news.away(gap, channels);
    });
    client.on("revocation", ({ subscription }) => {
      const channel = this.#channelOf(subscription.condition);
      news.toldRevoked.push(channel);
      news.drop(channel);
    });
    client.on("subscribe_failed", ({ wanted, error }) => {
      // Whoever has not heard that it has ended asks for it again, and is told so.
      if (news.revoked.includes(this.#channelOf(wanted.condition))) return;
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
    const news = this.#news;
    world.clock.setTimer(1_000, () => this.#happen(1));
    await world.run(UNTIL + RECOVERY + news.backlog);
    this.#checkRecovery();
    this.#happening = false;
    await world.run(30_000);
    const violations = [...this.#violations, ...news.check()];
    let closed = false;
    void this.#client.close().then(() => void (closed = true));
    await world.run(30_000);
    if (!closed) violations.push({ rule: "not_ended", message: "did not end when told to" });
    violations.push(...checkEnd(this.#observations));
    this.#service.close();
    return { violations, trace: world.trace, simulated: world.clock.now(), events: news.count };
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

  /** Somebody follows a channel, one after the other. */
  #happen(count: number): void {
    if (!this.#happening) return;
    const now = this.world.clock.now();
    this.#news.look((channel) => this.#isPlaced(channel));
    const channel = count % CHANNELS;
    const mark = `follower ${count}`;
    this.#news.happens(channel, mark);
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
    if (!isThere) return;
    this.#news.revoke(channel);
    void this.#service.eventsub.command({ kind: "revoke", type, condition, status: "authorization_revoked" });
  }

  #toggle(channel: number): void {
    const news = this.#news;
    if (news.wanted.has(channel)) {
      news.leave(channel);
      this.#client.unsubscribe(this.#subscription(channel)).catch(() => {});
    } else if (!news.revoked.includes(channel)) {
      news.wanted.add(channel);
      this.#client.subscribe(this.#subscription(channel)).catch(() => {});
    }
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
    const wanted = JSON.stringify([...this.#news.wanted].sort());
    if (JSON.stringify(there) !== wanted || JSON.stringify(known) !== wanted) {
      const message = `wants ${wanted}, has ${JSON.stringify(known)}, and Twitch ${JSON.stringify(there)}`;
      this.#violations.push({ rule: "not_back", message });
    }
    if (connections > 1) {
      this.#violations.push({ rule: "two_links", message: `has ${connections} connections` });
    }
  }
}

import fc from "fast-check";
import type { Observation } from "../../src/driver/host.ts";
import { CommandError } from "../../src/protocol/errors.ts";
import type { Instant } from "../../src/protocol/protocol.ts";
import { TwitchApi } from "../../src/twitch/api/mod.ts";
import { TwitchAuth } from "../../src/twitch/auth/auth.ts";
import { TwitchClient } from "../../src/twitch/client.ts";
import { eventSubChat } from "../../src/twitch/eventsub/chat.ts";
import { EVENTSUB_URL } from "../../src/twitch/eventsub/session/session.ts";
import { TwitchService } from "../../testing/twitch/service/service.ts";
import { checkEnd, checkSayings } from "../../testing/world/checking/checker.ts";
import { type Fault, faultPlans } from "../../testing/world/faults.ts";
import { seededRandom } from "../../testing/world/random.ts";
import type { World, WorldReport } from "../../testing/world/checking/search.ts";
import { Simulation } from "../../testing/world/simulation.ts";
import type { Violation } from "../../testing/world/checking/violation.ts";
import { eventSubActs } from "./_eventsub_acts.ts";
import { ChannelNews } from "./_channel_news.ts";
import { HttpCalls } from "./_http_calls.ts";
import { NoticedLinks } from "./_noticed_links.ts";
import { running } from "./_running.ts";
import { type EventSubChatBug, twitchEventSubChatBugs } from "./_twitch_eventsub_chat_bugs.ts";

/** What a plan can make Twitch do, or its user want. */
export type TwitchEventSubChatAct =
  | { readonly kind: "reconnect" }
  | { readonly kind: "close"; readonly code: 4000 | 4001 | 4002 | 4003 | 4004 | 4005 | 4006 | 4007 }
  | { readonly kind: "silence" }
  /** Ends all that tells of a channel. */
  | { readonly kind: "revoke"; readonly channel: number }
  /** The user leaves a channel, or joins it. */
  | { readonly kind: "toggle"; readonly channel: number }
  /** Says so many things. */
  | { readonly kind: "say"; readonly count: number }
  /** Twitch refuses so many messages. */
  | { readonly kind: "refuse"; readonly status: 400 | 401 | 403 | 429 | 500 | 503; readonly count: number }
  /** Twitch takes so many messages to a channel, and lets nobody see them. */
  | { readonly kind: "drop"; readonly channel: number; readonly count: number }
  /** The account's tokens expire. */
  | { readonly kind: "expire" };

const CHANNELS = 4;
const UNTIL = 120_000;
const RECOVERY = 240_000;
const EVERY = 900;
/** How many subscriptions a channel takes. */
const SUBSCRIPTIONS = 6;
/** How long a message takes at most, with those that wait before it, in milliseconds. */
const LONGEST = 300_000;
/** Twitch's limits on messages, where the account is nobody: in a time, in milliseconds, and how long it is to pause. */
const LIMIT = { count: 20, per: 30_000, pause: 1_000 };
/** What has nothing to do with messages of ours. */
const ELSEWHERE = ["reconnect", "close", "silence", "revoke", "toggle", "say", "expire"];

const { reconnect, close, silence, revoke, toggle } = eventSubActs(CHANNELS);
const acts: fc.Arbitrary<TwitchEventSubChatAct> = fc.oneof(
  reconnect,
  close,
  silence,
  revoke,
  toggle,
  fc.record({ kind: fc.constant("say" as const), count: fc.integer({ min: 1, max: 20 }) }),
  fc.record({
    kind: fc.constant("refuse" as const),
    status: fc.constantFrom(400, 401, 403, 429, 500, 503),
    count: fc.integer({ min: 1, max: 3 }),
  }),
  fc.record({
    kind: fc.constant("drop" as const),
    channel: fc.nat(CHANNELS - 1),
    count: fc.integer({ min: 1, max: 3 }),
  }),
  fc.constant({ kind: "expire" as const }),
);

/**
 * A client that reads chat over EventSub and talks over Helix, while Twitch sends it away, closes with every code it has,
 * falls silent and throws it out, refuses and drops messages, its tokens expire, HTTP fails in all of its ways, and its
 * process stands still.
 */
export const twitchEventSubChatWorld: World<TwitchEventSubChatAct> = {
  name: "twitch eventsub chat",
  identifier: "twitchEventSubChatWorld",
  bugs: twitchEventSubChatBugs,
  until: UNTIL,
  plans: faultPlans(fc, {
    until: UNTIL,
    most: 8,
    acts,
    clients: ["bot"],
    also: ["coalesce", "narrow", "causes", "http", "freeze", "skew"],
  }),
  run: running((seed, plan, bug = "") => new EventSubChatWorld(seed, plan, twitchEventSubChatBugs[bug])),
};

class EventSubChatWorld {
  readonly world: Simulation;
  readonly #plan: readonly Fault<TwitchEventSubChatAct>[];
  readonly #news: ChannelNews<TwitchEventSubChatAct>;
  readonly #says: HttpCalls;
  readonly #random: () => number;
  readonly #service: TwitchService;
  readonly #client: TwitchClient;
  readonly #observations: Observation[] = [];
  readonly #violations: Violation[] = [];
  /** What the bot has said that was heard. */
  readonly #heard: { readonly text: string; readonly channel: number; readonly at: Instant }[] = [];
  #refusals: number[] = [];
  #count = 0;
  #happening = true;
  #failure: unknown;

  constructor(
    seed: number,
    plan: readonly Fault<TwitchEventSubChatAct>[],
    bug: EventSubChatBug | undefined,
  ) {
    this.#plan = plan;
    const world = this.world = new Simulation({ seed, latency: 40, jitter: 40 });
    const { clock } = world;
    const random = this.#random = seededRandom(seed, "user");
    this.#says = new HttpCalls({ clock, random, plan, settles: 0, longest: LONGEST, atOnce: 0 });
    const news = this.#news = new ChannelNews({
      clock,
      plan,
      client: "bot",
      isHarmless: ({ kind }) => !["close", "silence"].includes(kind),
      isQuiet: ({ kind }) => ["revoke", "say", "refuse", "drop", "expire"].includes(kind),
    });
    const links = new NoticedLinks(clock, (link) => {
      void this.#service.eventsub.command({ kind: "drop", link });
    });
    this.#service = this.#serve(news, links);
    const host = world.host("bot", {
      observe: (observation) => {
        this.#observations.push(observation);
        links.ofClient(observation);
      },
    });
    const runtime = bug?.host?.(host) ?? host;
    const tokens = { accessToken: "tok", refreshToken: "ref" };
    const auth = new TwitchAuth({ clientId: "client", clientSecret: "secret", tokens, runtime });
    const api = new TwitchApi({ auth, runtime, timeout: 5_000, retries: 1, maxWait: 10_000 });
    for (let channel = 0; channel < CHANNELS; channel++) news.wanted.add(channel);
    const client = this.#client = new TwitchClient({
      auth,
      api,
      wire: eventSubChat(),
      channels: [...news.wanted].map(nameOf),
      backoff: { cap: 8_000 },
      connectTimeout: Infinity,
      runtime,
    });
    client.on("PRIVMSG", ({ text, own }) => {
      news.tell(text);
      if (own !== text.startsWith("says")) {
        this.#violations.push({
          rule: "own_unknown",
          message: `"${text}" is ${own ? "its own" : "another's"}`,
        });
      }
    });
    client.on("USERNOTICE", ({ text }) => news.tell(text ?? ""));
    client.on("CLEARCHAT", ({ login }) => news.tell(login ?? ""));
    client.on("gap", (gap) => {
      if (bug?.tellsGaps !== false) news.away(gap, gap.channels.map(numberOf));
    });
    client.on("join_failed", ({ channel, error }) => {
      const number = numberOf(channel);
      // Whoever has not heard that it is thrown out asks to be let in again, and is told so.
      if (news.revoked.includes(number)) return void news.toldRevoked.push(number);
      news.drop(number);
      this.#violations.push({ rule: "refused", message: `${channel} is refused: ${error.message}` });
    });
    client.on("error", () => {});
    client.closed.catch((error: unknown) => void (this.#failure = error));
    client.connect().catch((error: unknown) => void (this.#failure = error));
  }

  #serve(news: ChannelNews<TwitchEventSubChatAct>, links: NoticedLinks): TwitchService {
    const { world } = this;
    const scopes = ["user:read:chat", "user:write:chat"];
    const service = new TwitchService({
      host: world.host("twitch", { observe: (observation) => links.ofServer(observation) }),
      accounts: { bot: { token: "tok", refreshToken: "ref", scopes } },
      told: (event) => {
        if (event.kind !== "said" && event.kind !== "announced") return;
        const { text, channel, at } = event;
        news.happens(numberOf(channel), text);
        if (event.login === "bot") this.#heard.push({ text, channel: numberOf(channel), at });
      },
    });
    for (let channel = 0; channel < CHANNELS; channel++) service.idOf(nameOf(channel).slice(1));
    world.serve(EVENTSUB_URL, service.eventsub);
    for (const origin of ["https://id.twitch.tv", "https://api.twitch.tv"]) {
      world.serveHttp(origin, service.fetch);
    }
    const refused = (status: number, message: string) => Response.json({ status, message }, { status });
    service.answers.set("POST /eventsub/subscriptions", ({ body }) => {
      const isRevoked = news.revoked.some((channel) => {
        return JSON.stringify(body).includes(`"broadcaster_user_id":"${this.#idOf(channel)}"`);
      });
      return isRevoked ? refused(403, "subscription missing proper authorization") : undefined;
    });
    service.answers.set("POST /chat/messages", () => {
      const status = this.#refusals.shift();
      return status === undefined ? undefined : refused(status, "no");
    });
    return service;
  }

  perform(act: TwitchEventSubChatAct): void {
    const { eventsub, chat } = this.#service;
    // Before it is known whose account it is, nothing can be wanted of the client.
    if ((act.kind === "say" || act.kind === "toggle") && this.#client.login === "") return;
    switch (act.kind) {
      case "reconnect":
      case "silence":
        return void eventsub.command({ kind: act.kind });
      case "close":
        return void eventsub.command({ kind: "close", code: act.code });
      case "revoke":
        return this.#revoke(act.channel);
      case "toggle":
        return this.#toggle(act.channel);
      case "say":
        for (let left = act.count; left > 0; left--) this.#say();
        return;
      case "refuse":
        this.#refusals.push(...Array<number>(act.count).fill(act.status));
        return;
      case "drop":
        return void chat.command({ kind: "swallow", channel: nameOf(act.channel), count: act.count });
      case "expire":
        return this.#service.expire("bot");
    }
  }

  async run(): Promise<WorldReport> {
    const { world } = this;
    const news = this.#news;
    world.clock.setTimer(1_000, () => this.#happen(1));
    this.#says.keepAsking(() => this.#say(), UNTIL, { together: 0.3, pause: 8_000 });
    await world.run(UNTIL + RECOVERY + news.backlog);
    this.#checkRecovery();
    this.#happening = false;
    await world.run(30_000);
    const violations = [...this.#violations, ...news.check(), ...this.#checkSays()];
    let closed = false;
    void this.#client.close().then(() => void (closed = true));
    await world.run(30_000);
    if (!closed) violations.push({ rule: "not_ended", message: "did not end when told to" });
    violations.push(...checkEnd(this.#observations));
    this.#service.close();
    return { violations, trace: world.trace, simulated: world.clock.now(), events: news.count };
  }

  #idOf(channel: number): string {
    return this.#service.idOf(nameOf(channel).slice(1));
  }

  /** Somebody says something, announces it, or is silenced. */
  #happen(count: number): void {
    if (!this.#happening) return;
    const { world } = this;
    const { chat, eventsub } = this.#service;
    this.#news.look((channel) => this.#client.channels.includes(nameOf(channel)));
    const number = count % CHANNELS;
    const channel = nameOf(number);
    const text = `line ${count}`;
    if (count % 7 === 3) void chat.command({ kind: "announce", channel, login: "ronni", text });
    else if (count % 7 === 5) {
      const login = `spammer${count}`;
      const id = this.#idOf(number);
      this.#news.happens(number, login);
      void eventsub.command({
        kind: "notify",
        type: "channel.chat.clear_user_messages",
        condition: { broadcaster_user_id: id },
        event: {
          broadcaster_user_id: id,
          broadcaster_user_login: channel.slice(1),
          target_user_id: "1",
          target_user_login: login,
        },
      });
    } else void chat.command({ kind: "say", channel, login: "ronni", text });
    world.clock.setTimer(world.clock.now() + EVERY, () => this.#happen(count + 1));
  }

  #say(): void {
    const text = `says ${++this.#count}`;
    const channel = Math.floor(this.#random() * CHANNELS);
    const say = async () => await this.#client.say(nameOf(channel), text);
    // What is told as lost may have been heard; of all else the server has heard nothing.
    this.#says.begin({ line: "say", text, isFree: false }, say, (error) => {
      return error instanceof CommandError && error.code === "lost" ? "lost" : "failed";
    });
  }

  #revoke(channel: number): void {
    const { subscriptions } = this.#service.eventsubServer;
    const condition = { broadcaster_user_id: this.#idOf(channel) };
    // One that there is not cannot end.
    const isThere = subscriptions.some(({ condition: { broadcaster_user_id: id } }) => {
      return id === condition.broadcaster_user_id;
    });
    if (!isThere || !this.#client.channels.includes(nameOf(channel))) return;
    this.#news.revoke(channel);
    void this.#service.eventsub.command({ kind: "revoke", condition, status: "authorization_revoked" });
  }

  #toggle(channel: number): void {
    const news = this.#news;
    if (news.wanted.has(channel)) {
      news.leave(channel);
      this.#client.part(nameOf(channel)).catch(() => {});
    } else if (!news.revoked.includes(channel)) {
      news.wanted.add(channel);
      this.#client.join(nameOf(channel)).catch(() => {});
    }
  }

  /** Once nothing goes wrong any more, it is in the channels that are wanted, whole, over one connection. */
  #checkRecovery(): void {
    if (this.#failure !== undefined) {
      this.#violations.push({ rule: "ended_by_itself", message: `has ended with "${this.#failure}"` });
      return;
    }
    const { connections, subscriptions } = this.#service.eventsubServer;
    const wanted = JSON.stringify([...this.#news.wanted].sort().map(nameOf));
    const known = JSON.stringify([...this.#client.channels].sort());
    const has = (channel: number) =>
      subscriptions.filter(({ condition: { broadcaster_user_id: id } }) => id === this.#idOf(channel)).length;
    const isWhole = [...this.#news.wanted].every((channel) => has(channel) === SUBSCRIPTIONS) &&
      subscriptions.length === SUBSCRIPTIONS * this.#news.wanted.size;
    if (known !== wanted || !isWhole) {
      const message = `wants ${wanted}, is in ${known}, and Twitch has ${subscriptions.length} subscriptions`;
      this.#violations.push({ rule: "not_back", message });
    }
    if (connections > 1) {
      this.#violations.push({ rule: "two_links", message: `has ${connections} connections` });
    }
  }

  /** What was said ended as it did, in its time and within the limits. */
  #checkSays(): Violation[] {
    const says = this.#says.all;
    const counts = new Map<string, number>();
    for (const { text } of this.#heard) counts.set(text, (counts.get(text) ?? 0) + 1);
    const violations = [...checkSayings(says, counts), ...this.#says.check(new Map())];
    const hasReason = this.#plan.some((fault) => fault.kind !== "act" || !ELSEWHERE.includes(fault.act.kind));
    for (const { text, outcome, began } of says) {
      if (outcome !== "failed") continue;
      if (counts.has(text)) {
        violations.push({ rule: "failed_heard", message: `"${text}" is called failed, and was said` });
      } else if (!hasReason) {
        violations.push({ rule: "failed_needless", message: `"${text}" of ${began} has failed` });
      }
    }
    return [...violations, ...this.#checkLimits()];
  }

  /** Twitch never heard more than it allows: but what was lost may have come at any time. */
  #checkLimits(): Violation[] {
    const lost = new Set(this.#says.all.filter(({ outcome }) => outcome === "lost").map(({ text }) => text));
    const heard = this.#heard.filter(({ text }) => !lost.has(text));
    const last = new Map<number, Instant>();
    return heard.flatMap(({ text, channel, at }, place) => {
      const violations: Violation[] = [];
      const first = heard[place - LIMIT.count]?.at ?? -Infinity;
      if (at - first < LIMIT.per) {
        violations.push({
          rule: "over_limit",
          message: `"${text}" of ${at} is one too many since ${first}`,
        });
      }
      const before = last.get(channel) ?? -Infinity;
      last.set(channel, at);
      if (at - before < LIMIT.pause) {
        violations.push({ rule: "no_pause", message: `"${text}" of ${at} follows that of ${before}` });
      }
      return violations;
    });
  }
}

function nameOf(channel: number): string {
  return `#c${channel}`;
}

function numberOf(channel: string): number {
  return Number(channel.replace(/^#?c/, ""));
}

import fc from "fast-check";
import { AuthenticationError } from "../../src/protocol/errors.ts";
import type { Instant } from "../../src/protocol/protocol.ts";
import { TwitchAuth } from "../../src/twitch/auth/auth.ts";
import type { TwitchTokens, TwitchTokenStore } from "../../src/twitch/auth/tokens.ts";
import { serveTwitch } from "../../testing/twitch/service/serve.ts";
import type { TwitchService } from "../../testing/twitch/service/service.ts";
import { type Fault, faultPlans } from "../../testing/world/faults.ts";
import { seededRandom } from "../../testing/world/random.ts";
import type { World, WorldReport } from "../../testing/world/checking/search.ts";
import { Simulation } from "../../testing/world/simulation.ts";
import { TraceHash } from "../../testing/world/trace_hash.ts";
import type { Violation } from "../../testing/world/checking/violation.ts";
import { running } from "./_running.ts";
import { type TokenBug, twitchTokenBugs } from "./_twitch_token_bugs.ts";

/** What a plan can make of an account's tokens. */
export type TwitchTokenAct =
  /** They expire; who uses one finds out. */
  | { readonly kind: "expire" }
  /** Several ask at once. */
  | { readonly kind: "crowd"; readonly count: number }
  /** The service answers so many requests so, whatever was asked. */
  | { readonly kind: "unwell"; readonly status: 429 | 500 | 503; readonly count: number };

/** Somebody who asked for a token. */
interface Ask {
  readonly began: Instant;
  /** Which was refused before. */
  readonly refused: string | undefined;
  endedAt: Instant | undefined;
  token: string | undefined;
  error: unknown;
}

const UNTIL = 60_000;
const STORE = "store";
/** On most seeds its tokens expire again and again, in milliseconds. */
const RESTLESS = [8_000, 21_000, 34_000, 47_000, 59_000];
const HOUR = 3_600_000;
/** How long an ask takes at most: the store, then twice validating, and refreshing, ten seconds each, three times. */
const LONGEST = 120_000;
/** How much later than each hour a token may be validated while the service is well, in milliseconds. */
const LATE = 120_000;

const acts: fc.Arbitrary<TwitchTokenAct> = fc.oneof(
  fc.constant({ kind: "expire" as const }),
  fc.constant({ kind: "expire" as const }),
  fc.record({ kind: fc.constant("crowd" as const), count: fc.integer({ min: 2, max: 5 }) }),
  fc.record({
    kind: fc.constant("unwell" as const),
    status: fc.constantFrom(429, 500, 503),
    count: fc.integer({ min: 1, max: 5 }),
  }),
);

/**
 * An account that several use at a time, whose tokens expire, whose store fails, and whose service of tokens fails at
 * every moment in all of HTTP's ways.
 */
export const twitchTokenWorld: World<TwitchTokenAct> = {
  name: "twitch tokens",
  identifier: "twitchTokenWorld",
  bugs: twitchTokenBugs,
  until: UNTIL,
  plans: faultPlans(fc, {
    until: UNTIL,
    most: 8,
    acts,
    clients: ["bot"],
    also: ["http", "freeze", "skew"],
    parts: { [STORE]: ["throw", "hang", "slow"] },
  }),
  run: running((seed, plan, bug = "") => new TokenWorld(seed, plan, twitchTokenBugs[bug])),
};

class TokenWorld {
  readonly world: Simulation;
  readonly #seed: number;
  readonly #plan: readonly Fault<TwitchTokenAct>[];
  readonly #service: TwitchService;
  readonly #auths: readonly TwitchAuth[];
  readonly #random: () => number;
  readonly #tellsRefused: boolean;
  readonly #asks: Ask[] = [];
  readonly #violations: Violation[] = [];
  readonly #validatedAt: Instant[] = [];
  #saved: TwitchTokens | undefined = { accessToken: "tok", refreshToken: "ref" };
  #unwell: number[] = [];
  /** Which tokens were given, and are not good any more. */
  readonly #expired = new Set<string>();
  #refreshing = 0;

  constructor(seed: number, plan: readonly Fault<TwitchTokenAct>[], bug: TokenBug | undefined) {
    this.#seed = seed;
    this.#plan = plan;
    this.#tellsRefused = bug?.tellsRefused ?? true;
    const world = this.world = new Simulation({ seed, latency: 40, jitter: 20 });
    this.#random = seededRandom(seed, "user");
    const accounts = { bot: { token: "tok", refreshToken: "ref", scopes: ["chat:read"] } };
    this.#service = serveTwitch(world, { accounts, tokensLast: 14_400 });
    world.serveHttp("https://id.twitch.tv", (input, init) => this.#answer(input, init));
    const host = world.host("bot");
    const runtime = {
      ...host,
      clock: bug?.clock?.(host.clock) ?? host.clock,
      fetch: bug?.fetch?.(host.fetch) ?? host.fetch,
      // What cannot be saved is told, where nobody watches.
      console: { error: () => {} },
    };
    const kept: TwitchTokenStore = {
      load: () => Promise.resolve(this.#saved),
      save: (tokens) => Promise.resolve(void (this.#saved = tokens)),
    };
    const reliable = bug?.store?.(kept) ?? kept;
    const store = world.unreliable(STORE, reliable);
    const auth = () => new TwitchAuth({ clientId: "client", clientSecret: "secret", store, runtime });
    this.#auths = bug?.isSeparate === true ? [auth(), auth()] : [auth()];
    // What fails meanwhile is tried again; who asks is told by themselves.
    for (const one of this.#auths) one.watch(() => {});
  }

  perform(act: TwitchTokenAct): void {
    switch (act.kind) {
      case "expire":
        return this.#expire();
      case "crowd":
        for (let count = 0; count < act.count; count++) void this.#ask(undefined);
        return;
      case "unwell":
        this.#unwell.push(...Array<number>(act.count).fill(act.status));
    }
  }

  async run(): Promise<WorldReport> {
    const { world } = this;
    const use = () => {
      void this.#use();
      const now = world.clock.now();
      if (now < UNTIL + 30_000) world.clock.setTimer(now + 4_000 * this.#random(), use);
    };
    world.clock.setTimer(1_000, use);
    for (const at of this.#seed % 4 === 3 ? [] : RESTLESS) world.clock.setTimer(at, () => this.#expire());
    world.clock.setTimer(UNTIL, () => void (this.#unwell = []));
    await world.run(UNTIL + 30_000 + LONGEST);
    this.#checkAsks();
    const calmFrom = world.clock.now();
    await world.run(3 * HOUR);
    this.#checkHours(calmFrom);
    // Once all is well, whoever is refused gets a token that is good, and it is kept.
    this.#expire();
    const count = this.#asks.length;
    await this.#within(this.#use());
    await world.run(60_000);
    this.#checkEnd(count);
    this.#service.close();
    const trace = new TraceHash();
    for (const { began, endedAt, token } of this.#asks) trace.add({ began, endedAt, token });
    return {
      violations: this.#violations,
      trace: trace.digest(),
      simulated: world.clock.now(),
      events: this.#asks.length,
    };
  }

  async #within(work: Promise<unknown>): Promise<void> {
    void work;
    await this.world.run(2 * LONGEST);
  }

  async #answer(input: string, init?: RequestInit): Promise<Response> {
    const status = this.#unwell.shift();
    if (status !== undefined) return new Response("unwell", { status });
    const isRefresh = input.endsWith("/oauth2/token");
    const response = await this.#service.fetch(input, init);
    if (input.endsWith("/oauth2/validate")) this.#validatedAt.push(this.world.clock.now());
    if (isRefresh && response.status === 200) this.#refreshed();
    return response;
  }

  /** Two who refresh within a moment of one another do so at the same time: an answer travels for as long. */
  #refreshed(): void {
    this.#refreshing++;
    if (this.#refreshing > 1) {
      const message = `refreshed twice at ${this.world.clock.now()}`;
      this.#violations.push({ rule: "refreshed_together", message });
    }
    this.world.clock.setTimer(this.world.clock.now() + 20, () => void this.#refreshing--);
  }

  #expire(): void {
    for (const { token } of this.#asks) if (token !== undefined) this.#expired.add(token);
    this.#service.expire("bot");
  }

  /** Uses a token: one that has expired is refused, and another asked for. */
  async #use(): Promise<void> {
    const users = this.#auths.map(async (_, user) => {
      const first = await this.#ask(undefined, user);
      if (first !== undefined && this.#expired.has(first)) await this.#ask(first, user);
    });
    await Promise.all(users);
  }

  async #ask(refused: string | undefined, user = 0): Promise<string | undefined> {
    const auth = this.#auths[user];
    if (auth === undefined) return undefined;
    const began = this.world.clock.now();
    const ask: Ask = { began, refused, endedAt: undefined, token: undefined, error: undefined };
    this.#asks.push(ask);
    try {
      ask.token = await auth.accessToken(refused !== undefined && this.#tellsRefused ? { refused } : {});
    } catch (error) {
      ask.error = error;
    }
    ask.endedAt = this.world.clock.now();
    return ask.token;
  }

  /** Whoever asked was answered in time, with another token than the refused one, and never as if it were the end. */
  #checkAsks(): void {
    const stood = this.#plan.reduce((sum, fault) => fault.kind === "freeze" ? sum + fault.ms : sum, 0);
    for (const { began, endedAt = Infinity, refused, token, error } of this.#asks) {
      if (endedAt > began + LONGEST + stood) {
        this.#violations.push({ rule: "ask_endless", message: `who asked at ${began} was not answered` });
      }
      if (refused !== undefined && token === refused) {
        const message = `who was refused with "${refused}" at ${began} was given it again`;
        this.#violations.push({ rule: "gave_refused", message });
      }
      if (error instanceof AuthenticationError) {
        this.#violations.push({
          rule: "ended_wrongly",
          message: `who asked at ${began} was told: ${error.message}`,
        });
      }
    }
  }

  /** While all is well, a token is validated each hour. */
  #checkHours(from: Instant): void {
    const times = [from, ...this.#validatedAt.filter((at) => at > from), from + 3 * HOUR];
    for (const [index, at] of times.entries()) {
      const next = times[index + 1] ?? at;
      if (next - at <= HOUR + LATE) continue;
      this.#violations.push({
        rule: "not_validated",
        message: `nothing was validated from ${at} to ${next}`,
      });
    }
  }

  #checkEnd(count: number): void {
    const last = this.#asks.slice(count).at(-1);
    if (last?.token === undefined || this.#expired.has(last.token)) {
      const message = `gives "${last?.token}" in the end: ${String(last?.error)}`;
      this.#violations.push({ rule: "not_back", message });
    } else if (this.#saved?.accessToken !== last.token) {
      const message = `the store has "${this.#saved?.accessToken}", and "${last.token}" is in use`;
      this.#violations.push({ rule: "not_saved", message });
    }
  }
}

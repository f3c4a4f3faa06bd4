import fc from "fast-check";
import { CommandError } from "../../src/protocol/errors.ts";
import type { Instant } from "../../src/protocol/protocol.ts";
import { TwitchApi } from "../../src/twitch/api/mod.ts";
import { TwitchAuth } from "../../src/twitch/auth/auth.ts";
import { serveTwitch } from "../../testing/twitch/service/serve.ts";
import type { TwitchService } from "../../testing/twitch/service/service.ts";
import type { TwitchServiceRequest } from "../../testing/twitch/service/types.ts";
import { checkSayings, type Saying } from "../../testing/world/checker.ts";
import { type Fault, faultPlans } from "../../testing/world/faults.ts";
import { seededRandom } from "../../testing/world/random.ts";
import type { World, WorldReport } from "../../testing/world/search.ts";
import { Simulation } from "../../testing/world/simulation.ts";
import { TraceHash } from "../../testing/world/trace_hash.ts";
import type { Violation } from "../../testing/world/violation.ts";
import { type HelixBug, twitchHelixBugs } from "./_twitch_helix_bugs.ts";
import { running } from "./_running.ts";

/** What a plan can make Twitch do: refuse so many requests, drop so many messages, or let the token expire. */
export type TwitchHelixAct =
  | { readonly kind: "refuse"; readonly status: 400 | 401 | 429 | 500 | 503; readonly count: number }
  | { readonly kind: "drop"; readonly count: number }
  | { readonly kind: "expire" };

/** Something that was asked for. */
interface Call extends Saying {
  readonly line: string;
  readonly began: Instant;
  endedAt: Instant | undefined;
  /** Nothing stood in its way, as far as anybody could know. */
  readonly isFree: boolean;
}

/** A request that has come. */
interface Arrival {
  readonly at: Instant;
  readonly mark: string;
  /** The status with which a plan has refused it. */
  readonly refused: number | undefined;
  /** Whether an answer had told, a while before, that there are no points left. */
  readonly foretold: boolean;
}

const UNTIL = 60_000;
const POINTS = 40;
/** How long an answer may travel, and a request that went out meanwhile, in milliseconds. */
const KNOWN_WITHIN = 300;
/** How long what went wrong may leave it open how things stand, in milliseconds. */
const SETTLES = 70_000;
/** How long a call takes at most: it waits for points, for a token and for an answer, at each of its attempts. */
const LONGEST = 6 * (90_000 + 80_000 + 15_000);
/** How soon what nothing stands in the way of must arrive, in milliseconds. */
const AT_ONCE = 1_000;

const acts: fc.Arbitrary<TwitchHelixAct> = fc.oneof(
  fc.record({
    kind: fc.constant("refuse" as const),
    status: fc.constantFrom(400, 401, 429, 500, 503),
    count: fc.integer({ min: 1, max: 4 }),
  }),
  fc.record({ kind: fc.constant("drop" as const), count: fc.integer({ min: 1, max: 3 }) }),
  fc.constant({ kind: "expire" as const }),
);

/**
 * Whoever asks Twitch's API, within its points, while requests are refused in every way, messages are dropped, the token
 * expires, and answers fail in all of HTTP's ways.
 */
export const twitchHelixWorld: World<TwitchHelixAct> = {
  name: "twitch helix",
  identifier: "twitchHelixWorld",
  bugs: twitchHelixBugs,
  until: UNTIL,
  plans: faultPlans(fc, { until: UNTIL, most: 6, acts, clients: ["bot"], also: ["http", "freeze", "skew"] }),
  run: running((seed, plan, bug = "") => new HelixWorld(seed, plan, twitchHelixBugs[bug])),
};

class HelixWorld {
  readonly world: Simulation;
  readonly #plan: readonly Fault<TwitchHelixAct>[];
  readonly #service: TwitchService;
  readonly #api: TwitchApi;
  readonly #random: () => number;
  readonly #calls: Call[] = [];
  readonly #arrivals: Arrival[] = [];
  readonly #heard = new Map<string, number>();
  /** Until when there are no points left, as an answer has told, and since when. */
  #empty: { readonly since: Instant; readonly until: Instant } = { since: Infinity, until: -Infinity };
  #refusals: number[] = [];

  constructor(seed: number, plan: readonly Fault<TwitchHelixAct>[], bug: HelixBug | undefined) {
    this.#plan = plan;
    const world = this.world = new Simulation({ seed, latency: 40, jitter: 20 });
    this.#random = seededRandom(seed, "user");
    const scopes = ["user:write:chat", "moderator:manage:banned_users"];
    const accounts = { bot: { token: "tok", refreshToken: "ref", scopes } };
    this.#service = serveTwitch(world, { accounts, points: POINTS });
    for (const login of ["dallas", "ronni"]) this.#service.idOf(login);
    world.serveHttp("https://api.twitch.tv", (input, init) => this.#answer(input, init));
    const host = world.host("bot");
    const runtime = {
      ...host,
      clock: bug?.clock?.(host.clock) ?? host.clock,
      fetch: bug?.fetch?.(host.fetch) ?? host.fetch,
    };
    const tokens = { accessToken: "tok", refreshToken: "ref" };
    const auth = new TwitchAuth({ clientId: "client", clientSecret: "secret", tokens, runtime });
    this.#api = new TwitchApi({ auth, runtime });
  }

  perform(act: TwitchHelixAct): void {
    switch (act.kind) {
      case "refuse":
        this.#refusals.push(...Array<number>(act.count).fill(act.status));
        return;
      case "drop":
        return void this.#service.chat.command({ kind: "swallow", channel: "dallas", count: act.count });
      case "expire":
        return this.#service.expire("bot");
    }
  }

  async run(): Promise<WorldReport> {
    const { world } = this;
    const ask = (count: number) => {
      this.#call(count);
      const now = world.clock.now();
      // A few at once, and then a pause.
      const wait = this.#random() < 0.4 ? 0 : 2_000 * this.#random();
      if (now < 2 * UNTIL) world.clock.setTimer(now + wait, () => ask(count + 1));
    };
    world.clock.setTimer(1_000, () => ask(1));
    await world.run(2 * UNTIL + LONGEST);
    this.#service.close();
    const arrivals = Map.groupBy(this.#arrivals, ({ mark }) => mark);
    const violations = [
      ...checkSayings(this.#calls.filter(({ line }) => line === "say"), this.#heard),
      ...this.#calls.flatMap((call) => this.#check(call, arrivals.get(call.text) ?? [])),
    ];
    const trace = new TraceHash();
    for (const seen of [...this.#arrivals, ...this.#calls]) trace.add(seen);
    return { violations, trace: trace.digest(), simulated: world.clock.now(), events: this.#calls.length };
  }

  /** What the service answers, or what a plan has it answer. */
  async #answer(input: string, init?: RequestInit): Promise<Response> {
    const at = this.world.clock.now();
    const { searchParams } = new URL(input);
    const text = typeof init?.body === "string" ? init.body : "";
    const mark = /"(?:message|reason)":"([^"]+)"/.exec(text)?.[1] ?? searchParams.get("login") ?? "";
    const foretold = this.#empty.since < at - KNOWN_WITHIN && at < this.#empty.until;
    const refused = this.#refusals.shift();
    this.#arrivals.push({ at, mark, refused, foretold });
    if (refused !== undefined) return Response.json({ status: refused, message: "no" }, { status: refused });
    const response = await this.#service.fetch(input, init);
    if (response.headers.get("ratelimit-remaining") === "0") {
      const until = Number(response.headers.get("ratelimit-reset")) * 1_000;
      if (this.#empty.until !== until) this.#empty = { since: at, until };
    }
    const asked: TwitchServiceRequest | undefined = this.#service.asked.at(-1);
    const isSaid = asked?.endpoint === "POST /chat/messages" && response.status === 200 &&
      (await response.clone().text()).includes('"is_sent":true');
    if (isSaid) this.#heard.set(mark, (this.#heard.get(mark) ?? 0) + 1);
    return response;
  }

  #call(count: number): void {
    const api = this.#api;
    const [dallas, ronni] = [this.#service.idOf("dallas"), this.#service.idOf("ronni")];
    const [line, text, ask] = this.#pick<readonly [string, string, () => Promise<unknown>]>(
      ["say", `says ${count}`, () => api.sendMessage(dallas, `says ${count}`)],
      ["say", `says ${count}`, () => api.sendMessage(dallas, `says ${count}`)],
      ["user", `user${count}`, () => api.userByLogin(`user${count}`)],
      ["timeout", `spam ${count}`, () => api.timeout(dallas, ronni, 1_000, { reason: `spam ${count}` })],
    );
    const isFree = this.#isFree();
    const began = this.world.clock.now();
    const call: Call = { line, text, began, isFree, outcome: undefined, endedAt: undefined };
    this.#calls.push(call);
    const over = (outcome: Call["outcome"]) => {
      call.outcome = outcome;
      call.endedAt = this.world.clock.now();
    };
    // What is told as lost may have been heard; of all else the server has heard nothing.
    ask().then(() => over("done"), (error) => {
      const isLost = error instanceof CommandError && error.code === "lost";
      over(isLost ? "lost" : "failed");
    });
  }

  #pick<T>(...choices: readonly [T, ...T[]]): T {
    return choices[Math.floor(this.#random() * choices.length)] ?? choices[0];
  }

  /** Whether nothing goes wrong, nor did lately. */
  #isCalm(at: Instant): boolean {
    return !this.#plan.some((fault) => {
      const ms = "ms" in fault ? fault.ms ?? Infinity : 0;
      return fault.at <= at + AT_ONCE && at <= fault.at + ms + SETTLES;
    });
  }

  /** Whether what was answered at a time has come: nothing that concerns answers went wrong around it. */
  #isHeard(at: Instant): boolean {
    return !this.#plan.some((fault) => {
      if (fault.kind === "act" || fault.kind === "skew") return false;
      const slow = fault.kind === "http" && fault.trouble.kind === "slow" ? fault.trouble.ms : 0;
      const ms = ("ms" in fault ? fault.ms ?? Infinity : 0) + slow;
      return fault.at <= at + AT_ONCE && at <= fault.at + ms + AT_ONCE;
    });
  }

  /** Whether no limit holds anything, as far as that can be known. */
  #isFree(): boolean {
    const now = this.world.clock.now();
    const underWay = this.#calls.filter(({ endedAt }) => endedAt === undefined).length;
    return underWay === 0 && now > 3_000 && this.#empty.until <= now && this.#isCalm(now) &&
      now % 60_000 < 60_000 - 2 * AT_ONCE;
  }

  /** Checks that it ended in its time, that nothing held it back without need, and that a refusal was the end. */
  #check({ text, line, began, endedAt = Infinity, isFree, outcome }: Call, arrivals: readonly Arrival[]) {
    const violations: Violation[] = [];
    const what = `"${line}", "${text}" of ${began}`;
    if (endedAt > began + LONGEST) {
      violations.push({ rule: "call_endless", message: `${what}, has not ended by ${began + LONGEST}` });
    }
    const [first] = arrivals;
    if (isFree && (first?.at ?? Infinity) > began + AT_ONCE) {
      violations.push({
        rule: "held_needlessly",
        message: `${what}, came at ${first?.at}, and nothing stood in its way`,
      });
    }
    const refusedAt = arrivals.findIndex(({ at, refused }) => refused === 400 && this.#isHeard(at));
    if (refusedAt >= 0 && refusedAt < arrivals.length - 1) {
      violations.push({ rule: "refused_again", message: `${what}, was asked again after it was refused` });
    }
    if (outcome === "failed" && line === "say" && (this.#heard.get(text) ?? 0) > 0) {
      violations.push({ rule: "failed_heard", message: `${what}, is called failed, and was said` });
    }
    for (const { at, foretold } of arrivals) {
      if (!foretold || !this.#isCalm(at)) continue;
      violations.push({
        rule: "refused_foretold",
        message: `${what}, came at ${at}, when no points were left`,
      });
    }
    return violations;
  }
}

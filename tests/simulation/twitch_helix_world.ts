import fc from "fast-check";
import { CommandError } from "../../src/protocol/errors.ts";
import type { Instant } from "../../src/protocol/protocol.ts";
import { TwitchApi } from "../../src/twitch/api/mod.ts";
import { TwitchAuth } from "../../src/twitch/auth/auth.ts";
import { serveTwitch } from "../../testing/twitch/service/serve.ts";
import type { TwitchService } from "../../testing/twitch/service/service.ts";
import type { TwitchServiceRequest } from "../../testing/twitch/service/types.ts";
import { checkSayings } from "../../testing/world/checking/checker.ts";
import { type Fault, faultPlans } from "../../testing/world/faults.ts";
import { seededRandom } from "../../testing/world/random.ts";
import type { World, WorldReport } from "../../testing/world/checking/search.ts";
import { Simulation } from "../../testing/world/simulation.ts";
import { TraceHash } from "../../testing/world/trace_hash.ts";
import type { Violation } from "../../testing/world/checking/violation.ts";
import { type HelixBug, twitchHelixBugs } from "./_twitch_helix_bugs.ts";
import { type HttpArrival, type HttpCall, HttpCalls, KNOWN_WITHIN } from "./_http_calls.ts";
import { running } from "./_running.ts";

/** What a plan can make Twitch do: refuse so many requests, drop so many messages, or let the token expire. */
export type TwitchHelixAct =
  | { readonly kind: "refuse"; readonly status: 400 | 401 | 429 | 500 | 503; readonly count: number }
  | { readonly kind: "drop"; readonly count: number }
  | { readonly kind: "expire" };

/** A request that has come. */
interface Arrival extends HttpArrival {
  /** The status with which a plan has refused it. */
  readonly refused: number | undefined;
}

const UNTIL = 60_000;
const POINTS = 40;
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
  readonly #calls: HttpCalls;
  readonly #arrivals: Arrival[] = [];
  readonly #heard = new Map<string, number>();
  /** Until when there are no points left, as an answer has told, and since when. */
  #empty: { readonly since: Instant; readonly until: Instant } = { since: Infinity, until: -Infinity };
  #refusals: number[] = [];

  constructor(seed: number, plan: readonly Fault<TwitchHelixAct>[], bug: HelixBug | undefined) {
    this.#plan = plan;
    const world = this.world = new Simulation({ seed, latency: 40, jitter: 20 });
    const { clock } = world;
    const random = seededRandom(seed, "user");
    this.#calls = new HttpCalls({ clock, random, plan, settles: SETTLES, longest: LONGEST, atOnce: AT_ONCE });
    const scopes = ["user:write:chat", "moderator:manage:banned_users"];
    const accounts = { bot: { token: "tok", refreshToken: "ref", scopes } };
    this.#service = serveTwitch(world, { accounts, points: POINTS });
    for (const login of ["dallas", "ronni"]) this.#service.idOf(login);
    world.serveHttp("https://api.twitch.tv", (input, init) => this.#answer(input, init));
    const host = world.host("bot");
    const runtime = bug?.host(host) ?? host;
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
    this.#calls.keepAsking((count) => this.#call(count), 2 * UNTIL, { together: 0.4, pause: 2_000 });
    await world.run(2 * UNTIL + LONGEST);
    this.#service.close();
    const arrivals = Map.groupBy(this.#arrivals, ({ mark }) => mark);
    const calls = this.#calls.all;
    const violations = [
      ...checkSayings(calls.filter(({ line }) => line === "say"), this.#heard),
      ...this.#calls.check(arrivals),
      ...calls.flatMap((call) => this.#checkRefusal(call, arrivals.get(call.text) ?? [])),
    ];
    const trace = new TraceHash();
    for (const seen of [...this.#arrivals, ...calls]) trace.add(seen);
    return { violations, trace: trace.digest(), simulated: world.clock.now(), events: calls.length };
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
    const [line, text, ask] = this.#calls.pick<readonly [string, string, () => Promise<unknown>]>(
      ["say", `says ${count}`, () => api.sendMessage(dallas, `says ${count}`)],
      ["say", `says ${count}`, () => api.sendMessage(dallas, `says ${count}`)],
      ["user", `user${count}`, () => api.userByLogin(`user${count}`)],
      ["timeout", `spam ${count}`, () => api.timeout(dallas, ronni, 1_000, { reason: `spam ${count}` })],
    );
    // What is told as lost may have been heard; of all else the server has heard nothing.
    this.#calls.begin({ line, text, isFree: this.#isFree() }, ask, (error) => {
      return error instanceof CommandError && error.code === "lost" ? "lost" : "failed";
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
    const underWay = this.#calls.all.filter(({ endedAt }) => endedAt === undefined).length;
    return underWay === 0 && now > 3_000 && this.#empty.until <= now && this.#calls.isCalm(now) &&
      now % 60_000 < 60_000 - 2 * AT_ONCE;
  }

  /** Checks that a refusal was the end, and that what is called failed was not said. */
  #checkRefusal({ text, line, began, outcome }: HttpCall, arrivals: readonly Arrival[]): Violation[] {
    const violations: Violation[] = [];
    const what = `"${line}", "${text}" of ${began}`;
    const refusedAt = arrivals.findIndex(({ at, refused }) => refused === 400 && this.#isHeard(at));
    if (refusedAt >= 0 && refusedAt < arrivals.length - 1) {
      violations.push({ rule: "refused_again", message: `${what}, was asked again after it was refused` });
    }
    if (outcome === "failed" && line === "say" && (this.#heard.get(text) ?? 0) > 0) {
      violations.push({ rule: "failed_heard", message: `${what}, is called failed, and was said` });
    }
    return violations;
  }
}

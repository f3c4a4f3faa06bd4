import fc from "fast-check";
import { DiscordRest } from "../../src/discord/rest/mod.ts";
import type { Instant } from "../../src/protocol/protocol.ts";
import { checkSayings, type Saying } from "../../testing/world/checker.ts";
import { type Fault, faultPlans } from "../../testing/world/faults.ts";
import { seededRandom } from "../../testing/world/random.ts";
import type { World, WorldReport } from "../../testing/world/search.ts";
import { Simulation } from "../../testing/world/simulation.ts";
import { TraceHash } from "../../testing/world/trace_hash.ts";
import type { Violation } from "../../testing/world/violation.ts";
import { discordRestBugs, type RestBug } from "./_discord_rest_bugs.ts";
import { type Arrival, type Refusal, RestService } from "./_rest_service.ts";
import { running } from "./_running.ts";

/** What a plan can make Discord do: refuse so many requests, whatever its limits are. */
export interface DiscordRestAct {
  readonly kind: "refuse";
  readonly refusal: Refusal;
  readonly count: number;
}

/** Something that was asked for. */
interface Call extends Saying {
  /** The method and the channel. */
  readonly line: string;
  readonly began: Instant;
  endedAt: Instant | undefined;
  /** Nothing stood in its way, as far as anybody could know. */
  readonly isFree: boolean;
}

const API = "https://discord.test";
const UNTIL = 60_000;
const CHANNELS = ["1001", "1002"] as const;
/** How long answers to what went wrong may leave it open how limits stand, in milliseconds. */
const SETTLES = 35_000;
/** How long a call takes at most: it waits for a limit, and for an answer, at each of four attempts. */
const LONGEST = 4 * (60_000 + 15_000) + 30_000;
/** How soon what nothing stands in the way of must arrive, in milliseconds. */
const AT_ONCE = 500;

const acts: fc.Arbitrary<DiscordRestAct> = fc.record({
  kind: fc.constant("refuse" as const),
  refusal: fc.record({
    scope: fc.constantFrom("user" as const, "shared" as const, "global" as const),
    isJson: fc.boolean(),
    retryAfter: fc.integer({ min: 1, max: 5 }),
  }),
  count: fc.integer({ min: 1, max: 4 }),
});

/**
 * Whoever asks Discord's REST API, within its limits and those within them, while requests are refused in every way
 * and answers fail in all of theirs.
 */
export const discordRestWorld: World<DiscordRestAct> = {
  name: "discord rest",
  identifier: "discordRestWorld",
  bugs: discordRestBugs,
  until: UNTIL,
  plans: faultPlans(fc, { until: UNTIL, most: 6, acts, also: ["http"] }),
  run: running((seed, plan, bug = "") => new RestWorld(seed, plan, discordRestBugs[bug])),
};

class RestWorld {
  readonly world: Simulation;
  readonly #plan: readonly Fault<DiscordRestAct>[];
  readonly #service: RestService;
  readonly #rest: DiscordRest;
  readonly #random: () => number;
  readonly #calls: Call[] = [];

  constructor(seed: number, plan: readonly Fault<DiscordRestAct>[], bug: RestBug | undefined) {
    this.#plan = plan;
    const world = this.world = new Simulation({ seed, latency: 40, jitter: 20 });
    this.#random = seededRandom(seed, "user");
    this.#service = new RestService(world.clock);
    world.serveHttp(API, (input, init) => Promise.resolve(this.#service.answer(input, init)));
    const host = world.host("bot");
    this.#rest = new DiscordRest({
      token: "parley.test.token",
      baseUrl: `${API}/api`,
      inOrder: true,
      fetch: bug?.fetch?.(host.fetch) ?? host.fetch,
      clock: bug?.clock?.(host.clock) ?? host.clock,
      random: host.random,
    });
  }

  perform({ refusal, count }: DiscordRestAct): void {
    this.#service.refuse(refusal, count);
  }

  async run(): Promise<WorldReport> {
    const { world } = this;
    const ask = (count: number) => {
      this.#call(count);
      const now = world.clock.now();
      // A few at once, and then a pause.
      const wait = this.#random() < 0.5 ? 0 : 1_500 * this.#random();
      if (now < 2 * UNTIL) world.clock.setTimer(now + wait, () => ask(count + 1));
    };
    world.clock.setTimer(1_000, () => ask(1));
    await world.run(2 * UNTIL + LONGEST);
    const arrivals = Map.groupBy(this.#service.arrivals, ({ mark }) => mark);
    const violations = [
      ...checkSayings(this.#calls.filter(({ line }) => line.startsWith("POST")), this.#counts()),
      ...this.#calls.flatMap((call) => this.#check(call, arrivals.get(call.text) ?? [])),
    ];
    // No core is there to be observed.
    const trace = new TraceHash();
    for (const seen of [...this.#service.arrivals, ...this.#calls]) trace.add(seen);
    return { violations, trace: trace.digest(), simulated: world.clock.now(), events: this.#calls.length };
  }

  /** How often what was done. */
  #counts(): Map<string, number> {
    const counts = new Map<string, number>();
    for (const { mark, done } of this.#service.arrivals) {
      if (done) counts.set(mark, (counts.get(mark) ?? 0) + 1);
    }
    return counts;
  }

  #call(count: number): void {
    const channel = CHANNELS[Math.floor(this.#random() * CHANNELS.length)] ?? CHANNELS[0];
    const id = String(50_000 + count);
    const channelParams = { "channel.id": channel };
    const params = { ...channelParams, "message.id": id };
    const rest = this.#rest;
    const [kind, text, ask] = this.#pick<readonly [string, string, () => Promise<unknown>]>(
      ["POST", `says ${count}`, () => rest.createMessage(channel, { content: `says ${count}` })],
      [
        "PATCH",
        `topic ${count}`,
        () =>
          rest.request("PATCH /channels/{channel.id}", {
            params: channelParams,
            body: { topic: `topic ${count}` },
          }),
      ],
      [
        "PATCH name",
        `name ${count}`,
        () =>
          rest.request("PATCH /channels/{channel.id}", {
            params: channelParams,
            body: { name: `name ${count}` },
          }),
      ],
      ["GET", id, () => rest.request("GET /channels/{channel.id}/messages/{message.id}", { params })],
      ["DELETE", id, () => rest.request("DELETE /channels/{channel.id}/messages/{message.id}", { params })],
    );
    const [method = "", part] = kind.split(" ");
    const line = [method, channel, ...(part === undefined ? [] : [part])].join(" ");
    // Who asks for more than the limits ever let pass waits for ever.
    const underWay = this.#calls.filter((call) => call.line === line && call.endedAt === undefined).length;
    if (underWay >= (part === undefined ? 5 : 1)) return;
    const call: Call = {
      line,
      text,
      began: this.world.clock.now(),
      isFree: this.#isFree(line),
      outcome: undefined,
      endedAt: undefined,
    };
    this.#calls.push(call);
    const over = (outcome: Call["outcome"]) => {
      call.outcome = outcome;
      call.endedAt = this.world.clock.now();
    };
    ask().then(() => over("done"), () => over("lost"));
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

  /** Whether nothing of the same bucket is under way, and no limit holds it, as far as that can be known. */
  #isFree(line: string): boolean {
    const now = this.world.clock.now();
    const bucket = line.replace(/ name$/, "");
    // What is held by a limit within the limit stands in nobody's way.
    const underWay = this.#calls.some((call) =>
      call.endedAt === undefined && call.line.startsWith(bucket) &&
      (call.line === bucket || this.#service.heldUntil(call.line) <= now)
    );
    const held = Math.max(this.#service.heldUntil(bucket), this.#service.heldUntil(line));
    return !underWay && held <= now && this.#isCalm(now);
  }

  /** Checks that it ended in its time, and that nothing held it back without need. */
  #check({ text, line, began, endedAt = Infinity, isFree }: Call, arrivals: readonly Arrival[]): Violation[] {
    if (endedAt > began + LONGEST) {
      return [{
        rule: "call_endless",
        message: `"${line}", "${text}" of ${began}, has not ended by ${began + LONGEST}`,
      }];
    }
    const [first] = arrivals;
    const violations: Violation[] = [];
    if (isFree && (first?.at ?? Infinity) > began + AT_ONCE) {
      violations.push({
        rule: "held_needlessly",
        message: `"${line}", "${text}" of ${began}, came at ${first?.at}, and nothing stood in its way`,
      });
    }
    for (const { at, foretold } of arrivals) {
      if (!foretold || !this.#isCalm(at)) continue;
      violations.push({
        rule: "refused_foretold",
        message: `"${line}", "${text}", came at ${at}, and too early`,
      });
    }
    return violations;
  }
}

import fc from "fast-check";
import { DiscordRest } from "../../src/discord/rest/mod.ts";
import { checkSayings } from "../../testing/world/checking/checker.ts";
import { type Fault, faultPlans } from "../../testing/world/faults.ts";
import { seededRandom } from "../../testing/world/random.ts";
import type { World, WorldReport } from "../../testing/world/checking/search.ts";
import { Simulation } from "../../testing/world/simulation.ts";
import { TraceHash } from "../../testing/world/trace_hash.ts";
import { discordRestBugs, type RestBug } from "./_discord_rest_bugs.ts";
import { type Refusal, RestService } from "./_rest_service.ts";
import { HttpCalls } from "./_http_calls.ts";
import { running } from "./_running.ts";

/** What a plan can make Discord do: refuse so many requests, whatever its limits are. */
export interface DiscordRestAct {
  readonly kind: "refuse";
  readonly refusal: Refusal;
  readonly count: number;
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
  readonly #service: RestService;
  readonly #rest: DiscordRest;
  readonly #random: () => number;
  readonly #calls: HttpCalls;

  constructor(seed: number, plan: readonly Fault<DiscordRestAct>[], bug: RestBug | undefined) {
    const world = this.world = new Simulation({ seed, latency: 40, jitter: 20 });
    const random = this.#random = seededRandom(seed, "user");
    const { clock } = world;
    this.#calls = new HttpCalls({ clock, random, plan, settles: SETTLES, longest: LONGEST, atOnce: AT_ONCE });
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
    this.#calls.keepAsking((count) => this.#call(count), 2 * UNTIL, { together: 0.5, pause: 1_500 });
    await world.run(2 * UNTIL + LONGEST);
    const arrivals = Map.groupBy(this.#service.arrivals, ({ mark }) => mark);
    const calls = this.#calls.all;
    const violations = [
      ...checkSayings(calls.filter(({ line }) => line.startsWith("POST")), this.#counts()),
      ...this.#calls.check(arrivals),
    ];
    // No core is there to be observed.
    const trace = new TraceHash();
    for (const seen of [...this.#service.arrivals, ...calls]) trace.add(seen);
    return { violations, trace: trace.digest(), simulated: world.clock.now(), events: calls.length };
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
    const [kind, text, ask] = this.#calls.pick<readonly [string, string, () => Promise<unknown>]>(
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
    const underWay =
      this.#calls.all.filter((call) => call.line === line && call.endedAt === undefined).length;
    if (underWay >= (part === undefined ? 5 : 1)) return;
    this.#calls.begin({ line, text, isFree: this.#isFree(line) }, ask, () => "lost");
  }

  /** Whether nothing of the same bucket is under way, and no limit holds it, as far as that can be known. */
  #isFree(line: string): boolean {
    const now = this.world.clock.now();
    const bucket = line.replace(/ name$/, "");
    // What is held by a limit within the limit stands in nobody's way.
    const underWay = this.#calls.all.some((call) =>
      call.endedAt === undefined && call.line.startsWith(bucket) &&
      (call.line === bucket || this.#service.heldUntil(call.line) <= now)
    );
    const held = Math.max(this.#service.heldUntil(bucket), this.#service.heldUntil(line));
    return !underWay && held <= now && this.#calls.isCalm(now);
  }
}

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { test } from "node:test";
import { DiscordRest, type HttpMethod } from "../../../src/discord/rest/mod.ts";
import { VirtualClock } from "../../../testing/world/time/virtual_clock.ts";
import { turn } from "./_fakes.ts";

const METHODS = ["GET", "POST", "PATCH", "DELETE"] as const satisfies readonly HttpMethod[];

interface Limit {
  readonly limit: number;
  readonly span: number;
}

interface Step {
  /** Which route, by its method. */
  readonly route: number;
  readonly channel: number;
  /** When it is asked for, in milliseconds. */
  readonly at: number;
  /** How long it takes there and back, in milliseconds. */
  readonly up: number;
  readonly down: number;
  /** After how long it is given up, in milliseconds. */
  readonly abort: number | undefined;
}

/** A Discord that counts strictly: a window begins with its first request and is told with each answer. */
class StrictDiscord {
  readonly clock: VirtualClock = new VirtualClock(1_000_000);
  readonly arrived: string[] = [];
  /** How many requests came though their bucket was spent. */
  exceeded = 0;
  readonly #windows = new Map<string, { count: number; until: number }>();
  readonly #limits: readonly Limit[];
  /** Which bucket each route counts against. */
  readonly #buckets: readonly number[];

  constructor(limits: readonly Limit[], buckets: readonly number[]) {
    this.#limits = limits;
    this.#buckets = buckets;
  }

  readonly fetch = async (url: string, init: RequestInit = {}): Promise<Response> => {
    const { pathname, searchParams } = new URL(url);
    const [, , , , channel = ""] = pathname.split("/");
    await this.sleep(Number(searchParams.get("up")));
    const response = this.#answer(String(init.method), channel, searchParams.get("name") ?? "");
    await this.sleep(Number(searchParams.get("down")));
    return response;
  };

  #answer(method: string, channel: string, name: string): Response {
    const now = this.clock.now();
    const bucket = this.#buckets[METHODS.findIndex((known) => known === method)] ?? 0;
    const { limit, span } = this.#limits[bucket] ?? { limit: 1, span: 1 };
    const key = `${bucket} ${channel}`;
    let window = this.#windows.get(key);
    if (window === undefined || now >= window.until) {
      window = { count: 0, until: now + span };
      this.#windows.set(key, window);
    }
    const isSpent = window.count >= limit;
    if (isSpent) this.exceeded++;
    else {
      window.count++;
      this.arrived.push(name);
    }
    const resetAfter = String((window.until - now) / 1000);
    const headers = {
      "X-RateLimit-Bucket": `bucket${bucket}`,
      "X-RateLimit-Limit": String(limit),
      "X-RateLimit-Remaining": String(limit - window.count),
      "X-RateLimit-Reset-After": resetAfter,
      ...(isSpent && { "Retry-After": resetAfter, "X-RateLimit-Scope": "user" }),
    };
    return new Response(null, { status: isSpent ? 429 : 204, headers });
  }

  sleep(ms: number): Promise<void> {
    return ms > 0
      ? new Promise((wake) => this.clock.setTimer(this.clock.now() + ms, wake))
      : Promise.resolve();
  }

  /** Lets virtual time pass until a promise settles. */
  async run(promise: Promise<unknown>): Promise<void> {
    let settled = false;
    promise.finally(() => settled = true);
    for (;;) {
      for (let count = 0; count < 3 && !settled; count++) await turn();
      if (settled) return;
      assert(this.clock.step(), "nothing is left to wait for, and not every request is over");
    }
  }
}

const step = fc.record({
  route: fc.nat(METHODS.length - 1),
  channel: fc.integer({ min: 1, max: 2 }),
  at: fc.nat(3_000),
  up: fc.nat(300),
  down: fc.nat(300),
  abort: fc.option(fc.nat(2_000), { nil: undefined, freq: 4 }),
});
const limit = fc.record({ limit: fc.integer({ min: 1, max: 3 }), span: fc.integer({ min: 50, max: 2_000 }) });

const worlds = [
  fc.array(limit, { minLength: 2, maxLength: 2 }),
  fc.array(fc.nat(1), { minLength: METHODS.length, maxLength: METHODS.length }),
  fc.array(step, { maxLength: 25, size: "max" }),
] as const;

/** One that was given up while a window ended, for all that could be known, had begun another, and was not counted in it. */
const GIVEN_UP_AT_THE_END: [Limit[], number[], Step[]] = [
  [{ limit: 2, span: 1052 }, { limit: 1, span: 50 }],
  [1, 0, 0, 0],
  [
    { route: 1, channel: 1, at: 0, up: 0, down: 0, abort: undefined },
    { route: 1, channel: 1, at: 0, up: 0, down: 0, abort: undefined },
    { route: 1, channel: 1, at: 2194, up: 0, down: 0, abort: undefined },
    { route: 1, channel: 1, at: 2104, up: 0, down: 1, abort: 0 },
    { route: 1, channel: 1, at: 2193, up: 0, down: 1, abort: 8 },
    { route: 1, channel: 1, at: 0, up: 0, down: 96, abort: undefined },
  ],
];

test("DiscordRest: no interleaving of requests and answers exceeds a bucket, or changes a line's order", async () => {
  const property = fc.asyncProperty(...worlds, async (limits, buckets, steps: readonly Step[]) => {
    const discord = new StrictDiscord(limits, buckets);
    const { clock } = discord;
    const rest = new DiscordRest({
      token: "t",
      fetch: discord.fetch,
      clock,
      random: () => 0.5,
      timeout: Infinity,
      globalLimit: 10_000,
      maxWait: Infinity,
    });
    // Which routes share a bucket, only the first answers tell.
    for (const [index, method] of METHODS.entries()) {
      await discord.run(rest.raw(method, `/channels/${91 + index}/messages`));
    }
    const gone = new Set<string>();
    const calls = [...steps].sort((a, b) => a.at - b.at).map(async (step, index) => {
      const { route, channel, at, up, down, abort } = step;
      await discord.sleep(at);
      const controller = new AbortController();
      if (abort !== undefined) clock.setTimer(clock.now() + abort, () => controller.abort("enough"));
      const name = `${route} ${channel} ${index}`;
      // Of one that is given up on its way nobody knows when it arrives: these arrive at once.
      const query = { name, up: abort === undefined ? up : 0, down };
      try {
        await rest.raw(METHODS[route] ?? "GET", `/channels/${channel}/messages`, {
          query,
          signal: controller.signal,
        });
      } catch (error) {
        assertEquals(error, "enough");
        gone.add(name);
      }
      return name;
    });
    const all = Promise.all(calls);
    await discord.run(all);
    assertEquals(discord.exceeded, 0);
    const names = await all;
    for (const line of new Set(names.map((name) => name.replace(/\d+$/, "")))) {
      const asked = names.filter((name) => name.startsWith(line) && !gone.has(name));
      const arrived = discord.arrived.filter((name) => name.startsWith(line) && !gone.has(name));
      assertEquals(arrived, asked);
    }
  });
  await fc.assert(property, { numRuns: 100, examples: [GIVEN_UP_AT_THE_END] });
});

test("DiscordRest: what it exceeds before it knows the buckets, it makes good", async () => {
  const property = fc.asyncProperty(...worlds, async (limits, buckets, steps: readonly Step[]) => {
    const discord = new StrictDiscord(limits, buckets);
    const { clock, fetch } = discord;
    const rest = new DiscordRest({
      token: "t",
      fetch,
      clock,
      timeout: Infinity,
      maxWait: Infinity,
      retries: 20,
    });
    const calls = steps.map(async ({ route, channel, at, up, down }, index) => {
      await discord.sleep(at);
      const query = { name: String(index), up, down };
      await rest.raw(METHODS[route] ?? "GET", `/channels/${channel}/messages`, { query });
    });
    await discord.run(Promise.all(calls));
    assertEquals(discord.arrived.length, steps.length);
    // Each line can be surprised once by another that it shares a bucket with, and again where that has a
    // request under way meanwhile.
    assert(discord.exceeded <= 2 * METHODS.length * 2, `${discord.exceeded} were too many`);
  });
  await fc.assert(property, { numRuns: 50 });
});

import { test } from "node:test";
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import type { Grant } from "../../src/driver/permits.ts";
import { HttpPermits, permitServer } from "../../src/permits/mod.ts";
import { ConnectionError, OptionError } from "../../src/protocol/errors.ts";
import { Simulation } from "../../testing/world/simulation.ts";

const SECRET = "sixteen or more characters";
const URL = "http://permits.test/";
const PERMIT = { scope: "discord.identify", key: "bucket 0", limit: 1, per: 5_000 };

/** One that grants, and two processes that ask it. */
function room(most?: number) {
  const world = new Simulation({ seed: 4, latency: 20 });
  const server = permitServer({ secret: SECRET, clock: world.clock, ...(most !== undefined && { most }) });
  // It digests the secret in real time, for which the clock must stand.
  const handler = (request: Request) => world.track(() => server(request), "an answer of the server");
  const statuses: number[] = [];
  const net = { isDown: false };
  world.serveHttp(URL, async (input, init) => {
    if (net.isDown) throw new TypeError("It is away");
    const response = await handler(new Request(input, init));
    statuses.push(response.status);
    return response;
  });
  const [a, b] = ["a", "b"].map((name) =>
    new HttpPermits(URL, { secret: SECRET, runtime: world.host(name) })
  );
  assert(a !== undefined && b !== undefined);
  return { world, net, handler, statuses, a, b };
}

test("HttpPermits: a limit holds over processes, first come first served", async () => {
  const { world, a, b } = room();
  const times: number[] = [];
  const use = async (permits: HttpPermits) => {
    for (let count = 0; count < 3; count++) {
      const grant = await permits.acquire(PERMIT);
      times.push(world.clock.now());
      grant.release(true);
    }
  };
  await world.until(Promise.all([use(a), use(b)]), 60_000);
  assertEquals(times.length, 6);
  for (const [index, at] of times.entries()) {
    assert(index === 0 || at - (times[index - 1] ?? 0) >= 5_000, times.join());
  }
});

test("HttpPermits: who waits long asks again and keeps its place; what was not used is free at once", async () => {
  const { world, statuses, a, b } = room();
  const held = await world.until(a.acquire(PERMIT), 5_000);
  const order: string[] = [];
  const second = b.acquire(PERMIT).then((grant) => (order.push("b"), grant));
  await world.run(1_000);
  const third = a.acquire(PERMIT).then((grant) => (order.push("a"), grant));
  await world.run(100_000);
  assert(statuses.includes(202));
  held.release(false);
  const grant: Grant = await world.until(second, 1_000);
  grant.release(false);
  (await world.until(third, 1_000)).release(false);
  assertEquals(order, ["b", "a"]);
});

test("HttpPermits: what a process holds that is gone counts as used a minute later", async () => {
  const { world, a, b } = room();
  await world.until(a.acquire(PERMIT), 5_000);
  world.freeze("a", 3_600_000);
  const from = world.clock.now();
  const grant = await world.until(b.acquire(PERMIT), 200_000);
  const took = world.clock.now() - from;
  assert(took > 45_000 && took < 100_000, `${took} ms`);
  grant.release(false);
});

test("HttpPermits: a grant says whether it is still held that the one that grants was not told of, or has let go", async () => {
  const { world, net, a } = room();
  const grant = await world.until(a.acquire(PERMIT), 5_000);
  await world.run(200_000);
  assertEquals(grant.isHeld(), true);
  net.isDown = true;
  await world.run(30_000);
  assertEquals(grant.isHeld(), true);
  await world.run(35_000);
  assertEquals(grant.isHeld(), false);
  // By then it has let go.
  await world.run(20_000);
  net.isDown = false;
  const other = await world.until(a.acquire(PERMIT), 200_000);
  assertEquals([grant.isHeld(), other.isHeld()], [false, true]);
  other.release(true);
  assertEquals(other.isHeld(), false);
});

test("HttpPermits: who stood still until others had it is granted nothing that was granted before", async () => {
  for (const clockStands of [false, true]) {
    for (const first of ["timers", "links"] as const) {
      const { world, a, b } = room();
      // Whoever finds no answer asks again.
      const granted = a.acquire(PERMIT).catch(() => a.acquire(PERMIT));
      // It is granted, and the answer on its way.
      await world.run(30);
      world.freeze("a", 100_000, { clockStands, first });
      const other = await world.until(b.acquire(PERMIT), 90_000);
      let isGranted = false;
      void granted.then(() => isGranted = true);
      await world.run(60_000);
      assertEquals([isGranted, other.isHeld()], [false, true]);
      other.release(false);
      (await world.until(granted, 30_000)).release(false);
    }
  }
});

test("HttpPermits: who gives up waiting leaves its place", async () => {
  const { world, a, b } = room();
  const held = await world.until(a.acquire(PERMIT), 5_000);
  const controller = new AbortController();
  const given = assertRejects(() => b.acquire(PERMIT, controller.signal), Error, "enough");
  await world.run(1_000);
  controller.abort(new Error("enough"));
  await given;
  await world.run(1_000);
  const next = a.acquire(PERMIT);
  held.release(false);
  (await world.until(next, 1_000)).release(false);
});

test("HttpPermits: a wrong secret, and one that is away, are told without the secret", async () => {
  const { world } = room();
  const wrong = new HttpPermits(URL, { secret: "not the secret, but long", runtime: world.host("c") });
  const refused = await world.until(assertRejects(() => wrong.acquire(PERMIT), ConnectionError), 5_000);
  assertEquals(
    refused.message,
    `Cannot get permits from "${URL}": it answers 401; give it and this process the same secret`,
  );
  const nobody = new HttpPermits("http://nobody.test/", { secret: SECRET, runtime: world.host("d") });
  const away = await world.until(assertRejects(() => nobody.acquire(PERMIT), ConnectionError), 60_000);
  assertEquals([away.code, String(away).includes(SECRET)], ["unreachable", false]);
});

test("HttpPermits: what answers in the place of the one that grants is told, and not asked again and again", async () => {
  const { world } = room();
  const text = "It works!";
  for (
    const [status, body, why = ""] of [
      [204, null],
      [404, text],
      [429, text],
      [500, text],
      [200, text, ", but not as `permitServer` does"],
      // What takes anything, to do it later, or says what it was sent.
      [202, "{}", ", but not as `permitServer` does"],
      [200, undefined, ", but not as `permitServer` does"],
    ] as const
  ) {
    let asked = 0;
    world.serveHttp("http://other.test/", (_, init) => {
      asked++;
      return Promise.resolve(new Response(body === undefined ? init?.body : body, { status }));
    });
    const permits = new HttpPermits("http://other.test/", { secret: SECRET, runtime: world.host("c") });
    const error = await world.until(assertRejects(() => permits.acquire(PERMIT), ConnectionError), 1_000);
    assertEquals(error.message, `Cannot get permits from "http://other.test/": it answers ${status}${why}`);
    // It is asked, and told that nothing is wanted.
    assert(asked <= 2, `asked ${asked} times`);
  }
});

test("HttpPermits: who lets go while the one that grants does not answer is done soon", async () => {
  const { world } = room();
  const fetch = (_: string, { body, signal }: RequestInit = {}) => {
    const { id, permit } = JSON.parse(String(body));
    if (permit !== undefined) return Promise.resolve(Response.json({ granted: id }));
    return new Promise<Response>((_, reject) => {
      signal?.addEventListener("abort", () => reject(signal.reason));
    });
  };
  const permits = new HttpPermits(URL, { secret: SECRET, runtime: { ...world.host("c"), fetch } });
  (await world.until(permits.acquire(PERMIT), 1_000)).release(true);
  await world.run(20_000);
  assertEquals(world.clock.next(), Infinity);
});

test("permitServer: what is no ask is refused, and no more wait than it can bear", async () => {
  const { world, handler } = room(1);
  const ask = (body: string, secret = SECRET) =>
    handler(new Request(URL, { method: "POST", headers: { authorization: `Bearer ${secret}` }, body }));
  const id = (of: string) => of.repeat(32);
  const statuses = async (...bodies: string[]) => {
    const all: number[] = [];
    for (const body of bodies) all.push((await world.until(ask(body), 60_000)).status);
    return all;
  };
  assertEquals(await statuses("", "{", "[]", `{"id":"a"}`, `{"id":"${id("a")}","permit":{"scope":1}}`), [
    400,
    400,
    400,
    400,
    400,
  ]);
  assertEquals(await statuses(`{"id":"${id("a")}"}`, `{"id":"${id("a")}","used":true}`, "x".repeat(5_000)), [
    404,
    404,
    413,
  ]);
  const permit = JSON.stringify(PERMIT);
  assertEquals(
    await statuses(`{"id":"${id("a")}","permit":${permit}}`, `{"id":"${id("b")}","permit":${permit}}`),
    [
      200,
      503,
    ],
  );
});

test("permitServer: a secret that is too short is refused, and so is an URL that is none", () => {
  assertThrows(() => permitServer({ secret: "short" }), OptionError, "fewer than 16");
  assertThrows(() => new HttpPermits("permits.internal", { secret: SECRET }), OptionError, "http: or https:");
  for (const url of ["http://bot:hunter2@permits.test/", "ftp://bot:hunter2@permits.test/"]) {
    const error = assertThrows(() => new HttpPermits(url, { secret: SECRET }), OptionError, "permits.test");
    assert(!String(error).includes("hunter2"), String(error));
  }
});

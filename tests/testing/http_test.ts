import { test } from "node:test";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { sleepUntil } from "../../src/driver/clock/clock.ts";
import { scheduleFaults } from "../../testing/world/faults.ts";
import type { HttpTrouble } from "../../testing/world/network/network.ts";
import { Simulation } from "../../testing/world/simulation.ts";

const URL = "https://api.test/x";

/** A world with an API, which answers after so long, and a client of it. */
function worldOf(after = 0) {
  const world = new Simulation({ latency: 10 });
  let asked = 0;
  world.serveHttp(URL, async () => {
    asked++;
    if (after > 0) await sleepUntil(world.clock, world.clock.now() + after);
    return Response.json({ text: "ok" });
  });
  const { fetch } = world.host("client");
  /** How a request ends that is given up at a time, and when. */
  const given = async (
    at: number,
    use: (response: Response) => Promise<unknown> = () => Promise.resolve(),
  ) => {
    const controller = new AbortController();
    world.clock.setTimer(at, () => controller.abort(new Error("given up")));
    const outcome = fetch(URL, { signal: controller.signal }).then(use).then(() => "resolved", String);
    const how = await world.until(outcome);
    return [how, world.clock.now()];
  };
  return { world, fetch, given, asked: () => asked };
}

test("Simulation.fetch: a signal that is aborted already lets nothing be asked", async () => {
  const { world, fetch, asked } = worldOf();
  const signal = AbortSignal.abort(new Error("no need"));
  await assertRejects(() => world.until(fetch(URL, { signal })), Error, "no need");
  await world.run(1_000);
  assertEquals(asked(), 0);
});

test("Simulation.fetch: is given up on its way, in a partition, and while the server is at it", async () => {
  const away = worldOf();
  assertEquals(await away.given(5), ["Error: given up", 5]);
  await away.world.run(1_000);
  assertEquals(away.asked(), 0);

  const parted = worldOf();
  parted.world.network.partition({ client: "client" }, 60_000);
  assertEquals(await parted.given(1_000), ["Error: given up", 1_000]);
  await parted.world.run(120_000);
  assertEquals(parted.asked(), 0);

  const slow = worldOf(5_000);
  assertEquals(await slow.given(2_000), ["Error: given up", 2_000]);
  assertEquals(slow.asked(), 1);
  assertEquals(await worldOf(5_000).given(5_015), ["Error: given up", 5_015]);
});

test("Simulation.fetch: is given up while a body is read", async () => {
  const { world, given } = worldOf();
  world.network.troubleHttp({}, 60_000, { kind: "slow", ms: 5_000 });
  assertEquals(await given(1_000, (response) => response.text()), ["Error: given up", 1_000]);
});

for (
  const [how, read] of Object.entries<(response: Response) => Promise<string>>({
    "as a whole": (response) => response.text(),
    "piece by piece": async (response) => {
      const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
      let text = "";
      for (let piece = await reader?.read(); piece?.done === false; piece = await reader?.read()) {
        text += piece.value;
      }
      return text;
    },
  })
) {
  test(`Simulation.fetch: the clock stands while a body is read ${how} that takes real time`, async () => {
    const world = new Simulation({ latency: 0 });
    world.serveHttp(URL, () => {
      let left = 5;
      const body = new ReadableStream<Uint8Array>({
        async pull(controller) {
          await new Promise((resolve) => setTimeout(resolve));
          if (left-- > 0) controller.enqueue(new TextEncoder().encode(`${left}`));
          else controller.close();
        },
      }, { highWaterMark: 0 });
      return Promise.resolve(new Response(body));
    });
    const { fetch, clock } = world.host("client");
    const tick = () => void clock.setTimer(clock.now() + 1, tick);
    tick();
    const text = await world.until(fetch(URL).then(read));
    assertEquals([text, clock.now()], ["43210", 0]);
  });
}

/** What the client gets of a request while something is wrong, and when. */
async function during(
  trouble: HttpTrouble,
): Promise<{ status: number; body: unknown; at: number; asked: number }> {
  const { world, fetch, asked } = worldOf();
  scheduleFaults(world, [{ kind: "http", at: 0, ms: 1_000, trouble }], () => {});
  // Time goes on, whether or not anything is real.
  const tick = () => void world.clock.setTimer(world.clock.now() + 1, tick);
  tick();
  const response = await world.until(fetch(URL));
  const body = await world.until(response.text().catch((error: unknown) => error));
  const at = world.clock.now();
  await world.run(1_000);
  assertEquals(await world.until(world.until(fetch(URL)).then((after) => after.json())), { text: "ok" });
  return { status: response.status, body, at, asked: asked() - 1 };
}

test("Simulation.fetch: other answers than the server's, its own late, half of it, and another page", async () => {
  const limited = await during({ kind: "status", status: 429, retryAfter: 7 });
  assertEquals(limited, { status: 429, body: "429", at: 20, asked: 0 });
  assertEquals((await during({ kind: "status", status: 503 })).status, 503);
  assertEquals(await during({ kind: "slow", ms: 300 }), {
    status: 200,
    body: '{"text":"ok"}',
    at: 320,
    asked: 1,
  });
  const reset = await during({ kind: "reset" });
  assert(reset.body instanceof TypeError);
  assertEquals([reset.body.message, reset.asked], ["The connection was reset", 1]);
  const wrong = await during({ kind: "wrong" });
  assert(String(wrong.body).startsWith("<!doctype html>"));
  assertEquals([wrong.status, wrong.asked], [200, 0]);
});

test("Simulation.fetch: reading a body takes no virtual time", async () => {
  const { world, fetch } = worldOf();
  const tick = () => void world.clock.setTimer(world.clock.now() + 1, tick);
  tick();
  for (const read of ["text", "json", "arrayBuffer", "blob"] as const) {
    const response = await world.until(fetch(URL));
    const at = world.clock.now();
    await world.until(response[read]());
    assertEquals(world.clock.now(), at, read);
  }
});

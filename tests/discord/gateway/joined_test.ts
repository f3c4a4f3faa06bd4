import { assertEquals } from "@std/assert";
import { test } from "node:test";
import type { Instant } from "../../../src/protocol/protocol.ts";
import { seededRandom } from "../../../testing/world/random.ts";
import { dealtSeeds } from "../../_engines.ts";
import { Joined } from "./_joined.ts";

const CHANNEL = "81384788765712384";
const HOUR = 3_600_000;

/** What people said, as the client was told, in order. */
function heard(world: Joined): string[] {
  return world.events.flatMap((event) => event.kind === "MESSAGE_CREATE" ? [event.data.content] : []);
}

/** True if no more than `limit` of these times lie within any `per` milliseconds. */
function within(times: readonly Instant[], limit: number, per: number): boolean {
  return times.every((time, index) => {
    const next = times[index + limit];
    return next === undefined || next - time >= per;
  });
}

/** What must be true of any run, however it went. */
function checkManners(world: Joined): void {
  const arrived = new Map<number, Instant[]>();
  const identified: Instant[] = [];
  for (const entry of world.server.log) {
    if (entry.kind !== "received") continue;
    const times = arrived.get(entry.link) ?? [];
    arrived.set(entry.link, times);
    times.push(entry.at);
    if (entry.op === 2) identified.push(entry.at);
  }
  for (const times of arrived.values()) assertEquals(within(times, 120, 60_000), true);
  assertEquals(within(identified, 1, 5_000), true);
  const scolded = world.server.log.filter((entry) =>
    entry.kind === "closing" && entry.code > 4000 && entry.reason !== "Closed by the test"
  );
  assertEquals(scolded, []);
}

test("GatewaySession: a quiet day passes on one link, with a heartbeat in every interval", () => {
  const world = new Joined(1);
  world.run(24 * HOUR);
  const beats = world.sentByClient.filter(({ op }) => op === 1);
  const days = 24 * HOUR / 41_250;
  assertEquals(Math.abs(beats.length - days) <= 2, true);
  assertEquals(new Set(beats.map(({ link }) => link)).size, 1);
  assertEquals(world.events.filter(({ kind }) => kind === "reconnecting"), []);
});

for (const seed of dealtSeeds(20)) {
  test(`GatewaySession: whatever is cut, each message comes once and in order (seed ${seed})`, () => {
    const world = new Joined(seed, { resumeWindow: HOUR });
    const random = seededRandom(seed, "world");
    world.run(1_000);
    const said: string[] = [];
    for (let at = 0; at < 6 * HOUR;) {
      const step = 100 + random() * 20_000;
      at += step;
      world.run(step);
      const content = String(said.length);
      said.push(content);
      world.command({ kind: "message", channel: CHANNEL, content });
      const fault = random();
      if (fault < 0.02) world.cut();
      else if (fault < 0.03) world.silence();
      else if (fault < 0.04) world.command({ kind: "reconnect" });
      else if (fault < 0.05) world.command({ kind: "invalidate", resumable: true });
      else if (fault < 0.06) world.command({ kind: "close", code: 4000 + Math.floor(random() * 4) });
      else if (fault < 0.07) world.command({ kind: "drop" });
      else if (fault < 0.08) {
        world.refusedUntil = world.clock.now() + random() * 60_000;
        world.cut();
      }
    }
    // Faults stop here; what follows has to bring everything.
    world.run(300_000);
    assertEquals(heard(world), said);
    assertEquals(world.session.state, "ready");
    assertEquals(world.events.filter((event) => event.kind === "gap" && !event.resumed), []);
    assertEquals(world.events.filter(({ kind }) => kind === "ready").length, 1);
    checkManners(world);
  });
}

for (const seed of dealtSeeds(10)) {
  test(`GatewaySession: where the session is lost, what is missing lies in a gap (seed ${seed})`, () => {
    const world = new Joined(seed, { resumeWindow: 60_000 });
    const random = seededRandom(seed, "world");
    world.run(1_000);
    const saidAt: Instant[] = [];
    for (let at = 0; at < 6 * HOUR;) {
      const step = 100 + random() * 20_000;
      at += step;
      world.run(step);
      const content = String(saidAt.length);
      saidAt.push(world.clock.now());
      world.command({ kind: "message", channel: CHANNEL, content });
      const fault = random();
      if (fault < 0.01) world.command({ kind: "invalidate", resumable: false });
      else if (fault < 0.02) world.command({ kind: "close", code: random() < 0.5 ? 4007 : 4009 });
      else if (fault < 0.03) world.silence();
      else if (fault < 0.04) {
        world.refusedUntil = world.clock.now() + random() * 200_000;
        world.cut();
      }
    }
    world.run(600_000);
    const numbers = heard(world).map(Number);
    assertEquals(numbers, [...new Set(numbers)].sort((a, b) => a - b));
    const gaps = world.events.flatMap((event) => event.kind === "gap" && !event.resumed ? [event] : []);
    const received = new Set(numbers);
    for (const [number, at] of saidAt.entries()) {
      if (received.has(number)) continue;
      // `from` is when the server was last heard, and what was under way then was not heard any more.
      assertEquals(gaps.some(({ from, to }) => from - 1_000 <= at && at <= to), true, `message ${number}`);
    }
    assertEquals(gaps.length > 0, true);
    assertEquals(world.session.state, "ready");
    checkManners(world);
  });
}

for (const every of [1_000, 20_000, 60_000, 300_000]) {
  test(`GatewaySession: a server that ends the session every ${every / 1_000} s gets few IDENTIFYs in a day`, () => {
    const world = new Joined(3);
    for (let at = 0; at < 24 * HOUR; at += every) {
      world.run(every);
      world.command({ kind: "close", code: 4009 });
    }
    const identifies = world.server.log.filter((entry) => entry.kind === "received" && entry.op === 2);
    // "Clients are limited to 1000 IDENTIFY calls to the websocket in a 24-hour period."
    assertEquals(identifies.length < 400, true, `${identifies.length} IDENTIFYs`);
  });
}

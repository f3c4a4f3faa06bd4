import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { PingBarrier, type PingTimes } from "../../src/protocol/connection/ping_barrier.ts";

function barrier(times: Partial<PingTimes> = {}): { barrier: PingBarrier; sent: string[] } {
  const sent: string[] = [];
  const ping = new PingBarrier(
    { idle: 60_000, interval: 60_000, pong: 20_000, ...times },
    (token) => sent.push(token),
  );
  return { barrier: ping, sent };
}

test("PingBarrier: a PONG proves what was sent before its PING, once, and measures how late it was", () => {
  const { barrier: ping, sent } = barrier();
  const proven: number[] = [];
  ping.start(0);
  ping.request(100, { proven: (latency) => proven.push(latency) });
  ping.request(200, { proven: (latency) => proven.push(latency) });
  assertEquals(sent, ["parley-1", "parley-2"]);
  assertEquals([ping.answered("parley-2", 300), ping.answered("parley-2", 310)], [true, false]);
  assertEquals([ping.answered("other", 310), ping.answered("parley-1", 350)], [false, true]);
  assertEquals([proven, ping.latency, ping.latencies, ping.waiting], [[100, 250], 250, [100, 250], false]);
});

test("PingBarrier: asks nothing of its own before the peer has let us in", () => {
  const { barrier: ping, sent } = barrier();
  assertEquals([ping.deadline, ping.due(1e9), sent], [Infinity, false, []]);
});

test("PingBarrier: asks after silence, and counts the link as dead when no PONG comes", () => {
  const { barrier: ping, sent } = barrier({ idle: 600_000, interval: 700_000, pong: 300_000 });
  ping.start(0);
  ping.heard(50_000);
  assertEquals(ping.deadline, 650_000);
  assertEquals([ping.due(649_999), sent.length], [false, 0]);
  assertEquals([ping.due(650_000), sent.length], [false, 1]);
  assertEquals(ping.deadline, 950_000);
  assertEquals([ping.due(949_999), ping.due(950_000)], [false, true]);
});

test("PingBarrier: what comes in puts off the end, but a peer that does not listen is dead all the same", () => {
  const { barrier: ping } = barrier({ interval: 1_000_000, deaf: 60_000 });
  ping.start(0);
  ping.due(60_000);
  ping.heard(75_000);
  assertEquals(ping.deadline, 95_000);
  ping.heard(94_000);
  assertEquals(ping.deadline, 114_000);
  ping.heard(113_000);
  assertEquals([ping.deadline, ping.due(120_000)], [120_000, true]);
});

test("PingBarrier: asks once each interval, whatever comes in and whoever else asks", () => {
  const { barrier: ping, sent } = barrier({ idle: 10_000, interval: 30_000 });
  ping.start(0);
  for (let now = 1_000; now <= 100_000; now += 1_000) {
    ping.heard(now);
    if (ping.deadline > now) continue;
    assertEquals(ping.due(now), false);
    ping.answered(sent.at(-1) ?? "", now);
  }
  assertEquals(sent.length, 3);
  ping.request(100_500);
  ping.answered("parley-4", 100_600);
  for (let now = 101_000; now <= 130_000; now += 1_000) {
    ping.heard(now);
    assertEquals(ping.deadline > now, true);
  }
});

test("PingBarrier: once the link is gone each waiter is told that its PONG is lost, and nothing is due", () => {
  const { barrier: ping } = barrier();
  const lost: string[] = [];
  ping.start(0);
  ping.request(1, { lost: () => lost.push("a"), proven: () => lost.push("proven") });
  ping.request(2, { lost: () => lost.push("b") });
  ping.stop();
  ping.stop();
  assertEquals([lost, ping.deadline, ping.answered("parley-1", 5)], [["a", "b"], Infinity, false]);
});

test("PingBarrier: goes on with the latencies of the link before, of which it keeps the last ten", () => {
  const before = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
  const ping = new PingBarrier({ idle: 1, interval: 1, pong: 1 }, () => {}, before);
  assertEquals([ping.latency, ping.latencies], [10, before]);
  ping.request(0);
  ping.answered("parley-1", 11);
  assertEquals([ping.latencies, before.length], [[2, 3, 4, 5, 6, 7, 8, 9, 10, 11], 10]);
});

test("PingBarrier: asks at once after the process stood still, and judges all that it asked from then on", () => {
  const { barrier: ping, sent } = barrier({ interval: 600_000 });
  ping.start(0);
  assertEquals([ping.due(60_000), sent.length, ping.deadline], [false, 1, 80_000]);
  // Nobody was awake for a minute.
  ping.stalled(60_000, 140_000);
  assertEquals([ping.deadline, ping.due(140_000), sent.length, ping.deadline], [140_000, false, 2, 160_000]);
  assertEquals(ping.due(160_000), true);
});

test("PingBarrier: what is read after the process stood still tells not when the peer was there, until it answers", () => {
  const { barrier: ping } = barrier({ interval: 600_000 });
  ping.start(0);
  ping.request(10);
  ping.heard(20);
  ping.stalled(20, 90_000);
  ping.due(90_000);
  ping.heard(90_010);
  // What was asked before proves nothing of the time since.
  assertEquals([ping.answered("parley-1", 90_010), ping.lastHeardAt], [true, 20]);
  assertEquals([ping.answered("parley-2", 90_050), ping.lastHeardAt], [true, 90_050]);
  ping.heard(90_100);
  ping.stop();
  assertEquals(ping.lastHeardAt, 90_100);
});

test("PingBarrier: a PONG that says nothing answers the oldest PING", () => {
  const proven: string[] = [];
  const ping = new PingBarrier({ idle: 60_000, interval: 60_000, pong: 20_000 }, () => {});
  ping.request(0, { proven: (latency) => proven.push(`a ${latency}`) });
  ping.request(10, { proven: (latency) => proven.push(`b ${latency}`) });
  assertEquals([ping.answered(undefined, 30), ping.answered(undefined, 40)], [true, true]);
  assertEquals([proven, ping.answered(undefined, 50)], [["a 30", "b 30"], false]);
});

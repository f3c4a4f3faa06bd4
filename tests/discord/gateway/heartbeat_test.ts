import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { Heartbeat } from "../../../src/discord/gateway/session/heartbeat.ts";

test("Heartbeat: its latency is that of the last acknowledgement", () => {
  const heartbeat = new Heartbeat();
  assertEquals(heartbeat.latency, undefined);
  heartbeat.start(40_000, 0, 0);
  for (const [sent, acknowledged] of [[0, 50], [40_000, 40_030], [80_000, 80_070]] as const) {
    heartbeat.sentOnTime(sent);
    heartbeat.acknowledged(acknowledged);
  }
  assertEquals(heartbeat.latency, 70);
  assertEquals(heartbeat.latencies, [50, 30, 70]);
});

test("Heartbeat: its latency is that of the one which is acknowledged, not of one that was sent since", () => {
  const heartbeat = new Heartbeat();
  heartbeat.start(40_000, 0, 0);
  heartbeat.sentOnTime(0);
  // The server has asked for one.
  heartbeat.sent(80);
  assertEquals([heartbeat.acknowledged(100), heartbeat.provenAt], [100, 0]);
  // What is sure to be there says nothing new.
  assertEquals([heartbeat.acknowledged(180), heartbeat.provenAt], [undefined, 80]);
  assertEquals(heartbeat.latencies, [100]);
});

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

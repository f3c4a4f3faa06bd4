import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { Connector } from "../../src/protocol/connector.ts";
import { Gap } from "../../src/protocol/gap.ts";

test("Connector: waits longer after each attempt that led to nothing, and gives up where it may", () => {
  const connector = new Connector({ backoff: { base: 1_000, cap: 4_000, attempts: 3 }, random: () => 0.5 });
  connector.begin();
  assertEquals(connector.failed(100), { after: 750, attempt: 1 });
  assertEquals(connector.deadline, 850);
  connector.begin();
  assertEquals(connector.deadline, Infinity);
  assertEquals(connector.failed(900), { after: 1_500, attempt: 2 });
  connector.begin();
  assertEquals([connector.failed(3_000), connector.deadline, connector.attempt], [undefined, Infinity, 3]);
});

test("Connector: a session that has stood for long enough was no failure, one that was cut at once is", () => {
  const connector = new Connector({ random: () => 0.5, stable: 30_000 });
  connector.failed(0);
  connector.begin();
  connector.established(1_000);
  assertEquals(connector.failed(30_999), { after: 1_500, attempt: 2 });
  connector.begin();
  connector.established(40_000);
  assertEquals(connector.lasted(70_000), true);
  assertEquals(connector.failed(70_000), { after: 750, attempt: 1 });
  assertEquals(connector.failed(80_000)?.attempt, 2);
});

test("Connector: its owner may change the wait, forget the failures and stop", () => {
  const connector = new Connector({ random: () => 0.5 });
  assertEquals(connector.failed(10, () => 0), { after: 0, attempt: 1 });
  assertEquals(connector.deadline, 10);
  connector.reset();
  assertEquals(connector.failed(10, (drawn) => Math.max(drawn, 5_000)), { after: 5_000, attempt: 1 });
  connector.stop();
  assertEquals(connector.deadline, Infinity);
});

test("Gap: begins with the first loss, and is told once", () => {
  const gap = new Gap();
  assertEquals(gap.end(5), undefined);
  gap.begin(10);
  gap.begin(20);
  assertEquals([gap.from, gap.end(30), gap.end(40), gap.from], [
    10,
    { from: 10, to: 30 },
    undefined,
    undefined,
  ]);
});

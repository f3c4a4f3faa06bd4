import { test } from "node:test";
import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { OptionError } from "../../src/protocol/errors.ts";
import { RateLog } from "../../src/protocol/core/rate_log.ts";

test("RateLog: never more than the limit in any window, and no later than need be", () => {
  const limits = fc.record({ limit: fc.integer({ min: 1, max: 6 }), per: fc.integer({ min: 1, max: 50 }) });
  fc.assert(fc.property(limits, fc.array(fc.nat(30), { maxLength: 60 }), ({ limit, per }, waits) => {
    const log = new RateLog(limit, per);
    const times: number[] = [];
    let now = 0;
    for (const wait of waits) {
      now = log.readyAt(now + wait);
      log.add(now);
      times.push(now);
      assertEquals(log.count(now), times.filter((time) => time + per > now).length);
    }
    times.forEach((time, index) => {
      const next = times[index + limit];
      assert(next === undefined || next >= time + per);
    });
  }));
});

test("RateLog.readyAt: keeps the reserve free for what must not wait", () => {
  const log = new RateLog(3, 100);
  log.add(0);
  assertEquals([log.readyAt(1, 1), log.readyAt(1, 2)], [1, 100]);
  log.add(10);
  assertEquals([log.readyAt(20), log.readyAt(20, 1), log.readyAt(20, 2)], [20, 100, 110]);
  log.clear();
  assertEquals([log.readyAt(20, 2), log.count(20)], [20, 0]);
});

test("RateLog: keeps the limit where effects are counted ahead of their time", () => {
  const log = new RateLog(2, 100);
  const times: number[] = [];
  for (let i = 0; i < 6; i++) {
    const at = log.readyAt(5);
    log.add(at);
    times.push(at);
  }
  assertEquals(times, [5, 5, 105, 105, 205, 205]);
});

test("RateLog: checks its options", () => {
  for (const [limit, per] of [[0, 1], [1.5, 1], [1, 0], [NaN, 1], [1, NaN]] as const) {
    assertThrows(() => new RateLog(limit, per), OptionError);
  }
});

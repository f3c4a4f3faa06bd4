import { test } from "node:test";
import { assert, assertEquals } from "@std/assert";
import { Driver } from "../../src/driver/driver.ts";
import type { Observation } from "../../src/driver/host.ts";
import type { Grant, Permits } from "../../src/driver/permits.ts";
import { OptionError } from "../../src/protocol/errors.ts";
import { FakeHost, turn } from "./_fakes.ts";
import { Collector, Courier, type CourierAnswer } from "./_toys.ts";

/** A courier whose token is given as `answer` says. */
function courier(answer: (signal: AbortSignal) => Promise<CourierAnswer>, answerWithin?: number) {
  const host = new FakeHost();
  const told: string[] = [];
  const driver = new Driver(new Courier(), {
    host,
    label: "courier",
    deliver: ({ kind, text }) => told.push(`${kind} ${text}`.trim()),
    answer: (_ask, signal) => answer(signal),
    ...(answerWithin !== undefined && { answerWithin }),
    askFailed: (error) => told.push(`failed: ${error.message}`),
  });
  driver.start();
  host.link.open();
  return { host, told, driver };
}

for (const [limit, given] of [[10_000, undefined], [500, 500]] as const) {
  test(`Driver: what has not answered within ${limit} ms has failed, is told to stop, and is not heard later`, async () => {
    const { promise, resolve } = Promise.withResolvers<CourierAnswer>();
    let stopped = false;
    const { host, told, driver } = courier((signal) => {
      signal.addEventListener("abort", () => stopped = true);
      return promise;
    }, given);
    await turn();
    host.clock.advance(limit - 1);
    await turn();
    assertEquals([told, driver.waiting, stopped], [[], [{ for: "token", since: 0 }], false]);
    host.clock.advance(1);
    await turn();
    const why = `No answer to "token" came within ${limit / 1_000} s`;
    assertEquals([told, driver.waiting, stopped], [[`refused ${why}`, `failed: ${why}`], [], true]);
    resolve({ kind: "token", value: "late" });
    await turn();
    assertEquals(host.links[0]?.sent, []);
    driver.shutdown("end");
    await turn();
    assertEquals([host.clock.next(), told.length], [Infinity, 2]);
  });
}

test("Driver: what it gives up asking at its end has not failed", async () => {
  const { host, told, driver } = courier(() => new Promise(() => {}));
  await turn();
  driver.shutdown("end");
  await turn();
  assertEquals([told, host.clock.next()], [[], Infinity]);
});

/** Somebody who asks for two permits, of who fails as long as it is told to. */
function collector(acquire: Permits["acquire"], observe?: (observation: Observation) => void) {
  const host = new FakeHost(observe);
  const events: string[] = [];
  const failed: string[] = [];
  const driver = new Driver(new Collector(), {
    host,
    permits: { acquire },
    label: "collector",
    deliver: (event) => events.push(`${event.kind} ${event.id}`),
    askFailed: (error) => failed.push(error.message),
  });
  driver.start();
  driver.accept({ url: "toy://server/", protocol: "" }, (linkEvents) => {
    for (const text of ["ask", "ask"]) queueMicrotask(() => linkEvents.receive(text));
    return { send() {}, close() {}, abort() {} };
  });
  const pass = async (ms: number) => {
    for (let at = 0; at < ms; at += 500) {
      host.clock.advance(500);
      await turn();
    }
  };
  return { host, driver, events, failed, pass };
}

const grant: Grant = { release: () => {}, isHeld: () => true };

test("Driver: a permit that cannot be had is asked for again, and that is told once", async () => {
  let broken = true;
  let asked = 0;
  const { driver, events, failed, host, pass } = collector(() => {
    asked++;
    return broken ? Promise.reject(new Error("out of order")) : Promise.resolve(grant);
  });
  await turn();
  await pass(600_000);
  assertEquals([events, failed], [[], ["out of order", "out of order"]]);
  // Two of them, at most once in 30 s each in the end.
  assert(asked > 20 && asked < 60, String(asked));
  broken = false;
  await pass(60_000);
  assertEquals(events, ["granted 1", "granted 2"]);
  driver.shutdown("end");
  assertEquals(host.clock.next(), Infinity);
});

test("Driver: a permit that a mistake of the caller's forbids is not asked for again", async () => {
  const { driver, events, pass, host } = collector(() => Promise.reject(new OptionError("No such limit")));
  await turn();
  await pass(60_000);
  assertEquals(events, ["refused 1", "refused 2"]);
  driver.shutdown("end");
  assertEquals(host.clock.next(), Infinity);
});

test("Driver: who waits for a permit is seen to, once a minute, and without a limit of time", async () => {
  const seen: Observation[] = [];
  const { promise, resolve } = Promise.withResolvers<Grant>();
  let first = true;
  const acquire = () => {
    if (!first) return promise;
    first = false;
    return Promise.resolve(grant);
  };
  const { driver, events, failed, host, pass } = collector(acquire, (observation) => {
    if (observation.kind === "waiting") seen.push(observation);
  });
  await turn();
  await pass(150_000);
  assertEquals([events, failed], [["granted 1"], []]);
  const waiting = { kind: "waiting", id: 2, for: "toy", since: 0, label: "collector" } as const;
  assertEquals(seen, [{ ...waiting, at: 60_000 }, { ...waiting, at: 120_000 }]);
  assertEquals(driver.waiting, [{ for: "toy", since: 0 }]);
  resolve(grant);
  await pass(120_000);
  assertEquals([events, seen.length, driver.waiting], [["granted 1", "granted 2"], 2, []]);
  driver.shutdown("end");
  assertEquals(host.clock.next(), Infinity);
});

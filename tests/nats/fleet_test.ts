import { test } from "node:test";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { Fleet, type FleetOptions, type Seated } from "../../src/nats/mod.ts";
import { OptionError } from "../../src/protocol/errors.ts";
import { Fleets, type Process } from "./_fleets.ts";

test("Fleet: processes that begin together share evenly", async () => {
  const fleets = new Fleets(12);
  for (const name of ["a", "b", "c"]) fleets.join(name);
  await fleets.run(20_000);
  assertEquals([fleets.counts, fleets.doubled], [[4, 4, 4], []]);
});

test("Fleet: one that joins takes its share, one slot after the other", async () => {
  const fleets = new Fleets(7);
  fleets.join("a");
  await fleets.run(10_000);
  assertEquals(fleets.counts, [7]);
  const second = fleets.join("b");
  let most = 0;
  for (let passed = 0; passed < 20_000; passed += 100) {
    await fleets.run(100);
    most = Math.max(most, 7 - fleets.counts.reduce((sum, count) => sum + count, 0));
  }
  assertEquals([fleets.counts.toSorted(), fleets.doubled, most], [[3, 4], [], 1]);
  assertEquals(second.told.map(({ kind }) => kind), ["slot_started", "slot_started", "slot_started"]);
});

test("Fleet: the slots of one that dies are run by the others within a lease", async () => {
  const fleets = new Fleets(12);
  const [a] = ["a", "b", "c"].map((name) => fleets.join(name));
  await fleets.run(20_000);
  fleets.world.freeze("a", 3_600_000);
  await fleets.run(8_000);
  const others = fleets.counts.slice(1);
  assertEquals([others, fleets.doubled], [[6, 6], []]);
  const lost = fleets.processes.flatMap(({ told }) =>
    told.flatMap((event) => event.kind === "member_lost" ? [event.member] : [])
  );
  assertEquals(lost, [a?.fleet.id]);
});

test("Fleet: one that stood still for longer than its lease runs nothing when it wakes, and joins again", async () => {
  const fleets = new Fleets(4);
  for (const name of ["a", "b"]) fleets.join(name);
  await fleets.run(20_000);
  fleets.world.freeze("a", 30_000);
  await fleets.run(29_000);
  assertEquals(fleets.counts, [0, 4]);
  await fleets.run(20_000);
  assertEquals([fleets.counts, fleets.doubled], [[2, 2], []]);
  const kinds = fleets.processes[0]?.told.map(({ kind }) => kind);
  assert(kinds?.includes("lease_expired"), String(kinds));
});

test("Fleet: one that leaves gives its slots away, each once the one before has come up elsewhere", async () => {
  const fleets = new Fleets(9);
  const [a] = ["a", "b", "c"].map((name) => fleets.join(name));
  await fleets.run(20_000);
  const left = a?.fleet.leave();
  let most = 0;
  for (let passed = 0; passed < 10_000; passed += 100) {
    await fleets.run(100);
    most = Math.max(most, 9 - fleets.counts.reduce((sum, count) => sum + count, 0));
  }
  await left;
  assertEquals([fleets.doubled, most], [[], 1]);
  assertEquals(fleets.counts.toSorted(), [0, 4, 5]);
});

test("Fleet: the last one that leaves leaves at once, and who comes later begins at once", async () => {
  const fleets = new Fleets(3);
  const first = fleets.join("a");
  await fleets.run(10_000);
  await fleets.world.until(first.fleet.leave(), 2_000);
  fleets.join("b");
  await fleets.run(1_000);
  assertEquals(fleets.counts, [0, 3]);
});

test("Fleet: cut off from NATS it goes on as long as its lease lasts, then stops, and begins again afterwards", async () => {
  const fleets = new Fleets(4);
  for (const name of ["a", "b"]) fleets.join(name);
  await fleets.run(20_000);
  fleets.nats.cutOff("a", 20_000);
  await fleets.run(3_000);
  assertEquals(fleets.counts[0], 2);
  await fleets.run(12_000);
  assertEquals(fleets.counts, [0, 4]);
  await fleets.run(25_000);
  assertEquals([fleets.counts, fleets.doubled], [[2, 2], []]);
});

test("Fleet: NATS that is down for longer than a lease costs nobody the slots", async () => {
  const fleets = new Fleets(4);
  const all = ["a", "b"].map((name) => fleets.join(name));
  await fleets.run(20_000);
  fleets.nats.takeDown(15_000);
  await fleets.run(14_000);
  assertEquals(fleets.counts, [0, 0]);
  await fleets.run(20_000);
  assertEquals([fleets.counts, fleets.doubled], [[2, 2], []]);
  assertEquals(all.flatMap(({ told }) => told.filter(({ kind }) => kind === "member_lost")), []);
});

test("Fleet: where NATS loses all that it keeps, slots stop, and are shared out anew once no lease can last, told", async () => {
  for (const cutOff of [false, true]) {
    const fleets = new Fleets(6);
    const all = ["a", "b", "c"].map((name) => fleets.join(name));
    await fleets.run(20_000);
    // Who could not renew for long must not take what others have renewed until just now.
    if (cutOff) fleets.nats.cutOff("a", 20_000);
    await fleets.run(19_500);
    fleets.nats.lose();
    for (const { told } of all) told.length = 0;
    let began: number | undefined;
    for (let passed = 0; passed < 60_000; passed += 500) {
      await fleets.run(500);
      if (began === undefined && passed > 6_000 && fleets.counts.some((count) => count > 0)) began = passed;
      if (began === undefined && passed === 6_000) assertEquals(fleets.counts, [0, 0, 0]);
    }
    assertEquals([fleets.counts, fleets.doubled], [[2, 2, 2], []]);
    assert(began !== undefined && began < 40_000, String(began));
    for (const { name, told } of all) {
      const errors = told.flatMap((event) => event.kind === "error" ? [String(event.error)] : []);
      const lost = errors.filter((error) =>
        error.startsWith("ParleyError: NATS has lost what it kept of the leases")
      );
      assertEquals(lost.length, 1, `${name}: ${errors.join("; ")}`);
      assertEquals(told.some(({ kind }) => kind === "lease_expired"), name !== "a" || !cutOff);
    }
  }
});

test("Fleet: where NATS loses all that it keeps, who has a shorter lease waits for the longer ones", async () => {
  const fleets = new Fleets(4);
  fleets.join("a");
  fleets.join("b", { lease: 20_000 });
  await fleets.run(40_000);
  assertEquals(fleets.counts, [2, 2]);
  fleets.nats.lose();
  // It goes on for as long as its lease lasts.
  fleets.nats.cutOff("b", 60_000);
  await fleets.run(60_000);
  assertEquals([fleets.counts, fleets.doubled], [[4, 0], []]);
});

test("Fleet: a process that is to run something else takes nothing until all those have left, and both say so", async () => {
  const others: Partial<FleetOptions>[] = [{ slots: 4 }, { what: "shards of another bot" }];
  for (const other of others) {
    const fleets = new Fleets(2);
    const a = fleets.join("a");
    await fleets.run(2_000);
    const b = fleets.join("b", other);
    await fleets.run(30_000);
    assertEquals(fleets.counts, [2, 0]);
    const shown = ({ told }: Process) =>
      told.flatMap((event) =>
        event.kind === "error" ? [String(event.error).replaceAll(/-\w+(?=")/g, "")] : []
      );
    const what = `${other.slots ?? 2} ${other.what ?? "slots"}`;
    assertEquals(
      [shown(a), shown(b)],
      [
        [`OptionError: Cannot share with process "b": it runs "${what}", and this one "2 slots"; give it another name`],
        [`OptionError: Cannot share with process "a": it runs "2 slots", and this one "${what}"; give it another name`],
      ].map(([text = ""]) => [`${text}, or stop all that are older`]),
    );
    // Whoever is like it shares, and whoever is not gets nothing of what is given away.
    fleets.join("c");
    await fleets.run(30_000);
    assertEquals(fleets.counts, [1, 0, 1]);
    const left = fleets.processes.map(({ fleet }) => fleet).filter((_, at) => at !== 1).map((fleet) =>
      fleet.leave()
    );
    await fleets.world.until(Promise.all(left), 30_000);
    await fleets.run(2_000);
    assertEquals([fleets.counts, fleets.doubled], [[0, other.slots ?? 2, 0], []]);
    assertEquals(b.fleet.held.length, other.slots ?? 2);
  }
});

test("Fleet: of processes that begin at one time and are to run different things, those run that were first", async () => {
  const fleets = new Fleets(4);
  for (const [at, name] of ["a", "b", "c", "d"].entries()) fleets.join(name, { slots: at % 2 === 0 ? 4 : 6 });
  await fleets.run(20_000);
  const [a = 0, b = 0, c = 0, d = 0] = fleets.counts;
  assert(
    [[2, 0, 2, 0], [0, 3, 0, 3]].some((counts) => String(counts) === String([a, b, c, d])),
    String(fleets.counts),
  );
});

test("Fleet: what a process can carry is heeded, and what none can is nobody's", async () => {
  const fleets = new Fleets(10);
  fleets.join("a", { capacity: 2 });
  fleets.join("b", { capacity: 5 });
  await fleets.run(20_000);
  assertEquals(fleets.counts, [2, 5]);
  fleets.join("c");
  await fleets.run(20_000);
  assertEquals([fleets.counts, fleets.doubled], [[2, 4, 4], []]);
});

test("Fleet: a slot that does not come up here goes to another process", async () => {
  const fleets = new Fleets(2);
  const broken = () => ({ ready: Promise.reject(new Error("No way out")), stop: () => Promise.resolve() });
  const { told } = fleets.join("a", { run: broken });
  await fleets.run(3_000);
  fleets.join("b");
  await fleets.run(40_000);
  assertEquals(fleets.counts[1], 2);
  assert(told.some((event) => event.kind === "error" && String(event.error).includes("No way out")));
});

test("Fleet: one that leaves while NATS is away waits for nothing but its lease, and one that never joined for nothing", async () => {
  const fleets = new Fleets(2);
  const { fleet } = fleets.join("a");
  await fleets.run(10_000);
  assertThrows(() => fleet.join(), OptionError, "join a fleet again");
  fleets.nats.takeDown(3_600_000);
  await fleets.world.until(fleet.leave(), 6_000);
  assertEquals(fleets.counts, [0]);
  const host = fleets.world.host("b");
  const run = () => ({ ready: Promise.resolve(), stop: () => Promise.resolve() });
  const nats = fleets.nats.client("b", host);
  await fleets.world.until(new Fleet({ nats, name: "test", slots: 2, run, runtime: host }).leave(), 1);
});

test("Fleet: what NATS fails with is told once, and again if it has gone well in between", async () => {
  const fleets = new Fleets(2);
  const { told } = fleets.join("a");
  await fleets.run(2_000);
  for (let times = 0; times < 2; times++) {
    told.length = 0;
    fleets.nats.refuse("a", 600_000);
    await fleets.run(600_000);
    const errors = told.flatMap((event) => event.kind === "error" ? [String(event.error)] : []);
    // What was under way was not answered.
    const known = ["Error: closed connection", "TimeoutError: NATS did not answer within 2 s"];
    assertEquals([errors.filter((error) => !known.includes(error)), fleets.counts], [[], [0]]);
    assertEquals([errors.includes("Error: closed connection"), new Set(errors).size], [true, errors.length]);
    await fleets.run(10_000);
    assertEquals(fleets.counts, [2]);
  }
});

test("Fleet: options that make no sense are refused", () => {
  const nats = { create: () => Promise.reject(new Error()) };
  const run = () => ({ ready: Promise.resolve(), stop: () => Promise.resolve() });
  for (const wrong of [{ name: "a b" }, { slots: 0 }, { lease: 10 }, { capacity: 0.5 }, { patience: -1 }]) {
    assertThrows(() => new Fleet({ nats, name: "fleet", slots: 1, run, ...wrong }), OptionError, "Cannot");
  }
});

test("Fleet: what is stopped before it has come up is stopped once, and begun again only after that", async () => {
  // What this once was: stopped for its lease, and also because it did not come up, it was two to the core, of which
  // the later ended what had begun again meanwhile: it ran on without a lease.
  for (const { comesUp, stops } of [{ comesUp: 0, stops: 4_000 }, { comesUp: 6_000, stops: 500 }]) {
    const fleets = new Fleets(1);
    const { clock } = fleets.world;
    const after = (ms: number) =>
      new Promise<void>((resolve) => clock.setTimer(clock.now() + ms, () => resolve()));
    const steps: string[] = [];
    let first = true;
    const run = (): Seated => {
      steps.push("begun");
      let fail = (_error: Error) => {};
      const never = new Promise<void>((_, reject) => fail = reject);
      const ready = first ? never : Promise.resolve();
      first = false;
      return {
        ready,
        async stop() {
          void after(comesUp).then(() => fail(new Error("It was stopped")));
          await after(stops);
          steps.push("stopped");
        },
      };
    };
    const { told } = fleets.join("a", { run });
    await fleets.run(2_000);
    fleets.nats.loseLeader(6_000);
    await fleets.run(30_000);
    assertEquals([steps, fleets.counts], [["begun", "stopped", "begun"], [1]]);
    assertEquals(told.filter(({ kind }) => kind !== "error").map(({ kind }) => kind), [
      "lease_expired",
      "slot_stopped",
      "slot_started",
    ]);
  }
});

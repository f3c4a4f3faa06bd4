import { test } from "node:test";
import { assertEquals } from "@std/assert";
import { LeaseCore, type LeaseOutput } from "../../src/nats/leases/lease_core.ts";

const record = (renewal: number) => JSON.stringify({ renewal, capacity: null, leaving: false });

/** A process whose first renewal was written, and told to it. */
function listed() {
  const core = new LeaseCore({ name: "a", slots: 1, capacity: null, lease: 6_000, patience: 6_000 });
  core.start(0);
  const outputs = (): LeaseOutput[] => {
    const all: LeaseOutput[] = [];
    for (let output = core.poll(); output !== undefined; output = core.poll()) all.push(output);
    return all;
  };
  const writes = () => outputs().flatMap((output) => output.kind === "write" ? [output.write] : []);
  const [own] = writes();
  if (own === undefined) throw new Error("It has not written that it is there");
  core.written(own, 1, 0);
  core.told(own.key, own.text, 1, 0);
  return { core, writes };
}

test("LeaseCore: however many processes come and go, none that is gone is remembered", () => {
  const { core } = listed();
  for (let count = 0; count < 100; count++) {
    const revision = 2 + 2 * count;
    core.told(`member.b-${count}`, record(1), revision, 10);
    core.told(`member.b-${count}`, null, revision + 1, 20);
  }
  assertEquals([core.members, Object.keys(core.state.gone)], [[], []]);
});

test("LeaseCore: what was written before a process was removed brings it back in no order", () => {
  const { core, writes } = listed();
  core.told("member.b", record(1), 2, 0);
  // It removes a process that was not heard of for a lease, and is told what that wrote meanwhile.
  for (let now = 0; now <= 6_000; now += 1_000) {
    core.tick(now);
    for (const write of writes()) {
      if (write.key === "member.b") core.written(write, 9, now);
      else if (write.text !== null) core.written(write, 3 + now / 1_000, now);
    }
  }
  assertEquals(core.members, []);
  core.told("member.b", record(2), 8, 6_000);
  assertEquals([core.members, Object.keys(core.state.gone)], [[], ["b"]]);
  core.told("member.b", null, 9, 6_000);
  assertEquals([core.members, Object.keys(core.state.gone)], [[], []]);
});

test("LeaseCore: what somebody writes under a key that is only like a slot's holds up none", () => {
  const { core, writes } = listed();
  const [first] = writes();
  assertEquals(first?.key, "slot.0");
  core.told("slot.00", JSON.stringify({ holder: "x", ready: true }), 5, 0);
  core.told("slot.", JSON.stringify({ holder: "x", ready: true }), 6, 0);
  if (first !== undefined) core.written(first, "conflict", 0);
  core.tick(1_000);
  assertEquals(writes().filter(({ key }) => key === "slot.0").map(({ revision }) => revision), [0]);
});

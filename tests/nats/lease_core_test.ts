import { test } from "node:test";
import { assert, assertEquals } from "@std/assert";
import { LeaseCore, type LeaseOutput } from "../../src/nats/leases/lease_core.ts";

const record = (renewal: number) => JSON.stringify({ renewal, capacity: null, leaving: false });

/** A process whose first renewal was written, and told to it. */
function listed() {
  const core = new LeaseCore({
    name: "a",
    slots: 1,
    what: "slots",
    capacity: null,
    lease: 6_000,
    patience: 6_000,
  });
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

test("LeaseCore: a slot is not taken of whose process nothing was told yet, for that has renewed its lease since", () => {
  for (const lives of [true, false]) {
    const core = new LeaseCore({
      name: "a",
      slots: 1,
      what: "slots",
      capacity: null,
      lease: 6_000,
      patience: 6_000,
    });
    const outputs: LeaseOutput[] = [];
    const proceed = () => {
      for (let output = core.poll(); output !== undefined; output = core.poll()) outputs.push(output);
    };
    const taken = () => {
      proceed();
      return outputs.some((output) => output.kind === "write" && output.write.key === "slot.0");
    };
    core.start(0);
    proceed();
    const own = outputs.find((output) => output.kind === "write")?.write;
    assert(own !== undefined);
    // The watch has begun after its first renewal was written, and tells each key's last entry.
    core.told("slot.0", JSON.stringify({ holder: "b", ready: true }), 2, 0);
    core.told(own.key, own.text, 5, 0);
    core.written(own, 5, 0);
    assertEquals(taken(), false);
    assertEquals(outputs.filter(({ kind }) => kind === "look"), [{ kind: "look", key: "member.b" }]);
    if (lives) core.told("member.b", record(3), 6, 10);
    core.looked("member.b", lives ? record(3) : null, lives ? 6 : 0, 20);
    assertEquals(taken(), !lives);
  }
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

import { assertEquals, assertThrows } from "@std/assert";
import { test } from "node:test";
import { ReplayGuard } from "../../../src/discord/interactions/mod.ts";
import { OptionError } from "../../../src/protocol/errors.ts";
import { VirtualClock } from "../../../testing/world/time/virtual_clock.ts";

const NOW = 1_700_000_000_000;

/** An ID that Discord would have made at a time. */
function idAt(at: number, n = 0): string {
  return String((BigInt(at - 1_420_070_400_000) << 22n) + BigInt(n));
}

test("ReplayGuard: lets each interaction pass once", () => {
  const clock = new VirtualClock(NOW);
  const guard = new ReplayGuard({ clock });
  assertEquals([guard.accept(idAt(NOW)), guard.accept(idAt(NOW))], [true, false]);
  assertEquals(guard.accept(idAt(NOW, 1)), true);
  clock.moveTo(NOW + 59_999);
  assertEquals(guard.accept(idAt(NOW)), false);
});

test("ReplayGuard: what is too old to be remembered is refused", () => {
  const clock = new VirtualClock(NOW);
  const guard = new ReplayGuard({ clock, window: 1_000 });
  assertEquals([guard.accept(idAt(NOW - 1_000)), guard.accept(idAt(NOW - 999))], [false, true]);
  clock.moveTo(NOW + 1_000_000);
  for (const id of [idAt(NOW), idAt(NOW - 999)]) assertEquals(guard.accept(id), false);
});

test("ReplayGuard: goes by the wall clock, which may be set", () => {
  const { now } = Date;
  try {
    for (const ahead of [-120_000, 0, 600_000]) {
      Date.now = () => now() + ahead;
      const guard = new ReplayGuard();
      assertEquals([guard.accept(idAt(Date.now())), guard.accept(idAt(Date.now() - 61_000))], [true, false]);
    }
  } finally {
    Date.now = now;
  }
});

test("ReplayGuard: forgets the oldest, and lets none of those pass again", () => {
  const guard = new ReplayGuard({ clock: new VirtualClock(NOW), capacity: 100 });
  const ids = Array.from({ length: 1_000 }, (_, n) => idAt(NOW - 1_000 + n));
  for (const id of ids) assertEquals(guard.accept(id), true);
  for (const id of ids) assertEquals(guard.accept(id), false);
});

test("ReplayGuard: refuses what is no ID", () => {
  const guard = new ReplayGuard({ clock: new VirtualClock(NOW) });
  for (const id of ["", "x", "-1", "1.5", " 1", "1".repeat(21)]) assertEquals(guard.accept(id), false, id);
});

test("ReplayGuard: refuses options that cannot work", () => {
  assertThrows(() => new ReplayGuard({ window: 0 }), OptionError, "window");
  assertThrows(() => new ReplayGuard({ capacity: 1.5 }), OptionError, "capacity");
});

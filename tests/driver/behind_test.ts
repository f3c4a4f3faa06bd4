import { test } from "node:test";
import { assertEquals } from "@std/assert";
import { Driver } from "../../src/driver/driver.ts";
import type { Data, Instant } from "../../src/protocol/protocol.ts";
import { FakeHost, FakeLink } from "./_fakes.ts";
import { Toy } from "./_toys.ts";

/** Has something due after a second, at which it takes whoever has said nothing for dead. */
class Expecting extends Toy<never, { readonly kind: "heard" }> {
  readonly ticks: Instant[] = [];
  #due: Instant = 1_000;

  override start(): void {
    this.outputs.dial({ url: "ws://server.test/" });
  }
  override receive(_link: number, _data: Data, _now: Instant): void {
    this.inbox.push(() => ({ kind: "heard" }));
  }
  override tick(now: Instant): void {
    if (now < this.#due) return;
    this.ticks.push(now);
    this.#due = now + 1_000_000;
  }
  override deadline(): Instant {
    return this.#due;
  }
}

class SlowLink extends FakeLink {
  behind = false;
}

/** A core whose link is behind, and a clock that goes on by tenths of a second. */
function slow() {
  const host = new FakeHost();
  const core = new Expecting();
  let link: SlowLink | undefined;
  const driver = new Driver(core, {
    host,
    label: "client",
    deliver: () => {},
    dial: (_request, events) => link = new SlowLink(events),
  });
  driver.start();
  if (link === undefined) throw new Error("nothing was dialled");
  const dialled: SlowLink = link;
  dialled.open();
  const pass = (ms: number, every: () => void = () => {}) => {
    const until = host.clock.now() + ms;
    while (host.clock.now() < until) {
      const next = host.clock.now() + 100;
      while (host.clock.step(next));
      host.clock.moveTo(next);
      every();
    }
  };
  return { host, core, link: dialled, pass };
}

test("Driver: what is due waits for a link that is behind, and comes when it is not", () => {
  const { core, link, pass } = slow();
  link.behind = true;
  pass(30_000, () => link.events.receive("one more"));
  assertEquals(core.ticks, []);
  link.behind = false;
  pass(1_000);
  assertEquals(core.ticks.map((at) => at >= 30_000 && at < 30_500), [true]);
});

test("Driver: a link that is behind and tells nothing for ten seconds holds up nothing more", () => {
  const { core, link, pass } = slow();
  link.behind = true;
  pass(5_000);
  link.events.receive("one");
  pass(20_000);
  assertEquals(core.ticks.map((at) => Math.round(at / 500) * 500), [15_000]);
});

test("Driver: a link that is not behind holds up nothing", () => {
  const { core, link, pass } = slow();
  pass(3_000, () => link.events.receive("one more"));
  assertEquals(core.ticks, [1_000]);
});

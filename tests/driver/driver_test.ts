import { test } from "node:test";
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { Driver } from "../../src/driver/driver.ts";
import type { Host, Observation } from "../../src/driver/host.ts";
import { CommandError, OptionError } from "../../src/protocol/errors.ts";
import type { CloseInfo, Data, Instant } from "../../src/protocol/protocol.ts";
import { FakeHost, type FakeLink, turn } from "./_fakes.ts";
import { Collector, Courier, type CourierAnswer, Toy } from "./_toys.ts";

type HeardEvent = { readonly kind: "heard"; readonly text: string };

/** Dials at once; does what it is sent: `close`, `abort`, `dial`, `end`, `throw`, or echoes. */
class Puppet extends Toy<string, HeardEvent> {
  deadlines: Instant[] = [];
  ticks: Instant[] = [];
  closes = 0;

  override start(): void {
    this.outputs.dial({ url: "toy://server/", protocols: ["a"] });
  }
  override closed(link: number): void {
    this.closes++;
    this.inbox.push(() => ({ kind: "heard", text: `closed ${link}` }));
  }
  override receive(link: number, data: Data, _now: Instant): void {
    this.inbox.push(() => {
      const text = String(data);
      if (text === "close") this.outputs.close(link, 4000, "asked");
      else if (text === "abort") this.outputs.abort(link);
      else if (text === "end") this.outputs.end();
      else if (text === "throw") throw new Error("a bug in a core");
      else if (text === "quiet") this.outputs.send(link, "quiet answer");
      return text === "quiet" || text === "end" ? undefined : { kind: "heard", text };
    });
  }
  override command(text: string, ticket: number): void {
    this.outputs.send(1, text);
    this.outputs.done(ticket);
  }
  override tick(now: Instant): void {
    this.ticks.push(now);
    this.deadlines = this.deadlines.filter((at) => at > now);
  }
  override deadline(): Instant {
    return Math.min(Infinity, ...this.deadlines);
  }
}

function puppet(
  deliver: (event: HeardEvent, driver: Driver<string, HeardEvent>) => void = () => {},
  host = new FakeHost(),
) {
  const core = new Puppet();
  const heard: string[] = [];
  const ends: (Error | undefined)[] = [];
  const driver: Driver<string, HeardEvent> = new Driver<string, HeardEvent>(core, {
    host,
    label: "puppet",
    deliver: (event) => {
      heard.push(event.text);
      deliver(event, driver);
    },
    ended: (error) => ends.push(error),
  });
  driver.start();
  return { core, driver, host, heard, ends, link: host.link };
}

test("Driver: a handler that sends a command does not disturb the drain", () => {
  const meanwhile: Data[][] = [];
  const { heard, link } = puppet((event, driver) => {
    if (event.text === "1") {
      void driver.command("from within");
      // In the middle of a drain the command has gone to the core, and is performed after this handler.
      meanwhile.push([...link.sent]);
    }
  });
  link.open().events.receive("1");
  assertEquals([heard, meanwhile, link.sent], [["1"], [[]], ["from within"]]);
});

test("Driver: a link that calls closed within close() is heard once", () => {
  const { core, heard, link } = puppet();
  link.open().onClose = () => link.lose();
  link.events.receive("close");
  assertEquals([heard, core.closes], [["close", "closed 1"], 1]);
});

test("Driver: a message answered without an event is answered at once", () => {
  const { heard, link } = puppet();
  link.open().events.receive("quiet");
  assertEquals([heard, link.sent], [[], ["quiet answer"]]);
});

test("Driver: survives a handler that throws, and tells its observer", () => {
  const seen: Observation[] = [];
  const host = new FakeHost((observation) => {
    seen.push(observation);
    throw new Error("an observer's own fault");
  });
  const { heard, link } = puppet(() => {
    throw new Error("a handler's fault");
  }, host);
  link.open().events.receive("1");
  link.events.receive("2");
  assertEquals(heard, ["1", "2"]);
  const errors = seen.flatMap((observation) =>
    observation.kind === "error" ? [String(observation.error)] : []
  );
  assertEquals(errors, ["Error: a handler's fault", "Error: a handler's fault"]);
});

test("Driver: ignores the callbacks of links it has dropped", () => {
  const { core, heard, link } = puppet();
  link.open().events.receive("abort");
  assert(link.aborted);
  link.events.receive("late");
  link.lose();
  assertEquals([heard, core.closes], [["abort"], 0]);
});

test("Driver: ends a core that throws, with its error", async () => {
  const { ends, link, driver } = puppet();
  link.open().events.receive("throw");
  assertEquals(ends.map(String), ["Error: a bug in a core"]);
  assert(link.aborted);
  assertThrows(() => driver.command("x"), CommandError, "has ended");
  await turn();
});

test("Driver: after the end nothing reaches the core, and every link is let go", () => {
  const { heard, ends, link, driver } = puppet();
  link.open().events.receive("end");
  assert(link.aborted && driver.ended);
  link.events.receive("late");
  driver.shutdown("end");
  assertEquals([heard, ends], [[], [undefined]]);
});

test("Driver: a dial that finds a mistake of the caller's ends the core with it, and is not tried again", () => {
  const host = new FakeHost();
  const mistaken: Host = {
    ...host,
    clock: host.clock,
    permits: host.permits,
    dial: () => {
      throw new OptionError("Cannot dial");
    },
  };
  const ends: unknown[] = [];
  const puppet = new Puppet();
  const driver = new Driver(puppet, {
    host: mistaken,
    label: "x",
    deliver: () => {},
    ended: (error) => ends.push(error),
  });
  driver.start();
  assert(ends[0] instanceof OptionError && driver.ended);
  assertEquals([ends.length, puppet.closes], [1, 0]);
});

test("Driver: a mistake of the caller's that shows once the dial has returned ends the core with it, too", () => {
  const { host, core, ends } = puppet();
  const mistake = new OptionError("Cannot dial");
  host.link.events.closed({ code: 0, reason: "Cannot dial", clean: false, cause: "refused", mistake });
  assertEquals([ends, core.closes, host.requests.length], [[mistake], 0, 1]);
});

test("Driver: a dial that throws is a link that has failed, which is not said to be the server's doing", () => {
  const host = new FakeHost();
  const infos: CloseInfo[] = [];
  const failing: Host = {
    ...host,
    observe: (observed) => observed.kind === "closed" && infos.push(observed.info),
    clock: host.clock,
    permits: host.permits,
    dial: () => {
      throw new Error("no such scheme");
    },
  };
  const heard: string[] = [];
  const driver = new Driver(new Puppet(), {
    host: failing,
    label: "x",
    deliver: (event) => heard.push(event.text),
  });
  driver.start();
  const info = { code: 0, reason: "no such scheme", clean: false, cause: "unknown" } as const;
  assertEquals<unknown>([heard, infos], [["closed 1"], [info]]);
});

test("Driver: arms its timer again only for an earlier deadline", () => {
  const host = new FakeHost();
  let armed = 0;
  const setTimer = host.clock.setTimer.bind(host.clock);
  host.clock.setTimer = (at, wake) => {
    armed++;
    return setTimer(at, wake);
  };
  const { core, link } = puppet(() => {}, host);
  link.open();
  // While there is a link, it looks now and then whether the process stood still.
  assertEquals([armed, host.clock.next()], [1, 5_000]);
  armed = 0;
  core.deadlines = [1_000];
  for (let n = 0; n < 100; n++) {
    core.deadlines = [1_000 + n];
    link.events.receive("x");
  }
  assertEquals(armed, 1);
  core.deadlines = [500];
  link.events.receive("x");
  assertEquals(armed, 2);
  host.clock.advance(500);
  assertEquals([core.ticks, armed], [[500], 3]);
  core.deadlines = [2_000];
  link.events.receive("x");
  host.clock.advance(5_000);
  assertEquals(core.ticks, [500, 2_000]);
});

test("Driver: observers see everything but secrets", async () => {
  const seen: Observation[] = [];
  const host = new FakeHost((observation) => seen.push(observation));
  const driver = new Driver(new Courier(), {
    host,
    label: "courier",
    deliver: () => {},
    answer: (): CourierAnswer => ({ kind: "token", value: "hunter2" }),
  });
  driver.start();
  host.link.open();
  await turn();
  const parcel = driver.command("parcel");
  host.link.events.receive("ok");
  await parcel;
  host.link.lose();
  driver.shutdown("end");
  assertEquals(host.link.sent, ["login hunter2", "parcel"]);
  assert(!JSON.stringify(seen).includes("hunter2"));
  assertEquals(seen.map(({ kind }) => kind), [
    "dial",
    "opened",
    "ask",
    "answered",
    "sent",
    "event",
    "sent",
    "received",
    "settled",
    "closed",
    "event",
    "end",
  ]);
  assert(seen.every(({ label, at }) => label === "courier" && at === 0));
});

test("Driver: a permit is held until it is released, and a withdrawn ask leaves no hole in the queue", async () => {
  const host = new FakeHost();
  const events: string[] = [];
  const driver = new Driver(new Collector(), {
    host,
    label: "collector",
    deliver: (event) => events.push(`${event.kind} ${event.id}`),
  });
  driver.start();
  driver.accept({ url: "toy://server/", protocol: "" }, (linkEvents) => {
    for (const text of ["ask", "ask", "ask", "drop 2"]) queueMicrotask(() => linkEvents.receive(text));
    queueMicrotask(() => void host.clock.setTimer(10, () => linkEvents.receive("use 1")));
    return { send() {}, close() {}, abort() {} };
  });
  await turn();
  assertEquals(events, ["granted 1"]);
  host.clock.advance(1_009);
  await turn();
  assertEquals(events, ["granted 1"]);
  host.clock.advance(1);
  await turn();
  assertEquals(events, ["granted 1", "granted 3"]);
  driver.shutdown("end");
  // What was held to the end counts as used.
  const next = host.permits.acquire({ scope: "toy", key: "k", limit: 1, per: 1_000 });
  host.clock.advance(1_000);
  (await next).release(false);
});

test("Driver: an end leaves no promise waiting", async () => {
  const host = new FakeHost();
  const driver = new Driver(new Courier(), {
    host,
    label: "courier",
    deliver: () => {},
    answer: () => new Promise<CourierAnswer>(() => {}),
  });
  driver.start();
  const parcel = driver.command("parcel");
  driver.shutdown("end");
  const error = await assertRejects(() => parcel, CommandError);
  assertEquals(error.code, "closed");
});

test("Driver: a command whose signal is aborted already is not given to the core", async () => {
  const { driver, host } = puppet();
  host.link.open();
  await assertRejects(() => driver.command("x", AbortSignal.abort(new Error("no"))), Error, "no");
  assertEquals((host.link as FakeLink).sent, []);
});

test("receiveBatch: what was read in one piece came at one time, but never before what else has happened", () => {
  const times: Instant[] = [];
  class Timed extends Puppet {
    override receive(link: number, data: Data, now: Instant): void {
      times.push(now);
      super.receive(link, data, now);
    }
  }
  const host = new FakeHost();
  let commanded = Infinity;
  const deliver = () => {
    host.clock.advance(5);
    if (times.length === 4) {
      void driver.command("x");
      commanded = host.clock.now();
    }
  };
  const driver = new Driver(new Timed(), { host, label: "timed", deliver });
  driver.start();
  const { events } = host.link.open();
  const began = host.clock.now();
  events.receiveBatch(["a", "b"]);
  events.receive("c");
  events.receiveBatch(["d", "e"]);
  assertEquals(times.map((time) => time - began), [0, 0, 10, 15, commanded - began]);
  assertEquals(commanded - began, 20);
});

test("receiveBatch: nothing more of a batch is told once the link was dropped", () => {
  const { host, heard } = puppet();
  host.link.open().events.receiveBatch(["a", "abort", "b"]);
  assertEquals(heard, ["a", "abort"]);
});

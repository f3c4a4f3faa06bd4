import { test } from "node:test";
import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { Driver } from "../../src/driver/driver.ts";
import { CommandError } from "../../src/protocol/errors.ts";
import { FakeHost, FakeLink, turn } from "./_fakes.ts";
import { Courier, type CourierAnswer, Mover, Room } from "./_toys.ts";

// What breaks a contract between cores and drivers later is proven here first, with toy cores.

function room() {
  const events: string[] = [];
  const driver = new Driver(new Room(), {
    host: new FakeHost(),
    label: "room",
    deliver: (event) => events.push(`${event.kind} ${event.link} ${event.text}`.trim()),
  });
  driver.start();
  const join = () => {
    const links: FakeLink[] = [];
    const id = driver.accept({ url: "toy://server/", protocol: "" }, (events) => {
      const link = new FakeLink(events);
      links.push(link);
      return link;
    });
    const link = links[0];
    if (link === undefined) throw new Error("the link was not attached");
    return { id, link };
  };
  return { driver, events, join };
}

test("proof a: a server core answers one client's message on another client's link", () => {
  const { events, join } = room();
  const a = join();
  const b = join();
  a.link.events.receive("hello");
  assertEquals([a.id, b.id], [-1, -2]);
  assertEquals(a.link.sent, []);
  assertEquals(b.link.sent, ["hello"]);
  b.link.lose();
  a.link.events.receive("anyone?");
  assertEquals(b.link.sent, ["hello"]);
  assertEquals(events, ["joined -1", "joined -2", "said -1 hello", "left -2", "said -1 anyone?"]);
});

function mover() {
  const host = new FakeHost();
  const events: string[] = [];
  const driver = new Driver(new Mover(), {
    host,
    label: "mover",
    deliver: (event) => events.push(`${event.kind} ${event.text}`.trim()),
  });
  driver.start();
  return { host, events };
}

test("proof b: a handover opens the second link before it closes the first, and loses and doubles nothing", () => {
  const { host, events } = mover();
  const old = host.link.open();
  old.events.receive("1");
  old.events.receive("move");
  old.events.receive("2");
  const fresh = host.link;
  assertEquals(host.links.length, 2);
  fresh.open();
  // Open, but silent so far: the old link still counts.
  old.events.receive("3");
  assertEquals(old.closedWith, undefined);
  fresh.events.receive("3");
  assertEquals(old.closedWith, 1000);
  // What was under way on the old link when it was closed comes twice or late.
  old.events.receive("4");
  fresh.events.receive("4");
  fresh.events.receive("5");
  old.lose();
  assertEquals(events, ["ready", "message 1", "message 2", "message 3", "message 4", "message 5"]);
});

test("proof b: a handover whose old link dies first loses nothing that came on the new one", () => {
  const { host, events } = mover();
  const old = host.link.open();
  old.events.receive("1");
  old.events.receive("move");
  const fresh = host.link.open();
  old.lose();
  fresh.events.receive("2");
  fresh.events.receive("3");
  assertEquals(events, ["ready", "message 1", "moved 2", "message 3"]);
});

/** A courier whose asks for a token the test answers when it likes. */
function courier() {
  const host = new FakeHost();
  const events: string[] = [];
  const asked: (PromiseWithResolvers<CourierAnswer> & { signal: AbortSignal })[] = [];
  const driver = new Driver(new Courier(), {
    host,
    label: "courier",
    deliver: (event) => events.push(`${event.kind} ${event.text}`.trim()),
    answer: (_ask, signal) => {
      const resolvers = { ...Promise.withResolvers<CourierAnswer>(), signal };
      asked.push(resolvers);
      return resolvers.promise;
    },
  });
  driver.start();
  return { host, events, asked, driver };
}

test("proof c: an ask answered after its link is gone has no effect on the link that followed", async () => {
  const { host, events, asked } = courier();
  const first = host.link.open();
  first.lose();
  assertEquals(asked[0]?.signal.aborted, true);
  host.clock.advance(1_000);
  const second = host.link.open();
  asked[0]?.resolve({ kind: "token", value: "stale" });
  await turn();
  assertEquals([first.sent, second.sent], [[], []]);
  asked[1]?.resolve({ kind: "token", value: "fresh" });
  await turn();
  assertEquals([first.sent, second.sent], [[], ["login fresh"]]);
  assertEquals(events, ["lost", "ready"]);
});

test("proof c: an ask whose answer is an error reaches the core as that", async () => {
  const { host, events, asked } = courier();
  host.link.open();
  asked[0]?.reject(new Error("no token today"));
  await turn();
  assertEquals(host.links[0]?.aborted, true);
  assertEquals(events, ["refused no token today"]);
  host.clock.advance(1_000);
  assertEquals(host.links.length, 2);
});

test("proof d: a command's outcome may come within the call", async () => {
  const { driver } = courier();
  assertEquals(await driver.command("here"), "at once");
});

test("proof d: misuse throws at once and leaves nothing behind", () => {
  const { driver } = courier();
  assertThrows(() => driver.command(""), CommandError, "it is empty");
});

test("proof d: a command cancelled while queued is never sent", async () => {
  const { driver, host, asked } = courier();
  const controller = new AbortController();
  const given = driver.command("parcel 1", controller.signal);
  const kept = driver.command("parcel 2");
  controller.abort(new Error("changed my mind"));
  await assertRejects(() => given, Error, "changed my mind");
  host.link.open();
  asked[0]?.resolve({ kind: "token", value: "t" });
  await turn();
  assertEquals(host.link.sent, ["login t", "parcel 2"]);
  host.link.events.receive("ok");
  assertEquals(await kept, "delivered");
});

test("proof d: a command under way when its link dies is lost; one still queued is sent on the next", async () => {
  const { driver, host, asked } = courier();
  host.link.open();
  asked[0]?.resolve({ kind: "token", value: "t" });
  await turn();
  const controller = new AbortController();
  const sent = driver.command("parcel 1", controller.signal);
  // Too late: it is under way, so it ends as it would have.
  controller.abort();
  host.link.lose();
  const queued = driver.command("parcel 2");
  const error = await assertRejects(() => sent, CommandError);
  assertEquals(error.code, "lost");
  host.clock.advance(1_000);
  host.link.open();
  asked[1]?.resolve({ kind: "token", value: "t" });
  await turn();
  assertEquals(host.link.sent, ["login t", "parcel 2"]);
  host.link.events.receive("ok");
  assertEquals(await queued, "delivered");
});

import { test } from "node:test";
import { assertEquals, assertMatch } from "@std/assert";
import { ClientCore, type ClientCoreEvent } from "../../src/protocol/core/client_core.ts";
import { ConnectionError } from "../../src/protocol/errors.ts";
import type { Data, Instant } from "../../src/protocol/protocol.ts";
import { Hand } from "../_hand.ts";

type Line = { readonly kind: "line"; readonly text: string };
type Told = Line | ClientCoreEvent;

/** Is let in by `hi`, takes `bad` for what it is, and tells the rest. */
class Lines extends ClientCore<string, Line> {
  resets = 0;

  command(text: string, ticket: number, now: Instant): void {
    this.outputs.send(this.link, text);
    const lost = () => this.outputs.settle(ticket, { kind: "lost" });
    this.pings.request(now, { proven: () => this.outputs.done(ticket), lost });
  }
  protected login(): void {
    this.outputs.send(this.link, "login");
  }
  protected ping(): void {
    this.outputs.send(this.link, "ping");
  }
  protected read(data: Data): void {
    const text = String(data);
    if (text === "hi") this.established();
    else if (text === "bad") this.malformed("b".repeat(1_000));
    else if (text !== "pong" || !this.pings.answered(undefined, this.now)) this.tell({ kind: "line", text });
  }
  protected reset(): void {
    this.resets++;
  }
}

function lines(backoff: { attempts?: number } = {}): Hand<string, Told> {
  return new Hand<string, Told>(new Lines({ url: "tcp://h:1", random: () => 0.5, backoff }));
}

test("ClientCore: dials, logs in, and is ready once it is let in, of which it is told once", () => {
  const hand = lines().start();
  assertEquals(hand.taken(), [{ kind: "dial", link: 1, url: "tcp://h:1" }]);
  assertEquals(hand.open().sent(), ["login"]);
  hand.receive("hi").receive("hi").receive("x");
  assertEquals(hand.told(), [{ kind: "ready" }, { kind: "line", text: "x" }]);
});

test("ClientCore: what comes to no session within its patience is given up, and tried again", () => {
  for (const opens of [false, true]) {
    const hand = lines().start();
    if (opens) hand.open();
    hand.pass(9_999);
    assertEquals(hand.told(), []);
    hand.taken();
    hand.pass(1);
    assertEquals(hand.taken(), [{ kind: "abort", link: 1 }]);
    assertEquals(hand.kinds(), ["reconnecting"]);
    hand.pass(60_000);
    assertEquals(hand.taken().find(({ kind }) => kind === "dial")?.kind, "dial");
  }
});

test("ClientCore: silence is asked about, and is the end of the link; the gap begins with what came last", () => {
  const hand = lines().start().open().receive("hi").pass(5_000).receive("x");
  hand.told();
  hand.taken();
  hand.pass(30_000);
  assertEquals(hand.sent(), ["ping"]);
  hand.pass(10_000);
  assertEquals(hand.kinds(), ["reconnecting"]);
  hand.pass(1_000);
  const { now } = hand.open().receive("hi");
  assertEquals(hand.told(), [{ kind: "ready" }, { kind: "gap", from: 5_000, to: now }]);
});

test("ClientCore: what a link brought after it was dropped counts no more", () => {
  const hand = lines().start().open().receive("hi");
  hand.told();
  // All of it before it is polled.
  hand.core.receive(1, "bad", 10);
  hand.core.receive(1, "x", 10);
  hand.core.closed(1, { code: 0, reason: "", clean: true, cause: "peer" }, 10);
  hand.pass(0);
  hand.core.tick(10);
  hand.receive("y", 1);
  assertEquals(hand.kinds(), ["malformed", "reconnecting"]);
});

test("ClientCore: a command is lost with its link, and done with its PONG", () => {
  const hand = lines().start().open().receive("hi");
  const [first, second] = [hand.command("a"), hand.command("b")];
  hand.receive("pong");
  assertEquals([hand.outcome(first), hand.outcome(second)], ["done", undefined]);
  hand.close();
  assertEquals(hand.outcome(second), "lost");
});

test("ClientCore: ends politely: once what was sent is handled, telling nothing more, or when patience is over", () => {
  const hand = lines().start().open().receive("hi");
  hand.told();
  hand.taken();
  const ticket = hand.command("last");
  hand.shutdown().receive("x").receive("pong");
  assertEquals(hand.taken().map(({ kind }) => kind), ["send", "send", "send", "settle"]);
  hand.receive("pong");
  assertEquals(hand.taken().map(({ kind }) => kind), ["close"]);
  hand.close({ cause: "peer" });
  assertEquals([hand.taken().map(({ kind }) => kind), hand.told(), hand.outcome(ticket)], [
    ["end"],
    [],
    "done",
  ]);

  const frozen = lines().start().open().receive("hi");
  const lost = frozen.command("last");
  frozen.shutdown().pass(10_000);
  assertEquals([frozen.outcome(lost), frozen.actions.at(-1)?.kind], ["lost", "end"]);
  assertEquals(frozen.core.deadline(), Infinity);
});

test("ClientCore: shutdown while there is no session ends at once", () => {
  assertEquals(lines().start().shutdown().taken().map(({ kind }) => kind), ["dial", "abort", "end"]);
  assertEquals(lines().start().close().shutdown().taken().map(({ kind }) => kind), ["dial", "end"]);
});

test("ClientCore: gives up after as many attempts as it may make", () => {
  const hand = lines({ attempts: 1 }).start().close({ reason: "nobody there" }).pass(60_000);
  hand.close({ reason: "nobody there" });
  const end = hand.actions.at(-1);
  assertEquals(end?.kind, "end");
  const error = end?.kind === "end" ? end.error : undefined;
  assertEquals(error instanceof ConnectionError && error.code, "unreachable");
  assertMatch(error?.message ?? "", /nobody there/);
});

import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { FIRST_URL, Hand, RESUME_URL } from "./_drive.ts";

// Proxies in front of Discord's gateway, and servers that speak as it does.

/** The gap that was told first. */
function gap(hand: Hand): unknown {
  const told = hand.outputs.find((output) => output.kind === "gap");
  return told?.kind === "gap" ? [told.sequence, told.next, told.resumed] : undefined;
}

test("GatewaySession: RESUMED without a number is a RESUMED", () => {
  const hand = Hand.ready().message(2).lost().wait(1_000).open().hello();
  hand.took();
  assertEquals(hand.raw('{"t":"RESUMED","s":null,"op":0,"d":{}}').took(), ["resumed", "gap resumed"]);
  assertEquals(hand.message(3).took(), ["MESSAGE_CREATE 3"]);
});

test("GatewaySession: READY without a URL to resume at is taken, and resumed at the first", () => {
  for (const url of [{}, { resume_gateway_url: null }]) {
    const hand = new Hand().start().open().hello();
    hand.took();
    hand.dispatch(1, "READY", { session_id: "one", guilds: [], ...url });
    assertEquals(hand.took(), ["release used", "ready"]);
    assertEquals(hand.lost().wait(1_000).took(), ["reconnecting lost", `dial ${FIRST_URL}`]);
    assertEquals(hand.open().hello().took(), ["send 6 secretly"]);
  }
});

test("GatewaySession: READY with what is no URL is none", () => {
  const hand = new Hand().start().open().hello();
  hand.took();
  assertEquals(hand.dispatch(1, "READY", { session_id: "one", resume_gateway_url: 7 }).took(), [
    "malformed READY without a session",
  ]);
});

test("GatewaySession: an event without a number is delivered without one", () => {
  const hand = Hand.ready().message(2);
  hand.took();
  hand.raw('{"t":"MESSAGE_CREATE","op":0,"d":{"content":"x"}}').message(3);
  assertEquals(hand.took(), ["MESSAGE_CREATE 0", "MESSAGE_CREATE 3"]);
  assertEquals(hand.session.resumePoint?.resumeUrl, RESUME_URL);
});

test("GatewaySession: a gateway that numbers nothing is a gateway", () => {
  const hand = new Hand().start().open().hello();
  hand.took();
  hand.raw(JSON.stringify({ op: 0, t: "READY", d: { session_id: "one", guilds: [] } }));
  hand.raw('{"t":"MESSAGE_CREATE","op":0,"d":{}}');
  assertEquals(hand.took(), ["release used", "ready", "MESSAGE_CREATE 0"]);
});

test("GatewaySession: RESUMED's own number hides no event behind a replay that began too early", () => {
  const one = Hand.ready().lost().wait(1_000).open().hello();
  one.outputs.length = 0;
  // Message 2 was missed; what came before it is sent again, and then RESUMED has its number.
  one.dispatch(1, "GUILD_CREATE").dispatch(2, "RESUMED");
  assertEquals(gap(one), [1, 3, false]);
  assertEquals(one.took(), ["gap lost", "resumed", "gap resumed"]);

  const three = Hand.ready().message(2).message(3).message(4).lost().wait(1_000).open().hello();
  three.outputs.length = 0;
  three.message(4).message(5).message(6).dispatch(7, "RESUMED");
  assertEquals(gap(three), [6, 8, false]);
  assertEquals(three.message(8).took().at(-1), "MESSAGE_CREATE 8");
});

test("GatewaySession: RESUMED with the number after the last replayed event hides nothing", () => {
  const hand = Hand.ready().lost().wait(1_000).open().hello();
  hand.took();
  assertEquals(hand.message(2).dispatch(3, "RESUMED").took(), ["MESSAGE_CREATE 2", "resumed", "gap resumed"]);
});

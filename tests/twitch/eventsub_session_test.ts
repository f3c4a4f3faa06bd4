import { test } from "node:test";
import { assert, assertEquals, assertThrows } from "@std/assert";
import type {
  EventSubAnswer,
  EventSubAsk,
  EventSubCommand,
  EventSubEvent,
} from "../../src/twitch/eventsub/session/outputs.ts";
import { CommandError, OptionError } from "../../src/protocol/errors.ts";
import { EventSubSession } from "../../src/twitch/eventsub/session/session.ts";
import type { EventSubWanted } from "../../src/twitch/eventsub/wire/subscription.ts";
import type { AskFailed } from "../../src/protocol/protocol.ts";
import { Hand } from "../_hand.ts";

const OFFLINE = { type: "stream.offline", condition: { broadcaster_user_id: "1" } };
const ONLINE = { type: "stream.online", condition: { broadcaster_user_id: "1" } };

/** What Twitch's clock says throughout, where it does not matter. */
const WELCOMED_AT = "2026-11-21T00:00:00Z";

class EventSubHand extends Hand<EventSubCommand, EventSubEvent, EventSubAsk, EventSubAnswer> {
  #count = 0;

  message(link: number, message_type: string, payload: object, message_id = `m${++this.#count}`): this {
    const metadata = { message_id, message_type, message_timestamp: WELCOMED_AT };
    return this.receive(JSON.stringify({ metadata, payload }), link);
  }

  welcome(link: number): this {
    return this.message(link, "session_welcome", { session: { id: "s", keepalive_timeout_seconds: 10 } });
  }

  /** The last ask is answered: its subscription is made. */
  subscribed(): this {
    const ask = this.actions.findLast((action) => action.kind === "ask");
    return ask?.kind === "ask" ? this.answer(ask.id, { kind: "subscribed", id: "sub" }) : this;
  }

  /** The last ask for a subscription is answered. */
  answers(wanted: EventSubWanted, answer: EventSubAnswer | AskFailed): this {
    const ask = this.actions.findLast((action) => {
      return action.kind === "ask" && action.ask.kind === "subscribe" && action.ask.wanted === wanted;
    });
    if (ask?.kind !== "ask") throw new Error(`Nobody has asked for "${wanted.type}"`);
    return this.answer(ask.id, answer);
  }

  /** Twitch ends what it knows by this id. */
  revoke(link: number, id: string, { type }: EventSubWanted = ONLINE): this {
    const subscription = { id, type, version: "1", status: "authorization_revoked", condition: {} };
    return this.message(link, "revocation", { subscription });
  }

  sentAway(): this {
    const session = { reconnect_url: "wss://eventsub.wss.twitch.tv/ws?id=2" };
    return this.message(1, "session_reconnect", { session });
  }

  online(link: number, id: string): this {
    const subscription = { id: "sub", type: "stream.online", version: "1", status: "enabled", condition: {} };
    return this.message(link, "notification", { subscription, event: { id } }, id);
  }
}

/** A session on link 1 that has its subscription, of which nothing is told any more. */
function linked(): EventSubHand {
  const session = new EventSubSession({ subscriptions: [ONLINE], random: () => 0.5 });
  const hand = new EventSubHand(session).start().open(1).welcome(1).subscribed();
  hand.taken();
  hand.told();
  return hand;
}

/** What has happened, as it was told. */
const happened = (hand: EventSubHand) =>
  hand.told().map((event) => event.kind === "stream.online" ? event.id : event.kind);

test("EventSubSession: what comes on the old link while the new one takes over is told first, and what both bring once", () => {
  const hand = linked().sentAway().online(1, "a").open(2).welcome(2).online(2, "b");
  // It was on its way when the new link was welcomed.
  hand.online(1, "c").online(1, "b").close({ code: 1000, clean: true, cause: "peer" }, 1).online(2, "d");
  assertEquals(happened(hand), ["a", "c", "b", "d"]);
  assertEquals(hand.taken().map(({ kind }) => kind), ["dial", "close"]);
});

test("EventSubSession: what waits for an old link is told when that is dropped, when there is too much of it, or at the end", () => {
  const dropped = linked().sentAway().open(2).welcome(2).online(2, "a");
  assertEquals(happened(dropped), []);
  dropped.message(2, "session_keepalive", {}).pass(10_000);
  assertEquals(happened(dropped), ["gap", "a"]);
  const flooded = linked().sentAway().open(2).welcome(2);
  for (let count = 1; count < 10_000; count++) flooded.online(2, `${count}`);
  assertEquals(happened(flooded), []);
  assertEquals(happened(flooded.online(2, "10000")).at(-1), "10000");
  assertEquals(flooded.taken().at(-1), { kind: "abort", link: 1 });
  const ended = linked().sentAway().open(2).welcome(2).online(2, "a").shutdown().close({
    code: 1000,
    clean: true,
  }, 2);
  assertEquals(happened(ended), ["a"]);
});

test("EventSubSession: what an old link may have had that did not say goodbye is a gap", () => {
  const hand = linked().pass(2_000).online(1, "a").pass(1_000).sentAway().open(2).pass(500).welcome(2);
  hand.pass(1_000).close({}, 1);
  assertEquals(hand.told().filter(({ kind }) => kind === "gap"), [
    // All was sent at the same moment, if Twitch's clock is to be believed.
    { kind: "gap", from: 0, to: 3_500, subscriptions: [ONLINE] },
  ]);
  assertEquals(happened(linked().sentAway().open(2).welcome(2).close({ code: 1000, clean: true }, 1)), []);
});

test("EventSubSession: who is sent away again while an old link ends follows once it has", () => {
  const session = { reconnect_url: "wss://eventsub.wss.twitch.tv/ws?id=3" };
  const hand = linked().sentAway().open(2).welcome(2).message(2, "session_reconnect", { session });
  assertEquals(hand.taken().map(({ kind }) => kind), ["dial", "close"]);
  hand.pass(1_000);
  assertEquals(hand.close({ code: 1000, clean: true }, 1).taken().map(({ kind }) => kind), ["dial"]);
  hand.open(3).welcome(3).online(3, "a").close({ code: 1000, clean: true }, 2);
  assertEquals(happened(hand), ["a"]);
});

test("EventSubSession: who is sent away again and again follows once a second", () => {
  const hand = linked();
  let [link, dials] = [1, 0];
  for (let time = 0; time < 3_000; time += 50) {
    hand.message(link, "session_reconnect", {
      session: { reconnect_url: `wss://eventsub.wss.twitch.tv/ws?id=${time}` },
    });
    if (hand.link !== link) {
      const old = link;
      link = hand.link;
      dials++;
      hand.open(link).welcome(link).close({ clean: true }, old);
    }
    hand.pass(50);
  }
  assertEquals([dials, hand.kinds()], [3, []]);
});

test("EventSubSession: what is wanted again while Twitch ends it is asked for once that has ended", () => {
  const hand = linked();
  hand.command({ kind: "subscribe", wanted: OFFLINE });
  hand.subscribed();
  hand.taken();
  hand.command({ kind: "unsubscribe", wanted: ONLINE });
  const [ending] = hand.taken();
  hand.command({ kind: "subscribe", wanted: ONLINE });
  assertEquals(hand.taken(), []);
  assert(ending?.kind === "ask");
  hand.answer(ending.id, { kind: "unsubscribed" });
  const asked = hand.taken().at(-1);
  assert(asked?.kind === "ask");
  assertEquals(asked.ask, { kind: "subscribe", session: "s", wanted: ONLINE });
});

test("EventSubSession: an end that is asked for is done with its session, and its answer waited for no longer", () => {
  const hand = linked();
  const ticket = hand.command({ kind: "unsubscribe", wanted: ONLINE });
  const [ending] = hand.taken();
  assert(ending?.kind === "ask");
  hand.close({}, 1);
  assertEquals(hand.outcome(ticket), "done");
  assertEquals(hand.taken()[0], { kind: "release", id: ending.id, used: false });
});

test("EventSubSession: nothing is due once it has ended", () => {
  const hand = linked().sentAway().open(2).welcome(2).shutdown().close({ code: 1000, clean: true }, 2);
  assertEquals([hand.actions.at(-1)?.kind, hand.core.deadline()], ["end", Infinity]);
});

test("EventSubSession: an old link that is not closed is dropped before long", () => {
  const hand = linked().sentAway().open(2).welcome(2).pass(5_000).message(2, "session_keepalive", {}).pass(
    5_000,
  );
  assertEquals(hand.taken().at(-1), { kind: "abort", link: 1 });
});

test("EventSubSession: a process that stood still reads what has come before it calls the link lost", () => {
  const hand = linked();
  hand.now = 600_000;
  hand.core.stalled?.(100, 600_000);
  hand.core.tick(600_000);
  hand.message(1, "session_keepalive", {});
  assertEquals([hand.taken(), hand.told()], [[], []]);
  // Nobody knows when that came: who loses the link now was away since before it stood still.
  hand.close({}, 1).pass(2_000).open(2).welcome(2).subscribed();
  const gap = hand.told().at(-1);
  assertEquals(gap, { kind: "gap", from: 0, to: 602_000, subscriptions: [ONLINE] });
});

test("EventSubSession: what comes longer after a standstill than Twitch is ever silent has come since", () => {
  const hand = linked();
  hand.now = 600_000;
  hand.core.stalled?.(100, 600_000);
  const metadata = { message_type: "session_keepalive", message_timestamp: "untold" };
  for (const message_id of ["k1", "k2", "k3"]) {
    hand.receive(JSON.stringify({ metadata: { ...metadata, message_id }, payload: {} }), 1).pass(5_000);
  }
  hand.close({}, 1).pass(2_000).open(2).welcome(2).subscribed();
  assertEquals(hand.told().at(-1), { kind: "gap", from: 610_000, to: 617_000, subscriptions: [ONLINE] });
});

test("EventSubSession: a link that is behind after its clock stood brings what was sent before", () => {
  const hand = linked();
  const sent = (at: number) => {
    const metadata = { message_type: "session_keepalive", message_id: `sent at ${at}` };
    const message_timestamp = new Date(Date.parse(WELCOMED_AT) + at).toISOString();
    hand.receive(JSON.stringify({ metadata: { ...metadata, message_timestamp }, payload: {} }), 1);
  };
  hand.pass(100);
  sent(100);
  // It stands from here on for a minute. What is read before anybody notices seems to be quick.
  sent(20_000);
  hand.pass(1_000);
  hand.core.stalled?.(100, 1_100, 60_000);
  sent(21_000);
  hand.pass(10_000);
  // 71.1 s have gone by.
  sent(26_000);
  hand.close({}, 1).pass(2_000).open(2).welcome(2).subscribed();
  assertEquals(hand.told().at(-1), { kind: "gap", from: 100, to: 13_100, subscriptions: [ONLINE] });
});

test("EventSubSession: what is no message ends the link, and what is new to it does not", () => {
  for (const bad of ["", "{}", "[]", "null", '{"metadata":{},"payload":{}}', new Uint8Array([1])]) {
    const hand = linked().receive(bad, 1);
    assertEquals([hand.told().map(({ kind }) => kind), hand.taken()], [
      ["malformed", "reconnecting"],
      [{ kind: "abort", link: 1 }],
    ]);
  }
  const hand = linked().message(1, "session_of_the_future", {});
  assertEquals([hand.told(), hand.taken()], [[], []]);
});

/** What is asked, with the numbers by which it is answered. */
function asked(hand: EventSubHand): { readonly id: number; readonly kind: string }[] {
  return hand.taken().flatMap((action) => {
    return action.kind === "ask" && "kind" in action.ask ? [{ id: action.id, kind: action.ask.kind }] : [];
  });
}

const OTHER = { type: "stream.offline", condition: { broadcaster_user_id: "1" } };

test("EventSubSession: what is wanted again before its end is confirmed is asked for after that", () => {
  // Else Twitch would say that it is there already, and end that.
  const hand = linked();
  hand.command({ kind: "subscribe", wanted: OTHER });
  hand.subscribed().taken();
  hand.command({ kind: "unsubscribe", wanted: ONLINE });
  hand.command({ kind: "subscribe", wanted: ONLINE });
  const [ending, ...others] = asked(hand);
  assertEquals([ending?.kind, others], ["unsubscribe", []]);
  hand.answer(ending?.id ?? 0, { kind: "unsubscribed" });
  assertEquals(asked(hand).map(({ kind }) => kind), ["subscribe"]);
});

test("EventSubSession: one that may have been made unheard is found and ended once it is not wanted any more", () => {
  const hand = linked();
  hand.command({ kind: "subscribe", wanted: OTHER });
  const fail = (id = 0) => hand.answer(id, { kind: "error", error: new Error("Too late") });
  fail(asked(hand)[0]?.id);
  const ticket = hand.command({ kind: "unsubscribe", wanted: OTHER });
  // After a pause, for as long as it is not known.
  for (let count = 0; count < 6; count++) {
    assertEquals(asked(hand), []);
    for (let passed = 0; passed < 60_000; passed += 5_000) {
      hand.message(1, "session_keepalive", {}).pass(5_000);
    }
    const [again] = asked(hand);
    assertEquals(again?.kind, "subscribe");
    if (count < 5) fail(again?.id);
    else hand.answer(again?.id ?? 0, { kind: "subscribed", id: "other" });
  }
  const [ending] = asked(hand);
  assertEquals([ending?.kind, hand.outcome(ticket)], ["unsubscribe", undefined]);
  hand.answer(ending?.id ?? 0, { kind: "unsubscribed" });
  assertEquals(hand.outcome(ticket), "done");
});

test("EventSubSession: a time away is told once what was missing is not wanted any more", () => {
  const hand = linked();
  hand.command({ kind: "subscribe", wanted: OTHER });
  hand.subscribed().close({}, 1).pass(2_000).taken();
  hand.open(2).welcome(2).told();
  const [online] = asked(hand);
  hand.answer(online?.id ?? 0, { kind: "subscribed", id: "again" });
  assertEquals(hand.told(), []);
  hand.command({ kind: "unsubscribe", wanted: OTHER });
  assertEquals(hand.told().map((event) => event.kind === "gap" && event.subscriptions), [[ONLINE]]);
});

test("EventSubSession: what is due and waits for others to be answered has nobody woken again and again", () => {
  const subscriptions = Array.from({ length: 12 }, (_, index) => {
    return { ...ONLINE, condition: { broadcaster_user_id: String(index) } };
  });
  const session = new EventSubSession({ subscriptions, random: () => 0.5 });
  const hand = new EventSubHand(session).start().open(1).welcome(1);
  const first = asked(hand);
  for (const { id } of first) hand.answer(id, { kind: "error", error: new Error("Too busy") });
  assertEquals([first.length, asked(hand).length], [10, 2]);
  hand.pass(10_000);
  assertEquals(asked(hand).length, 8);
});

test("EventSubSession: takes only the address of a WebSocket", () => {
  for (const url of ["not an address", "https://eventsub.test/ws"]) {
    assertThrows(
      () => new EventSubSession({ url, random: () => 0.5 }),
      OptionError,
      "url must be one of scheme wss or ws",
    );
  }
});

test("EventSubSession: what is wanted while it dials waits for that link", () => {
  const hand = new EventSubHand(new EventSubSession({ random: () => 0.5 })).start();
  hand.command({ kind: "subscribe", wanted: ONLINE });
  hand.command({ kind: "subscribe", wanted: OFFLINE });
  assertEquals(hand.taken().map(({ kind }) => kind), ["dial"]);
  assertEquals(hand.open(1).welcome(1).taken().map(({ kind }) => kind), ["ask", "ask"]);
});

test("EventSubSession: a link that nothing is wanted of any more by the time Twitch welcomes it is closed", () => {
  const hand = new EventSubHand(new EventSubSession({ random: () => 0.5 })).start();
  hand.command({ kind: "subscribe", wanted: ONLINE });
  hand.command({ kind: "unsubscribe", wanted: ONLINE });
  hand.open(1).taken();
  assertEquals(hand.welcome(1).taken().map(({ kind }) => kind), ["close"]);
});

test("EventSubSession: who is sent away again once the old link is gone follows", () => {
  const session = { reconnect_url: "wss://eventsub.wss.twitch.tv/ws?id=3" };
  const hand = linked().sentAway().open(2).welcome(2).close({ code: 1000, clean: true }, 1);
  hand.pass(1_000).taken();
  hand.message(2, "session_reconnect", { session });
  assertEquals(hand.taken().map(({ kind }) => kind), ["dial"]);
  // The link that took over is left alone, too, when its time to do so would have been up.
  assertEquals(
    linked().sentAway().open(2).welcome(2).close({ code: 1000, clean: true }, 1).pass(9_000).kinds(),
    [],
  );
});

test("EventSubSession: a link that nothing is wanted of stays until Twitch has ended what it had", () => {
  const hand = linked();
  hand.command({ kind: "unsubscribe", wanted: ONLINE });
  const asked = hand.taken();
  assertEquals(asked.map(({ kind }) => kind), ["ask"]);
  const [ending] = asked;
  assert(ending?.kind === "ask");
  const then = hand.answer(ending.id, { kind: "unsubscribed" }).taken();
  assertEquals(then.map(({ kind }) => kind), ["settle", "close"]);
});

test("EventSubSession: an address to be sent away to that is none is not followed", () => {
  for (const url of ["nowhere", "", "http://eventsub.wss.twitch.tv/ws"]) {
    const hand = linked().message(1, "session_reconnect", { session: { reconnect_url: url } });
    assertEquals([url, ...hand.kinds()].slice(0, 2), [url, "malformed"]);
  }
});

test("EventSubSession: who gives one of two of the same up has left the other its answer", () => {
  const hand = new EventSubHand(new EventSubSession({ random: () => 0.5 })).start();
  const [first, second] = [1, 2].map(() => hand.command({ kind: "subscribe", wanted: ONLINE }));
  assert(first !== undefined && second !== undefined);
  hand.cancel(first).open(1).welcome(1).subscribed();
  assertEquals([hand.outcome(first), hand.outcome(second)], ["cancelled", "done"]);
});

test("EventSubSession: of two who subscribe to the same, who was first is told first", () => {
  const hand = new EventSubHand(new EventSubSession({ random: () => 0.5 })).start();
  const tickets = [1, 2].map(() => hand.command({ kind: "subscribe", wanted: ONLINE }));
  hand.open(1).welcome(1).subscribed();
  assertEquals([...hand.outcomes.keys()], tickets);
});

test("EventSubSession: what was refused when it was not wanted any more needs no end", () => {
  const hand = linked();
  hand.command({ kind: "subscribe", wanted: OFFLINE });
  const [asked] = hand.taken();
  assert(asked?.kind === "ask");
  const ticket = hand.command({ kind: "unsubscribe", wanted: OFFLINE });
  hand.answer(asked.id, { kind: "refused", error: new CommandError("refused", "No") });
  assertEquals(hand.outcome(ticket), "done");
  assertEquals(hand.taken().filter(({ kind }) => kind === "ask"), []);
});

test("EventSubSession: a link that is lost while nothing is wanted any more is not dialled again", () => {
  const hand = linked();
  hand.command({ kind: "unsubscribe", wanted: ONLINE });
  hand.taken();
  hand.close().pass(600_000);
  assertEquals([hand.kinds(), hand.taken().filter(({ kind }) => kind === "dial")], [[], []]);
  hand.command({ kind: "subscribe", wanted: ONLINE });
  assertEquals(hand.taken().map(({ kind }) => kind), ["dial"]);
});

test("EventSubSession: who gives up a subscription that others want, or had already, takes it from nobody", () => {
  const hand = new EventSubHand(new EventSubSession({ subscriptions: [ONLINE], random: () => 0.5 })).start();
  const early = hand.command({ kind: "subscribe", wanted: ONLINE });
  hand.cancel(early);
  assertEquals(hand.outcome(early), "cancelled");
  assertEquals(hand.open(1).welcome(1).taken().filter(({ kind }) => kind === "ask").length, 1);
  const had = new EventSubHand(new EventSubSession({ random: () => 0.5 })).start();
  had.command({ kind: "subscribe", wanted: ONLINE });
  had.open(1).welcome(1).subscribed().close();
  const late = had.command({ kind: "subscribe", wanted: ONLINE });
  had.cancel(late).taken();
  had.pass(2_000).open(2).welcome(2);
  assertEquals(had.taken().filter(({ kind }) => kind === "ask").length, 1);
});

test("EventSubSession: waits for as long as Twitch says that it may be silent, within what it documents", () => {
  const welcomed = (seconds: unknown) =>
    new EventSubHand(new EventSubSession({ subscriptions: [ONLINE], random: () => 0.5 })).start().open(1)
      .message(1, "session_welcome", { session: { id: "s", keepalive_timeout_seconds: seconds } })
      .subscribed();
  const silentFor = (hand: EventSubHand, ms: number) => {
    hand.told();
    return hand.pass(ms).kinds().includes("reconnecting");
  };
  assertEquals([silentFor(welcomed(30), 32_000), silentFor(welcomed(30), 34_000)], [false, true]);
  for (const seconds of [undefined, null, "x", 1, -5]) {
    assertEquals([silentFor(welcomed(seconds), 12_000), silentFor(welcomed(seconds), 14_000)], [false, true]);
  }
  assertEquals(silentFor(welcomed(1e9), 604_000), true);
});

test("EventSubSession: a gap names each subscription once, however often it was away before all were back", () => {
  const session = new EventSubSession({ subscriptions: [ONLINE, OFFLINE], random: () => 0.5 });
  const hand = new EventSubHand(session).start();
  const asks = () => hand.taken().flatMap((action) => action.kind === "ask" ? [action.id] : []);
  const error = { kind: "error", error: new Error("busy") } as const;
  hand.open(1).welcome(1);
  for (const id of asks()) hand.answer(id, { kind: "subscribed", id: `sub${id}` });
  for (let link = 1; link < 4; link++) {
    hand.close({}, link).pass(9_000).open(link + 1).welcome(link + 1);
    const [first, second] = asks();
    assert(first !== undefined && second !== undefined);
    hand.answer(first, { kind: "subscribed", id: `again${link}` }).answer(
      second,
      link < 3 ? error : {
        kind: "subscribed",
        id: "last",
      },
    );
  }
  const gaps = hand.told().flatMap((event) => event.kind === "gap" ? [event.subscriptions] : []);
  assertEquals(gaps, [[ONLINE, OFFLINE]]);
});

test("EventSubSession: drops, which come several in a message, are told one by one", () => {
  const hand = linked();
  const subscription = {
    id: "sub",
    type: "drop.entitlement.grant",
    version: "1",
    status: "enabled",
    condition: {},
  };
  const events = ["e1", "e2"].map((id) => ({ id, data: { entitlement_id: id } }));
  hand.message(1, "notification", { subscription, events }, "m").message(1, "notification", {
    subscription,
    events,
  }, "m");
  assertEquals(
    hand.told().map((event) =>
      event.kind === "drop.entitlement.grant" ? event.data.entitlement_id : event.kind
    ),
    ["e1", "e2"],
  );
});

test("EventSubSession: what nobody was told since a time is a gap once it is subscribed, and until then not heard", () => {
  const session = new EventSubSession({ subscriptions: [ONLINE], random: () => 0.5 });
  assertEquals(session.heardUntil, undefined);
  session.missedSince(-5_000);
  const hand = new EventSubHand(session).start().open(1).pass(1_000).welcome(1);
  assertEquals([session.heardUntil, happened(hand)], [-5_000, ["ready"]]);
  hand.subscribed();
  assertEquals(hand.told(), [{ kind: "gap", from: -5_000, to: 1_000, subscriptions: [ONLINE] }]);
  assertEquals(session.heardUntil, 1_000);
  hand.close({}, 1).pass(2_000);
  assertEquals(session.heardUntil, 1_000);
});

const UPDATE = { type: "channel.update", version: "2", condition: { broadcaster_user_id: "1" } };
const BUSY = { kind: "error", error: new Error("busy") } as const;

/** A session on link 2 that has lost link 1 a second ago, and asks for its subscriptions again. */
function comingBack(...subscriptions: readonly EventSubWanted[]) {
  const session = new EventSubSession({
    subscriptions,
    random: () => 0,
    backoff: { base: 2_000, cap: 2_000 },
  });
  const hand = new EventSubHand(session).start().open(1).welcome(1);
  const subscribed = (...wanted: readonly EventSubWanted[]) => {
    for (const each of wanted) hand.answers(each, { kind: "subscribed", id: `${each.type} ${hand.link}` });
  };
  subscribed(...subscriptions);
  hand.close({}, 1).pass(1_000);
  assertEquals(hand.link, 2);
  hand.open(2).welcome(2).told();
  return { session, hand, subscribed };
}

const gaps = (hand: EventSubHand) =>
  hand.told().flatMap((event) => {
    return event.kind === "gap" ? [[event.from, event.to, event.subscriptions.map(({ type }) => type)]] : [];
  });

test("EventSubSession: one that does not come back keeps nobody from being told of the others' gap", () => {
  const { session, hand, subscribed } = comingBack(ONLINE, OFFLINE, UPDATE);
  subscribed(ONLINE);
  hand.pass(2_000);
  subscribed(UPDATE);
  hand.pass(2_999);
  assertEquals(gaps(hand), []);
  assertEquals(gaps(hand.pass(1)), [[0, 6_000, ["stream.online", "channel.update"]]]);
  assertEquals(session.heardUntil, 0);
  hand.answers(OFFLINE, BUSY).pass(2_000);
  subscribed(OFFLINE);
  assertEquals(gaps(hand), [[0, 8_000, ["stream.offline"]]]);
  assertEquals(session.heardUntil, 1_000);
});

test("EventSubSession: what is away again before that was told is told with what it missed since the first loss", () => {
  const { session, hand, subscribed } = comingBack(ONLINE, OFFLINE);
  subscribed(ONLINE);
  hand.pass(3_000).close({}, 2).pass(9_000);
  assertEquals([gaps(hand), session.heardUntil], [[], 0]);
  hand.open(3).welcome(3);
  assertEquals(session.heardUntil, 0);
  subscribed(OFFLINE, ONLINE);
  assertEquals(gaps(hand), [[0, 13_000, ["stream.online", "stream.offline"]]]);
});

test("EventSubSession: what is refused after a loss is told with the gap before it", () => {
  const { hand, subscribed } = comingBack(ONLINE, OFFLINE);
  subscribed(ONLINE);
  hand.answers(OFFLINE, { kind: "refused", error: new Error("no more") });
  assertEquals(
    hand.told().map((event) => [event.kind, event.kind === "gap" ? event.subscriptions : undefined]),
    [["gap", [ONLINE, OFFLINE]], ["subscribe_failed", undefined]],
  );
  const alone = comingBack(OFFLINE, ONLINE, UPDATE);
  alone.hand.answers(OFFLINE, { kind: "refused", error: new Error("no more") });
  assertEquals(gaps(alone.hand), [[0, 1_000, ["stream.offline"]]]);
  alone.subscribed(ONLINE, UPDATE);
  assertEquals(gaps(alone.hand), [[0, 1_000, ["stream.online", "channel.update"]]]);
});

const revocations = (hand: EventSubHand) =>
  hand.told().flatMap((event) => event.kind === "revocation" ? [[event.subscription.id, event.wanted]] : []);

test("EventSubSession: a revocation that overtakes the answer to its POST is told with what was wanted, which is there no more", () => {
  const session = new EventSubSession({ subscriptions: [OFFLINE, UPDATE], random: () => 0 });
  const hand = new EventSubHand(session).start().open(1).welcome(1);
  const ticket = hand.command({ kind: "subscribe", wanted: ONLINE });
  hand.revoke(1, "soon over");
  assertEquals(revocations(hand), []);
  hand.answers(OFFLINE, { kind: "subscribed", id: "offline" });
  assertEquals(revocations(hand), []);
  hand.answers(ONLINE, { kind: "subscribed", id: "soon over" });
  assertEquals([hand.outcome(ticket), revocations(hand)], ["done", [["soon over", ONLINE]]]);
  assertEquals([session.wants(ONLINE), session.subscriptions], [false, [OFFLINE]]);
});

test("EventSubSession: a revocation of what nobody asks for is told at once, others once it is clear that they are not it", () => {
  const asking = () => {
    const session = new EventSubSession({ subscriptions: [ONLINE], random: () => 0 });
    return new EventSubHand(session).start().open(1).welcome(1);
  };
  const untold = [["other", undefined]];
  assertEquals(revocations(asking().revoke(1, "other", OFFLINE)), untold);
  const busy = asking().revoke(1, "other");
  assertEquals([revocations(busy), revocations(busy.answers(ONLINE, BUSY))], [[], untold]);
  const placed = asking().revoke(1, "other").answers(ONLINE, { kind: "subscribed", id: "online" });
  assertEquals(revocations(placed), untold);
  assertEquals(revocations(placed.revoke(1, "online")), [["online", ONLINE]]);
  const cut = asking().revoke(1, "other").close({}, 1);
  assertEquals(cut.kinds().filter((kind) => kind === "revocation" || kind === "reconnecting"), [
    "revocation",
    "reconnecting",
  ]);
  const many = asking();
  for (let id = 0; id < 400; id++) many.revoke(1, `${id}`);
  assertEquals(revocations(many).length, 300);
  many.shutdown();
  assertEquals(revocations(many), []);
});

test("EventSubSession: what is revoked before its gap is told is told with it", () => {
  const { hand, subscribed } = comingBack(ONLINE, OFFLINE);
  hand.revoke(2, "stream.online 2");
  subscribed(ONLINE);
  assertEquals(
    hand.told().map((event) => [event.kind, event.kind === "gap" ? event.subscriptions : undefined]),
    [["gap", [ONLINE]], ["revocation", undefined]],
  );
});

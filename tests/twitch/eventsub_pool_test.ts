import { test } from "node:test";
import { assertEquals, assertThrows } from "@std/assert";
import { OptionError, ParleyError } from "../../src/protocol/errors.ts";
import type { AskFailed } from "../../src/protocol/protocol.ts";
import type {
  EventSubAnswer,
  EventSubAsk,
  EventSubCommand,
  EventSubEvent,
} from "../../src/twitch/eventsub/session/outputs.ts";
import { EventSubPool, type EventSubPoolOptions } from "../../src/twitch/eventsub/session/pool.ts";
import type { EventSubWanted } from "../../src/twitch/eventsub/wire/subscription.ts";
import { Hand } from "../_hand.ts";

const online = (id: number): EventSubWanted => {
  return { type: "stream.online", condition: { broadcaster_user_id: String(id) } };
};
const many = (count: number) => Array.from({ length: count }, (_, id) => online(id));

class PoolHand extends Hand<EventSubCommand, EventSubEvent, EventSubAsk, EventSubAnswer> {
  #asked = 0;
  readonly pool: EventSubPool;

  constructor(options: Partial<EventSubPoolOptions> = {}) {
    const pool = new EventSubPool({ random: () => 0.5, ...options });
    super(pool);
    this.pool = pool;
  }

  welcome(link: number, session = `session ${link}`): this {
    const metadata = {
      message_id: session,
      message_type: "session_welcome",
      message_timestamp: "2026-11-22T00:00:00Z",
    };
    const payload = { session: { id: session, keepalive_timeout_seconds: 10 } };
    return this.open(link).receive(JSON.stringify({ metadata, payload }), link);
  }

  /** Answers all that is asked for, until nothing is; returns it. */
  answerAll(
    answer: (ask: EventSubAsk) => EventSubAnswer | AskFailed = () => ({ kind: "subscribed", id: "s" }),
  ): EventSubAsk[] {
    const asked: EventSubAsk[] = [];
    for (; this.#asked < this.actions.length; this.#asked++) {
      const action = this.actions[this.#asked];
      if (action?.kind !== "ask" || action.ask.kind === "permit") continue;
      asked.push(action.ask);
      this.answer(action.id, answer(action.ask));
    }
    return asked;
  }

  dialled(): number[] {
    return this.actions.flatMap((action) => action.kind === "dial" ? [action.link] : []);
  }
}

const sessionsOf = (asks: readonly EventSubAsk[]) => {
  const counts = new Map<string, number>();
  for (const ask of asks) {
    if (ask.kind === "subscribe") counts.set(ask.session, (counts.get(ask.session) ?? 0) + 1);
  }
  return Object.fromEntries(counts);
};

test("EventSubPool: the 301st subscription is made on a connection of its own", () => {
  const hand = new PoolHand({ subscriptions: many(301) }).start();
  assertEquals(hand.dialled(), [1, 2]);
  hand.welcome(1).welcome(2);
  assertEquals(sessionsOf(hand.answerAll()), { "session 1": 300, "session 2": 1 });
  assertEquals(hand.pool.subscriptions.length, 301);
  assertEquals(hand.told().map((event) => event.kind === "ready" ? event.connection : event.kind), [0, 1]);
});

test("EventSubPool: dials another connection once those there are have no room", () => {
  const hand = new PoolHand({ subscriptions: many(300) }).start().welcome(1);
  hand.answerAll();
  hand.command({ kind: "subscribe", wanted: online(0) });
  assertEquals(hand.dialled(), [1]);
  hand.command({ kind: "subscribe", wanted: online(300) });
  assertEquals(hand.dialled(), [1, 2]);
  hand.welcome(2);
  assertEquals(sessionsOf(hand.answerAll()), { "session 2": 1 });
  // Where there is room again, no other is needed.
  hand.command({ kind: "unsubscribe", wanted: online(7) });
  hand.answerAll(() => ({ kind: "unsubscribed" }));
  hand.command({ kind: "subscribe", wanted: online(301) });
  assertEquals(sessionsOf(hand.answerAll()), { "session 1": 1 });
});

test("EventSubPool: refuses the 901st subscription, for an account has three connections", () => {
  const hand = new PoolHand({ subscriptions: many(900) }).start();
  assertEquals(hand.dialled(), [1, 2, 3]);
  const error = assertThrows(
    () => hand.command({ kind: "subscribe", wanted: online(900) }),
    ParleyError,
    'Cannot subscribe to "stream.online": an account has at most 3 connections of 300 subscriptions',
  );
  assertEquals(error.code, "rate_limited");
  assertThrows(
    () => new EventSubPool({ subscriptions: many(901), random: () => 0.5 }),
    ParleyError,
    "at most 3",
  );
  // Twice the same is one.
  new EventSubPool({ subscriptions: [...many(900), online(0)], random: () => 0.5 });
});

test("EventSubPool: a lost connection takes none of the other's subscriptions with it", () => {
  const hand = new PoolHand({ subscriptions: many(301) }).start().welcome(1).welcome(2);
  hand.answerAll();
  hand.told();
  hand.close({ code: 1006, cause: "lost" }, 2).pass(2_000).welcome(3);
  assertEquals(sessionsOf(hand.answerAll()), { "session 3": 1 });
  const told = hand.told();
  assertEquals(told.map((event) => [event.kind, "connection" in event ? event.connection : undefined]), [
    ["reconnecting", 1],
    ["ready", 1],
    ["gap", undefined],
  ]);
  assertEquals(told.at(-1), { kind: "gap", from: 0, to: hand.now, subscriptions: [online(300)] });
});

const SHARD = { conduit: "bfcfc993", id: "2" };

test("EventSubPool: has each of its sessions be its shard, and tells of the time in which none was", () => {
  const hand = new PoolHand({ shard: SHARD }).start().welcome(1);
  assertEquals(hand.answerAll(), [{ kind: "shard", session: "session 1", shard: SHARD }]);
  hand.told();
  hand.close({ code: 4004, cause: "peer" }, 1).pass(2_000).welcome(2);
  assertEquals(hand.answerAll(), [{ kind: "shard", session: "session 2", shard: SHARD }]);
  assertEquals(hand.told().at(-1), { kind: "gap", from: 0, to: hand.now, subscriptions: [] });
  assertEquals(hand.pool.subscriptions, []);
});

test("EventSubPool: asks again to be its shard where that could not be done, and ends where it is refused", () => {
  const hand = new PoolHand({ shard: SHARD }).start().welcome(1);
  hand.answerAll(() => ({ kind: "error", error: new Error("busy") }));
  hand.pass(2_000);
  const refusal = new Error("conduit does not exist");
  assertEquals(hand.answerAll(() => ({ kind: "refused", error: refusal })).length, 1);
  assertEquals(hand.actions.at(-1), { kind: "end", error: refusal });
});

test("EventSubPool: a shard takes no subscriptions, which its conduit has", () => {
  const options = { shard: SHARD, random: () => 0.5 };
  assertThrows(() => new EventSubPool({ ...options, subscriptions: many(1) }), OptionError, "as a shard");
  const hand = new PoolHand(options).start();
  for (const kind of ["subscribe", "unsubscribe"] as const) {
    assertThrows(() => hand.command({ kind, wanted: online(0) }), ParleyError, `Cannot ${kind} as a shard`);
  }
});

test("EventSubPool: what nobody has subscribed to is ended at once, where there is no room for more, too", () => {
  const hand = new PoolHand({ subscriptions: many(900) }).start();
  const ticket = hand.command({ kind: "unsubscribe", wanted: online(5_000) });
  assertEquals([hand.outcome(ticket), hand.pool.connections.length], ["done", 3]);
});

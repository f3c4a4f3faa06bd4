import { assert } from "@std/assert";
import { CommandError, ParleyError } from "../../src/protocol/errors.ts";
import { EventSubChat } from "../../src/twitch/eventsub/session/chat.ts";
import type { EventSubAnswer, EventSubAsk } from "../../src/twitch/eventsub/session/outputs.ts";
import type { TwitchCommand } from "../../src/twitch/wire/commands/command.ts";
import type { TwitchEvent } from "../../src/twitch/wire/event.ts";
import { seededRandom } from "../../testing/world/random.ts";
import { Hand } from "../_hand.ts";
import type { Draw, Fuzzer } from "./_fuzzer.ts";
import { brokenJson } from "./_json.ts";
import { readAll } from "./_lines.ts";

type ChatHand = Hand<TwitchCommand, TwitchEvent, EventSubAsk, EventSubAnswer>;

/** So many links a session has at most: the one, what takes over from it, and what was taken over from. */
const MOST_LINKS = 3;

/** Whatever EventSub says of chat, at whatever time, and however its API answers. */
export const eventSubFuzzer: Fuzzer = {
  name: "eventsub",
  inSuite: 300,
  feed(draw) {
    const core = new EventSubChat({
      account: { login: "bot", id: "42" },
      channels: draw.chance(0.8) ? ["#dallas"] : [],
      limits: undefined,
      bans: draw.chance(0.5),
      backoff: { base: 10, cap: 100 },
      random: seededRandom(1, "eventsub"),
    });
    const hand: ChatHand = new Hand<TwitchCommand, TwitchEvent, EventSubAsk, EventSubAnswer>(core).start();
    const cursor = { asks: 0 };
    if (draw.chance(0.9) && hand.link > 0) {
      hand.open().receive(JSON.stringify(welcome(draw)));
      answerAll(hand, cursor, draw);
    }
    for (let step = draw.integer(1, 30); step > 0; step--) {
      // Drivers take nothing to a core that has ended.
      if (hand.actions.some(({ kind }) => kind === "end")) break;
      take(hand, cursor, draw);
      const links = linksOf(hand);
      assert(links.length <= MOST_LINKS, `has ${links.length} links`);
    }
    for (const event of hand.events) {
      readAll(event);
      JSON.stringify(event);
    }
  },
};

function take(hand: ChatHand, cursor: { asks: number }, draw: Draw): void {
  const chance = draw.number();
  if (chance < 0.6) {
    const link = draw.chance(0.8) ? hand.link : draw.pick([1, ...linksOf(hand)]);
    const message = messageOf(draw);
    hand.receive(draw.chance(0.5) ? brokenJson(draw, message) : JSON.stringify(message), link);
  } else if (chance < 0.7) answerAll(hand, cursor, draw);
  else if (chance < 0.8) hand.pass(draw.pick([1, 1_000, 11_000, 70_000]));
  else if (chance < 0.9) {
    for (const link of linksOf(hand)) {
      if (draw.chance(0.7)) hand.open(link).receive(JSON.stringify(welcome(draw)), link);
    }
  } else if (chance < 0.95) {
    for (const link of linksOf(hand)) if (draw.chance(0.5)) hand.close({ clean: draw.chance(0.5) }, link);
  } else {
    const channel = draw.pick(["#dallas", "#forsen"]);
    try {
      hand.command({ kind: draw.pick(["join", "part"] as const), channel });
    } catch (error) {
      if (!(error instanceof CommandError || error instanceof ParleyError)) throw error;
    }
  }
}

/** The links that were dialled and are neither dropped nor closed. */
function linksOf(hand: ChatHand): number[] {
  const links = new Set<number>();
  for (const action of hand.actions) {
    if (action.kind === "dial") links.add(action.link);
    else if (action.kind === "abort" || action.kind === "close") links.delete(action.link);
  }
  return [...links];
}

/** Subscriptions get ids by which what comes names them. */
function answerAll(hand: ChatHand, cursor: { asks: number }, draw: Draw): void {
  for (; cursor.asks < hand.actions.length; cursor.asks++) {
    const action = hand.actions[cursor.asks];
    if (action?.kind !== "ask" || draw.chance(0.1)) continue;
    const answer = draw.chance(0.9)
      ? { kind: "subscribed", id: `sub-${action.id % 8}` } as const
      : draw.chance(0.5)
      ? { kind: "refused", error: new Error("no") } as const
      : { kind: "error", error: new Error("another time") } as const;
    hand.answer(action.id, answer);
  }
}

function messageOf(draw: Draw): unknown {
  const subscription = {
    id: `sub-${draw.integer(0, 8)}`,
    type: draw.pick(TYPES),
    version: "1",
    status: draw.pick(["enabled", "authorization_revoked"]),
    condition: { broadcaster_user_id: "1" },
  };
  return draw.pick<() => unknown>([
    () => welcome(draw),
    () => message(draw, "session_keepalive", {}),
    () =>
      message(draw, "session_reconnect", {
        session: { reconnect_url: `wss://eventsub.wss.twitch.tv/ws?id=${draw.integer(0, 9)}` },
      }),
    () => message(draw, "revocation", { subscription }),
    () => message(draw, "notification", { subscription, event: eventOf(draw, subscription.type) }),
    () => message(draw, "notification", { subscription, event: eventOf(draw, subscription.type) }),
    () => message(draw, "constructor", { subscription }),
  ])();
}

function welcome(draw: Draw): unknown {
  const keepalive_timeout_seconds = draw.pick([10, 600, 0, 1e9]);
  return message(draw, "session_welcome", { session: { id: "s", keepalive_timeout_seconds } });
}

function message(draw: Draw, message_type: string, payload: unknown): unknown {
  const message_id = `m${draw.integer(0, 1_000)}`;
  const message_timestamp = draw.pick(["2026-11-21T00:00:00.123456789Z", "1970-01-01T00:00:00Z", "now"]);
  return { metadata: { message_id, message_type, message_timestamp }, payload };
}

const TYPES = [
  "channel.chat.message",
  "channel.chat.notification",
  "channel.chat.clear",
  "channel.chat.clear_user_messages",
  "channel.chat.message_delete",
  "channel.chat_settings.update",
  "channel.ban",
  "constructor",
];

function eventOf(draw: Draw, type: string): unknown {
  const login = draw.pick(["ronni", "bot", "constructor"]);
  const notice = draw.pick(["sub", "resub", "raid", "charity_donation", "shared_chat_sub_gift", "__proto__"]);
  const detail = {
    sub_tier: "1000",
    duration_months: 1,
    is_prime: false,
    amount: { value: 1, currency: "EUR" },
  };
  return {
    broadcaster_user_id: "1",
    broadcaster_user_login: "dallas",
    broadcaster_user_name: "Dallas",
    ...(type.startsWith("channel.chat.") && {
      chatter_user_id: "7",
      chatter_user_login: login,
      chatter_user_name: "Ronni",
      target_user_id: "7",
      target_user_login: login,
      color: "#FF0000",
      badges: [{ set_id: "moderator", id: "1", info: "" }, { set_id: "subscriber", id: "12", info: "14" }],
      message_id: "m1",
      message_type: draw.pick(["text", "user_intro", "constructor"]),
      message: {
        text: draw.text(6),
        fragments: [{ type: "emote", text: "Kappa", emote: { id: "25" } }, {
          type: "text",
          text: draw.text(3),
        }],
      },
      cheer: { bits: 100 },
      reply: { parent_message_id: "m0", parent_message_body: draw.text(4), parent_user_login: "foo" },
      notice_type: notice,
      [notice]: detail,
      system_message: "It happened",
      source_broadcaster_user_id: draw.pick([null, "2"]),
      source_badges: null,
    }),
    user_id: "7",
    user_login: login,
    banned_at: "2026-11-22T02:00:00Z",
    ends_at: draw.pick([null, "2026-11-22T02:10:00Z"]),
    slow_mode: true,
    slow_mode_wait_time_seconds: draw.integer(0, 99),
    follower_mode: true,
    follower_mode_duration_minutes: null,
  };
}

import { formatMessage } from "../../../irc/wire/messages/message.ts";
import { isRecord } from "../../../protocol/data/json_value.ts";

type Json = { readonly [key: string]: unknown };
type Tags = Record<string, string>;

/** What of chat a subscription tells, by its type. */
const LINES: Readonly<Record<string, (data: Json, sentAt: number) => string | undefined>> = {
  "channel.chat.message": messageLine,
  "channel.chat.notification": noticeLine,
  "channel.chat.clear": (data, sentAt) => clearLine(data, sentAt, {}),
  // Twitch does not tell here whether they were banned, or for how long.
  "channel.chat.clear_user_messages": (data, sentAt) =>
    clearLine(
      data,
      sentAt,
      { "ban-duration": "", "target-user-id": text(data.target_user_id) },
      text(data.target_user_login),
    ),
  "channel.ban": banLine,
  "channel.chat.message_delete": deleteLine,
  "channel.chat_settings.update": settingsLine,
};

/**
 * The line as which a notification of what happens in chat comes over IRC: what reads one reads the other. What Twitch
 * tells over EventSub alone is left out. Undefined: it is not about chat, or Twitch has left out what a line needs.
 */
export function chatLine(
  { kind, data, sentAt }: { readonly kind: string; readonly data: unknown; readonly sentAt: number },
): string | undefined {
  const line = Object.hasOwn(LINES, kind) ? LINES[kind] : undefined;
  return isRecord(data) && isLogin(data.broadcaster_user_login) ? line?.(data, sentAt) : undefined;
}

function messageLine(data: Json, sentAt: number): string | undefined {
  const login = data.chatter_user_login;
  if (!isLogin(login)) return undefined;
  const said = messageOf(data.message);
  const reply = isRecord(data.reply) ? data.reply : undefined;
  const { bits } = isRecord(data.cheer) ? data.cheer : {};
  const kind = text(data.message_type);
  return formatMessage({
    tags: withoutEmpty({
      ...chatterTags(data),
      bits: text(bits),
      "custom-reward-id": text(data.channel_points_custom_reward_id),
      "display-name": text(data.chatter_user_name),
      emotes: said.emotes,
      id: text(data.message_id),
      "msg-id": Object.hasOwn(KINDS, kind) ? KINDS[kind] ?? "" : "",
      ...(reply && {
        "reply-parent-display-name": text(reply.parent_user_name),
        "reply-parent-msg-body": text(reply.parent_message_body),
        "reply-parent-msg-id": text(reply.parent_message_id),
        "reply-parent-user-id": text(reply.parent_user_id),
        "reply-parent-user-login": text(reply.parent_user_login),
        "reply-thread-parent-display-name": text(reply.thread_user_name),
        "reply-thread-parent-msg-id": text(reply.thread_message_id),
        "reply-thread-parent-user-id": text(reply.thread_user_id),
        "reply-thread-parent-user-login": text(reply.thread_user_login),
      }),
      ...sourceTags(data),
      "tmi-sent-ts": String(sentAt),
      "user-id": text(data.chatter_user_id),
    }),
    source: `${login}!${login}@${login}.tmi.twitch.tv`,
    command: "PRIVMSG",
    params: [channelOf(data), said.text],
  });
}

/** What is special about a message, as IRC names it. */
const KINDS: Readonly<Record<string, string>> = {
  channel_points_highlighted: "highlighted-message",
  channel_points_sub_only: "skip-subs-mode-message",
  power_ups_gigantified_emote: "gigantified-emote-message",
  power_ups_message_effect: "animated-message",
  user_intro: "user-intro",
};

const ANONYMOUS = { id: "274598607", login: "ananonymousgifter", name: "AnAnonymousGifter" };

function noticeLine(data: Json, sentAt: number): string {
  const type = text(data.notice_type);
  const shared = type.startsWith("shared_chat_");
  const detail = isRecord(data[type]) ? data[type] : {};
  const [id, params] = noticeOf(shared ? type.slice("shared_chat_".length) : type, detail);
  const said = messageOf(data.message);
  const anonymous = data.chatter_is_anonymous === true;
  return formatMessage({
    tags: withoutEmpty({
      ...chatterTags(data),
      "display-name": anonymous ? ANONYMOUS.name : text(data.chatter_user_name),
      emotes: said.emotes,
      id: text(data.message_id),
      login: anonymous ? ANONYMOUS.login : text(data.chatter_user_login),
      "msg-id": shared ? "sharedchatnotice" : id,
      ...Object.fromEntries(
        Object.entries(params).map(([name, value]) => [`msg-param-${name}`, text(value)]),
      ),
      ...sourceTags(data),
      "source-msg-id": shared ? id : "",
      "system-msg": text(data.system_message),
      "tmi-sent-ts": String(sentAt),
      "user-id": anonymous ? ANONYMOUS.id : text(data.chatter_user_id),
    }),
    source: "tmi.twitch.tv",
    command: "USERNOTICE",
    params: [channelOf(data), ...said.text === "" ? [] : [said.text]],
  });
}

/** The `msg-id` of a notice over IRC, and its parameters; of one that Twitch has invented since, as it stands. */
function noticeOf(type: string, detail: Json): readonly [id: string, params: Json] {
  const plan = detail.is_prime === true ? "Prime" : detail.sub_tier;
  switch (type) {
    case "sub":
      return [type, {
        "cumulative-months": 1,
        "multimonth-duration": detail.duration_months,
        "sub-plan": plan,
      }];
    case "resub":
      return [type, {
        "anon-gift": detail.gifter_is_anonymous,
        "cumulative-months": detail.cumulative_months,
        "gifter-id": detail.gifter_user_id,
        "gifter-login": detail.gifter_user_login,
        "gifter-name": detail.gifter_user_name,
        "multimonth-duration": detail.duration_months,
        "streak-months": detail.streak_months,
        "sub-plan": plan,
        "was-gifted": detail.is_gift,
      }];
    case "sub_gift":
      return ["subgift", {
        "community-gift-id": detail.community_gift_id,
        "gift-months": detail.duration_months,
        "recipient-display-name": detail.recipient_user_name,
        "recipient-id": detail.recipient_user_id,
        "recipient-user-name": detail.recipient_user_login,
        "sender-count": detail.cumulative_total,
        "sub-plan": plan,
      }];
    case "community_sub_gift":
      return ["submysterygift", {
        "community-gift-id": detail.id,
        "mass-gift-count": detail.total,
        "sender-count": detail.cumulative_total,
        "sub-plan": plan,
      }];
    case "gift_paid_upgrade":
      return [detail.gifter_is_anonymous === true ? "anongiftpaidupgrade" : "giftpaidupgrade", {
        "sender-id": detail.gifter_user_id,
        "sender-login": detail.gifter_user_login,
        "sender-name": detail.gifter_user_name,
      }];
    case "prime_paid_upgrade":
      return ["primepaidupgrade", { "sub-plan": plan }];
    case "pay_it_forward":
      return ["communitypayforward", {
        "prior-gifter-anonymous": detail.gifter_is_anonymous,
        "prior-gifter-display-name": detail.gifter_user_name,
        "prior-gifter-id": detail.gifter_user_id,
        "prior-gifter-user-name": detail.gifter_user_login,
      }];
    case "raid":
      return [type, {
        displayName: detail.user_name,
        login: detail.user_login,
        profileImageURL: detail.profile_image_url,
        viewerCount: detail.viewer_count,
      }];
    case "bits_badge_tier":
      return ["bitsbadgetier", { threshold: detail.tier }];
    case "watch_streak":
      return ["viewermilestone", {
        category: "watch-streak",
        copoReward: detail.channel_points_awarded,
        value: detail.streak_count,
      }];
    case "charity_donation": {
      const amount = isRecord(detail.amount) ? detail.amount : {};
      return ["charitydonation", {
        "charity-name": detail.charity_name,
        "donation-amount": amount.value,
        "donation-currency": amount.currency,
        exponent: amount.decimal_place ?? amount.decimal_places,
      }];
    }
    default: {
      const named = Object.entries(detail).map((
        [name, value],
      ) => [name.replace(/[^A-Za-z0-9]/g, "-"), value]);
      return [type, Object.fromEntries(named)];
    }
  }
}

function clearLine(data: Json, sentAt: number, tags: Tags, login = ""): string {
  return formatMessage({
    tags: { ...tags, "room-id": text(data.broadcaster_user_id), "tmi-sent-ts": String(sentAt) },
    source: "tmi.twitch.tv",
    command: "CLEARCHAT",
    params: [channelOf(data), ...login === "" ? [] : [login]],
  });
}

function banLine(data: Json, sentAt: number): string | undefined {
  const login = data.user_login;
  if (!isLogin(login)) return undefined;
  const ms = Date.parse(text(data.ends_at)) - Date.parse(text(data.banned_at));
  const duration = data.is_permanent !== true && ms > 0
    ? { "ban-duration": String(Math.round(ms / 1_000)) }
    : {};
  return clearLine(data, sentAt, { ...duration, "target-user-id": text(data.user_id) }, login);
}

function deleteLine(data: Json, sentAt: number): string {
  return formatMessage({
    tags: {
      login: text(data.target_user_login),
      "room-id": text(data.broadcaster_user_id),
      "target-msg-id": text(data.message_id),
      "tmi-sent-ts": String(sentAt),
    },
    source: "tmi.twitch.tv",
    command: "CLEARMSG",
    params: [channelOf(data)],
  });
}

function settingsLine(data: Json): string {
  const flag = (value: unknown) => value === true ? "1" : "0";
  return formatMessage({
    tags: {
      "emote-only": flag(data.emote_mode),
      "followers-only": data.follower_mode === true ? text(data.follower_mode_duration_minutes) || "0" : "-1",
      r9k: flag(data.unique_chat_mode),
      "room-id": text(data.broadcaster_user_id),
      slow: data.slow_mode === true ? text(data.slow_mode_wait_time_seconds) || "0" : "0",
      "subs-only": flag(data.subscriber_mode),
    },
    source: "tmi.twitch.tv",
    command: "ROOMSTATE",
    params: [channelOf(data)],
  });
}

/** Who says it: the badges, and what IRC tells of them besides. */
function chatterTags(data: Json): Tags {
  const badges = badgesOf(data.badges);
  const has = (...names: readonly string[]) => badges.names.some((name) => names.includes(name)) ? "1" : "";
  return {
    "badge-info": badges.info,
    badges: badges.shown,
    color: text(data.color),
    mod: has("moderator", "lead_moderator"),
    "room-id": text(data.broadcaster_user_id),
    subscriber: has("subscriber", "founder"),
    vip: has("vip"),
  };
}

/** Where it was said, if channels share their chat. */
function sourceTags(data: Json): Tags {
  const room = text(data.source_broadcaster_user_id);
  if (room === "") return {};
  const badges = badgesOf(data.source_badges);
  return {
    "source-badge-info": badges.info,
    "source-badges": badges.shown,
    "source-id": text(data.source_message_id),
    "source-only": data.is_source_only === true ? "1" : "",
    "source-room-id": room,
  };
}

function badgesOf(
  badges: unknown,
): { readonly names: readonly string[]; readonly shown: string; readonly info: string } {
  const known = Array.isArray(badges) ? badges.filter(isRecord) : [];
  const names = known.map(({ set_id }) => text(set_id));
  const list = (each: (badge: Json) => string) =>
    known.map((badge) => `${text(badge.set_id)}/${each(badge)}`);
  return {
    names,
    shown: list(({ id }) => text(id)).join(","),
    info: list(({ info }) => text(info)).filter((info) => !info.endsWith("/")).join(","),
  };
}

const FRAME = "\u0001ACTION ";

/** What was said, and where in it emotes are: over IRC by their places, here by fragments. */
function messageOf(message: unknown): { readonly text: string; readonly emotes: string } {
  if (!isRecord(message)) return { text: "", emotes: "" };
  const said = text(message.text);
  const places = new Map<string, string[]>();
  let at = said.startsWith(FRAME) ? -FRAME.length : 0;
  for (const fragment of Array.isArray(message.fragments) ? message.fragments.filter(isRecord) : []) {
    const { length } = [...text(fragment.text)];
    const id = isRecord(fragment.emote) ? text(fragment.emote.id) : "";
    if (id !== "" && length > 0) {
      const known = places.get(id) ?? [];
      known.push(`${at}-${at + length - 1}`);
      places.set(id, known);
    }
    at += length;
  }
  return { text: said, emotes: [...places].map(([id, places]) => `${id}:${places.join(",")}`).join("/") };
}

function channelOf(data: Json): string {
  return `#${text(data.broadcaster_user_login)}`;
}

function isLogin(value: unknown): value is string {
  return typeof value === "string" && /^\w{1,25}$/.test(value);
}

/** As a line can have it: over IRC Twitch writes what is true as 1, and nothing for what is not there. */
function text(value: unknown): string {
  if (typeof value === "string") return value.replace(/[\0\r\n]/g, " ");
  if (typeof value === "number") return String(value);
  return value === true ? "1" : "";
}

function withoutEmpty(tags: Tags): Tags {
  return Object.fromEntries(Object.entries(tags).filter(([, value]) => value !== ""));
}

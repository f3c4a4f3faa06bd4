import type { Clock, Driver } from "@parley/parley/driver";
import { idOf, userTags } from "../_lines.ts";
import type { TwitchServer } from "../server.ts";
import type { TwitchUtterance } from "../server_types.ts";
import type {
  EventSubServerCommand,
  EventSubServerEvent,
  EventSubServerSubscription,
  EventSubServerTransport,
} from "../eventsub_server_types.ts";
import type { Webhooks } from "./_webhooks.ts";

/** What happens in chat and by the API, as EventSub tells it. */
export class EventSubNews {
  readonly #eventsub: Driver<EventSubServerCommand, EventSubServerEvent>;
  readonly #chat: TwitchServer;
  readonly #webhooks: Webhooks;
  readonly #clock: Clock;

  constructor(
    clock: Clock,
    eventsub: Driver<EventSubServerCommand, EventSubServerEvent>,
    chat: TwitchServer,
    webhooks: Webhooks,
  ) {
    this.#clock = clock;
    this.#eventsub = eventsub;
    this.#chat = chat;
    this.#webhooks = webhooks;
  }

  /** Somebody said something in a chat. */
  said({ id, channel, login, text, tags }: TwitchUtterance): void {
    const { badges, color } = userTags(login, channel, this.#chat.standing(channel, login));
    const parent = tags["reply-parent-msg-id"];
    const answered = parent === undefined ? undefined : this.#chat.message(channel, parent);
    this.#tell("channel.chat.message", channel, {
      ...account("chatter_", login),
      message_id: id,
      message: { text, fragments: [{ type: "text", text, cheermote: null, emote: null, mention: null }] },
      color: color ?? "",
      badges: (badges ?? "").split(",").filter((badge) => badge !== "").map((badge) => {
        const [set_id, id] = badge.split("/");
        return { set_id, id, info: "" };
      }),
      message_type: "text",
      cheer: null,
      reply: parent === undefined || answered === undefined ? null : {
        parent_message_id: parent,
        parent_message_body: answered.text,
        ...account("parent_", answered.login),
        thread_message_id: parent,
        ...account("thread_", answered.login),
      },
      channel_points_custom_reward_id: null,
      channel_points_animation_id: null,
      ...NOT_SHARED,
      is_source_only: null,
    });
  }

  /** Somebody announced something. */
  announced({ id, channel, login, text, tags }: TwitchUtterance): void {
    const details = [
      "sub",
      "resub",
      "sub_gift",
      "community_sub_gift",
      "gift_paid_upgrade",
      "prime_paid_upgrade",
    ];
    const rest = [...details, "pay_it_forward", "raid", "unraid", "bits_badge_tier", "charity_donation"];
    this.#tell("channel.chat.notification", channel, {
      ...account("chatter_", login),
      chatter_is_anonymous: false,
      color: userTags(login).color,
      badges: [],
      system_message: "",
      message_id: id,
      message: { text, fragments: [{ type: "text", text, cheermote: null, emote: null, mention: null }] },
      notice_type: "announcement",
      ...Object.fromEntries(rest.map((name) => [name, null])),
      announcement: { color: tags["msg-param-color"] ?? "PRIMARY" },
      ...NOT_SHARED,
    });
  }

  /** Somebody was banned, or silenced for so many seconds. */
  banned({ channel, login, moderator, seconds, reason }: {
    readonly channel: string;
    readonly login: string;
    readonly moderator: string;
    readonly seconds: number | undefined;
    readonly reason: string;
  }): void {
    const now = this.#clock.wall();
    this.#tell("channel.ban", channel, {
      ...account("", login),
      ...account("moderator_", moderator),
      reason,
      banned_at: new Date(now).toISOString(),
      ends_at: seconds === undefined ? null : new Date(now + seconds * 1_000).toISOString(),
      is_permanent: seconds === undefined,
    });
    this.#tell("channel.chat.clear_user_messages", channel, account("target_", login));
  }

  /** Somebody may say something again. */
  unbanned({ channel, login, moderator }: {
    readonly channel: string;
    readonly login: string;
    readonly moderator: string;
  }): void {
    this.#tell("channel.unban", channel, { ...account("", login), ...account("moderator_", moderator) });
  }

  /** A message was deleted, or all of a chat. */
  deleted({ channel, id, login }: {
    readonly channel: string;
    readonly id: string | undefined;
    readonly login: string | undefined;
  }): void {
    if (id === undefined || login === undefined) return this.#tell("channel.chat.clear", channel, {});
    this.#tell("channel.chat.message_delete", channel, { ...account("target_", login), message_id: id });
  }

  /** A webhook is asked whether it is meant. */
  challenge(
    subscription: EventSubServerSubscription,
    transport: EventSubServerTransport & { readonly method: "webhook" },
  ): void {
    this.#webhooks.challenge(subscription, transport);
  }

  #tell(type: string, channel: string, event: Readonly<Record<string, unknown>>): void {
    const login = channel.replace("#", "");
    const condition = { broadcaster_user_id: idOf(login) };
    const about = { ...account("broadcaster_", login), ...event };
    void this.#eventsub.command({ kind: "notify", type, condition, event: about });
  }
}

const NOT_SHARED = {
  source_broadcaster_user_id: null,
  source_broadcaster_user_login: null,
  source_broadcaster_user_name: null,
  source_message_id: null,
  source_badges: null,
};

function account(prefix: string, login: string): Record<string, string> {
  return {
    [`${prefix}user_id`]: idOf(login),
    [`${prefix}user_login`]: login,
    [`${prefix}user_name`]: login,
  };
}

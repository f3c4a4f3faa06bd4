import { escapeTag } from "@parley/parley/internal";
import { checkText } from "../_check_text.ts";
import type { EventSubTypes } from "@parley/parley/twitch/eventsub";
import { type Duration, inWords, milliseconds } from "../time/duration.ts";
import type { TwitchServerCommand, TwitchStanding } from "../../twitch/server_types.ts";

/** What people need of their world, and tests do not. */
export interface TwitchBackstage {
  note(who: string, what: string): void;
  now(): number;
  /** What the time is, as Twitch writes it. */
  wall(): string;
  /** The ID of an account. */
  idOf(login: string): string;
  /** Tells by EventSub that something happens, to whom subscribed to it on this condition. */
  tells<Type extends keyof EventSubTypes & string>(
    type: Type,
    condition: Readonly<Record<string, string>>,
    event: EventSubTypes[Type],
  ): Promise<unknown>;
  /** Gives the server a command. */
  does(command: TwitchServerCommand): Promise<unknown>;
}

type EventSubAccount = Readonly<Record<"user_id" | "user_login" | "user_name", string>>;
type EventSubOwner = Readonly<
  Record<"broadcaster_user_id" | "broadcaster_user_login" | "broadcaster_user_name", string>
>;

/** How somebody subscribes. */
export interface TwitchSubscription {
  /** For how many months they have. @default {1} */
  readonly months?: number;
  /** How much they pay. @default {"1000"} */
  readonly tier?: "1000" | "2000" | "3000" | "Prime";
  /** What they say to it. @default nothing */
  readonly text?: string;
}

/**
 * Somebody on Twitch whom a test plays; `world.user(login)` gives one. Who is called as a channel is its broadcaster.
 *
 * @example
 * ```ts
 * import { TwitchClient } from "@parley/parley/twitch";
 * import { twitchWorld } from "@parley/testing";
 *
 * const world = await twitchWorld();
 * await world.start((runtime) => {
 *   const chat = new TwitchClient({ login: "bot", token: "any", channels: ["#dallas"], runtime });
 *   chat.on("USERNOTICE", (event) => {
 *     if (event.notice.id === "raid") return chat.say(event.channel, "Welcome, raiders");
 *   });
 *   return chat.connect();
 * });
 * await world.user("ronni").raids("#dallas", 12);
 * await world.expect("#dallas").toSay("Welcome, raiders");
 * await world.close();
 * ```
 */
export class TwitchUser {
  readonly login: string;
  readonly #backstage: TwitchBackstage;

  /** Takes who they are, and where. */
  constructor(login: string, backstage: TwitchBackstage) {
    this.login = login;
    this.#backstage = backstage;
  }

  /** Their login. */
  toString(): string {
    return this.login;
  }

  /** Says something in a channel; gives the message's ID. `tags` replace those it would have. */
  async says(channel: string, text: string, tags: Readonly<Record<string, string>> = {}): Promise<string> {
    checkText("say anything in a channel", channel);
    checkText(`say anything in ${channel}`, text);
    const { login } = this;
    const id = await this.#does(`says in ${channel}: ${text}`, { kind: "say", channel, login, text, tags });
    return String(id);
  }

  /** Does something, as by `/me`. */
  acts(channel: string, what: string): Promise<string> {
    return this.says(channel, `\u0001ACTION ${what}\u0001`);
  }

  /** Cheers with so many bits: in chat, and `channel.cheer` of EventSub. */
  async cheers(channel: string, bits: number, text: string = `Cheer${bits}`): Promise<string> {
    const id = await this.says(channel, text, { bits: String(bits) });
    await this.#tells("channel.cheer", channel, {
      ...this.#owner(channel),
      ...this.#account,
      is_anonymous: false,
      message: text,
      bits,
    });
    return id;
  }

  /** Follows a channel, of which EventSub alone tells: `channel.follow`. */
  async follows(channel: string): Promise<void> {
    this.#backstage.note(this.login, `follows ${named(channel)}`);
    const followed_at = this.#backstage.wall();
    await this.#tells("channel.follow", channel, { ...this.#owner(channel), ...this.#account, followed_at });
  }

  /**
   * Subscribes to a channel, or goes on with it: in chat, and `channel.subscribe` or `channel.subscription.message` of
   * EventSub.
   */
  async subscribes(channel: string, options: TwitchSubscription = {}): Promise<void> {
    const { months = 1, tier = "1000", text } = options;
    await this.#notices(channel, months > 1 ? "resub" : "sub", `${this.login} subscribed`, {
      "msg-param-cumulative-months": String(months),
      "msg-param-should-share-streak": "0",
      "msg-param-sub-plan": tier,
      "msg-param-sub-plan-name": "Channel Subscription",
    }, text);
    const about = { ...this.#owner(channel), ...this.#account, tier };
    if (months === 1) return await this.#tells("channel.subscribe", channel, { ...about, is_gift: false });
    await this.#tells("channel.subscription.message", channel, {
      ...about,
      message: { text: text ?? "", emotes: null },
      cumulative_months: months,
      streak_months: null,
      duration_months: 1,
    });
  }

  /** Raids a channel with so many viewers: in chat, and `channel.raid` of EventSub. */
  async raids(channel: string, viewers: number): Promise<void> {
    await this.#notices(channel, "raid", `${viewers} raiders from ${this.login} have joined!`, {
      "msg-param-displayName": this.login,
      "msg-param-login": this.login,
      "msg-param-viewerCount": String(viewers),
    });
    const { broadcaster_user_id, broadcaster_user_login, broadcaster_user_name } = this.#owner(channel);
    const { user_id, user_login, user_name } = this.#account;
    await this.#backstage.tells("channel.raid", { to_broadcaster_user_id: broadcaster_user_id }, {
      from_broadcaster_user_id: user_id,
      from_broadcaster_user_login: user_login,
      from_broadcaster_user_name: user_name,
      to_broadcaster_user_id: broadcaster_user_id,
      to_broadcaster_user_login: broadcaster_user_login,
      to_broadcaster_user_name: broadcaster_user_name,
      viewers,
    });
  }

  /** Is made a moderator or VIP of a channel, or neither any more. */
  async becomes(standing: TwitchStanding, channel: string): Promise<void> {
    const { login } = this;
    await this.#does(`is now ${standing} in ${channel}`, { kind: "stand", channel, login, as: standing });
  }

  /** Bans somebody from a channel, such as the bot. */
  async bans(whom: TwitchUser | string, channel: string): Promise<void> {
    const login = String(whom);
    await this.#does(`bans ${login} from ${channel}`, { kind: "ban", channel, login });
  }

  /** Lets somebody say nothing in a channel for so long. */
  async timesOut(whom: TwitchUser | string, duration: Duration, channel: string): Promise<void> {
    const login = String(whom);
    const seconds = Math.round(milliseconds(duration) / 1_000);
    await this.#does(`times ${login} out in ${channel} for ${inWords(duration)}`, {
      kind: "ban",
      channel,
      login,
      seconds,
    });
  }

  /** Clears the chat of a channel. */
  async clears(channel: string): Promise<void> {
    const line = written(this.#place(channel), `CLEARCHAT ${named(channel)}`);
    await this.#does(`clears ${channel}`, { kind: "raw", channel, line });
  }

  /** Deletes what somebody said, by its ID. */
  async deletes(id: string, by: TwitchUser, channel: string, text = ""): Promise<void> {
    const tags = { login: by.login, "room-id": "", "target-msg-id": id, "tmi-sent-ts": this.#sentAt };
    const line = written(tags, `CLEARMSG ${named(channel)} :${text}`);
    await this.#does(`deletes a message of ${by.login}`, { kind: "raw", channel, line });
  }

  /** Puts a channel in slow mode; 0 takes it out of that. */
  async slows(channel: string, pause: Duration): Promise<void> {
    const seconds = Math.round(milliseconds(pause) / 1_000);
    await this.#does(`puts ${channel} in slow mode: ${inWords(pause)}`, { kind: "slow", channel, seconds });
  }

  async #notices(
    channel: string,
    id: string,
    message: string,
    params: Readonly<Record<string, string>>,
    text?: string,
  ): Promise<void> {
    const { login } = this;
    const tags = {
      "badge-info": "",
      badges: "",
      color: "",
      "display-name": login,
      emotes: "",
      flags: "",
      id: `${id}-${this.#sentAt}`,
      login,
      mod: "0",
      "msg-id": id,
      ...params,
      ...this.#place(channel),
      subscriber: "0",
      "system-msg": message,
      "user-id": this.#id(login),
      "user-type": "",
    };
    const line = written(tags, `USERNOTICE ${named(channel)}${text === undefined ? "" : ` :${text}`}`);
    await this.#does(`in ${channel}: ${message}`, { kind: "raw", channel, line });
  }

  get #account(): EventSubAccount {
    return { user_id: this.#id(this.login), user_login: this.login, user_name: this.login };
  }

  /** Whose channel it is. */
  #owner(channel: string): EventSubOwner {
    const login = named(channel).slice(1);
    return {
      broadcaster_user_id: this.#id(login),
      broadcaster_user_login: login,
      broadcaster_user_name: login,
    };
  }

  async #tells<Type extends keyof EventSubTypes & string>(
    type: Type,
    channel: string,
    event: EventSubTypes[Type],
  ): Promise<void> {
    const { broadcaster_user_id } = this.#owner(channel);
    await this.#backstage.tells(type, { broadcaster_user_id }, event);
  }

  get #sentAt(): string {
    return String(Math.round(this.#backstage.now()));
  }

  #id(login: string): string {
    return this.#backstage.idOf(login);
  }

  #place(channel: string): Record<string, string> {
    return { "room-id": this.#id(named(channel).slice(1)), "tmi-sent-ts": this.#sentAt };
  }

  #does(what: string, command: TwitchServerCommand): Promise<unknown> {
    this.#backstage.note(this.login, what);
    return this.#backstage.does(command);
  }
}

function named(channel: string): string {
  return channel.startsWith("#") ? channel.toLowerCase() : `#${channel.toLowerCase()}`;
}

function written(tags: Readonly<Record<string, string>>, line: string): string {
  const all = Object.entries(tags).map(([key, value]) => `${key}=${escapeTag(value)}`).join(";");
  return `@${all} :tmi.twitch.tv ${line}`;
}

import type { Driver } from "@parley/parley/driver";
import type { EventSubTypes } from "@parley/parley/twitch/eventsub";
import type {
  TwitchServerCommand,
  TwitchServerEvent,
  TwitchServerOptions,
  TwitchUtterance,
} from "../../twitch/server_types.ts";
import { idOf } from "../../twitch/_lines.ts";
import { TwitchService } from "../../twitch/service/service.ts";
import type { TwitchServiceOptions } from "../../twitch/service/types.ts";
import { checkText } from "../_check_text.ts";
import { Expectation, Hearing } from "../expectation.ts";
import type { Setting } from "../_setting.ts";
import { type TwitchBackstage, TwitchUser } from "./user.ts";

/** How a Twitch is on which people are played. */
export interface TwitchSceneOptions extends Omit<TwitchServerOptions, "accounts"> {
  /** The accounts that have let the bot in. @default any token is that of `login` */
  readonly accounts?: TwitchServiceOptions["accounts"];
  readonly login?: string;
  readonly eventsubUrl?: string;
}

/** What else is to be done when something happens. */
export interface TwitchSceneEvents {
  /** A bot has logged in. */
  registered?(link: number, login: string): void;
  /** Something was said, by anybody. */
  said?(utterance: TwitchUtterance): void;
}

/** A Twitch on which people are played, in any time: who is there, and what the bot has said. */
export class TwitchScene implements TwitchBackstage {
  readonly service: TwitchService;
  readonly twitch: Driver<TwitchServerCommand, TwitchServerEvent>;
  readonly #setting: Setting;
  readonly #events: TwitchSceneEvents;
  readonly #users = new Map<string, TwitchUser>();
  readonly #bots = new Set<string>();
  readonly #hearings = new Map<string, Hearing<string>>();

  constructor(options: TwitchSceneOptions, setting: Setting, events: TwitchSceneEvents = {}) {
    const { accounts, login = "bot", eventsubUrl, ...chat } = options;
    this.#setting = setting;
    this.#events = events;
    this.service = new TwitchService({
      host: setting.host,
      ...(accounts === undefined ? { anyTokenOf: login } : { accounts }),
      ...(eventsubUrl !== undefined && { eventsubUrl }),
      chat,
      told: (event) => this.#happened(event),
    });
    this.twitch = this.service.chat;
  }

  /**
   * Somebody who is played, by login: the same each time.
   *
   * @throws {RangeError} if nobody can be called so.
   */
  user(login: string): TwitchUser {
    const known = this.#users.get(login);
    if (known !== undefined) return known;
    if (!/^\w+$/.test(String(login)) || typeof login !== "string") {
      throw new RangeError(`Cannot play "${login}" on Twitch: a login has letters, digits and "_" only`);
    }
    const user = new TwitchUser(login, this);
    this.#users.set(login, user);
    return user;
  }

  /** What is expected of the bot in a channel. */
  expect(channel: string): Expectation<string> {
    checkText("expect anything of a channel", channel);
    return new Expectation(this.#setting.stage, this.#hearing(channel));
  }

  /** Whether a bot is in a channel, or is told over EventSub what is said there. */
  hasBotIn(channel: string): boolean {
    const { chatServer, eventsubServer } = this.service;
    const id = idOf(channel.toLowerCase().replace(/^#/, ""));
    return chatServer.members(channel).some((login) => this.#bots.has(login)) ||
      eventsubServer.subscriptions.some(({ type, condition }) => {
        return type === "channel.chat.message" && condition.broadcaster_user_id === id;
      });
  }

  /** Answers what is asked by HTTP. */
  async fetch(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    this.note("twitch", `is asked ${request.method} ${pathname}`);
    const response = await this.service.fetch(request);
    // Who reads over EventSub does not log in to chat.
    if (pathname.endsWith("/eventsub/subscriptions") && response.status === 202) this.#setting.loggedIn?.();
    return response;
  }

  note(who: string, what: string): void {
    this.#setting.note(who, what);
  }

  now(): number {
    return this.#setting.host.clock.now();
  }

  wall(): string {
    return new Date(this.#setting.host.clock.wall()).toISOString();
  }

  idOf(login: string): string {
    return idOf(login);
  }

  tells<Type extends keyof EventSubTypes & string>(
    type: Type,
    condition: Readonly<Record<string, string>>,
    event: EventSubTypes[Type],
  ): Promise<unknown> {
    return this.service.eventsub.command({ kind: "notify", type, condition, event: { ...event } });
  }

  does(command: TwitchServerCommand): Promise<unknown> {
    return this.twitch.command(command);
  }

  #happened(event: TwitchServerEvent): void {
    if (event.kind === "registered" && this.#setting.isOfBot(event.link)) {
      this.#bots.add(event.login);
      this.#setting.loggedIn?.();
      this.#events.registered?.(event.link, event.login);
      this.note("twitch", `lets ${event.login} in`);
    }
    if (event.kind !== "said") return;
    this.#events.said?.(event);
    if (!this.#bots.has(event.login) && !this.service.speakers.has(event.login)) return;
    this.note(event.login, `says in ${event.channel}: ${event.text}`);
    this.#hearing(event.channel).hear(event.text);
  }

  #hearing(channel: string): Hearing<string> {
    const key = channel.toLowerCase().replace(/^(?!#)/, "#");
    const known = this.#hearings.get(key) ?? new Hearing(key, (text) => text);
    this.#hearings.set(key, known);
    return known;
  }
}

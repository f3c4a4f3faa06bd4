import type { Protocol } from "../../src/protocol/protocol.ts";
import type { TwitchAnswer, TwitchAsk } from "../../src/twitch/session/outputs.ts";
import type { TwitchCommand } from "../../src/twitch/wire/commands/command.ts";
import type { TwitchEvent } from "../../src/twitch/wire/event.ts";
import type { TwitchSessionOptions } from "../../src/twitch/session/options.ts";
import { TwitchSession } from "../../src/twitch/session/session.ts";
import { Hand } from "../_hand.ts";

/** A Twitch session driven by hand, whose permits the test grants when it likes. */
export class TwitchHand extends Hand<TwitchCommand, TwitchEvent, TwitchAsk, TwitchAnswer> {
  readonly session: TwitchSession;
  readonly #answered = new Set<number>();
  readonly #ponged = new Set<string>();

  /** Takes the options of a session, or a core that is driven instead of one. */
  constructor(
    options: Partial<TwitchSessionOptions> = {},
    core?: Protocol<TwitchCommand, TwitchEvent, TwitchAsk, TwitchAnswer>,
  ) {
    const session = new TwitchSession({ random: () => 0.5, ...options });
    super(core ?? session);
    this.session = session;
  }

  /** The permits that are asked for and neither granted nor withdrawn. */
  asked(scope?: string): number[] {
    const released = this.released();
    return this.actions.flatMap((action) => {
      if (action.kind !== "ask" || action.ask.kind !== "permit") return [];
      if (this.#answered.has(action.id) || released.has(action.id)) return [];
      return scope === undefined || action.ask.permit.scope === scope ? [action.id] : [];
    });
  }

  /** Grants every permit that is asked for, or the first so many. */
  grant(count: number = Infinity): this {
    for (let granted = 0; granted < count; granted++) {
      const [id] = this.asked();
      if (id === undefined) break;
      this.#answered.add(id);
      this.answer(id, { kind: "permit" });
    }
    return this;
  }

  /** How each permit or ask was released. */
  released(): Map<number, boolean> {
    return new Map(
      this.actions.flatMap((action) => action.kind === "release" ? [[action.id, action.used]] : []),
    );
  }

  /** The permits that are held. */
  held(): number[] {
    const released = this.released();
    return [...this.#answered].filter((id) => !released.has(id));
  }

  /** Twitch lets the link that was dialled last in. */
  welcome(login: string = "bot", link: number = this.link): this {
    return this.open(link).on(
      link,
      ":tmi.twitch.tv CAP * ACK :twitch.tv/tags twitch.tv/commands twitch.tv/membership",
      `:tmi.twitch.tv 001 ${login} :Welcome, GLHF!`,
    );
  }

  /** Twitch confirms a JOIN, on the link that was dialled last. */
  joined(channel: string, login: string = "bot", link: number = this.link): this {
    return this.on(
      link,
      `:${login}!${login}@${login}.tmi.twitch.tv JOIN ${channel}`,
      `@badge-info=;badges=;color=;display-name=${login};emote-sets=0;mod=0;subscriber=0;user-type= ` +
        `:tmi.twitch.tv USERSTATE ${channel}`,
      `@emote-only=0;followers-only=-1;r9k=0;room-id=1337;slow=0;subs-only=0 :tmi.twitch.tv ROOMSTATE ${channel}`,
    );
  }

  /** Twitch takes the message that was sent last to a channel, and maybe tells its id. */
  accepted(channel: string, id?: string, tags = "mod=0"): this {
    return this.lines(`@${id === undefined ? "" : `id=${id};`}${tags} :tmi.twitch.tv USERSTATE ${channel}`);
  }

  /** What was sent since this was last asked, without line ends and the nonces of messages. */
  override sent(): string[] {
    return super.sent().map((line) =>
      line.replace(/^@client-nonce=[0-9A-Za-z-]+(?: |;)/, (tag) => tag.endsWith(";") ? "@" : "")
    );
  }

  /** Twitch answers the PINGs that were sent on a link. */
  proven(link: number = this.link): this {
    for (const action of [...this.actions]) {
      if (action.kind !== "send" || action.link !== link) continue;
      const token = /^PING :(.*)\r\n$/.exec(String(action.data))?.[1];
      if (token === undefined || this.#ponged.has(`${link} ${token}`)) continue;
      this.#ponged.add(`${link} ${token}`);
      this.on(link, `:tmi.twitch.tv PONG tmi.twitch.tv :${token}`);
    }
    return this;
  }

  /** Something comes on a link that may not be the one dialled last. */
  on(link: number, ...lines: string[]): this {
    return this.receive(lines.map((line) => `${line}\r\n`).join(""), link);
  }
}

/** The error a command failed with. */
export function failure(hand: TwitchHand, ticket: number): Error {
  const outcome = hand.outcomes.get(ticket);
  if (outcome?.kind !== "failed") throw new Error(`ticket ${ticket} did not fail: ${outcome?.kind}`);
  return outcome.error;
}

/** A session that is logged in as `bot` and in its channels, with what led there taken out of the way. */
export function ready(options: Partial<TwitchSessionOptions> = {}): TwitchHand {
  const hand = new TwitchHand({ login: "bot", token: "abc123", ...options }).start().grant().welcome()
    .grant();
  for (const channel of options.channels ?? []) hand.joined(channel);
  hand.taken();
  hand.told();
  return hand;
}

/** What somebody says, as Twitch writes it. */
export function privmsg(id: string, channel: string, text: string, login: string = "ronni"): string {
  return `@badge-info=;badges=turbo/1;color=#0D4200;display-name=${login};emotes=;id=${id};mod=0;` +
    `room-id=1337;subscriber=0;tmi-sent-ts=1507246572675;turbo=1;user-id=1337;user-type= ` +
    `:${login}!${login}@${login}.tmi.twitch.tv PRIVMSG ${channel} :${text}`;
}

/** The texts of the PRIVMSGs among events. */
export function texts(events: readonly TwitchEvent[]): string[] {
  return events.flatMap((event) => event.kind === "PRIVMSG" ? [event.text] : []);
}

import type { Instant } from "../../../protocol/protocol.ts";

/** Somebody on the network, as far as it is known; changes in place as more becomes known. */
export interface IrcUser {
  /** The nick. */
  readonly nick: string;
  /** The user name; undefined: unknown. */
  readonly user: string | undefined;
  /** The host name, address or cloak; undefined: unknown. */
  readonly host: string | undefined;
  /** `nick!user@host`; undefined as long as it is not known. */
  readonly mask: string | undefined;
  /** The real name; undefined: unknown. */
  readonly realname: string | undefined;
  /** The account; null: not logged in, undefined: unknown. */
  readonly account: string | null | undefined;
  /** Why they are away, or whether they are; undefined: unknown. */
  readonly away: string | boolean | undefined;
  /** Whether they are marked as a bot; undefined: unknown. */
  readonly isBot: boolean | undefined;
  /** The channels that we share with them. */
  readonly channels: readonly string[];
}

/** Ourselves. */
export interface IrcMe extends IrcUser {
  /** The letters of our own modes, such as `iw`, in no order. */
  readonly modes: string;
}

/** Somebody's being in a channel, as it was when it was asked for. */
export interface IrcMember {
  /** Who it is. */
  readonly user: IrcUser;
  /** The letters of their statuses, such as `ov`, the strongest first; empty: none. */
  readonly modes: string;
  /** What stands before the nick for the strongest of them, such as `@`; empty: none. */
  readonly prefix: string;
  /**
   * Whether they have this status or a stronger one: `q` founder, `a` protected, `o` operator, `h` half-operator, `v`
   * voice, or what else the server has by PREFIX.
   */
  isAtLeast(mode: string): boolean;
}

/** Who is in a channel. */
export interface IrcMembers extends Iterable<IrcMember> {
  /** How many there are. */
  readonly size: number;
  /** The one with a nick. */
  get(nick: string): IrcMember | undefined;
  /** Whether one with a nick is there. */
  has(nick: string): boolean;
}

/** A channel's topic. */
export interface IrcTopic {
  /** What it says. */
  readonly text: string;
  /** Who set it, a nick or a mask, where the server has told. */
  readonly setBy: string | undefined;
  /** When, in milliseconds of Unix time, where the server has told. */
  readonly setAt: Instant | undefined;
}

/** A channel that we are in; changes in place as more becomes known. */
export interface IrcChannel {
  /** Its name, as the server writes it. */
  readonly name: string;
  /** Its topic; undefined: it has none, or none is known. */
  readonly topic: IrcTopic | undefined;
  /**
   * Its modes by their letters, with what they are set to: those with an argument, such as a key or a limit, and those
   * without, which are true. Lists, such as bans, are asked for.
   */
  readonly modes: ReadonlyMap<string, string | true>;
  /** Who is in it. */
  readonly members: IrcMembers;
  /** When it was made, in milliseconds of Unix time, where the server has told. */
  readonly createdAt: Instant | undefined;
  /** Whether all members are known: the server has named them, since we are in it. */
  readonly isSynced: boolean;
}

/** The channels that we are in. */
export interface IrcChannels extends Iterable<IrcChannel> {
  /** How many there are. */
  readonly size: number;
  /** Their names, as the server writes them. */
  readonly names: readonly string[];
  /** The one with a name. */
  get(name: string): IrcChannel | undefined;
  /** Whether we are in the one with a name. */
  has(name: string): boolean;
}

/** Those whom we share a channel with or watch by MONITOR, and ourselves. */
export interface IrcUsers extends Iterable<IrcUser> {
  /** How many there are. */
  readonly size: number;
  /** The one with a nick. */
  get(nick: string): IrcUser | undefined;
  /** Whether one with a nick is known. */
  has(nick: string): boolean;
}

/** Who has sent a message, as they were before it. */
export interface IrcActor {
  /** Their being in the channel that it is about, or that of who was kicked; of a JOIN, as it is then. */
  readonly member?: IrcMember | undefined;
  /** The channels that we shared with them. */
  readonly channels?: readonly string[];
}

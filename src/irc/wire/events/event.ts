import type { CoreReconnectingEvent } from "../../../protocol/core/client_core.ts";
import { type AuthenticationError, CommandError } from "../../../protocol/errors.ts";
import { LazyRecord } from "../../../protocol/data/lazy_record.ts";
import type { Instant } from "../../../protocol/protocol.ts";
import type { CommandExtras } from "../commands/command.ts";
import type { IrcMessage, IrcSource } from "../messages/message.ts";
import { IrcMessageEvent } from "./message_event.ts";
import type { IrcMember } from "./presence.ts";
import { CLIENT_TAGS } from "../texts/client_tags.ts";
import { type Ctcp, parseCtcp } from "../texts/ctcp.ts";
import { type DccOffer, parseDcc } from "../texts/dcc.ts";
import { FIELDS, type IrcFields, type IrcName, namesOf } from "./event_fields.ts";
import { type NumericName, numericName } from "./numerics.ts";

/** What CTCP messages begin with. */
const DELIMITER = 0x01;

/**
 * What kind of thing was said: a PRIVMSG or a NOTICE that is news; `ctcp`, a query by CTCP, such as VERSION; `echo`, what
 * we have said ourselves, as it comes back; `history`, what was said before we came, in a batch.
 */
export type TextKind = "PRIVMSG" | "NOTICE" | "ctcp" | "echo" | "history";

/** What is known of a text beside its line. */
export interface TextPlace {
  /** The channel; undefined: it was said to a nick. */
  readonly channel?: string | undefined;
  /** The prefix of those in it who alone get it, such as `@`. @default {""} */
  readonly status?: string;
  /** Whether we have said it ourselves. @default {false} */
  readonly own?: boolean;
  /** Who said it, as a member of the channel. */
  readonly member?: IrcMember | undefined;
}

/** How something is said. */
export interface SayOptions extends CommandExtras {
  /**
   * Whether the text may have several lines, and each is said: as one text where `draft/multiline` is in force, else
   * one by one, without those that are blank. @default {false}
   */
  readonly lines?: boolean | undefined;
  /** The id of the message that it replies to, which is told where the server takes tags (`+reply`). @default none */
  readonly replyTo?: string | undefined;
}

/** Says something to a channel or a nick. */
export type Say = (target: string, text: string, options?: SayOptions) => Promise<void>;

/** PRIVMSG or NOTICE: somebody said something. */
export class IrcTextEvent<Kind extends TextKind = TextKind> extends LazyRecord {
  /** What kind of thing was said. */
  readonly kind: Kind;
  /** The line it came as. */
  readonly message: IrcMessage;
  /** Where an answer goes: the channel, or the sender if it was said to us alone. */
  readonly replyTarget: string;
  /** Whether we have said it ourselves. */
  readonly own: boolean;
  /** The channel it was said in; undefined: it was said to a nick. */
  readonly channel: string | undefined;
  /** The prefix of those in the channel who alone got it, such as `@`; empty: all did. */
  readonly status: string;
  /** Who said it, as a member of the channel; undefined: not in it, or no account is kept of that (`state`). */
  readonly member: IrcMember | undefined;
  #say: Say | undefined;

  /** Takes the message, where an answer goes, and where it was said. */
  constructor(kind: Kind, message: IrcMessage, replyTarget: string, place: TextPlace = {}) {
    super();
    this.kind = kind;
    this.message = message;
    this.replyTarget = replyTarget;
    this.own = place.own ?? false;
    this.channel = place.channel;
    this.status = place.status ?? "";
    this.member = place.member;
  }

  /** Makes {@linkcode IrcTextEvent.reply} say what it is given by this; for clients. */
  repliedBy(say: Say): void {
    this.#say = say;
  }

  /**
   * Says something where it was said: in the channel, or to who said it to us alone. Resolves when the server has handled
   * it.
   *
   * @throws {CommandError} if it cannot be sent, is refused or lost, or the event comes from no client.
   *
   * @example
   * ```ts
   * import { IrcClient } from "@parley/parley/irc";
   *
   * const irc = new IrcClient({ host: "irc.libera.chat", nick: "parley", channels: ["#deno"] });
   * irc.on("PRIVMSG", (event) => event.text === "!ping" && event.reply("pong"));
   * ```
   */
  reply(text: string, options?: SayOptions): Promise<void> {
    if (this.#say === undefined) {
      throw new CommandError("closed", "Cannot reply: the event comes from no client");
    }
    return this.#say(this.replyTarget, text, options);
  }

  /** Whether it was said by PRIVMSG or by NOTICE, which nobody may answer automatically. */
  get command(): "PRIVMSG" | "NOTICE" {
    return this.message.command === "NOTICE" ? "NOTICE" : "PRIVMSG";
  }

  /** Who said it: a nick, or a server's name; empty: the server at the other end. */
  get nick(): string {
    return this.message.source?.name ?? "";
  }

  /** When it was said, in milliseconds of Unix time, where the server tells (`server-time`). */
  get time(): Instant | undefined {
    const time = Date.parse(this.message.tag("time") ?? "");
    return Number.isNaN(time) ? undefined : time;
  }

  /** What it is known by, where the server tells (`message-ids`). */
  get id(): string | undefined {
    return this.message.tag("msgid");
  }

  /** The account of who said it, where the server tells (`account-tag`); undefined: not told, or not logged in. */
  get account(): string | undefined {
    return this.message.tag("account");
  }

  /** The id of the message that it replies to (`+reply`); undefined: none. */
  get replyTo(): string | undefined {
    return CLIENT_TAGS.replyTo(this.message);
  }

  /** The channel that a text to us alone is to be shown in (`+channel-context`), be it that we are in none of that name. */
  get channelContext(): string | undefined {
    return this.channel === undefined ? CLIENT_TAGS.channelContext(this.message) : undefined;
  }

  /** Whether who said it is marked as a bot (`bot-mode`). */
  get bot(): boolean {
    return (this.message.tag("bot") ?? this.message.tag("draft/bot")) !== undefined;
  }

  /** Whether it was said before we came, and is told now. */
  get isHistory(): boolean {
    return this.kind === "history";
  }

  /** Who said it; undefined: the server. */
  get source(): IrcSource | undefined {
    return this.message.source;
  }

  /** To whom it was said: a channel or a nick. */
  get target(): string {
    return this.message.param(0);
  }

  /** What was said; of an ACTION (`/me`), what was done. */
  get text(): string {
    const text = this.message.param(1);
    const ctcp = text.charCodeAt(0) === DELIMITER ? parseCtcp(text) : undefined;
    return ctcp?.command === "ACTION" ? ctcp.params : text;
  }

  /** Whether it is an ACTION (`/me`). */
  get isAction(): boolean {
    return this.ctcp?.command === "ACTION";
  }

  /** What is offered by DCC in it; undefined: nothing. */
  get dcc(): DccOffer | undefined {
    return parseDcc(this.ctcp);
  }

  /** The CTCP message in it: a query, a reply or an ACTION; undefined: it is just text. */
  get ctcp(): Ctcp | undefined {
    return parseCtcp(this.message.param(1));
  }
}

/** JOIN, PART or KICK: somebody came to a channel or left it. */
export class IrcMembershipEvent<Kind extends "JOIN" | "PART" | "KICK" = "JOIN" | "PART" | "KICK">
  extends LazyRecord {
  /** Which of the three. */
  readonly kind: Kind;
  /** The line it came as. */
  readonly message: IrcMessage;
  /** Whether it is about ourselves. */
  readonly own: boolean;
  /** Who came or left: JOIN as they are then, else as they were; undefined: no account is kept of that (`state`). */
  readonly member: IrcMember | undefined;

  /** Takes the message, whether it is about ourselves, and who came or left. */
  constructor(kind: Kind, message: IrcMessage, own: boolean, member?: IrcMember) {
    super();
    this.kind = kind;
    this.message = message;
    this.own = own;
    this.member = member;
  }

  /** Who did it: for KICK, who kicked. */
  get source(): IrcSource | undefined {
    return this.message.source;
  }

  /** The channel. */
  get channel(): string {
    return this.message.param(0);
  }

  /** Who came or left. */
  get nick(): string {
    return this.kind === "KICK" ? this.message.param(1) : this.message.source?.name ?? "";
  }

  /** Why, if a reason was given; for JOIN an empty string. */
  get reason(): string {
    return this.kind === "JOIN" ? "" : this.message.param(this.kind === "KICK" ? 2 : 1);
  }

  /** With `extended-join`, the account of who came; undefined: not told, or not logged in. */
  get account(): string | undefined {
    const account = this.kind === "JOIN" ? this.message.params[1] : undefined;
    return account === "*" ? undefined : account;
  }

  /** With `extended-join`, the real name of who came. */
  get realname(): string | undefined {
    return this.kind === "JOIN" ? this.message.params[2] : undefined;
  }
}

/** NICK: somebody has a new nick. */
export class IrcNickEvent extends LazyRecord {
  /** NICK. */
  readonly kind = "NICK";
  /** The line it came as. */
  readonly message: IrcMessage;
  /** Whether it is about ourselves. */
  readonly own: boolean;
  /** The channels that we share with them; empty: no account is kept of that (`state`). */
  readonly channels: readonly string[];

  /** Takes the message, whether it is about ourselves, and the channels that we share with them. */
  constructor(message: IrcMessage, own: boolean, channels: readonly string[] = []) {
    super();
    this.message = message;
    this.own = own;
    this.channels = channels;
  }

  /** Who, by the old nick. */
  get source(): IrcSource | undefined {
    return this.message.source;
  }

  /** The old nick. */
  get oldNick(): string {
    return this.message.source?.name ?? "";
  }

  /** The new nick. */
  get nick(): string {
    return this.message.param(0);
  }
}

/** Commands that tell of somebody what all see who share a channel with them. */
export type PresenceCommand = (typeof PRESENCE_COMMANDS)[number];

const PRESENCE_COMMANDS = ["ACCOUNT", "AWAY", "CHGHOST", "QUIT", "SETNAME"] as const;

/** Somebody left the network, or is known otherwise now: what all see who share a channel with them. */
export class IrcPresenceEvent<Kind extends PresenceCommand = PresenceCommand> extends IrcMessageEvent<Kind> {
  /** The channels that we share with them, of QUIT that we did; empty: no account is kept of that (`state`). */
  readonly channels: readonly string[];

  /** Takes the kind, the message, and the channels that we share with them. */
  constructor(kind: Kind, message: IrcMessage, channels: readonly string[] = []) {
    super(kind, message);
    this.channels = channels;
  }

  /** Who it is. */
  get nick(): string {
    return this.message.source?.name ?? "";
  }
}

/** Commands that arrive by their name, beside those with a class of their own. */
export type PlainCommand = (typeof PLAIN_COMMANDS)[number];

const PLAIN_COMMANDS = [
  "ACCOUNT",
  "ACK",
  "AUTHENTICATE",
  "AWAY",
  "BATCH",
  "CAP",
  "CHATHISTORY",
  "CHGHOST",
  "ERROR",
  "FAIL",
  "INVITE",
  "KILL",
  "MARKREAD",
  "METADATA",
  "MODE",
  "NOTE",
  "PING",
  "PONG",
  "QUIT",
  "REDACT",
  "REGISTER",
  "RENAME",
  "SETNAME",
  "TAGMSG",
  "TOPIC",
  "VERIFY",
  "WALLOPS",
  "WARN",
] as const;

// Each kind a member of its own, so that a union of them can be told apart by kind.
type EachOf<Kind extends string> = Kind extends PresenceCommand
  ? IrcPresenceEvent<Kind> & Readonly<IrcFields[Kind]>
  : Kind extends keyof IrcFields ? IrcMessageEvent<Kind> & Readonly<IrcFields[Kind]>
  : Kind extends string ? IrcMessageEvent<Kind>
  : never;

/** The server has let us in. Comes again after each reconnect. */
export interface IrcReadyEvent {
  readonly kind: "ready";
  /** The nick the server knows us by. */
  readonly nick: string;
}

/** A channel that is wanted was not joined. It stays wanted, and is tried again, unless there can be no such channel. */
export interface IrcJoinFailedEvent {
  readonly kind: "join_failed";
  /** The channel. */
  readonly channel: string;
  /** What the server says: an {@linkcode IrcRefusedError} with the numeric, unless it says nothing (`unconfirmed`). */
  readonly error: CommandError;
  /** How many attempts have failed in a row. */
  readonly attempt: number;
  /** In how many milliseconds it is tried again; undefined: it is not, and is wanted no more. */
  readonly after: number | undefined;
  /** Whether `join()` was asked for it, whose promise is rejected with the same. */
  readonly awaited: boolean;
}

/**
 * A bouncer, such as ZNC, has lost the network while we stay connected to it: what was under way is lost, and what is
 * sent waits until the bouncer is back there. Then our channels are joined again, and a `gap` follows.
 */
export interface IrcNetworkLostEvent {
  readonly kind: "network_lost";
  /** What the bouncer says. */
  readonly reason: string;
}

/** The connection is lost or was not made; another attempt follows. */
export interface IrcReconnectingEvent extends CoreReconnectingEvent {
  /** What the server said before it closed, by ERROR; undefined: the link was lost, or never made. */
  readonly said: string | undefined;
}

/**
 * A batch has ended, and this is what was in it. What it holds was told one by one before; one within another is told
 * first, and is among its events. ([IRCv3 batch](https://ircv3.net/specs/extensions/batch))
 */
export interface IrcBatchEvent {
  readonly kind: "batch";
  /** What it is: `netsplit`, `netjoin`, `chathistory`, `labeled-response`, … */
  readonly type: string;
  /** What goes with that: of a netsplit the two servers, of a chathistory the channel or the nick. */
  readonly args: readonly string[];
  /** What a command was sent with that it answers; undefined: it answers none that has a label. */
  readonly label: string | undefined;
  /** The line that began it. */
  readonly message: IrcMessage;
  /** What was in it, in order. */
  readonly events: readonly IrcEvent[];
  /** Whether that is all: batches that are open hold 8,388,608 characters together. */
  readonly isWhole: boolean;
}

/**
 * What came to pass before we came, other than texts, is told now, in a batch: a JOIN with `draft/event-playback`, a
 * REDACT, a reaction. It changes nothing.
 */
export interface IrcPlaybackEvent {
  readonly kind: "playback";
  /** What came to pass. */
  readonly event: IrcEvent;
}

/** Time away: what was said in between did not reach us. Told once the wanted channels are restored. */
export interface IrcGapEvent {
  readonly kind: "gap";
  /** When the server was last known to be there. From a client, by the wall clock. */
  readonly from: Instant;
  /** When the wanted channels were joined again. From a client, by the wall clock. */
  readonly to: Instant;
}

/**
 * We could not log in to the account, and are there without one, since `sasl.required` is false or the server let
 * us in before.
 */
export interface IrcLoginFailedEvent {
  readonly kind: "login_failed";
  /** Why. */
  readonly error: AuthenticationError;
}

/** The server sent what is no IRC line, or what the session does not keep: a name that cannot be, or too many. */
export interface IrcMalformedEvent {
  readonly kind: "malformed";
  /** How it began. */
  readonly text: string;
  /** What is wrong with it. */
  readonly reason: string;
}

/** What an IRC session tells. */
export type IrcEvent =
  | IrcTextEvent<"PRIVMSG">
  | IrcTextEvent<"NOTICE">
  | IrcTextEvent<"ctcp">
  | IrcTextEvent<"echo">
  | IrcTextEvent<"history">
  | IrcMembershipEvent<"JOIN">
  | IrcMembershipEvent<"PART">
  | IrcMembershipEvent<"KICK">
  | IrcNickEvent
  | EachOf<PlainCommand>
  | EachOf<NumericName>
  | IrcMessageEvent<"unknown">
  | IrcReadyEvent
  | IrcReconnectingEvent
  | IrcNetworkLostEvent
  | IrcGapEvent
  | IrcBatchEvent
  | IrcPlaybackEvent
  | IrcJoinFailedEvent
  | IrcLoginFailedEvent
  | IrcMalformedEvent;

const PLAIN: ReadonlyMap<string, PlainCommand> = new Map(PLAIN_COMMANDS.map((command) => [command, command]));

type EventClass = new (kind: never, message: IrcMessage, channels?: readonly string[]) => IrcMessageEvent;

/** The classes of kinds with fields, made when the first of a kind arrives. */
const classes = new Map<string, EventClass>();

/** The event for a command or numeric that has no class of its own. */
export function plainEvent(message: IrcMessage, channels?: readonly string[]): IrcEvent {
  const kind = PLAIN.get(message.command) ?? numericName(message.command) ?? "unknown";
  let Event = classes.get(kind);
  if (Event === undefined) classes.set(kind, Event = classOf(kind));
  // The union tells the kinds apart, and each class has what its kind has.
  return new Event(kind as never, message, channels) as IrcEvent;
}

/** An RPL_NAMREPLY, of which the server has told what may stand before a nick. */
export class IrcNamesEvent extends IrcMessageEvent<"RPL_NAMREPLY"> implements EachOf<"RPL_NAMREPLY"> {
  readonly #prefixes: string;

  /** Takes the message, and what may stand before a nick. */
  constructor(message: IrcMessage, prefixes: string) {
    super("RPL_NAMREPLY", message);
    this.#prefixes = prefixes;
  }

  /** `=` public, `@` secret, `*` private; undefined: the server does not say. */
  get symbol(): string | undefined {
    return FIELDS.RPL_NAMREPLY.symbol(this.message);
  }

  /** The channel whose members these are. */
  get channel(): string {
    return FIELDS.RPL_NAMREPLY.channel(this.message);
  }

  /** Those who are named, with what stands before them. */
  get names(): readonly IrcName[] {
    return namesOf(this.message, this.#prefixes);
  }
}

function isPresence(kind: string): kind is PresenceCommand {
  return (PRESENCE_COMMANDS as readonly string[]).includes(kind);
}

/** A class whose getters read the fields of a kind from the message, each when it is asked for. */
function classOf(kind: string): EventClass {
  if (!Object.hasOwn(FIELDS, kind)) return IrcMessageEvent;
  const Event = isPresence(kind) ? class extends IrcPresenceEvent {} : class extends IrcMessageEvent {};
  Object.defineProperty(Event, "name", { value: `IrcMessageEvent<${kind}>` });
  for (const [field, read] of Object.entries(FIELDS[kind as keyof IrcFields])) {
    Object.defineProperty(Event.prototype, field, {
      get(this: IrcMessageEvent): unknown {
        return read(this.message);
      },
      enumerable: true,
    });
  }
  return Event;
}

import type { Outputs } from "../../protocol/core/outputs.ts";
import type { Instant, Outcome } from "../../protocol/protocol.ts";
import { MOST_TOKENS } from "../wire/bounds.ts";
import { formatCommand, type IrcCommand, whyUnsendable } from "../wire/commands/command.ts";
import { CtcpResponder } from "../wire/texts/ctcp.ts";
import type { IrcEvent } from "../wire/events/event.ts";
import { eventOf, isPlayback } from "../wire/events/event_of.ts";
import { IrcState, WHOX } from "../state/irc_state.ts";
import { Isupport } from "../wire/support/isupport.ts";
import { type IrcMessage, parseMessage } from "../wire/messages/message.ts";
import type { IrcAsk } from "./ask.ts";
import { Batches } from "./batches.ts";
import { Bouncer, type NetworkChange } from "./bouncer.ts";
import { ChannelSync } from "./channels/channel_sync.ts";
import { ChannelMembership } from "./channels/channel_membership.ts";
import type { IrcConnection } from "./connection.ts";
import { floodPresetOf } from "./sending/flood_presets.ts";
import { NickRegain } from "./nick_regain.ts";
import { malformedLine } from "./malformed_line.ts";
import { channelOf, type IrcSessionOptions } from "./options.ts";
import { Outbox } from "./sending/outbox.ts";
import { OwnMask } from "./own_mask.ts";
import { type LineLinkEnd, PendingCommands } from "./sending/pending_commands.ts";
import type { SentContext } from "./sending/sent_lines.ts";

/**
 * What is said on a network, both ways: who we are there, what the server is, the channels we are in, and what was sent
 * and what comes of it. Survives links.
 */
export class Conversation {
  /** What the server supports, as far as it has told. */
  readonly isupport: Isupport = new Isupport();
  /** What is sent without waiting is counted here, too. */
  readonly outbox: Outbox;
  /** Who is where. */
  readonly state: IrcState;
  readonly #sync: ChannelSync | undefined;
  readonly #channels: ChannelMembership;
  readonly #pending: PendingCommands;
  readonly #regain: NickRegain;
  readonly #regains: boolean;
  readonly #isBot: boolean;
  readonly #mask = new OwnMask();
  readonly #ctcp: CtcpResponder | undefined;
  readonly #wall: (() => number) | undefined;
  readonly #outputs: Outputs<IrcEvent, IrcAsk>;
  #nick: string;
  #nickLength: number | undefined;
  #capabilities: ReadonlySet<string> = new Set();
  /** The link on which lines may be sent, if they may. */
  #connection: IrcConnection | undefined;
  readonly #link: LineLinkEnd = {
    send: (line, outgoing) => {
      this.#connection?.send(line, outgoing);
      for (const more of outgoing.more ?? []) this.#connection?.send(more, outgoing);
    },
    ping: (now) => this.#connection?.pings.request(now),
  };
  /** Who has let us in, by name. */
  #server: string | undefined;
  readonly #bouncer = new Bouncer();
  readonly #batches = new Batches((message) => this.#eventOf(message));
  /** What the server calls itself. */
  #version = "";

  /** Takes how the session is set up, and where what comes of it goes. */
  constructor(options: IrcSessionOptions, outputs: Outputs<IrcEvent, IrcAsk>) {
    this.#outputs = outputs;
    this.#nick = options.nick;
    const { state = false } = options;
    this.state = new IrcState({ nick: options.nick, isupport: this.isupport, others: state !== false });
    this.#sync = state === false ? undefined : new ChannelSync({
      isIn: (name) => this.#channels.get(name)?.joined === true,
      who: state === "who",
      whoFields: () => this.isupport.whox ? WHOX : undefined,
      asksNames: () =>
        ["no-implicit-names", "draft/no-implicit-names"].some((name) => this.#capabilities.has(name)),
    }, (name) => this.#channels.fold(name));
    this.#regains = options.regainNick !== false;
    this.#isBot = options.bot === true;
    this.#ctcp = options.ctcp === false ? undefined : new CtcpResponder(options.ctcp);
    this.#wall = options.wall;
    const settle = (ticket: number, outcome: Outcome) => outputs.settle(ticket, outcome);
    this.#channels = new ChannelMembership({
      settle,
      joinFailed: (channel, error, awaited, attempt, after) =>
        outputs.tell({ kind: "join_failed", channel, error, awaited, attempt, after }),
      random: options.random,
    }, options.rejoinOnKick);
    for (const { name, key } of (options.channels ?? []).map(channelOf)) this.#channels.want(name, key);
    this.#regain = new NickRegain(options.nick, (a, b) => this.#isSame(a, b));
    this.outbox = new Outbox(options.flood);
    this.#pending = new PendingCommands(this.outbox, this.#channels, settle, this.#context());
  }

  // What is known.

  /** The nick the server knows us by, or the one to ask for. */
  get nick(): string {
    return this.#nick;
  }

  /** The nick to ask for. */
  get wantedNick(): string {
    return this.#regain.wanted;
  }

  /** How long a nick may be, if the server has ever told. */
  get nickLength(): number | undefined {
    return this.#nickLength;
  }

  /** The channels we are in. */
  get channels(): readonly string[] {
    return this.#channels.joinedNames();
  }

  /** The capabilities in force. */
  get capabilities(): ReadonlySet<string> {
    return this.#capabilities;
  }

  /** How others see us, `nick!user@host`; undefined as long as the server has not shown it. */
  get mask(): string | undefined {
    return this.#mask.with(this.#nick);
  }

  /** How many bytes a text may have that we send by a command to a target, so that all of it arrives. */
  room(command: "PRIVMSG" | "NOTICE", target: string): number {
    return this.#mask.room(this.#nick, command, target, this.isupport);
  }

  /** Whether a nick is ours. */
  readonly isOwn = (name: string | undefined): boolean =>
    name !== undefined && this.#isSame(name, this.#nick);

  /** Whether the batch of this reference tells what was said before; undefined: none of them does. */
  get isHistory(): ((batch: string) => boolean) | undefined {
    return this.#batches.isHistory;
  }

  /** Whether we are in all wanted channels, as far as we were in them before and are let in. */
  get restored(): boolean {
    return !this.#bouncer.isAway && !this.#channels.incomplete;
  }

  /** When {@linkcode Conversation.due} has something to do. */
  deadline(now: Instant): Instant {
    const { deadline } = this.#regain;
    if (!this.#connection?.live || this.#bouncer.isAway) return deadline;
    return Math.min(deadline, this.#sync?.deadline ?? Infinity, this.#pending.deadline(now));
  }

  // What happens.

  /** Another link is being made. `capabilities`: those that will be in force. */
  dialled(capabilities: ReadonlySet<string>): void {
    this.#capabilities = capabilities;
    this.isupport.clear();
    this.#mask.clear();
    this.#server = undefined;
    this.#bouncer.clear();
    this.#version = "";
  }

  /** The server has told our nick; returns why that is not kept, if it is not. */
  welcomed(nick: string): string | undefined {
    if (nick === "") return undefined;
    const unsendable = whyUnsendable({ kind: "NICK", nick });
    if (unsendable !== undefined) return unsendable;
    // A server may cut a nick that is too long for it: there is no longer one to be had.
    if (this.#regain.wanted.startsWith(nick)) this.#regain.wanted = nick;
    this.#nick = nick;
    return undefined;
  }

  /** Lines may be sent from now on. */
  begin(connection: IrcConnection, now: Instant): void {
    this.#connection = connection;
    this.#pending.linkReady(["batch", "draft/multiline"].every((name) => this.#capabilities.has(name)));
    const { bot } = this.isupport;
    // "letting clients mark themselves as bots by setting a user mode"
    if (this.#isBot && bot !== undefined) this.#sendOwn(userMode(this.#nick, bot), now);
    if (!this.#regains) return;
    this.#regain.start(this.#nick, now);
    this.#watchNick(now);
  }

  /** Channels may be joined from now on. */
  joinChannels(now: Instant): void {
    this.#pending.rejoin();
    this.pump(now);
  }

  /** Takes a command. */
  command(command: Exclude<IrcCommand, { kind: "QUIT" }>, line: string, ticket: number, now: Instant): void {
    this.state.sent(parseMessage(line));
    this.#pending.begin(command, line, ticket, this.#isReached);
    this.pump(now);
  }

  /** The user gave up on a command. */
  cancel(ticket: number): void {
    this.#pending.cancel(ticket, this.#isReached);
  }

  /** Does what is due. */
  due(now: Instant): void {
    if (this.#regain.deadline <= now) this.#sendOwn(this.#regain.poll(now), now);
    this.#askAbout(now);
    this.pump(now);
  }

  /** Sends what may be sent now, and a PING that will prove it where nothing cheaper does. */
  pump(now: Instant): void {
    if (this.#connection?.live && !this.#bouncer.isAway) this.#pending.pump(now, this.#link);
  }

  /** A PING goes out. */
  pingSent(token: string): void {
    this.#pending.pingSent(token);
  }

  /** Tells of a line, and of what ends with it; returns the event of the line, undefined: it is a part of a text. */
  tell(message: IrcMessage, isSecret: boolean): IrcEvent | undefined {
    if (this.#batches.withholds(message)) return undefined;
    const event = this.#eventOf(message);
    if (isSecret) return event;
    this.#outputs.tell(event);
    for (const more of this.#batches.take(message, event)) this.#outputs.tell(more);
    return event;
  }

  /** The event of a line, which has changed who is where before it is told. */
  #eventOf(message: IrcMessage): IrcEvent {
    if (isPlayback(message, this)) return eventOf(message, this);
    const { leftOut } = this.state;
    const actor = this.state.take(message);
    if (this.state.leftOut > leftOut) this.#malformed(message.raw, "there is no room for what it tells");
    return eventOf(message, this, actor);
  }

  /** What one line means; returns what it tells of the network behind a bouncer. */
  heed(message: IrcMessage, event: IrcEvent, now: Instant): NetworkChange | undefined {
    // What came to pass before we came has no effect now.
    if (isPlayback(message, this) && message.command !== "BATCH") return undefined;
    const ended = this.#pending.sawMessage(message, now);
    // What the user asks is none of its business.
    const isOurs = message.command !== "303" || ended.some(({ purpose }) => purpose === "own");
    if (this.#connection !== undefined && isOurs) this.#sendOwn(this.#regain.sawMessage(message, now), now);
    const own = isOwnMove(event);
    const name = message.param(0);
    this.#mask.sawMessage(message, this.isOwn);
    switch (message.command) {
      case "PRIVMSG":
        if (this.#connection !== undefined && message.text.startsWith("\x01") && this.isOwn(name)) {
          this.#sendOwn(this.#ctcp?.answer(message, now, this.#wall?.()), now);
        }
        break;
      case "JOIN":
        if (own && name !== "") this.#malformed(message.raw, this.#channels.sawJoin(name, now));
        break;
      case "PART":
        if (own) this.#channels.sawPart(name, ended.some(({ purpose }) => purpose === "part"));
        break;
      case "KICK":
        if (own) this.#channels.sawKick(name, now);
        break;
      case "RENAME":
        this.#malformed(message.raw, this.#channels.renamed(name, message.param(1)));
        break;
      case "NICK":
        if (own && name !== "") {
          this.#renamed(
            name,
            ended.some(({ ticket }) => ticket !== undefined),
            message,
            now,
          );
        }
        break;
      case "PONG":
        this.#ponged(message, now);
        break;
      case "001":
        this.#server = message.source?.name;
        break;
      case "004":
        this.#version = message.param(2);
        this.outbox.known(floodPresetOf(this.#version));
        break;
      case "005":
        this.#support(message, now);
        break;
      case "470": // ERR_LINKCHANNEL
        this.#malformed(message.raw, this.#channels.forward(message.param(1), message.param(2)));
        break;
    }
    this.#sync?.sawMessage(message, own, ended);
    this.#askAbout(now);
    this.pump(now);
    return this.#bouncer.sawMessage(message);
  }

  /** The bouncer has lost the network, and with it all that we were there. */
  networkLost(): void {
    this.#regain.stop();
    this.#sync?.stop();
    this.#pending.linkLost();
  }

  /** The bouncer has reached the network, which knows us by this nick, if it says so; returns why that is not kept, if it is not. */
  networkBack(nick: string | undefined, now: Instant): string | undefined {
    // JOINs that wait are made anew with the others.
    this.#pending.linkLost();
    const why = nick === undefined ? undefined : this.welcomed(nick);
    if (this.#connection !== undefined) this.begin(this.#connection, now);
    return why;
  }

  // How it ends.

  /** The server has handled all that it got. */
  allHandled(now: Instant): void {
    this.#pending.allProven(now);
  }

  /** Somebody was in all channels for us before. */
  missedAll(): void {
    this.#channels.missedAll();
  }

  /** What belongs to a link ends with it. */
  linkLost(): void {
    this.#connection = undefined;
    for (const event of this.#batches.linkLost()) this.#outputs.tell(event);
    this.#regain.stop();
    this.#sync?.stop();
    this.#pending.linkLost();
  }

  /** The session ends: nothing more is sent. */
  stop(): void {
    this.#regain.stop();
    this.#pending.dropUnsent();
  }

  /** The session has ended: nothing more will be joined. */
  failJoins(): void {
    this.#pending.failJoins();
  }

  /** Whether lines may be sent to the network, when their time has come. */
  get #isReached(): boolean {
    return this.#connection !== undefined && !this.#bouncer.isAway;
  }

  #context(): SentContext {
    const isOn = (...names: readonly string[]) => names.every((name) => this.#capabilities.has(name));
    const isBouncer = () => this.#bouncer.isThere;
    return {
      isupport: this.isupport,
      isSame: (a, b) => this.#isSame(a, b),
      isOwn: this.isOwn,
      get tags() {
        // What has labels has tags, whether it says so or not.
        return isOn("message-tags") || isOn("labeled-response", "batch");
      },
      get labels() {
        return isOn("labeled-response", "batch");
      },
      get echoes() {
        // Who sits in between echoes what the server has not seen yet.
        return isOn("echo-message") && !isBouncer();
      },
      get bouncer() {
        return isBouncer();
      },
    };
  }

  #isSame(a: string, b: string): boolean {
    return a === b || this.#channels.fold(a) === this.#channels.fold(b);
  }

  /** What answers a PING proves something only if it comes from the server that has let us in. */
  #ponged(message: IrcMessage, now: Instant): void {
    const from = message.source?.name;
    if (from !== undefined && this.#server !== undefined && from !== this.#server && !this.#bouncer.isThere) {
      this.#bouncer.found();
      this.#pending.unprovable();
    }
    for (const token of message.params) {
      if (this.#connection?.pings.answered(token, now) && !this.#bouncer.isThere) {
        this.#pending.ponged(token, now);
      }
    }
  }

  /** `asked`: as the user wanted, and not as services call us who do not know us. */
  #renamed(nick: string, asked: boolean, message: IrcMessage, now: Instant): void {
    const unsendable = whyUnsendable({ kind: "NICK", nick });
    if (unsendable !== undefined) return this.#malformed(message.raw, unsendable);
    if (asked) this.#regain.wanted = nick;
    this.#nick = nick;
    if (!this.#regains || this.#connection === undefined) return;
    this.#sendOwn(this.#regain.renamed(nick, now), now);
    this.#watchNick(now);
  }

  #support(message: IrcMessage, now: Instant): void {
    if (!this.isupport.take(message.params)) {
      this.#malformed(message.raw, `there are ${MOST_TOKENS} parameters already`);
    }
    // Most servers tell over several lines; what one does not say was not unsaid.
    if (this.isupport.get("CASEMAPPING") !== undefined) {
      this.#malformed(message.raw, this.#channels.remap(this.isupport.casemapping));
    }
    this.outbox.known(floodPresetOf(this.#version, this.isupport.network));
    if (this.isupport.get("NICKLEN") !== undefined) this.#nickLength = this.isupport.nickLen;
    if (this.#connection !== undefined) this.#watchNick(now);
  }

  /** Watches the nick to have by MONITOR, where the server has that. */
  #watchNick(now: Instant): void {
    if (this.isupport.monitor > 0) this.#sendOwn(this.#regain.monitorable(), now);
  }

  /** Asks about the next channel that we have come into. */
  #askAbout(now: Instant): void {
    if (this.#connection !== undefined) this.#sendOwn(this.#sync?.next(now), now);
  }

  /** Queues a line of the session's own, unless it is too long to be one. */
  #sendOwn(line: string | undefined, now: Instant): void {
    if (line === undefined || whyUnsendable({ kind: "raw", line }) !== undefined) return;
    if (this.#pending.addOwn(line)) this.pump(now);
  }

  /** What came is not kept, and this is why. */
  #malformed(line: string, reason: string | undefined): void {
    if (reason !== undefined) this.#outputs.tell(malformedLine(line, reason));
  }
}

/** Whether it is we who come or go, or have another nick. */
function isOwnMove(event: IrcEvent): boolean {
  switch (event.kind) {
    case "JOIN":
    case "PART":
    case "KICK":
    case "NICK":
      return event.own;
    default:
      return false;
  }
}

/** The line that sets a mode of our own; undefined: what the server says of it cannot be sent back. */
function userMode(nick: string, letter: string): string | undefined {
  const command: IrcCommand = { kind: "send", command: "MODE", params: [nick, `+${letter}`] };
  return whyUnsendable(command) === undefined ? formatCommand(command) : undefined;
}

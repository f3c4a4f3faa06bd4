import { Backoff, type BackoffOptions } from "../protocol/backoff.ts";
import { closeReason } from "../protocol/close_reason.ts";
import { CommandError, ConnectionError, OptionError } from "../protocol/errors.ts";
import type {
  Action,
  AskFailed,
  CloseInfo,
  Data,
  Instant,
  OpenInfo,
  Outcome,
  PermitAnswer,
  Protocol,
} from "../protocol/protocol.ts";
import { Queue } from "../protocol/queue.ts";
import { Channels } from "./channels.ts";
import { JOIN_REFUSALS, joinLines } from "./join.ts";
import { checkName, formatCommand, type IrcCommand } from "./command.ts";
import { type IrcEvent, IrcMembershipEvent, IrcNickEvent, IrcTextEvent, plainEvent } from "./event.ts";
import { LineLink, type LinkTimeouts } from "./line_link.ts";
import { formatMessage, type IrcMessage, parseMessage } from "./message.ts";
import { type FloodLimit, Outbox, type Outgoing } from "./outbox.ts";
import { type Identity, Registration } from "./registration.ts";

/** A channel to join: its name, or its name and its key. */
export type ChannelOption = string | { readonly name: string; readonly key: string };

/** How an IRC session is set up. */
export interface IrcSessionOptions extends Identity {
  /** Where to dial: `ircs://host:port`, `irc://host:port`, `wss://…` or `ws://…`. */
  readonly url: string;
  /** Channels to be in. @default {[]} */
  readonly channels?: readonly ChannelOption[];
  /** Capabilities to ask for where the server has them. @default {["message-tags", "server-time", "multi-prefix"]} */
  readonly capabilities?: readonly string[];
  /** How fast lines may be sent. @default ten in 20 s */
  readonly flood?: FloodLimit;
  /** How long to wait between attempts to connect. @default from 1 s to 60 s, for ever */
  readonly backoff?: BackoffOptions;
  /** How long a link may take for what. */
  readonly timeouts?: LinkTimeouts;
  /** Randomness in [0, 1). */
  readonly random: () => number;
}

// How long the PONG that proves what was sent may take, in milliseconds.
const PROOF_TIMEOUT = 60_000;
// A link that lasted this long, in milliseconds, was no failure: a server that lets us in and throws us out
// at once must not be dialled again and again without a growing pause.
const STABLE = 30_000;

/**
 * An IRC session: registers, stays connected, answers PING, and restores its channels after a loss.
 *
 * A command settles when the server has handled it, which a PONG proves (a PING follows what was sent):
 * `failed` if a numeric refused it meanwhile, `lost` if the link died first. JOIN and PART settle by what
 * they do: after a loss a JOIN is tried again, and a PART is done.
 *
 * **The caller's obligation** is the contract of {@linkcode Protocol}: drain after every input.
 *
 * @throws {OptionError} if an option is not acceptable.
 *
 * @example From the dial to the first line, by hand
 * ```ts
 * import { IrcSession } from "@parley/parley/irc";
 *
 * const session = new IrcSession({ url: "ircs://irc.example.org", nick: "parley", random: Math.random });
 * session.start(0);
 * session.action(); // { kind: "dial", link: 1, url: "ircs://irc.example.org" }
 * session.opened(1, { url: "ircs://irc.example.org", protocol: "" }, 100);
 * session.event();
 * session.action(); // { kind: "send", link: 1, data: "CAP LS 302\r\n" }
 * ```
 */
export class IrcSession implements Protocol<Data, IrcCommand, IrcEvent> {
  readonly #options: IrcSessionOptions;
  readonly #actions = new Queue<Action<Data>>();
  readonly #events = new Queue<IrcEvent>();
  readonly #backoff: Backoff;
  readonly #channels = new Channels();
  readonly #outbox: Outbox;
  #phase: "idle" | "waiting" | "connecting" | "ready" | "ending" | "ended" = "idle";
  #now: Instant = 0;
  #links = 0;
  #link: LineLink | undefined;
  #registration: Registration;
  #nick: string;
  #dialAt: Instant = Infinity;
  #proofBy: Instant = Infinity;
  /** When something was last received. */
  #heard: Instant = 0;
  /** Since when we are away; undefined: we are not, or never were there. */
  #awayFrom: Instant | undefined;
  /** When the present link was let in. */
  #readyAt: Instant = 0;
  /** What the server said before it closed. */
  #parting: string | undefined;
  #quitTicket: number | undefined;
  /** The last action, once there is nothing more to tell. */
  #end: (Action<Data> & { kind: "end" }) | undefined;

  /** Takes who to be and where. */
  constructor(options: IrcSessionOptions) {
    this.#options = options;
    check(() => {
      checkName("NICK", "nick", options.nick);
      for (const nick of options.alternativeNicks ?? []) checkName("NICK", "nick", nick);
      for (const channel of options.channels ?? []) {
        const { name, key } = typeof channel === "string" ? { name: channel, key: undefined } : channel;
        formatCommand({ kind: "JOIN", channel: name, key });
        this.#channels.want(name, key);
      }
      new Registration(options, []).begin();
    });
    if (!/^(?:ircs?|wss?):\/\/[^/]/i.test(options.url)) {
      throw new OptionError(
        `Cannot dial "${options.url}": need an URL that begins with ircs:, irc:, wss: or ws:`,
      );
    }
    this.#nick = options.nick;
    this.#registration = new Registration(options, []);
    this.#backoff = new Backoff(options.backoff ?? {}, options.random);
    this.#outbox = new Outbox(options.flood);
  }

  /** The nick the server knows us by, or the one to ask for. */
  get nick(): string {
    return this.#nick;
  }

  /** The channels we are in. */
  get channels(): readonly string[] {
    return this.#channels.joined();
  }

  /** The capabilities in force. */
  get capabilities(): ReadonlySet<string> {
    return this.#registration.capabilities;
  }

  start(now: Instant): void {
    this.#now = now;
    if (this.#phase === "idle") this.#dial();
  }

  opened(link: number, info: OpenInfo, now: Instant): void {
    this.#now = now;
    if (this.#link?.id !== link || this.#phase !== "connecting") return;
    this.#link.opened(info, now);
    const { lines, secret } = this.#registration.begin();
    for (const line of lines) this.#send(line, secret.includes(line));
  }

  receive(link: number, data: Data, now: Instant): void {
    this.#now = now;
    if (this.#link?.id !== link) return;
    this.#link.receive(data, now);
    if (this.#phase === "ready") this.#heard = now;
  }

  closed(link: number, info: CloseInfo, now: Instant): void {
    this.#now = now;
    if (this.#link?.id === link) this.#link.closed(info);
  }

  answered(_id: number, _answer: PermitAnswer | AskFailed, now: Instant): void {
    this.#now = now;
  }

  tick(now: Instant): void {
    this.#now = now;
    if (this.#dialAt <= now) {
      this.#dialAt = Infinity;
      this.#dial();
    }
    const due = this.#link?.due(now);
    if (due === "ping") {
      this.#outbox.count(now);
      this.#send(formatMessage({ command: "PING", params: ["parley"] }));
    } else if (due !== undefined) {
      this.#drop(due);
    } else if (this.#proofBy <= now) {
      this.#drop("no PONG came");
    }
    this.#pump();
  }

  command(command: IrcCommand, ticket: number, now: Instant): void {
    this.#now = now;
    const line = formatCommand(command);
    if (this.#phase === "ending" || this.#phase === "ended") {
      throw new CommandError("closed", `Cannot send ${command.kind}: the session was closed`);
    }
    switch (command.kind) {
      case "JOIN":
        this.#join(command.channel, command.key, line, ticket);
        break;
      case "PART":
        this.#part(command.channel, line, ticket);
        break;
      case "PRIVMSG":
      case "NOTICE":
        this.#outbox.add({ line, ticket, purpose: "say", about: [command.kind, command.target] });
        break;
      case "NICK":
        this.#outbox.add({ line, ticket, purpose: "say", about: ["NICK", command.nick] });
        break;
      case "QUIT":
        this.#quitTicket = ticket;
        return this.#shutdown(line);
      case "send":
        this.#outbox.add({
          line,
          ticket,
          purpose: "say",
          about: [command.command.toUpperCase(), ...command.params.slice(0, 1)],
        });
        break;
    }
    this.#pump();
  }

  cancel(ticket: number, now: Instant): void {
    this.#now = now;
    const queued = this.#outbox.cancel(ticket);
    const channel = this.#channels.wanted().find(({ joining }) => joining.includes(ticket));
    if (channel !== undefined && (queued || this.#phase !== "ready")) {
      channel.joining = channel.joining.filter((other) => other !== ticket);
      if (channel.wantedBy === ticket && channel.joining.length === 0) this.#channels.remove(channel.name);
    } else if (!queued) {
      return;
    }
    this.#settle(ticket, { kind: "cancelled" });
  }

  shutdown(_mode: "end" | "resumable", now: Instant): void {
    this.#now = now;
    if (this.#phase !== "ending" && this.#phase !== "ended") this.#shutdown("QUIT");
  }

  action(): Action<Data> | undefined {
    const action = this.#actions.shift();
    if (action !== undefined || this.#events.length > 0) return action;
    const end = this.#end;
    this.#end = undefined;
    return end;
  }

  event(): IrcEvent | undefined {
    for (;;) {
      const event = this.#events.shift();
      if (event !== undefined) return event;
      if (this.#actions.length > 0) return undefined;
      const from = this.#link?.next();
      if (from === undefined) return undefined;
      if (from.kind === "line") this.#take(from.text);
      else if (from.kind === "malformed") this.#events.push(from);
      else this.#lose(closeReason(from.info), from.info);
    }
  }

  deadline(): Instant {
    const sendAt = this.#phase === "ready" ? this.#outbox.readyAt(this.#now) : Infinity;
    return Math.min(this.#dialAt, this.#link?.deadline() ?? Infinity, this.#proofBy, sendAt);
  }

  #dial(): void {
    this.#phase = "connecting";
    const { url } = this.#options;
    this.#parting = undefined;
    this.#registration = new Registration(
      this.#options,
      this.#options.capabilities ?? ["message-tags", "server-time", "multi-prefix"],
    );
    this.#link = new LineLink(++this.#links, url, this.#now, this.#options.timeouts);
    this.#actions.push({ kind: "dial", link: this.#link.id, url });
  }

  #take(line: string): void {
    let message: IrcMessage;
    try {
      message = parseMessage(line);
    } catch {
      this.#events.push({ kind: "malformed", text: line.slice(0, 64), reason: "the line has no command" });
      return;
    }
    if (message.command === "PING") {
      this.#outbox.count(this.#now);
      this.#send(`PONG :${message.text}`);
    }
    if (this.#phase === "connecting") this.#register(message);
    this.#events.push(this.#toEvent(message));
    if (this.#phase === "connecting" && this.#link?.live) this.#becomeReady();
    this.#tellGap();
  }

  #register(message: IrcMessage): void {
    const step = this.#registration.take(message);
    switch (step?.kind) {
      case "send":
        for (const line of step.lines) this.#send(line);
        break;
      case "registered":
        if (step.nick !== "") this.#nick = step.nick;
        this.#link?.established(this.#now);
        break;
      case "failed":
        this.#giveUp(step.error);
        break;
    }
  }

  #becomeReady(): void {
    this.#phase = "ready";
    this.#heard = this.#now;
    this.#readyAt = this.#now;
    this.#events.push({ kind: "ready", nick: this.#nick });
    this.#outbox.addFirst(joinLines(this.#channels.wanted().filter((channel) => !channel.joined)));
    this.#pump();
  }

  /** What one line means for the session, and the event it makes. */
  #toEvent(message: IrcMessage): IrcEvent {
    switch (message.command) {
      case "PRIVMSG":
      case "NOTICE": {
        const target = message.param(0);
        const replyTarget = this.#isOwn(target) ? message.source?.name ?? target : target;
        return message.command === "PRIVMSG"
          ? new IrcTextEvent("PRIVMSG", message, replyTarget)
          : new IrcTextEvent("NOTICE", message, replyTarget);
      }
      case "JOIN":
        return this.#sawJoin(message);
      case "PART": {
        const own = this.#isOwn(message.source?.name);
        if (own) this.#sawOwnPart(message.param(0));
        return new IrcMembershipEvent("PART", message, own);
      }
      case "KICK": {
        const own = this.#isOwn(message.param(1));
        if (own) this.#refuse(message.param(0), "we were kicked");
        return new IrcMembershipEvent("KICK", message, own);
      }
      case "NICK": {
        const own = this.#isOwn(message.source?.name);
        if (own && message.param(0) !== "") this.#nick = message.param(0);
        return new IrcNickEvent(message, own);
      }
      case "PONG": {
        const proven = this.#outbox.proven(message.text);
        if (proven !== undefined) this.#proven(proven);
        break;
      }
      case "ERROR":
        this.#parting = message.text;
        if (this.#phase === "ending") this.#saidGoodbye();
        break;
      case "005":
        this.#support(message);
        break;
      default:
        if (/^[45]/.test(message.command)) this.#refused(message);
    }
    return plainEvent(message);
  }

  #sawJoin(message: IrcMessage): IrcEvent {
    const own = this.#isOwn(message.source?.name);
    if (own && message.param(0) !== "") {
      const parted = this.#channels.get(message.param(0))?.wanted === false;
      const channel = this.#channels.want(message.param(0));
      channel.wanted = !parted;
      channel.joined = true;
      for (const ticket of channel.joining.splice(0)) this.#settle(ticket, { kind: "done" });
    }
    return new IrcMembershipEvent("JOIN", message, own);
  }

  #sawOwnPart(name: string): void {
    const channel = this.#channels.get(name);
    // Wanted again already, if a JOIN was sent behind the PART.
    if (channel?.wanted) channel.joined = false;
    else this.#channels.remove(name);
  }

  #support(message: IrcMessage): void {
    for (const token of message.params) {
      const [name, value] = token.split("=", 2);
      if (name !== "CASEMAPPING") continue;
      if (value === "ascii" || value === "rfc1459" || value === "rfc1459-strict") this.#channels.remap(value);
    }
  }

  /** An error numeric: it refuses a JOIN, or the oldest line that it names. */
  #refused(message: IrcMessage): void {
    const named = message.param(1);
    const channel = this.#channels.get(named);
    if (channel?.wanted && !channel.joined && JOIN_REFUSALS.has(message.command)) {
      return this.#refuse(named, message.text);
    }
    const folded = this.#channels.fold(named);
    const outgoing = this.#outbox.refused(({ purpose, about }) =>
      purpose !== "join" && about.some((name) => this.#channels.fold(name) === folded)
    );
    if (outgoing?.ticket === undefined) return;
    if (outgoing.purpose === "part") this.#sawOwnPart(named);
    const error = new CommandError(
      "refused",
      `The server refuses ${outgoing.about[0]}: ${JSON.stringify(message.text)}`,
    );
    this.#settle(outgoing.ticket, { kind: "failed", error });
  }

  /** We will not be in this channel. */
  #refuse(name: string, why: string): void {
    const channel = this.#channels.get(name);
    if (channel === undefined) return;
    this.#channels.remove(name);
    const error = new CommandError(
      "refused",
      `Cannot join ${JSON.stringify(channel.name)}: ${JSON.stringify(why)}`,
    );
    for (const ticket of channel.joining) this.#settle(ticket, { kind: "failed", error });
  }

  #proven(lines: readonly Outgoing[]): void {
    this.#proofBy = Infinity;
    for (const { ticket, purpose, about } of lines) {
      if (purpose !== "join") {
        if (ticket !== undefined) this.#settle(ticket, { kind: "done" });
        continue;
      }
      // The server has handled the JOIN, and has neither let us in nor said why not.
      for (const name of about) {
        const channel = this.#channels.get(name);
        if (channel !== undefined && !channel.joined) this.#refuse(name, "the server does not say why");
      }
    }
    this.#pump();
  }

  #join(name: string, key: string | undefined, line: string, ticket: number): void {
    const known = this.#channels.get(name);
    if (known?.joined && known.wanted) return this.#settle(ticket, { kind: "done" });
    if (this.#phase === "ready") this.#outbox.add({ line, ticket, purpose: "join", about: [name] });
    this.#channels.want(name, key, ticket);
  }

  #part(name: string, line: string, ticket: number): void {
    const channel = this.#channels.get(name);
    const error = new CommandError("cancelled", `The channel ${JSON.stringify(name)} was parted`);
    for (const joining of channel?.joining.splice(0) ?? []) this.#settle(joining, { kind: "failed", error });
    if (this.#phase !== "ready") {
      this.#channels.remove(name);
      return this.#settle(ticket, { kind: "done" });
    }
    this.#outbox.add({ line, ticket, purpose: "part", about: ["PART", name] });
    if (channel !== undefined) channel.wanted = false;
    this.#tellGap();
  }

  /** Sends what may be sent now, and a PING that will prove it. */
  #pump(): void {
    if (this.#phase !== "ready" || !this.#link?.live) return;
    for (let next = this.#outbox.next(this.#now); next !== undefined; next = this.#outbox.next(this.#now)) {
      this.#send(next.line);
    }
    const token = this.#outbox.proof();
    if (token === undefined) return;
    this.#outbox.count(this.#now);
    this.#send(`PING :${token}`);
    this.#proofBy = this.#now + PROOF_TIMEOUT;
  }

  #send(line: string, secret = false): void {
    if (!this.#link) return;
    const data = `${line}\r\n`;
    this.#actions.push({ kind: "send", link: this.#link.id, data, ...(secret && { secret: true }) });
  }

  /** Gives the link up from this side. */
  #drop(reason: string): void {
    if (this.#link === undefined) return;
    this.#actions.push({ kind: "abort", link: this.#link.id });
    this.#lose(reason);
  }

  /** The link is gone. */
  #lose(reason: string, info?: CloseInfo): void {
    const wasReady = this.#phase === "ready";
    this.#link = undefined;
    this.#proofBy = Infinity;
    const { sent, pointless } = this.#outbox.lost();
    for (const { ticket, purpose } of [...sent, ...pointless]) {
      if (ticket === undefined || purpose === "join") continue;
      this.#settle(ticket, { kind: purpose === "part" ? "done" : "lost" });
    }
    this.#channels.left();
    if (this.#phase === "ending") return this.#finish();
    if (wasReady) this.#awayFrom ??= this.#heard;
    if (wasReady && this.#now - this.#readyAt >= STABLE) this.#backoff.reset();
    const why = this.#parting === undefined ? reason : `${reason}: ${JSON.stringify(this.#parting)}`;
    const after = this.#backoff.next();
    if (after === undefined) {
      const text = `Cannot reach "${this.#options.url}" in ${this.#backoff.count} attempts: ${why}`;
      return this.#giveUp(new ConnectionError("unreachable", text, { cause: info }));
    }
    this.#phase = "waiting";
    this.#dialAt = this.#now + after;
    this.#events.push({ kind: "reconnecting", after, attempt: this.#backoff.count, reason: why });
  }

  /** The gap is over once every wanted channel is joined, or will not be. */
  #tellGap(): void {
    if (this.#awayFrom === undefined || this.#phase !== "ready") return;
    if (this.#channels.wanted().some((channel) => !channel.joined)) return;
    this.#events.push({ kind: "gap", from: this.#awayFrom, to: this.#now });
    this.#awayFrom = undefined;
  }

  /** "The server acknowledges this by sending an ERROR message": what was sent before QUIT was handled. */
  #saidGoodbye(): void {
    this.#proven(this.#outbox.provenAll());
    if (this.#link !== undefined) {
      this.#actions.push({ kind: "close", link: this.#link.id, code: 1000, reason: "" });
    }
  }

  /** Says goodbye; the server's ERROR, its end of the link, or a time-out follows. */
  #shutdown(quit: string): void {
    const open = this.#link?.open ?? false;
    this.#phase = "ending";
    this.#dialAt = Infinity;
    this.#proofBy = Infinity;
    this.#fail(this.#outbox.clear());
    if (this.#link === undefined) return this.#finish();
    if (!open) return this.#drop("the session was closed");
    this.#send(quit);
    this.#link.close(this.#now);
  }

  #giveUp(error: Error): void {
    this.#phase = "ending";
    this.#fail(this.#outbox.clear());
    if (this.#link !== undefined) this.#actions.push({ kind: "abort", link: this.#link.id });
    this.#finish(error);
  }

  #finish(error?: Error): void {
    this.#phase = "ended";
    this.#link = undefined;
    for (const channel of this.#channels.wanted()) {
      for (const ticket of channel.joining.splice(0)) this.#failClosed(ticket);
    }
    if (this.#quitTicket !== undefined) this.#settle(this.#quitTicket, { kind: "done" });
    this.#end = { kind: "end", ...(error && { error }) };
  }

  #fail(lines: readonly Outgoing[]): void {
    for (const { ticket, purpose } of lines) {
      if (ticket !== undefined && purpose !== "join") this.#failClosed(ticket);
    }
  }

  #failClosed(ticket: number): void {
    const error = new CommandError("closed", "The session was closed before the command was sent");
    this.#settle(ticket, { kind: "failed", error });
  }

  #settle(ticket: number, outcome: Outcome): void {
    this.#actions.push({ kind: "settle", ticket, outcome });
  }

  #isOwn(name: string | undefined): boolean {
    return name !== undefined && this.#channels.fold(name) === this.#channels.fold(this.#nick);
  }
}

/** What would be a command's error at run time is an option's when it is given. */
function check(options: () => void): void {
  try {
    options();
  } catch (error) {
    if (error instanceof CommandError) throw new OptionError(error.message, { cause: error });
    throw error;
  }
}

import { closeReason } from "../../protocol/close_reason.ts";
import type { ConnectFailure, LossCause } from "../../protocol/connect_error.ts";
import { Core } from "../../protocol/core.ts";
import { CommandError, ConnectionError, OptionError } from "../../protocol/errors.ts";
import { Gap } from "../../protocol/gap.ts";
import type { Input } from "../../protocol/inbox.ts";
import type {
  AskFailed,
  CloseInfo,
  Data,
  Instant,
  Outcome,
  Output,
  PermitAnswer,
} from "../../protocol/protocol.ts";
import { LONGEST_SAID, quote, shownUrl } from "../../protocol/quote.ts";
import { DEFAULT_MAX_LINES, MOST_TOKENS } from "../wire/bounds.ts";
import { formatCommand, type IrcCommand, whyUnsendable } from "../wire/command.ts";
import { CtcpResponder } from "../wire/ctcp.ts";
import type { IrcEvent } from "../wire/event.ts";
import { eventOf } from "../wire/event_of.ts";
import { Isupport } from "../wire/isupport.ts";
import type { IrcMessage } from "../wire/message.ts";
import { pongLine } from "../wire/pong.ts";
import { withoutSecrets } from "../wire/secrecy.ts";
import type { IrcAnswer, IrcAsk } from "./ask.ts";
import { ChannelMembership } from "./channel_membership.ts";
import { IrcConnection, type SessionStep } from "./connection.ts";
import { Dialler } from "./dialler.ts";
import { messageOf } from "./line_handlers.ts";
import { NickRegain } from "./nick_regain.ts";
import { channelOf, checkOptions, DEFAULT_CAPABILITIES, type IrcSessionOptions } from "./options.ts";
import { Outbox } from "./outbox.ts";
import { OwnMask } from "./own_mask.ts";
import { PendingCommands } from "./pending_commands.ts";
import { Registration } from "./registration/registration.ts";
import type { Dialled } from "./route.ts";
import { farewellOf, type ServerFarewell } from "./server_farewell.ts";

/**
 * An IRC session: registers, stays connected, answers PING, and restores its channels after a loss.
 *
 * A command settles when the server has handled it, which a PONG proves (a PING follows what was sent):
 * `failed` if a numeric refused it meanwhile, `lost` if the link died first. JOIN and PART settle by what
 * they do: after a loss a JOIN is tried again, and a PART is done.
 *
 * **The caller's obligation** is the contract of {@linkcode Protocol}: drain after every input, and answer what
 * it asks ({@linkcode IrcAsk}); `answerIrc` does that.
 *
 * @throws {OptionError} if an option is not acceptable.
 *
 * @example From the dial to the first line, by hand
 * ```ts
 * import { IrcSession } from "@parley/parley/irc";
 *
 * const session = new IrcSession({ url: "ircs://irc.example.org", nick: "parley", random: Math.random });
 * session.start(0);
 * session.poll(); // { kind: "dial", link: 1, url: "ircs://irc.example.org" }
 * session.opened(1, { url: "ircs://irc.example.org", protocol: "" }, 100);
 * session.poll(); // { kind: "send", link: 1, data: "CAP LS 302\r\n" }
 * ```
 */
export class IrcSession extends Core<IrcCommand, IrcEvent, IrcAsk, IrcAnswer> {
  /** What the server supports, as far as it has told. */
  readonly isupport: Isupport = new Isupport();
  readonly #options: IrcSessionOptions;
  readonly #ctcp: CtcpResponder | undefined;
  readonly #mask = new OwnMask();
  readonly #dialler: Dialler;
  readonly #settle = (ticket: number, outcome: Outcome): void => {
    this.outputs.settle(ticket, outcome);
  };
  readonly #channels = new ChannelMembership(this.#settle, (channel, error, awaited) => {
    if (this.#phase === "ready") this.outputs.tell({ kind: "join_failed", channel, error, awaited });
  });
  readonly #outbox: Outbox;
  readonly #pending: PendingCommands;
  readonly #regain: NickRegain;
  readonly #gap = new Gap();
  #phase: "idle" | "waiting" | "connecting" | "ready" | "ending" | "ended" = "idle";
  #now: Instant = 0;
  #connection: IrcConnection | undefined;
  #capabilities: ReadonlySet<string> = new Set();
  #nick: string;
  #nickLength: number | undefined;
  /** Whether an account has let us in before. */
  #known = false;
  #quitTicket: number | undefined;
  /** Why there is no way in, once the server was told that we leave. */
  #failure: Error | undefined;

  /** Takes who to be and where. */
  constructor(options: IrcSessionOptions) {
    super();
    this.#options = options;
    checkOptions(options);
    for (const { name, key } of (options.channels ?? []).map(channelOf)) this.#channels.want(name, key);
    this.#dialler = new Dialler(options, this.outputs);
    this.#ctcp = options.ctcp === false ? undefined : new CtcpResponder(options.ctcp);
    this.#nick = options.nick;
    this.#regain = new NickRegain(options.nick, (a, b) => this.#channels.fold(a) === this.#channels.fold(b));
    this.#outbox = new Outbox(options.flood);
    this.#pending = new PendingCommands(this.#outbox, this.#channels, this.#settle);
  }

  // What is known.

  /** The nick the server knows us by, or the one to ask for. */
  get nick(): string {
    return this.#nick;
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

  /** How long the server took to answer our last PING, in milliseconds; undefined: it has not yet. */
  get lag(): number | undefined {
    return this.#connection?.pings.latency;
  }

  // What happens.

  /** Dials. */
  start(now: Instant): void {
    this.#now = now;
    if (this.#phase === "idle") this.#dial();
  }

  /** The link is gone: nothing more is sent on it, though what came before is still to be worked through. */
  override closed(link: number, info: CloseInfo, now: Instant): void {
    super.closed(link, info, now);
    if (this.#connection?.id === link) this.#connection.gone = true;
  }

  command(command: IrcCommand, ticket: number, now: Instant): void {
    this.#now = now;
    const line = formatCommand(command);
    if (this.#phase === "ending" || this.#phase === "ended") {
      throw new CommandError("closed", `Cannot send ${command.kind}: the session was closed`);
    }
    if (command.kind === "QUIT") {
      this.#quitTicket = ticket;
      return this.#shutdown(line);
    }
    this.#pending.begin(command, line, ticket, this.#phase === "ready");
    this.#tellGap();
    this.#pump();
  }

  cancel(ticket: number, now: Instant): void {
    this.#now = now;
    this.#pending.cancel(ticket, this.#phase === "ready");
  }

  shutdown(_mode: "end" | "resumable", now: Instant): void {
    this.#now = now;
    if (this.#phase !== "ending" && this.#phase !== "ended") this.#shutdown("QUIT");
  }

  stalled(since: Instant, now: Instant): void {
    this.#connection?.pings.stalled(since, now);
  }

  /** What observers may see of what a link has brought: no echo of what was said to NickServ, and no channel key. */
  shown(link: number, data: Data): Data | undefined {
    return link === this.#connection?.id ? this.#connection.shown(data) : undefined;
  }

  override poll(): Output<IrcEvent, IrcAsk> | undefined {
    const { handlers } = this.#options;
    return handlers === undefined ? super.poll() : handlers.next(() => super.poll());
  }

  deadline(): Instant {
    return Math.min(
      this.#dialler.deadline,
      this.#connection?.deadline ?? Infinity,
      this.#regain.deadline,
      this.#isSending ? this.#outbox.readyAt(this.#now) : Infinity,
    );
  }

  protected override take(input: Input<IrcAnswer>): void {
    // What is done at once may have been given a later time.
    this.#now = Math.max(this.#now, input.now);
    if (input.kind === "tick") return this.#due();
    if (input.kind === "answered") return this.#askAnswered(input.id, input.answer);
    const connection = this.#connection;
    if (connection === undefined || connection.id !== input.link) return;
    if (input.kind === "received") connection.received(input.data, input.now);
    else if (input.kind === "closed") connection.closed(input.info);
    else {
      this.#dialler.opened(this.#now);
      connection.opened(input.info, this.#now);
    }
  }

  /** Works through one line, or the news of the link's end. */
  protected override next(): boolean {
    const connection = this.#connection;
    if (connection === undefined) return false;
    const handled = connection.handled.shift();
    if (handled !== undefined) {
      this.#sawMessage(connection, handled);
      return true;
    }
    const from = connection.next();
    if (from === undefined) return false;
    if (from.kind === "line") this.#sawLine(connection, from.text);
    else if (from.kind === "malformed") this.outputs.tell(from);
    else this.#lose(from.info.cause, closeReason(from.info), from.info);
    return true;
  }

  #askAnswered(id: number, answer: IrcAnswer | PermitAnswer | AskFailed): void {
    if (this.#connection?.askAnswered(id, answer, this.#now)) return;
    const dialled = this.#dialler.askAnswered(id, answer, this.#now);
    if (dialled instanceof OptionError) this.#giveUp(dialled);
    else if (dialled instanceof Error) this.#notDialled(dialled);
    else if (dialled !== undefined) this.#open(dialled);
  }

  #due(): void {
    const due = this.#dialler.due(this.#now);
    if (due === "attempt") this.#dial();
    else if (due !== undefined) return this.#giveUp(due);
    const late = this.#connection?.due(this.#now);
    if (late !== undefined) this.#drop("timeout", late);
    if (this.#regain.deadline <= this.#now) this.#sendOwn(this.#regain.poll(this.#now));
    this.#pump();
  }

  // The connection, from the dial until the server has let us in.

  /** Dials, once it is known whether that may be without TLS. */
  #dial(): void {
    this.#phase = "connecting";
    const dialled = this.#dialler.begin(this.#now);
    if (dialled !== undefined) this.#open(dialled);
  }

  #open(dialled: Dialled): void {
    const { url } = dialled;
    const { timeouts = {}, maxMessage = DEFAULT_MAX_LINES } = this.#options;
    const registration = new Registration(this.#options, {
      capabilities: this.#options.capabilities ?? DEFAULT_CAPABILITIES,
      encrypted: /^(?:ircs|wss):/i.test(url),
      sts: /^irc/i.test(url),
      nick: this.#regain.wanted,
      nickLength: this.#nickLength,
    });
    this.#capabilities = registration.capabilities;
    this.isupport.clear();
    this.#mask.clear();
    const { outputs } = this;
    this.#connection = new IrcConnection({
      // A stream has no messages.
      link: outputs.dial({ ...dialled, ...(/^wss?:/i.test(url) && { maxMessage }) }),
      url,
      registration,
      timeouts,
      outputs,
      outbox: this.#outbox,
      step: (step, line) => this.#registrationStep(step, line),
    }, this.#now);
  }

  /** `line`: what it comes of, if it is one. */
  #registrationStep(step: SessionStep, line: string): void {
    switch (step.kind) {
      case "login_failed":
        return this.outputs.tell(step);
      case "malformed":
        return this.#malformed(line, step.reason);
      case "registered":
        return this.#registered(step.nick, line);
      case "upgrade":
        if (this.#phase === "ready" && this.#connection !== undefined) {
          this.#gap.begin(this.#connection.pings.lastHeardAt);
        }
        this.#phase = "connecting";
        this.#abort();
        return this.#open(this.#dialler.upgrade(step.port, this.#now));
      case "policy":
        return this.#dialler.promised(step.duration, this.#now);
      case "drop":
        return this.#drop("login", step.reason);
      case "failed":
        if (step.temporary && this.#known) return this.#drop("login", step.error.message);
        return this.#giveUp(step.error, step.leave);
    }
  }

  #registered(nick: string, line: string): void {
    const unsendable = nick === "" ? undefined : whyUnsendable({ kind: "NICK", nick });
    this.#malformed(line, unsendable);
    if (nick !== "" && unsendable === undefined) {
      // A server may cut a nick that is too long for it: there is no longer one to be had.
      if (this.#regain.wanted.startsWith(nick)) this.#regain.wanted = nick;
      this.#nick = nick;
    }
    this.#known ||= this.#connection?.registration.loggedIn === true;
    this.#connection?.welcomed();
  }

  #becomeReady(connection: IrcConnection): void {
    this.#phase = "ready";
    connection.ready(this.#now);
    this.#dialler.established(this.#now);
    if (this.#options.regainNick !== false) this.#regain.start(this.#nick, this.#now);
    this.outputs.tell({ kind: "ready", nick: this.#nick });
    this.#pending.rejoin();
    this.#pump();
  }

  // What the server says.

  #sawLine(connection: IrcConnection, line: string): void {
    const message = messageOf(line);
    if (message === undefined) return this.#malformed(line, "the line has no command");
    const { handlers } = this.#options;
    if (handlers === undefined || handlers.isEmpty) return this.#sawMessage(connection, message);
    for (const other of handlers.run(message, "in")) connection.handled.push(other);
  }

  #sawMessage(connection: IrcConnection, message: IrcMessage): void {
    if (message.command === "PING") connection.sendUnqueued(pongLine(message), this.#now);
    // What is said while logging in is nobody's business.
    const secret = message.command === "AUTHENTICATE" && connection.registration.authenticating;
    const event = eventOf(message, (nick) => this.#isOwn(nick));
    if (!secret) this.outputs.tell(event);
    if (this.#phase === "connecting" || this.#phase === "ready") {
      connection.register(message, this.#now);
    }
    // What has ended the link, or the session, means nothing more.
    if (connection.left) return;
    this.#heed(message, event);
    if (this.#phase === "connecting" && this.#connection?.registered) this.#becomeReady(this.#connection);
    this.#tellGap();
  }

  /** What one line means for the session. */
  #heed(message: IrcMessage, event: IrcEvent): void {
    if (this.#phase === "ready") this.#sendOwn(this.#regain.sawMessage(message, this.#now));
    this.#sawFarewell(farewellOf(message));
    const own = "own" in event && event.own;
    const name = message.param(0);
    this.#mask.sawMessage(message, (nick) => this.#isOwn(nick));
    switch (message.command) {
      case "PRIVMSG":
        if (this.#phase === "ready" && message.text.startsWith("\x01") && this.#isOwn(name)) {
          this.#sendOwn(this.#ctcp?.answer(message, this.#now));
        }
        break;
      case "JOIN":
        if (own && name !== "") this.#malformed(message.raw, this.#channels.sawJoin(name));
        break;
      case "PART":
        if (own) this.#channels.sawPart(name);
        break;
      case "KICK":
        if (own) this.#channels.refuse(name, "we were kicked");
        break;
      case "NICK":
        if (own && name !== "") this.#renamed(name, message.raw);
        break;
      case "PONG":
        for (const token of message.params) this.#connection?.pings.answered(token, this.#now);
        break;
      case "005":
        this.#support(message);
        break;
      case "470": // ERR_LINKCHANNEL
        this.#malformed(message.raw, this.#channels.forward(message.param(1), message.param(2)));
        break;
      default:
        if (/^[45]/.test(message.command)) this.#pending.numericRefused(message);
    }
  }

  #renamed(nick: string, line: string): void {
    const unsendable = whyUnsendable({ kind: "NICK", nick });
    if (unsendable !== undefined) return this.#malformed(line, unsendable);
    this.#nick = nick;
    // What the user asked for, not what services call us who do not know us.
    if (this.#outbox.underWay("NICK", nick)) this.#regain.wanted = nick;
    this.#sendOwn(this.#regain.renamed(nick));
  }

  #support(message: IrcMessage): void {
    if (!this.isupport.take(message.params)) {
      this.#malformed(message.raw, `there are ${MOST_TOKENS} parameters already`);
    }
    // Most servers tell over several lines; what one does not say was not unsaid.
    if (this.isupport.get("CASEMAPPING") !== undefined) {
      this.#malformed(message.raw, this.#channels.remap(this.isupport.casemapping));
    }
    if (this.isupport.get("NICKLEN") !== undefined) this.#nickLength = this.isupport.nickLen;
    if (this.isupport.monitor > 0) this.#sendOwn(this.#regain.monitorable());
  }

  /** What came is not kept, and this is why. */
  #malformed(line: string, reason: string | undefined): void {
    if (reason !== undefined) this.outputs.tell({ kind: "malformed", text: line.slice(0, 64), reason });
  }

  #isOwn(name: string | undefined): boolean {
    return name !== undefined && this.#channels.fold(name) === this.#channels.fold(this.#nick);
  }

  // What we say.

  /** Whether lines may be sent, but for what the server makes them cost. */
  get #isSending(): boolean {
    return this.#phase === "ready" && this.#connection?.live === true;
  }

  /** Sends what may be sent now, and a PING that will prove it. */
  #pump(): void {
    if (!this.#isSending) return;
    for (let next = this.#outbox.next(this.#now); next !== undefined; next = this.#outbox.next(this.#now)) {
      this.#connection?.send(next.line, next);
    }
    if (!this.#outbox.needsProof) return;
    this.#outbox.pingSent();
    this.#connection?.pings.request(this.#now, {
      proven: () => {
        this.#pending.linesProven(this.#outbox.takeProven());
        this.#pump();
      },
    });
  }

  /** Queues a line of the session's own. */
  #sendOwn(line: string | undefined): void {
    if (line !== undefined && this.#outbox.addOwn(line)) this.#pump();
  }

  // How a link ends, and what follows.

  /** The server has said why it will close: what still comes is its end of the link. */
  #sawFarewell(farewell: ServerFarewell | undefined): void {
    const connection = this.#connection;
    if (farewell === undefined || connection === undefined) return;
    connection.farewell = {
      text: this.#withoutSecrets(farewell.text),
      banned: farewell.banned || connection.farewell?.banned === true,
    };
    // "The server acknowledges this by sending an ERROR message": what was sent before QUIT was handled.
    if (this.#phase === "ending") this.#pending.linesProven(this.#outbox.takeAllSent());
    if (this.#phase === "ending" || connection.open) connection.close(this.#now);
  }

  /** Gives the link up from this side. */
  #drop(cause: LossCause, reason: string): void {
    if (this.#connection === undefined) return;
    this.outputs.abort(this.#connection.id);
    this.#lose(cause, reason);
  }

  #abort(): void {
    if (this.#connection !== undefined) this.outputs.abort(this.#connection.id);
    this.#leaveLink();
  }

  /** What belongs to a link ends with it. */
  #leaveLink(): void {
    if (this.#connection !== undefined) this.#connection.left = true;
    this.#connection = undefined;
    this.#dialler.linkLeft(this.#now);
    this.#regain.stop();
    this.#pending.linkLost();
  }

  /** The link is gone. */
  #lose(cause: LossCause, reason: string, info?: CloseInfo): void {
    const connection = this.#connection;
    if (connection === undefined) return;
    this.#leaveLink();
    if (this.#phase === "ending") return this.#finish(this.#failure);
    const wasOpen = !connection.dialing;
    if (info !== undefined && !wasOpen && this.#dialler.withoutSubprotocols(info)) return this.#dial();
    if (this.#phase === "ready") this.#gap.begin(connection.pings.lastHeardAt);
    else this.#dialler.nextServer(wasOpen);
    const said = connection.farewell?.text;
    const why = said === undefined ? reason : `${reason}: ${quote(said, LONGEST_SAID)}`;
    if (connection.farewell?.banned) {
      return this.#giveUp(
        new ConnectionError("not_permitted", `The server has banned us: ${quote(said ?? "", LONGEST_SAID)}`),
      );
    }
    this.#retry({ url: connection.url, cause, reason: why, info }, said);
  }

  /** It is not known whether the server may be dialled at all: whoever knows is asked again, if need be of another. */
  #notDialled(error: Error): void {
    const { url } = this.#dialler;
    this.#dialler.nextServer(false);
    const reason = `it cannot be known whether TLS is required (${error.message})`;
    this.#retry({ url, cause: "ask", reason, info: error });
  }

  #retry(failure: ConnectFailure, said?: string): void {
    const next = this.#dialler.failed(this.#now, failure);
    if (next instanceof Error) return this.#giveUp(next);
    this.#phase = "waiting";
    const { cause, reason, url } = failure;
    this.outputs.tell({ kind: "reconnecting", ...next, cause, reason, url: shownUrl(url), said });
  }

  /** The gap is over once we are where we were, as far as that is wanted and we are let in. */
  #tellGap(): void {
    if (this.#phase !== "ready" || this.#channels.incomplete) return;
    const gap = this.#gap.end(this.#now);
    if (gap !== undefined) this.outputs.tell({ kind: "gap", ...gap });
  }

  /** Says goodbye; the server's ERROR, its end of the link, or a time-out follows. */
  #shutdown(quit: string): void {
    this.#phase = "ending";
    this.#dialler.stop();
    this.#regain.stop();
    this.#pending.dropUnsent();
    if (this.#connection === undefined) return this.#finish(this.#failure);
    if (!this.#connection.open) return this.#drop("unknown", "the session was closed");
    this.#connection.leave(quit, this.#now);
  }

  /** There is no way in. `leave`: the server is told, as far as it still listens. */
  #giveUp(error: Error, leave = false): void {
    this.#failure = error;
    if (leave) return this.#shutdown("QUIT");
    this.#phase = "ending";
    this.#pending.dropUnsent();
    this.#abort();
    this.#finish(error);
  }

  #finish(error?: Error): void {
    this.#phase = "ended";
    this.#dialler.stop();
    this.#pending.failJoins();
    if (this.#quitTicket !== undefined) this.#settle(this.#quitTicket, { kind: "done" });
    this.outputs.end(error);
  }

  /** What the server says, in which it may repeat what it has no right to show. */
  #withoutSecrets(said: string): string {
    const { password, sasl, webirc } = this.#options;
    return withoutSecrets(said, password, sasl?.password, webirc?.password);
  }
}

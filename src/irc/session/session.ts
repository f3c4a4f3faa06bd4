import { closeReason } from "../../protocol/connection/close_reason.ts";
import type { ConnectFailure, LossCause } from "../../protocol/connection/connect_error.ts";
import { Core } from "../../protocol/core/core.ts";
import { CommandError, ConnectionError, OptionError } from "../../protocol/errors.ts";
import { Gap } from "../../protocol/connection/gap.ts";
import type { Input } from "../../protocol/core/inbox.ts";
import type { AskFailed, CloseInfo, Data, Instant, Output, PermitAnswer } from "../../protocol/protocol.ts";
import { LONGEST_SAID, quote, shownUrl } from "../../protocol/data/quote.ts";
import { DEFAULT_MAX_LINES } from "../wire/bounds.ts";
import { formatCommand, type IrcCommand } from "../wire/commands/command.ts";
import type { IrcEvent } from "../wire/events/event.ts";
import type { IrcState } from "../state/irc_state.ts";
import type { Isupport } from "../wire/support/isupport.ts";
import type { IrcMessage } from "../wire/messages/message.ts";
import { pongLine } from "../wire/commands/pong.ts";
import { withoutSecrets } from "../wire/commands/secrecy.ts";
import type { IrcAnswer, IrcAsk } from "./ask.ts";
import type { NetworkChange } from "./bouncer.ts";
import { IrcConnection, type SessionStep } from "./connection.ts";
import { Conversation } from "./conversation.ts";
import { Dialler } from "./dialler.ts";
import { messageOf } from "./line_handlers.ts";
import { malformedLine } from "./malformed_line.ts";
import { capabilitiesOf, checkOptions, type IrcSessionOptions } from "./options.ts";
import { Registration, secretsOf } from "./registration/registration.ts";
import type { Dialled } from "./links/route.ts";
import { farewellOf, type ServerFarewell } from "./links/server_farewell.ts";

/** How long the server may take to tell what it supports once it has let us in, in milliseconds. */
const WELCOME = 3_000;
/** What servers say behind what they support: how many are there, and the message of the day. */
const BEYOND_WELCOME = /^(?:25\d|26[56]|37[256]|422)$/;
/** How long to wait until it is asked again whether channels may be joined, in milliseconds. */
const ASK_AGAIN = 30_000;

/**
 * An IRC session: registers, stays connected, answers PING, and restores its channels after a loss.
 *
 * A command settles when the server has handled it: by what carries its label (`labeled-response`), by its own end or
 * echo, or by the PONG to a PING behind it where nothing else says so. It is `failed` if the server refuses it, with an
 * {@linkcode IrcRefusedError}, and `lost` if the link died first. JOIN and PART settle by what they do: after a loss a
 * JOIN is tried again, and a PART is done.
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
  readonly #options: IrcSessionOptions;
  readonly #conversation: Conversation;
  readonly #dialler: Dialler;
  readonly #gap = new Gap();
  #phase: "idle" | "waiting" | "connecting" | "ready" | "ending" | "ended" = "idle";
  #now: Instant = 0;
  #connection: IrcConnection | undefined;
  /** Until when the server may tell what it is, once it has let us in. */
  #readyBy: Instant = Infinity;
  /** The ask whether channels may be joined, and when it is put again. */
  #joinAsk: number | undefined;
  #joinAskAt: Instant = Infinity;
  /** Whether an account has let us in before. */
  #known = false;
  /** Who is where was true of a link that is gone. */
  #isStale = false;
  #quitTicket: number | undefined;
  /** Why there is no way in, once the server was told that we leave. */
  #failure: Error | undefined;

  /** Takes who to be and where. */
  constructor(options: IrcSessionOptions) {
    super();
    this.#options = options;
    checkOptions(options);
    this.#conversation = new Conversation(options, this.outputs);
    this.#dialler = new Dialler(options, this.outputs);
  }

  // What is known.

  /** What the server supports, as far as it has told. */
  get isupport(): Isupport {
    return this.#conversation.isupport;
  }

  /** The nick the server knows us by, or the one to ask for. */
  get nick(): string {
    return this.#conversation.nick;
  }

  /** Who is where: the channels that we are in and, by the option `state`, who else is. */
  get state(): IrcState {
    return this.#conversation.state;
  }

  /** The names of the channels we are in, as the user wrote them. */
  get channels(): readonly string[] {
    return this.#conversation.channels;
  }

  /** The capabilities in force. */
  get capabilities(): ReadonlySet<string> {
    return this.#conversation.capabilities;
  }

  /** The value that the server offers a capability with that we ask for; undefined: it does not offer it. */
  capabilityValue(name: string): string | undefined {
    return this.#connection?.registration.capabilityValue(name);
  }

  /** How others see us, `nick!user@host`; undefined as long as the server has not shown it. */
  get mask(): string | undefined {
    return this.#conversation.mask;
  }

  /** How many bytes a text may have that we send by a command to a target, so that all of it arrives. */
  room(command: "PRIVMSG" | "NOTICE", target: string): number {
    return this.#conversation.room(command, target);
  }

  /** How long the server took to answer our last PING, in milliseconds; undefined: it has not yet. */
  get lag(): number | undefined {
    return this.#connection?.pings.latency;
  }

  /** Up to when all that was said is told, or in a gap that was; undefined: it was not there yet. */
  get heardUntil(): Instant | undefined {
    return this.#gap.from ?? (this.#phase === "ready" ? this.#connection?.pings.lastHeardAt : undefined);
  }

  // What happens.

  /** Nobody has heard what was said since: once all channels are joined, that is told as a gap. */
  missedSince(at: Instant): void {
    this.#gap.begin(at);
    this.#conversation.missedAll();
  }

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

  /** Does what the user wants; `ticket` is settled by an output. */
  command(command: IrcCommand, ticket: number, now: Instant): void {
    this.#now = now;
    const line = formatCommand(command, this.isupport.lineLen);
    if (this.#phase === "ending" || this.#phase === "ended") {
      throw new CommandError("closed", `Cannot send ${command.kind}: the session was closed`);
    }
    if (command.kind === "QUIT") {
      this.#quitTicket = ticket;
      return this.#shutdown(line);
    }
    this.#conversation.command(command, line, ticket, now);
    this.#tellGap();
  }

  /** The user gave up on a command. */
  cancel(ticket: number, now: Instant): void {
    this.#now = now;
    this.#conversation.cancel(ticket);
  }

  /** Ends, politely. */
  shutdown(_mode: "end" | "resumable", now: Instant): void {
    this.#now = now;
    if (this.#phase !== "ending" && this.#phase !== "ended") this.#shutdown("QUIT");
  }

  /** The process stood still. */
  stalled(since: Instant, now: Instant): void {
    this.#connection?.pings.stalled(since, now);
  }

  /** What observers may see of what a link has brought: no echo of what was said to NickServ, and no channel key. */
  shown(link: number, data: Data): Data | undefined {
    return link === this.#connection?.id ? this.#connection.shown(data) : undefined;
  }

  /** The next thing to do or to tell. */
  override poll(): Output<IrcEvent, IrcAsk> | undefined {
    const { handlers } = this.#options;
    return handlers === undefined ? super.poll() : handlers.next(() => super.poll());
  }

  /** When `tick` is due at the latest. */
  deadline(): Instant {
    return Math.min(
      this.#dialler.deadline,
      this.#connection?.deadline ?? Infinity,
      this.#readyBy,
      this.#joinAskAt,
      this.#conversation.deadline(this.#now),
    );
  }

  /** Works through one input. */
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
    // Handlers of what came of a loss still see who was there.
    if (this.#isStale) {
      this.#isStale = false;
      this.#conversation.state.clear();
      return true;
    }
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
    if (id === this.#joinAsk) return this.#mayJoin(answer.kind !== "error");
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
    if (this.#readyBy <= this.#now && this.#connection !== undefined) this.#becomeReady(this.#connection);
    if (this.#joinAskAt <= this.#now) this.#askToJoin();
    this.#conversation.due(this.#now);
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
      capabilities: capabilitiesOf(this.#options),
      encrypted: /^(?:ircs|wss):/i.test(url),
      sts: /^irc/i.test(url),
      nick: this.#conversation.wantedNick,
      nickLength: this.#conversation.nickLength,
    });
    this.#conversation.dialled(registration.capabilities);
    const { outputs } = this;
    this.#connection = new IrcConnection({
      // A stream has no messages.
      link: outputs.dial({ ...dialled, ...(/^wss?:/i.test(url) && { maxMessage }) }),
      url,
      registration,
      timeouts,
      encoding: this.#options.fallbackEncoding,
      outputs,
      outbox: this.#conversation.outbox,
      pinged: (token) => this.#conversation.pingSent(token),
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
    this.#malformed(line, this.#conversation.welcomed(nick));
    this.#known ||= this.#connection?.registration.loggedIn === true;
    this.#connection?.welcomed();
    this.#readyBy = this.#now + WELCOME;
  }

  #becomeReady(connection: IrcConnection): void {
    this.#phase = "ready";
    this.#readyBy = Infinity;
    connection.ready(this.#now);
    this.#dialler.established(this.#now);
    this.outputs.tell({ kind: "ready", nick: this.nick });
    this.#conversation.begin(connection, this.#now);
    this.#beginToJoin();
  }

  #beginToJoin(): void {
    if (this.#options.asksBeforeJoin) this.#askToJoin();
    else this.#conversation.joinChannels(this.#now);
  }

  /** Asks whether channels may be joined: whoever has to hide first does it now. */
  #askToJoin(): void {
    this.#joinAskAt = Infinity;
    this.#joinAsk = this.outputs.ask({ kind: "before_join" });
  }

  #mayJoin(may: boolean): void {
    this.#joinAsk = undefined;
    if (may) this.#conversation.joinChannels(this.#now);
    else this.#joinAskAt = this.#now + ASK_AGAIN;
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
    const event = this.#conversation.tell(message, secret);
    if (event === undefined) return;
    if (this.#phase === "connecting" || this.#phase === "ready") {
      connection.register(message, this.#now);
    }
    // What has ended the link, or the session, means nothing more.
    if (connection.left) return;
    const change = this.#conversation.heed(message, event, this.#now);
    if (change !== undefined) this.#networkChanged(change, message.raw);
    this.#sawFarewell(farewellOf(message));
    if (this.#readyBy < Infinity && BEYOND_WELCOME.test(message.command)) this.#becomeReady(connection);
    this.#tellGap();
  }

  /** The network behind a bouncer is gone, or there again, while the link to the bouncer has lasted. */
  #networkChanged(change: NetworkChange, line: string): void {
    if (change.kind !== "back") {
      this.#gap.begin(this.#now);
      this.#joinAskAt = Infinity;
      this.#joinAsk = undefined;
      this.#conversation.networkLost();
      this.#isStale = true;
      const reason = change.kind === "lost" ? change.reason : "the bouncer has connected to it again";
      this.outputs.tell({ kind: "network_lost", reason });
    }
    if (change.kind === "lost") return;
    this.#malformed(line, this.#conversation.networkBack(change.nick, this.#now));
    if (this.#phase === "ready") this.#beginToJoin();
  }

  /** What came is not kept, and this is why. */
  #malformed(line: string, reason: string | undefined): void {
    if (reason !== undefined) this.outputs.tell(malformedLine(line, reason));
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
    if (this.#phase === "ending") this.#conversation.allHandled(this.#now);
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
    this.#readyBy = this.#joinAskAt = Infinity;
    this.#joinAsk = undefined;
    this.#dialler.linkLeft(this.#now);
    this.#conversation.linkLost();
    this.#isStale = true;
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
    const banned = connection.farewell?.banned === true;
    const isLast = banned && this.#dialler.bannedHere();
    // Who lets in and throws out at once has not let us in.
    if (!isLast && (this.#phase !== "ready" || banned || !this.#dialler.lasted(this.#now))) {
      this.#dialler.nextServer(wasOpen);
    }
    const said = connection.farewell?.text;
    const why = said === undefined ? reason : `${reason}: ${quote(said, LONGEST_SAID)}`;
    if (isLast) {
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
    if (this.#gap.from === undefined || this.#phase !== "ready" || !this.#conversation.restored) return;
    const gap = this.#gap.end(this.#now);
    if (gap !== undefined) this.outputs.tell({ kind: "gap", ...gap });
  }

  /** Says goodbye; the server's ERROR, its end of the link, or a time-out follows. */
  #shutdown(quit: string): void {
    this.#phase = "ending";
    this.#readyBy = this.#joinAskAt = Infinity;
    this.#dialler.stop();
    this.#conversation.stop();
    if (this.#connection === undefined) return this.#finish(this.#failure);
    if (!this.#connection.open) return this.#drop("unknown", "the session was closed");
    this.#connection.leave(quit, this.#now);
  }

  /** There is no way in. `leave`: the server is told, as far as it still listens. */
  #giveUp(error: Error, leave = false): void {
    this.#failure = error;
    if (leave) return this.#shutdown("QUIT");
    this.#phase = "ending";
    this.#conversation.stop();
    this.#abort();
    this.#finish(error);
  }

  #finish(error?: Error): void {
    this.#phase = "ended";
    this.#dialler.stop();
    this.#conversation.failJoins();
    if (this.#quitTicket !== undefined) this.outputs.done(this.#quitTicket);
    this.outputs.end(error);
  }

  /** What the server says, in which it may repeat what it has no right to show. */
  #withoutSecrets(said: string): string {
    return withoutSecrets(said, ...secretsOf(this.#options));
  }
}

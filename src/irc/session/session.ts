import { Backoff } from "../../protocol/backoff.ts";
import { closeReason } from "../../protocol/close_reason.ts";
import { CommandError, ConnectionError } from "../../protocol/errors.ts";
import { Outputs } from "../../protocol/outputs.ts";
import { PingBarrier } from "../../protocol/ping_barrier.ts";
import type {
  AskFailed,
  CloseInfo,
  Data,
  Instant,
  OpenInfo,
  Outcome,
  Output,
  PermitAnswer,
  Protocol,
} from "../../protocol/protocol.ts";
import { Queue } from "../../protocol/queue.ts";
import { LONGEST_SAID, quote, shownUrl } from "../../protocol/quote.ts";
import type { IrcAnswer, IrcAsk } from "./ask.ts";
import { DEFAULT_MAX_LINES, MOST_TOKENS } from "../wire/bounds.ts";
import { Channels } from "./joined_channels.ts";
import { formatCommand, type IrcCommand, whyUnsendable } from "../wire/command.ts";
import type { IrcEvent } from "../wire/event.ts";
import { CtcpResponder } from "../wire/ctcp.ts";
import { eventOf } from "../wire/event_of.ts";
import { Errands } from "./pending_commands.ts";
import { Isupport } from "../wire/isupport.ts";
import { messageOf } from "./line_handlers.ts";
import { LineLink, pingTimes } from "./line_link.ts";
import type { IrcMessage } from "../wire/message.ts";
import { Outbox } from "./outbox.ts";
import { OwnMask } from "./own_mask.ts";
import { channelOf, checkOptions, DEFAULT_CAPABILITIES, type IrcSessionOptions } from "./options.ts";
import { type Parting, partingOf } from "./server_farewell.ts";
import { pongLine } from "../wire/pong.ts";
import { NickRegain } from "./nick_regain.ts";
import { Registration, type RegistrationStep } from "./registration/registration.ts";
import type { StsPolicy } from "./registration/sts.ts";
import { Route } from "./route.ts";
import { type Secrecy, withoutSecrets } from "../wire/secrecy.ts";

// How long the server may take for what the registration waits for, in milliseconds.
const PATIENCE = { capabilities: 10_000, login: 15_000 } as const;
// A link that lasted this long, in milliseconds, was no failure: a server that lets us in and throws us out
// at once must not be dialled again and again without a growing pause.
const STABLE = 30_000;
// A server that is busy with us may well answer late, as long as it says something; but not later than this, in
// milliseconds.
const DEAF = 60_000;

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
export class IrcSession implements Protocol<IrcCommand, IrcEvent, IrcAsk, IrcAnswer> {
  /** What the server supports, as far as it has told. */
  readonly isupport: Isupport = new Isupport();
  readonly #options: IrcSessionOptions;
  readonly #ctcp: CtcpResponder | undefined;
  readonly #mask = new OwnMask();
  readonly #outputs = new Outputs<IrcEvent, IrcAsk>();
  readonly #backoff: Backoff;
  readonly #route: Route;
  readonly #settle = (ticket: number, outcome: Outcome): void => {
    this.#outputs.settle(ticket, outcome);
  };
  readonly #channels = new Channels(this.#settle);
  readonly #outbox: Outbox;
  readonly #errands: Errands;
  readonly #regain: NickRegain;
  #phase: "idle" | "waiting" | "connecting" | "ready" | "ending" | "ended" = "idle";
  #now: Instant = 0;
  #link: LineLink | undefined;
  #ping: PingBarrier;
  /** What handlers have made of a line. */
  readonly #handled = new Queue<IrcMessage>();
  #registration: Registration;
  #nick: string;
  #nickLength: number | undefined;
  #policyAsk: number | undefined;
  #saslAsk: number | undefined;
  #dialAt: Instant = Infinity;
  /** What the registration waits for, and until when. */
  #awaited: "capabilities" | "login" | undefined;
  #awaitedBy: Instant = Infinity;
  /** The ask that saves what the present link has told of STS, and whether it has told more since. */
  #saving: number | undefined;
  #saveAgain = false;
  /** Whether an account has let us in before. */
  #known = false;
  /** When something was last received. */
  #heard: Instant = 0;
  /** Since when we are away; undefined: we are not, or never were there. */
  #awayFrom: Instant | undefined;
  /** When the present link was let in. */
  #readyAt: Instant = 0;
  /** What the server said before it closed. */
  #parting: Parting | undefined;
  #quitTicket: number | undefined;
  /** Why there is no way in, once the server was told that we leave. */
  #failure: Error | undefined;

  /** Takes who to be and where. */
  constructor(options: IrcSessionOptions) {
    this.#options = options;
    checkOptions(options);
    for (const { name, key } of (options.channels ?? []).map(channelOf)) this.#channels.want(name, key);
    this.#route = new Route(options.url);
    this.#ctcp = options.ctcp === false ? undefined : new CtcpResponder(options.ctcp);
    this.#nick = options.nick;
    this.#ping = this.#newPingBarrier();
    this.#registration = this.#newRegistration(undefined);
    this.#regain = new NickRegain(options.nick, (a, b) => this.#channels.fold(a) === this.#channels.fold(b));
    this.#backoff = new Backoff(options.backoff ?? {}, options.random);
    this.#outbox = new Outbox(options.flood);
    this.#errands = new Errands(this.#outbox, this.#channels, this.#settle);
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
    return this.#ping.latency;
  }

  start(now: Instant): void {
    this.#now = now;
    if (this.#phase === "idle") this.#dial();
  }

  opened(link: number, info: OpenInfo, now: Instant): void {
    this.#now = now;
    if (this.#link?.id !== link || this.#phase !== "connecting") return;
    this.#link.opened(info, now);
    this.#registrationSteps(this.#registration.begin());
  }

  receive(link: number, data: Data, now: Instant): void {
    this.#now = now;
    if (this.#link?.id !== link) return;
    this.#link.receive(data);
    this.#ping.heard(now);
    if (this.#phase === "ready") this.#heard = now;
  }

  closed(link: number, info: CloseInfo, now: Instant): void {
    this.#now = now;
    if (this.#link?.id === link) this.#link.closed(info);
  }

  answered(id: number, answer: IrcAnswer | PermitAnswer | AskFailed, now: Instant): void {
    this.#now = now;
    if (id === this.#policyAsk) {
      this.#policyAsk = undefined;
      // Without knowing whether it is forbidden nobody may connect in the clear.
      if (answer.kind === "error") this.#giveUp(answer.error);
      else this.#open(answer.kind === "sts_policy" ? answer.policy : undefined);
    } else if (id === this.#saving) {
      this.#saving = undefined;
      if (this.#saveAgain) this.#remember(false);
    } else if (id === this.#saslAsk) {
      this.#saslAsk = undefined;
      if (answer.kind === "error") this.#registrationSteps(this.#registration.unanswered(answer.error));
      else if (answer.kind === "nonce" || answer.kind === "derived" || answer.kind === "signature") {
        this.#registrationSteps(this.#registration.answered(answer));
      }
    }
  }

  tick(now: Instant): void {
    this.#now = now;
    if (this.#dialAt <= now) {
      this.#dialAt = Infinity;
      this.#dial();
    }
    const due = this.#link?.due(now);
    if (due !== undefined) this.#drop(due);
    if (this.#ping.due(now)) this.#drop("no PONG came");
    if (this.#awaitedBy <= now) this.#registrationSteps(this.#registration.timedOut());
    if (this.#regain.deadline <= now) this.#sendOwn(this.#regain.tick(now));
    this.#pump();
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
    this.#errands.begin(command, line, ticket, this.#phase === "ready");
    this.#tellGap();
    this.#pump();
  }

  cancel(ticket: number, now: Instant): void {
    this.#now = now;
    this.#errands.cancel(ticket, this.#phase === "ready");
  }

  shutdown(_mode: "end" | "resumable", now: Instant): void {
    this.#now = now;
    if (this.#phase !== "ending" && this.#phase !== "ended") this.#shutdown("QUIT");
  }

  poll(): Output<IrcEvent, IrcAsk> | undefined {
    for (;;) {
      const output = this.#options.handlers?.next(this.#outputs) ?? this.#outputs.shift();
      if (output !== undefined) return output;
      const handled = this.#handled.shift();
      if (handled !== undefined) {
        this.#take(handled);
        continue;
      }
      const from = this.#link?.next();
      if (from === undefined) return undefined;
      if (from.kind === "line") this.#parse(from.text);
      else if (from.kind === "malformed") this.#outputs.tell(from);
      else this.#lose(closeReason(from.info), from.info);
    }
  }

  deadline(): Instant {
    const ready = this.#phase === "ready" && this.#link?.live === true;
    return Math.min(
      this.#dialAt,
      this.#link?.deadline() ?? Infinity,
      this.#awaitedBy,
      this.#ping.deadline,
      this.#regain.deadline,
      ready && this.#link?.live ? this.#outbox.readyAt(this.#now) : Infinity,
    );
  }

  /** Dials, once it is known whether that may be without TLS. */
  #dial(): void {
    this.#phase = "connecting";
    if (!this.#route.needsPolicy) return this.#open(undefined);
    this.#policyAsk = this.#ask({ kind: "sts_load", host: this.#route.host });
  }

  #open(policy: StsPolicy | undefined): void {
    this.#parting = undefined;
    const dialled = this.#route.dial(this.#now, policy);
    const { url } = dialled;
    this.#registration = this.#newRegistration(url);
    this.isupport.clear();
    this.#mask.clear();
    // A stream has no messages.
    const most = /^wss?:/i.test(url) && { maxMessage: this.#options.maxMessage ?? DEFAULT_MAX_LINES };
    const link = this.#outputs.dial({ ...dialled, ...most });
    this.#link = new LineLink(link, url, this.#now, this.#options.timeouts);
  }

  #newRegistration(url: string | undefined): Registration {
    return new Registration(this.#options, {
      capabilities: this.#options.capabilities ?? DEFAULT_CAPABILITIES,
      encrypted: url !== undefined && /^(?:ircs|wss):/i.test(url),
      sts: url !== undefined && /^irc/i.test(url),
      nick: this.#regain?.wanted ?? this.#options.nick,
      nickLength: this.#nickLength,
    });
  }

  #parse(line: string): void {
    const message = messageOf(line);
    if (message === undefined) return this.#malformed(line, "the line has no command");
    const { handlers } = this.#options;
    if (handlers === undefined || handlers.isEmpty) return this.#take(message);
    for (const other of handlers.run(message, "in")) this.#handled.push(other);
  }

  #take(message: IrcMessage): void {
    if (message.command === "PING") this.#sendNow(pongLine(message));
    // What is said while logging in is nobody's business.
    const secret = message.command === "AUTHENTICATE" && this.#registration.authenticating;
    const event = eventOf(message, (nick) => this.#isOwn(nick));
    if (!secret) this.#outputs.tell(event);
    if (this.#phase === "connecting" || this.#phase === "ready") {
      this.#registrationSteps(this.#registration.take(message), message.raw);
    }
    this.#heed(message, event);
    if (this.#phase === "connecting" && this.#link?.live) this.#becomeReady();
    this.#tellGap();
  }

  /** `line`: what they come of, if it is one. */
  #registrationSteps(steps: readonly RegistrationStep[], line = ""): void {
    for (const step of steps) {
      switch (step.kind) {
        case "send":
          for (const line of step.lines) this.#send(line, { ...(step.secret && { secret: true }) });
          break;
        case "login_failed":
          this.#outputs.tell(step);
          break;
        case "malformed":
          this.#malformed(line, step.reason);
          break;
        case "ask":
          this.#saslAsk = this.#ask(step.ask);
          break;
        case "registered":
          this.#registered(step.nick, line);
          break;
        case "upgrade":
          this.#route.upgrade(step.port);
          this.#abort();
          return this.#open(undefined);
        case "policy":
          this.#route.promise(step.duration);
          this.#remember(false);
          break;
        case "drop":
          return this.#drop(step.reason);
        case "failed":
          if (step.temporary && this.#known) return this.#drop(step.error.message);
          return this.#giveUp(step.error, step.leave);
      }
    }
    const { awaits } = this.#registration;
    if (awaits === this.#awaited) return;
    this.#awaited = awaits;
    this.#awaitedBy = awaits === undefined ? Infinity : this.#now + PATIENCE[awaits];
  }

  /** What came is not kept, and this is why. */
  #malformed(line: string, reason: string | undefined): void {
    if (reason !== undefined) this.#outputs.tell({ kind: "malformed", text: line.slice(0, 64), reason });
  }

  #registered(nick: string, line: string): void {
    const unsendable = nick === "" ? undefined : whyUnsendable({ kind: "NICK", nick });
    this.#malformed(line, unsendable);
    if (nick !== "" && unsendable === undefined) {
      // A server may cut a nick that is too long for it: there is no longer one to be had.
      if (this.#regain.wanted.startsWith(nick)) this.#regain.wanted = nick;
      this.#nick = nick;
    }
    this.#known ||= this.#registration.loggedIn;
    this.#link?.established();
  }

  /** "Clients MUST reset the STS policy expiry time […] every time a valid persistence policy […] is received." */
  #remember(left: boolean): void {
    this.#saveAgain = !left && this.#saving !== undefined;
    if (this.#saveAgain) return;
    const ask = this.#route.remember(this.#now, left);
    // What the link told is saved when it ends, so that only what it tells on the way waits for the store.
    this.#saving = ask === undefined ? undefined : this.#ask(ask);
    if (left) this.#saving = undefined;
  }

  #becomeReady(): void {
    this.#phase = "ready";
    this.#heard = this.#now;
    this.#readyAt = this.#now;
    this.#ping.start(this.#now);
    if (this.#options.regainNick !== false) this.#regain.ready(this.#nick, this.#now);
    this.#outputs.tell({ kind: "ready", nick: this.#nick });
    this.#errands.rejoin();
    this.#pump();
  }

  /** What one line means for the session. */
  #heed(message: IrcMessage, event: IrcEvent): void {
    if (this.#phase === "ready") this.#sendOwn(this.#regain.saw(message, this.#now));
    this.#sawParting(partingOf(message));
    const own = "own" in event && event.own;
    const name = message.param(0);
    this.#mask.take(message, (nick) => this.#isOwn(nick));
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
        this.#sawPong(message);
        break;
      case "005":
        this.#support(message);
        break;
      case "470": // ERR_LINKCHANNEL
        this.#malformed(message.raw, this.#channels.forward(message.param(1), message.param(2)));
        break;
      default:
        if (/^[45]/.test(message.command)) this.#errands.refused(message);
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

  #sawPong(message: IrcMessage): void {
    for (const token of message.params) this.#ping.answered(token, this.#now);
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

  /** The server has said why it will close: what still comes is its end of the link. */
  #sawParting(parting: Parting | undefined): void {
    if (parting === undefined) return;
    this.#parting = {
      text: this.#withoutSecrets(parting.text),
      banned: parting.banned || this.#parting?.banned === true,
    };
    if (this.#phase === "ending") this.#saidGoodbye();
    else if (this.#link?.open) this.#closeLink();
  }

  /** Sends what may be sent now, and a PING that will prove it. */
  #pump(): void {
    if (this.#phase !== "ready" || !this.#link?.live) return;
    for (let next = this.#outbox.next(this.#now); next !== undefined; next = this.#outbox.next(this.#now)) {
      this.#send(next.line, next);
    }
    if (!this.#outbox.needsProof) return;
    this.#outbox.pinged();
    this.#ping.request(this.#now, {
      proven: () => {
        this.#errands.proven(this.#outbox.proven());
        this.#pump();
      },
    });
  }

  #newPingBarrier(): PingBarrier {
    const times = pingTimes(this.#options.timeouts ?? {});
    return new PingBarrier(
      { ...times, deaf: Math.max(DEAF, times.pong) },
      (token) => this.#sendNow(`PING :${token}`),
    );
  }

  /** Queues a line of the session's own. */
  #sendOwn(line: string | undefined): void {
    if (line !== undefined && this.#outbox.addOwn(line)) this.#pump();
  }

  /** Sends what must not wait; it counts all the same. */
  #sendNow(line: string): void {
    this.#outbox.count(line, this.#now);
    this.#send(line);
  }

  #send(line: string, { secret, shown }: Secrecy = {}): void {
    if (!this.#link) return;
    this.#outputs.send(this.#link.id, this.#link.frame(line), {
      secret,
      ...(shown !== undefined && { shown: this.#link.frame(shown) }),
    });
  }

  #ask(ask: IrcAsk): number {
    return this.#outputs.ask(ask);
  }

  /** Gives the link up from this side. */
  #drop(reason: string): void {
    if (this.#link === undefined) return;
    this.#abort();
    this.#lose(reason);
  }

  #abort(): void {
    if (this.#link !== undefined) this.#outputs.abort(this.#link.id);
    this.#leaveLink();
  }

  /** What belongs to a link ends with it. */
  #leaveLink(): void {
    // "clients MUST reschedule the expiry time when closing connections."
    this.#remember(true);
    this.#link = undefined;
    this.#handled.clear();
    this.#saslAsk = undefined;
    this.#stopWaiting();
    this.#ping = this.#newPingBarrier();
    this.#regain.lost();
  }

  /** The registration waits for nothing any more. */
  #stopWaiting(): void {
    this.#awaited = undefined;
    this.#awaitedBy = Infinity;
  }

  /** The link is gone. */
  #lose(reason: string, info?: CloseInfo): void {
    const wasReady = this.#phase === "ready";
    const wasOpen = this.#link?.dialing === false;
    this.#leaveLink();
    this.#errands.lost();
    if (this.#phase === "ending") return this.#finish(this.#failure);
    if (info !== undefined && !wasOpen && this.#route.withoutSubprotocols(info)) {
      return this.#dial();
    }
    if (wasReady) this.#awayFrom ??= this.#heard;
    if (wasReady && this.#now - this.#readyAt >= STABLE) this.#backoff.reset();
    if (!wasReady) this.#route.next(wasOpen);
    const said = this.#parting?.text;
    const why = said === undefined ? reason : `${reason}: ${quote(said, LONGEST_SAID)}`;
    if (this.#parting?.banned) {
      return this.#giveUp(
        new ConnectionError("not_permitted", `The server has banned us: ${quote(said ?? "", LONGEST_SAID)}`),
      );
    }
    const after = this.#backoff.next();
    if (after === undefined) {
      const text = `Cannot reach "${shownUrl(this.#route.url)}" in ${this.#backoff.count} attempts: ${why}`;
      return this.#giveUp(new ConnectionError("unreachable", text, { cause: info }));
    }
    this.#phase = "waiting";
    this.#dialAt = this.#now + after;
    this.#outputs.tell({ kind: "reconnecting", after, attempt: this.#backoff.count, reason: why, said });
  }

  /** The gap is over once we are where we were, as far as that is wanted and we are let in. */
  #tellGap(): void {
    if (this.#awayFrom === undefined || this.#phase !== "ready") return;
    if (this.#channels.incomplete) return;
    this.#outputs.tell({ kind: "gap", from: this.#awayFrom, to: this.#now });
    this.#awayFrom = undefined;
  }

  /** "The server acknowledges this by sending an ERROR message": what was sent before QUIT was handled. */
  #saidGoodbye(): void {
    this.#errands.proven(this.#outbox.provenAll());
    this.#closeLink();
  }

  #closeLink(): void {
    if (this.#link === undefined) return;
    this.#outputs.close(this.#link.id, 1000, "");
    this.#link.close(this.#now);
  }

  /** Says goodbye; the server's ERROR, its end of the link, or a time-out follows. */
  #shutdown(quit: string): void {
    const open = this.#link?.open ?? false;
    this.#phase = "ending";
    this.#dialAt = Infinity;
    this.#stopWaiting();
    this.#ping.stop();
    this.#policyAsk = undefined;
    this.#regain.lost();
    this.#errands.drop();
    if (this.#link === undefined) return this.#finish(this.#failure);
    if (!open) return this.#drop("the session was closed");
    this.#send(quit);
    this.#link.close(this.#now);
  }

  /** There is no way in. `leave`: the server is told, as far as it still listens. */
  #giveUp(error: Error, leave = false): void {
    this.#failure = error;
    if (leave) return this.#shutdown("QUIT");
    this.#phase = "ending";
    this.#errands.drop();
    this.#abort();
    this.#finish(error);
  }

  #finish(error?: Error): void {
    this.#phase = "ended";
    this.#link = undefined;
    this.#errands.end();
    if (this.#quitTicket !== undefined) this.#settle(this.#quitTicket, { kind: "done" });
    this.#outputs.end(error);
  }

  /** What the server says, in which it may repeat what it has no right to show. */
  #withoutSecrets(said: string): string {
    const { password, sasl, webirc } = this.#options;
    return withoutSecrets(said, password, sasl?.password, webirc?.password);
  }

  #isOwn(name: string | undefined): boolean {
    return name !== undefined && this.#channels.fold(name) === this.#channels.fold(this.#nick);
  }
}

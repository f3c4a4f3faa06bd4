import { type IrcMessage, parseMessage } from "../../irc/wire/messages/message.ts";
import { pongLine } from "../../irc/wire/commands/pong.ts";
import { closeReason } from "../../protocol/connection/close_reason.ts";
import type { LossCause } from "../../protocol/connection/connect_error.ts";
import { ConnectorGroup } from "../../protocol/connection/connector.ts";
import { Core } from "../../protocol/core/core.ts";
import { CommandError, ParleyError } from "../../protocol/errors.ts";
import type { Input } from "../../protocol/core/inbox.ts";
import { Numbers } from "../../protocol/core/outputs.ts";
import type { Permit } from "../../protocol/permit.ts";
import type { PingBarrier } from "../../protocol/connection/ping_barrier.ts";
import type { AskFailed, CloseInfo, Instant, PermitAnswer, ShutdownMode } from "../../protocol/protocol.ts";
import { shownUrl } from "../../protocol/data/quote.ts";
import { type TwitchAnswer, type TwitchAsk, TwitchOutputs } from "./outputs.ts";
import { channelName, type TwitchCommand } from "../wire/commands/command.ts";
import { Connection, type TwitchTimeouts } from "./connection.ts";
import { Conversation } from "./conversation.ts";
import { Dedupe } from "./dedupe.ts";
import type { TwitchEvent } from "../wire/event.ts";
import { Login, type TwitchLoginError } from "./login/login.ts";
import { LoginAttempts } from "./login/login_attempts.ts";
import { Membership } from "./channels/membership.ts";
import { typedMessage } from "../wire/message.ts";
import { type Setup, setUp, type TwitchSessionOptions } from "./options.ts";
import { Outbox } from "./sending/outbox.ts";

/**
 * A Twitch chat session without I/O: logs in, is in the channels it was told to be in, stays there across
 * lost links and Twitch's `RECONNECT`, and keeps to the account's limits by asking for permits.
 *
 * **The caller's obligation** is that of every {@linkcode Protocol}: drain after each input, and call
 * `tick` no later than `deadline()`. Permits have the scopes `twitch.auth`, `twitch.join`, `twitch.message`
 * and, for messages to channels that the account does not moderate, `twitch.message.ordinary`, too; the login
 * is their key, so that all sessions of an account share its limits.
 *
 * As the server sees it, over all links of an account and in any window, the limits are kept exactly, however
 * long things travel: each permit is held until an answer, or a PONG behind the missing one, proves that the
 * server has seen what it was for, and counts from then. Only what was under way on a link when it died may
 * still arrive at any time, and add to that. One message is under way in a channel at a time, so that a
 * NOTICE refuses that and no other, and the next follows its answer by the channel's slow mode.
 *
 * On `RECONNECT` a second link is opened, and joins what is wanted, before the first is read to its end and
 * closed; what both bring is told once, and a `gap` if the first died before that.
 * ([Twitch IRC](https://dev.twitch.tv/docs/chat/irc/))
 *
 * @throws {OptionError} if an option is not acceptable.
 *
 * @example
 * ```ts
 * import { TwitchSession } from "@parley/parley/twitch";
 *
 * const session = new TwitchSession({ channels: ["#dallas"], random: () => 0.5 });
 * session.start(0);
 * session.poll(); // { kind: "ask", id: 1, ask: { kind: "permit", permit: { scope: "twitch.auth", … } } }
 * session.answered(1, { kind: "permit" }, 0);
 * session.poll(); // { kind: "dial", link: 1, url: "wss://irc-ws.chat.twitch.tv:443" }
 * ```
 */
export class TwitchSession extends Core<TwitchCommand, TwitchEvent, TwitchAsk, TwitchAnswer> {
  /** What is to be done and told. */
  declare protected readonly outputs: TwitchOutputs;
  readonly #setup: Setup;
  readonly #timeouts: TwitchTimeouts;
  readonly #connection: number;
  readonly #connections = new Map<number, Connection>();
  readonly #dedupe = new Dedupe();
  readonly #membership: Membership;
  readonly #outbox: Outbox;
  readonly #conversation: Conversation;
  readonly #attempts: LoginAttempts;
  #login: string;
  #now: Instant = 0;
  /** `reconnecting` was told, and no `ready` since. */
  #isReconnecting = false;
  /**
   * When `tick` is due, as it was reckoned last; undefined: it is to be reckoned anew. A message of somebody's puts it off
   * at most, and to tick too early does no harm: so nothing is reckoned for each.
   */
  #dueAt: Instant | undefined;
  /** Where we speak. */
  #current: Connection | undefined;
  /** What is to become that. */
  #next: Connection | undefined;
  /** The PINGs of the link on which we speak, or spoke last. */
  #pings: PingBarrier | undefined;
  #state: "running" | "ending" | "ended" = "running";
  #error: Error | undefined;

  /** Takes who we are and where to be; and, if others share them, whence the numbers are of links and asks, and when to dial. */
  constructor(
    options: TwitchSessionOptions,
    numbers: Numbers = new Numbers(),
    group: ConnectorGroup = new ConnectorGroup(options),
  ) {
    const outputs = new TwitchOutputs(numbers);
    super(outputs);
    const setup = setUp(options);
    this.#setup = setup;
    this.#connection = options.connection ?? 0;
    this.#login = setup.login;
    this.#timeouts = options.timeouts ?? {};
    this.#attempts = new LoginAttempts(outputs, setup, options, group);
    this.#membership = new Membership(outputs, () => this.#joinable());
    this.#outbox = new Outbox({
      outputs,
      login: setup.login,
      permits: setup.message,
      bypassDuplicates: options.bypassDuplicates ?? true,
      timeout: this.#timeouts.say ?? 10_000,
      nonce: Math.floor(options.random() * 0x1_0000_0000).toString(16).padStart(8, "0"),
      dedupe: this.#dedupe,
      connectionTo: (channel) => this.#connectionTo(channel),
    });
    this.#conversation = new Conversation(this.#membership, this.#outbox, this.#dedupe);
    for (const channel of setup.channels) this.#membership.wanted.add(channel);
  }

  /** The login, in lower case; `justinfan` and digits if anonymous. */
  get login(): string {
    return this.#login;
  }

  /** The channels we are in, with their `#`. */
  get channels(): string[] {
    return [...this.#current?.channels.joined.keys() ?? []];
  }

  /** The channels to be in, with their `#`, in the order they were first wanted. */
  get wanted(): readonly string[] {
    return this.#membership.wanted.names();
  }

  /** Whether a channel, with its `#`, is to be joined. */
  wants(channel: string): boolean {
    return this.#membership.wanted.has(channel);
  }

  /** Whether something is to be said in a channel, with its `#`, or is under way there. */
  speaksIn(channel: string): boolean {
    return this.#outbox.busyIn(channel);
  }

  /** How long Twitch took to answer the last PING, in milliseconds; undefined before the first answer. */
  get latency(): number | undefined {
    return this.#pings?.latency;
  }

  /** The last ten latencies, the latest last; those of earlier links, too. */
  get latencies(): readonly number[] {
    return this.#pings?.latencies ?? [];
  }

  /** Up to when all that was said is told, or in a gap that was; undefined: it was not there yet. */
  get heardUntil(): Instant | undefined {
    let until = this.#membership.awaySince;
    for (const connection of this.#connections.values()) {
      const isHeard = connection === this.#current || connection.retired && !connection.drained;
      if (isHeard) until = Math.min(until, connection.pings.lastHeardAt);
    }
    return until === Infinity ? undefined : until;
  }

  /** Whether the account moderates a channel, as far as it was told; channels that it does do not count as joined. */
  moderates(channel: string): boolean {
    return this.#outbox.moderates(channel);
  }

  /** The permits that a message to a channel, with its `#`, takes, however it is sent: the narrowest first. */
  permitsFor(channel: string): readonly Permit[] {
    return this.#outbox.permitsFor(channel);
  }

  /** Begins. */
  start(now: Instant): void {
    this.#dueAt = undefined;
    this.#now = now;
    if (this.#state === "running") this.#attempts.begin(now);
  }

  /** Nobody has heard what was said since: once all channels are joined, that is told as a gap. */
  missedSince(at: Instant): void {
    this.#membership.lost(at);
  }

  /**
   * Joins, parts, says or pings.
   *
   * @throws {CommandError} if it cannot be sent, or the session has ended.
   * @throws {ParleyError} `rate_limited`, if a thousand messages are waiting already.
   */
  command(command: TwitchCommand, ticket: number, now: Instant): void {
    this.#dueAt = undefined;
    this.#now = now;
    if (this.#state !== "running") {
      throw new CommandError("closed", `Cannot ${command.kind}: the session has ended`);
    }
    if (command.kind === "ping") {
      if (this.#current?.live) this.#current.ping(ticket, now);
      else this.outputs.settle(ticket, { kind: "lost" });
      return;
    }
    const channel = channelName(command.channel);
    switch (command.kind) {
      case "join":
        this.#membership.join(channel, ticket, this.#current?.channels.joined.has(channel) === true);
        break;
      case "part":
        this.#membership.part(channel, ticket, now);
        this.#outbox.forget(channel);
        break;
      case "say":
        if (this.#setup.anonymous) {
          const why = "an anonymous client can only listen, connect with login and token";
          throw new CommandError("invalid_command", `Cannot say to "${channel}": ${why}`);
        }
        this.#outbox.add(command, channel, ticket);
        break;
    }
    this.#advance();
  }

  /** The user gave up on a command. */
  cancel(ticket: number, now: Instant): void {
    this.#dueAt = undefined;
    this.#now = now;
    if (!this.#outbox.cancel(ticket)) this.#membership.cancel(ticket, now);
    this.#advance();
  }

  /** The process stood still: what is read from here on may have come long before. */
  stalled(since: Instant, now: Instant): void {
    this.#dueAt = undefined;
    for (const { pings } of this.#connections.values()) pings.stalled(since, now);
  }

  /** Ends, politely; Twitch has no sessions that could be resumed. */
  shutdown(_mode: ShutdownMode, now: Instant): void {
    this.#dueAt = undefined;
    this.#now = now;
    this.#end();
    for (const connection of this.#connections.values()) connection.close(now);
  }

  /** When `tick` is due at the latest. */
  deadline(): Instant {
    return this.#dueAt ??= this.#reckonDue();
  }

  #reckonDue(): Instant {
    if (this.#state === "ended") return Infinity;
    let deadline = Math.min(this.#attempts.deadline, this.#dedupe.deadline, this.#outbox.deadline());
    for (const connection of this.#connections.values()) deadline = Math.min(deadline, connection.deadline());
    return deadline;
  }

  /** Works through one input. */
  protected override take(input: Input<TwitchAnswer>): void {
    // What is done at once may have been given a later time.
    this.#now = Math.max(this.#now, input.now);
    if (input.kind !== "received") this.#dueAt = undefined;
    if (this.#state === "ended") return;
    if (input.kind === "tick") return this.#due(this.#now);
    if (input.kind === "answered") return this.#answered(input.id, input.answer);
    const connection = this.#connections.get(input.link);
    if (connection === undefined || connection.gone) return;
    if (input.kind === "opened") {
      this.#attempts.opened(this.#now);
      connection.opened(input.info, this.#now);
    } else if (input.kind === "received") connection.received(input.data, this.#now);
    else connection.closed(input.info);
  }

  /** Works through one thing that a link has brought; once there is none and no link, the end. */
  protected override next(): boolean {
    for (const connection of this.#connections.values()) {
      const from = connection.link.next();
      if (from === undefined) continue;
      if (from.kind === "malformed") this.outputs.tell(from);
      else if (from.kind === "closed") this.#gone(connection, from.info);
      else this.#line(connection, from.text);
      return true;
    }
    if (this.#state !== "ending" || this.#connections.size > 0) return false;
    this.#state = "ended";
    this.#dueAt = undefined;
    this.outputs.end(this.#error);
    return true;
  }

  #answered(id: number, answer: TwitchAnswer | PermitAnswer | AskFailed): void {
    const step = this.#attempts.answered(id, answer);
    if (step !== undefined) {
      if (step.kind === "dial") this.#dial(step.permit, step.token);
      else if (step.kind === "retry") this.#retry("ask", step.reason);
      else if (step.kind === "failed") this.#fail(step.error);
    } else if (answer.kind === "error") {
      this.#permitDenied(id, answer.error);
    } else {
      for (const { channels } of this.#connections.values()) if (channels.granted(id, this.#now)) return;
      this.#outbox.granted(id, this.#now);
    }
  }

  #dial(permit: number, token: string | undefined): void {
    this.#attempts.dialled(this.#now);
    const connection = new Connection(
      {
        id: this.outputs.dial({ url: this.#setup.url, maxMessage: this.#setup.maxMessage }),
        url: this.#setup.url,
        login: new Login(this.#login, token),
        permit,
        joinPermit: this.#setup.join,
        successor: this.#current !== undefined,
        timeouts: this.#timeouts,
        latencies: this.latencies,
        verdicts: this.#membership,
      },
      this.outputs,
      this.#now,
    );
    this.#next = connection;
    this.#connections.set(connection.link.id, connection);
  }

  #line(connection: Connection, line: string): void {
    let message: IrcMessage;
    try {
      message = parseMessage(line);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return this.outputs.tell({ kind: "malformed", text: line.slice(0, 64), reason });
    }
    const repeats = this.#dedupe.repeats(message, connection.link.id, this.#login);
    if (!repeats) this.outputs.tell(typedMessage(message, this.#login));
    if (message.command !== "PRIVMSG") {
      this.#dueAt = undefined;
      this.#handle(connection, message);
      this.#advance();
    }
    connection.channels.heard(message.param(0), connection.pings.lastHeardAt);
  }

  #handle(connection: Connection, message: IrcMessage): void {
    if (message.command === "PING") {
      if (connection.link.open) this.outputs.line(connection.link.id, pongLine(message));
    } else if (message.command === "PONG") {
      connection.pings.answered(message.text, this.#now);
    } else if (!connection.loggedIn) {
      this.#loggingIn(connection, message);
    } else {
      this.#conversation.hear(connection, message, this.#login, this.#now);
    }
  }

  #loggingIn(connection: Connection, message: IrcMessage): void {
    if (connection.link.closing || connection.gone) return;
    const step = connection.login.step(message);
    if (step === undefined) return;
    if (step.kind === "failed") return this.#refused(connection, step.error);
    this.#login = step.login;
    connection.channels.described = connection.login.granted;
    connection.ready(this.#now);
    this.#attempts.accepted(this.#now);
    for (const channel of this.#membership.wanted.names()) connection.channels.join(channel);
    this.#endHandover();
  }

  /** Twitch does not accept login and token: whoever gives the token is asked once more, and told why. */
  #refused(connection: Connection, error: TwitchLoginError): void {
    connection.releasePermit();
    const again = this.#attempts.refused(error, this.#now);
    if (again !== undefined) return this.#fail(again);
    connection.drop("the login was refused");
  }

  #permitDenied(id: number, cause: Error): void {
    if (this.#outbox.denied(id, cause)) return;
    for (const { channels } of this.#connections.values()) {
      const channel = channels.denied(id);
      if (channel === undefined) continue;
      const message = `Cannot join "${channel}": no permit could be had`;
      this.#membership.fail(channel, new ParleyError("rate_limited", message, { cause }), this.#now);
    }
    this.#advance();
  }

  /** The links that are or will be in the wanted channels. */
  #joinable(): Connection[] {
    return [this.#current, this.#next].filter((connection) => connection !== undefined)
      .filter((connection) => connection.live);
  }

  /** The link on which a message to a channel would neither overtake its JOIN nor take the answer to that for its own. */
  #connectionTo(channel: string): Connection | undefined {
    const current = this.#current;
    if (current === undefined || !current.live || this.#state !== "running") return undefined;
    return current.channels.changing(channel) ? undefined : current;
  }

  /** Does what has become possible; idempotent. */
  #advance(): void {
    if (this.#state !== "running") return;
    const next = this.#next;
    // What else is to be joined may take long, and nobody may ever answer for it.
    if (next?.live && next.channels.joinsDone(this.channels)) {
      this.#next = undefined;
      // One that had to be tried for was told of.
      const isNews = this.#current === undefined || this.#isReconnecting;
      this.#current?.retire(this.#now);
      if (isNews) this.outputs.tell({ kind: "ready", login: this.#login, connection: this.#connection });
      this.#isReconnecting = false;
      this.#current = next;
      this.#pings = next.pings;
    }
    const current = this.#current;
    if (current !== undefined) {
      this.#membership.restored(current, this.#now);
      if (current.reconnectAsked && !this.#connecting()) this.#handOver(current);
    }
    for (const connection of this.#connections.values()) {
      // What it was asked is answered, and what it alone brings has been read.
      if (connection.drained && this.#outbox.underWay(connection).length === 0) {
        connection.close(this.#now);
      }
    }
    this.#outbox.advance(this.#now);
  }

  /** Looks for a link to take over from one that the server wants closed. */
  #handOver(current: Connection): void {
    this.#dedupe.begin();
    for (const { say, text } of this.#outbox.underWay(current)) {
      this.#dedupe.said(say.channel, text, current.link.id);
    }
    // A server that sends each link away at once must not be dialled without a growing pause.
    if (current.successor && !this.#attempts.lasted(this.#now)) {
      this.#retry("reconnect", "the server asked to reconnect again");
    } else {
      this.#attempts.begin(this.#now);
    }
  }

  /** Once there is one link again, and it has brought all that both did, nothing need be known to be told once. */
  #endHandover(): void {
    if (!this.#dedupe.remembering) return;
    this.#dedupe.begin();
    const [rest, more] = this.#connections.values();
    // Another attempt at the handover may follow.
    if (more !== undefined || this.#current?.reconnectAsked) return;
    if (rest === undefined) return this.#dedupe.end();
    // If it has yet to log in, this comes again once it has.
    if (!rest.live) return;
    rest.pings.request(this.#now, {
      proven: () => {
        if (this.#connections.size < 2) this.#dedupe.endSoon(this.#now);
      },
    });
  }

  #connecting(): boolean {
    return this.#next !== undefined || this.#attempts.underWay;
  }

  #gone(connection: Connection, info: CloseInfo): void {
    this.#dueAt = undefined;
    this.#connections.delete(connection.link.id);
    const joined = [...connection.channels.joined.keys()];
    connection.lost();
    this.#outbox.lost(connection, this.#now);
    const reason = closeReason(info);
    if (connection === this.#current) {
      this.#current = undefined;
      this.#membership.lost(connection.pings.lastHeardAt);
      if (this.#state === "running") {
        if (!this.#connecting()) this.#retry(info.cause, reason, info);
        else this.#tellReconnecting(info.cause, reason);
      }
    } else if (connection === this.#next) {
      this.#next = undefined;
      if (this.#state === "running" && !this.#attempts.underWay) this.#retry(info.cause, reason, info);
    } else if (connection.retired && !connection.drained && this.#state === "running") {
      // What was said before its successor was there may have died with it.
      this.outputs.tell({ kind: "gap", from: connection.pings.lastHeardAt, to: this.#now, channels: joined });
    }
    this.#advance();
    this.#endHandover();
  }

  #retry(cause: LossCause, reason: string, info?: CloseInfo): void {
    const next = this.#attempts.failed(this.#now, { url: this.#setup.url, cause, reason, info });
    if (!(next instanceof Error)) {
      this.#tellReconnecting(cause, reason);
    } else if (this.#current !== undefined) {
      // No handover can be had; the old link serves for as long as it lives, and then they begin anew.
      this.#current.reconnectAsked = false;
      this.#attempts.reset();
      this.#endHandover();
    } else {
      this.#fail(next);
    }
  }

  #tellReconnecting(cause: LossCause, reason: string): void {
    this.#isReconnecting = true;
    const { count: attempt, retryAt } = this.#attempts;
    const after = retryAt === Infinity ? 0 : retryAt - this.#now;
    const url = shownUrl(this.#setup.url);
    this.outputs.tell({
      kind: "reconnecting",
      after,
      attempt,
      cause,
      reason,
      url,
      connection: this.#connection,
    });
  }

  /** Does what is due. */
  #due(now: Instant): void {
    const due = this.#attempts.due(now);
    if (due === "attempt") this.#attempts.begin(now);
    else if (due !== undefined) return this.#fail(due);
    for (const connection of this.#connections.values()) connection.due(now);
    this.#dedupe.due(now);
    this.#outbox.due(now);
    this.#advance();
  }

  /** No session can be had. */
  #fail(error: Error): void {
    if (this.#state !== "running") return;
    this.#error = error;
    this.#end();
    for (const connection of this.#connections.values()) connection.drop("the session has failed");
  }

  /** Wants nothing more; the end follows once every link is gone and all that came has been told. */
  #end(): void {
    if (this.#state !== "running") return;
    this.#state = "ending";
    this.#attempts.end();
    this.#outbox.end();
    this.#membership.end();
  }
}

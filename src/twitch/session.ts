import { type IrcMessage, parseMessage } from "../irc/message.ts";
import { closeReason } from "../protocol/close_reason.ts";
import { CommandError, ConnectionError, ParleyError, TimeoutError } from "../protocol/errors.ts";
import type { Action, AskFailed, CloseInfo, Data, Instant, OpenInfo } from "../protocol/protocol.ts";
import type { PermitAnswer, Protocol, ShutdownMode } from "../protocol/protocol.ts";
import { Queue } from "../protocol/queue.ts";
import { Actions, type TwitchAnswer, type TwitchAsk } from "./actions.ts";
import { Attempts } from "./attempts.ts";
import { WantedChannels } from "./channels.ts";
import { channelName, formatTwitchCommand, type TwitchCommand } from "./command.ts";
import { Connection, type TwitchTimeouts } from "./connection.ts";
import type { TwitchEvent } from "./event.ts";
import { Login } from "./login.ts";
import { typedMessage } from "./message.ts";
import { isRefusal, REFUSES_JOIN } from "./notice.ts";
import { type Setup, setUp, type TwitchSessionOptions } from "./options.ts";
import { Repeats } from "./repeats.ts";
import { Says } from "./says.ts";

// A link that lasted this long, in milliseconds, was no failure.
const LASTING = 30_000;
// Twitch's servers do not say the same at the same time: what came on a link that is gone may come this much
// later, in milliseconds, on its successor.
const REMEMBERED = 10_000;

/**
 * A Twitch chat session without I/O: logs in, is in the channels it was told to be in, stays there across
 * lost links and Twitch's `RECONNECT`, and keeps to the account's limits by asking for permits.
 *
 * **The caller's obligation** is that of every {@linkcode Protocol}: drain after each input, and call
 * `tick` no later than `deadline()`. Permits have the scopes `twitch.auth`, `twitch.join` and
 * `twitch.message`, the login as key.
 *
 * As the server sees it, over all links of an account and in any window, the limits are kept exactly, however
 * long things travel: each permit is held until an answer, or a PONG behind the missing one, proves that the
 * server has seen what it was for, and counts from then. Only what was under way on a link when it died may
 * still arrive at any time, and add to that.
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
 * session.action(); // { kind: "ask", id: 1, ask: { kind: "permit", permit: { scope: "twitch.auth", … } } }
 * session.answered(1, { kind: "permit" }, 0);
 * session.action(); // { kind: "dial", link: 1, url: "wss://irc-ws.chat.twitch.tv:443" }
 * ```
 */
export class TwitchSession implements Protocol<Data, TwitchCommand, TwitchEvent, TwitchAsk, TwitchAnswer> {
  readonly #setup: Setup;
  readonly #timeouts: TwitchTimeouts;
  readonly #actions = new Actions();
  readonly #events = new Queue<TwitchEvent>();
  /** Links that something came on, in its order. */
  readonly #inbox = new Queue<Connection>();
  readonly #connections = new Map<number, Connection>();
  readonly #wanted = new WantedChannels();
  readonly #repeats = new Repeats();
  readonly #says: Says;
  readonly #attempts: Attempts;
  #login: string;
  #now: Instant = 0;
  #lastLink = 0;
  /** Where we speak. */
  #current: Connection | undefined;
  /** What is to become that. */
  #next: Connection | undefined;
  #forgetAt: Instant = Infinity;
  /** Since when we have been away. */
  #away: Instant | undefined;
  #state: "running" | "ending" | "ended" = "running";
  #error: Error | undefined;

  /** Takes who we are and where to be. */
  constructor(options: TwitchSessionOptions) {
    this.#setup = setUp(options);
    this.#login = this.#setup.login;
    this.#timeouts = options.timeouts ?? {};
    this.#says = new Says(this.#actions, this.#setup.message);
    this.#attempts = new Attempts(this.#actions, this.#setup, options.backoff ?? {}, options.random);
    for (const channel of this.#setup.channels) this.#wanted.add(channel);
  }

  /** The login, in lower case; `justinfan` and digits if anonymous. */
  get login(): string {
    return this.#login;
  }

  /** The channels we are in, with their `#`. */
  get channels(): string[] {
    return [...this.#current?.channels.joined ?? []];
  }

  /** Begins. */
  start(now: Instant): void {
    this.#now = now;
    if (this.#state === "running") this.#attempts.begin();
  }

  /** A dial succeeded. */
  opened(link: number, info: OpenInfo, now: Instant): void {
    this.#now = now;
    const connection = this.#connections.get(link);
    if (connection === undefined || connection.gone) return;
    connection.link.opened(info, now);
    if (connection.link.open) connection.authenticate();
  }

  /** Takes in what came. */
  receive(link: number, data: Data, now: Instant): void {
    this.#now = now;
    const connection = this.#connections.get(link);
    if (connection === undefined || connection.gone) return;
    connection.receivedAt = now;
    connection.link.receive(data, now);
    this.#inbox.push(connection);
  }

  /** The link is gone, or never opened. */
  closed(link: number, info: CloseInfo, now: Instant): void {
    this.#now = now;
    const connection = this.#connections.get(link);
    if (connection === undefined || connection.gone) return;
    connection.closed(info);
    this.#inbox.push(connection);
  }

  /** An ask was answered. */
  answered(id: number, answer: TwitchAnswer | PermitAnswer | AskFailed, now: Instant): void {
    this.#now = now;
    const step = this.#attempts.answered(id, answer);
    if (step !== undefined) {
      if (step.kind === "dial") this.#dial(step.permit, step.token);
      else if (step.kind === "retry") this.#retry(step.reason);
      else if (step.kind === "failed") this.#fail(step.error);
    } else if (answer.kind === "error") {
      this.#permitDenied(id, answer.error);
    } else {
      for (const { channels } of this.#connections.values()) if (channels.granted(id, now)) return;
      const say = this.#says.granted(id, this.#sendable);
      if (!say || this.#current === undefined) return;
      this.#current.says.send(say, id, now);
      this.#repeats.said(say, this.#current.link.id);
    }
  }

  /** Time has passed. */
  tick(now: Instant): void {
    this.#now = now;
    // What has come but is not worked through may be what a timer waits for; `event` sees to it after that.
    if (this.#inbox.length === 0) this.#expire();
  }

  /**
   * Joins, parts or says.
   *
   * @throws {CommandError} if it cannot be sent, or the session has ended.
   * @throws {ParleyError} `rate_limited`, if a thousand messages are waiting already.
   */
  command(command: TwitchCommand, ticket: number, now: Instant): void {
    this.#now = now;
    if (this.#state !== "running") {
      throw new CommandError("closed", `Cannot ${command.kind}: the session has ended`);
    }
    const line = formatTwitchCommand(command);
    const channel = channelName(command.channel);
    switch (command.kind) {
      case "join":
        if (this.#current?.channels.joined.has(channel)) {
          this.#wanted.add(channel);
          return this.#actions.done(ticket);
        }
        this.#wanted.add(channel, ticket);
        for (const connection of this.#joinable()) connection.channels.join(channel);
        break;
      case "part":
        this.#part(channel, ticket);
        break;
      case "say":
        if (this.#setup.anonymous) {
          const why = "an anonymous client can only listen, connect with login and token";
          throw new CommandError("invalid_command", `Cannot say to "${channel}": ${why}`);
        }
        this.#says.add({ channel, text: command.text, line, ticket });
        break;
    }
    this.#advance();
  }

  /** The user gave up on a command. */
  cancel(ticket: number, now: Instant): void {
    this.#now = now;
    if (this.#says.cancel(ticket)) return this.#advance();
    const channel = this.#wanted.of(ticket);
    if (channel === undefined || this.#joinable().some(({ channels }) => channels.sent(channel))) return;
    this.#actions.settle(ticket, "cancelled");
    if (!this.#wanted.cancel(channel, ticket)) return;
    for (const { channels } of this.#joinable()) channels.drop(channel, now);
    this.#advance();
  }

  /** Ends, politely; Twitch has no sessions that could be resumed. */
  shutdown(_mode: ShutdownMode, now: Instant): void {
    this.#now = now;
    this.#end();
    for (const connection of this.#connections.values()) {
      connection.close(now);
      this.#inbox.push(connection);
    }
  }

  /** The next thing to do. */
  action(): Action<Data, TwitchAsk> | undefined {
    return this.#actions.shift();
  }

  /** The next thing to tell. */
  event(): TwitchEvent | undefined {
    if (this.#state === "ended") return undefined;
    const event = this.#events.shift() ?? this.#read();
    if (event !== undefined || this.#actions.length > 0) return event;
    if (this.#events.length === 0) this.#expire();
    if (this.#state === "ending" && this.#connections.size === 0 && this.#events.length === 0) {
      this.#state = "ended";
      this.#actions.push({ kind: "end", ...(this.#error && { error: this.#error }) });
    }
    return this.#actions.length > 0 ? undefined : this.#events.shift();
  }

  /** When `tick` is due at the latest. */
  deadline(): Instant {
    if (this.#state === "ended") return Infinity;
    let deadline = Math.min(this.#attempts.retryAt, this.#forgetAt);
    for (const connection of this.#connections.values()) deadline = Math.min(deadline, connection.deadline());
    return deadline;
  }

  #dial(permit: number, token: string | undefined): void {
    const connection = new Connection(
      {
        id: ++this.#lastLink,
        url: this.#setup.url,
        login: new Login(this.#login, token),
        permit,
        joinPermit: this.#setup.join,
        successor: this.#current !== undefined,
        silent: (channel) => {
          const message = `Cannot join "${channel}": Twitch said nothing, is it the name of a channel?`;
          this.#joinFailed(channel, new TimeoutError(message));
        },
        timeouts: this.#timeouts,
      },
      this.#actions,
      this.#now,
    );
    this.#next = connection;
    this.#connections.set(connection.link.id, connection);
    this.#actions.push({ kind: "dial", link: connection.link.id, url: this.#setup.url });
  }

  /** Works through what came until it gives an event or an action. */
  #read(): TwitchEvent | undefined {
    for (let connection = this.#inbox.peek(); connection !== undefined; connection = this.#inbox.peek()) {
      const from = this.#connections.has(connection.link.id) ? connection.link.next() : undefined;
      if (from === undefined) {
        this.#inbox.shift();
        continue;
      }
      let event: TwitchEvent | undefined;
      if (from.kind === "malformed") event = from;
      else if (from.kind === "closed") this.#gone(connection, from.info);
      else event = this.#line(connection, from.text);
      if (event !== undefined || this.#actions.length > 0 || this.#events.length > 0) return event;
    }
    return undefined;
  }

  #line(connection: Connection, line: string): TwitchEvent | undefined {
    let message: IrcMessage;
    try {
      message = parseMessage(line);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return { kind: "malformed", text: line.slice(0, 64), reason };
    }
    // Decided before what follows: the line may end the time in which lines are remembered.
    const told = this.#repeats.told(message, connection.link.id, this.#login);
    if (message.command !== "PRIVMSG") {
      this.#handle(connection, message);
      this.#advance();
    }
    return told ? undefined : typedMessage(message, this.#login);
  }

  #handle(connection: Connection, message: IrcMessage): void {
    if (message.command === "PING") {
      const token = message.text.replace(/[\0\r\n]/g, "");
      if (connection.link.open) this.#actions.send(connection.link.id, `PONG :${token}`);
    } else if (message.command === "PONG") {
      connection.proofs.answered(message.text);
    } else if (connection.readyAt === undefined) {
      this.#loggingIn(connection, message);
    } else {
      this.#loggedIn(connection, message);
    }
  }

  #loggingIn(connection: Connection, message: IrcMessage): void {
    if (connection.link.closing) return;
    const step = connection.login.step(message);
    if (step === undefined) return;
    if (step.kind === "failed") {
      connection.releasePermit();
      return this.#fail(step.error);
    }
    this.#login = step.login;
    connection.ready(this.#now);
    for (const channel of this.#wanted.names()) connection.channels.join(channel);
    this.#forget();
  }

  #loggedIn(connection: Connection, message: IrcMessage): void {
    const channel = message.param(0).toLowerCase();
    switch (message.command) {
      case "JOIN":
        if (message.source?.name === this.#login) this.#joined(connection, channel);
        break;
      case "PART":
        if (message.source?.name === this.#login) connection.channels.parted(channel);
        break;
      case "USERSTATE": {
        const id = message.tag("id") || undefined;
        if (id === undefined && connection.channels.takesState(channel)) break;
        connection.says.accepted(channel, id);
        this.#repeats.accepted(id, connection.link.id);
        break;
      }
      case "NOTICE": {
        const id = message.tag("msg-id") ?? "";
        const reason = `Twitch says ${JSON.stringify(message.text.slice(0, 200))} (${id.slice(0, 50)})`;
        if (REFUSES_JOIN.has(id) && connection.channels.sent(channel)) {
          connection.channels.answered(channel);
          this.#joinFailed(channel, new CommandError("refused", `Cannot join "${channel}": ${reason}`));
        } else if (isRefusal(id)) {
          connection.says.refused(channel, reason);
        }
        break;
      }
      case "RECONNECT":
        connection.leaving = true;
        break;
    }
  }

  #joined(connection: Connection, channel: string): void {
    switch (connection.channels.echoed(channel)) {
      case "joined":
        for (const ticket of this.#wanted.joined(channel)) this.#actions.done(ticket);
        break;
      case "unwanted":
        // The echo of a JOIN that was given up.
        if (/^#\w{1,25}$/.test(channel) && this.#joinable().includes(connection)) {
          this.#actions.send(connection.link.id, formatTwitchCommand({ kind: "part", channel }));
        }
        break;
      case "again":
        break;
    }
  }

  #joinFailed(channel: string, error: ParleyError): void {
    if (!this.#wanted.has(channel)) return;
    for (const ticket of this.#wanted.remove(channel)) this.#actions.failed(ticket, error);
    for (const { channels } of this.#joinable()) channels.drop(channel, this.#now);
    this.#events.push({ kind: "join_failed", channel, error });
  }

  #part(channel: string, ticket: number): void {
    const error = new CommandError("cancelled", `Cannot join "${channel}": it was parted meanwhile`);
    for (const waiting of this.#wanted.remove(channel)) this.#actions.failed(waiting, error);
    let waits = false;
    for (const { channels } of this.#joinable()) {
      if (channels.part(channel, waits ? undefined : ticket, this.#now)) waits = true;
    }
    if (!waits) this.#actions.done(ticket);
  }

  #permitDenied(id: number, cause: Error): void {
    if (this.#says.denied(id, cause)) return;
    for (const { channels } of this.#connections.values()) {
      const channel = channels.denied(id);
      if (channel === undefined) continue;
      const message = `Cannot join "${channel}": no permit could be had`;
      this.#joinFailed(channel, new ParleyError("rate_limited", message, { cause }));
    }
    this.#advance();
  }

  /** The links that are or will be in the wanted channels. */
  #joinable(): Connection[] {
    return [this.#current, this.#next].filter((connection) => connection !== undefined)
      .filter((connection) => connection.live);
  }

  /** Whether a message to a channel would not overtake the JOIN of that channel. */
  readonly #sendable = (channel: string): boolean => {
    const current = this.#current;
    if (current === undefined || !current.live || this.#state !== "running") return false;
    return !current.channels.pending(channel);
  };

  /** Does what has become possible; idempotent. */
  #advance(): void {
    if (this.#state !== "running") return;
    const next = this.#next;
    if (next?.live && (this.#current === undefined || next.channels.settled)) {
      this.#next = undefined;
      if (this.#current === undefined) this.#events.push({ kind: "ready", login: this.#login });
      else this.#current.retire(this.#now);
      this.#current = next;
    }
    const current = this.#current;
    if (current !== undefined) {
      if (this.#away !== undefined && current.channels.settled) {
        this.#events.push({ kind: "gap", from: this.#away, to: this.#now });
        this.#away = undefined;
      }
      if (current.leaving && !this.#connecting()) this.#handOver(current);
    }
    for (const connection of this.#connections.values()) {
      // What it was asked is answered, and what it alone brings has been read.
      if (connection.drained && connection.says.settled) connection.close(this.#now);
    }
    this.#says.match(this.#sendable);
  }

  /** Looks for a link to take over from one that the server wants closed. */
  #handOver(current: Connection): void {
    this.#forgetAt = Infinity;
    this.#repeats.begin(current.says.underWay(), current.link.id);
    // A server that sends each link away at once must not be dialled without a growing pause.
    if (current.successor && !this.#lasted(current)) this.#retry("the server asked to reconnect again");
    else this.#attempts.begin();
  }

  /** Forgets what came while there were two links, once the one there is has brought all that both did. */
  #forget(): void {
    this.#forgetAt = Infinity;
    const [rest, more] = this.#connections.values();
    // Another attempt at the handover may follow.
    if (!this.#repeats.remembering || more !== undefined || this.#current?.leaving) return;
    if (rest === undefined) return this.#repeats.end();
    // If it has yet to log in, this comes again once it has.
    if (!rest.live) return;
    rest.proofs.request(this.#now, () => {
      if (this.#connections.size < 2) this.#forgetAt = this.#now + REMEMBERED;
    });
  }

  #lasted(connection: Connection): boolean {
    return this.#now - (connection.readyAt ?? this.#now) >= LASTING;
  }

  #connecting(): boolean {
    return this.#next !== undefined || this.#attempts.underWay;
  }

  #gone(connection: Connection, info: CloseInfo): void {
    this.#connections.delete(connection.link.id);
    connection.lost();
    const reason = closeReason(info);
    if (connection === this.#current) {
      this.#current = undefined;
      this.#away ??= connection.receivedAt;
      if (this.#lasted(connection)) this.#attempts.reset();
      if (this.#state === "running") {
        if (!this.#connecting()) this.#retry(reason);
        else this.#tellReconnecting(reason);
      }
    } else if (connection === this.#next) {
      this.#next = undefined;
      if (this.#state === "running") this.#retry(reason);
    } else if (connection.retired && !connection.drained && this.#state === "running") {
      // What was said before its successor was there may have died with it.
      this.#events.push({ kind: "gap", from: connection.receivedAt, to: this.#now });
    }
    this.#advance();
    this.#forget();
  }

  #retry(reason: string): void {
    if (this.#attempts.failed(this.#now) !== undefined) {
      this.#tellReconnecting(reason);
    } else if (this.#current !== undefined) {
      // No handover can be had; the old link serves for as long as it lives.
      this.#current.leaving = false;
      this.#forget();
    } else {
      const message = `Cannot connect to "${this.#setup.url}" in ${this.#attempts.count} attempts: ${reason}`;
      this.#fail(new ConnectionError("unreachable", message));
    }
  }

  #tellReconnecting(reason: string): void {
    const { count, retryAt } = this.#attempts;
    const after = retryAt === Infinity ? 0 : retryAt - this.#now;
    this.#events.push({ kind: "reconnecting", after, attempt: count, reason });
  }

  /** Does what is due. */
  #expire(): void {
    const now = this.#now;
    if (this.#state === "ended" || now < this.deadline()) return;
    if (now >= this.#forgetAt) {
      this.#forgetAt = Infinity;
      this.#repeats.end();
    }
    if (now >= this.#attempts.retryAt) this.#attempts.begin();
    for (const connection of this.#connections.values()) {
      connection.expire(now);
      if (connection.gone) this.#inbox.push(connection);
    }
    this.#advance();
  }

  /** No session can be had. */
  #fail(error: Error): void {
    if (this.#state !== "running") return;
    this.#error = error;
    this.#end();
    for (const connection of this.#connections.values()) {
      connection.drop("the session has failed");
      this.#inbox.push(connection);
    }
  }

  /** Wants nothing more; the end follows once every link is gone and all that came has been told. */
  #end(): void {
    if (this.#state !== "running") return;
    this.#state = "ending";
    this.#forgetAt = Infinity;
    this.#attempts.end();
    this.#says.end();
    const error = new CommandError("closed", "Cannot join: the session has ended");
    for (const ticket of this.#wanted.takeTickets()) this.#actions.failed(ticket, error);
  }
}

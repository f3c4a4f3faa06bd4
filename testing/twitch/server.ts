import { type IrcMessage, parseMessage } from "@parley/parley/irc";
import { Core, type Data, type Input, type Instant, type OpenInfo } from "@parley/parley/protocol";
import { Chat, PONG_TIMEOUT } from "./_chat.ts";
import { Connection } from "./_connection.ts";
import { Faults } from "./_faults.ts";
import { fold, HOST, sourceOf } from "./_lines.ts";
import { Login } from "./_login.ts";
import type {
  TwitchServerCommand,
  TwitchServerEvent,
  TwitchServerOptions,
  TwitchServerRecord,
  TwitchStanding,
} from "./server_types.ts";
import { verdict as judge } from "./_verdict.ts";

const SILENCE = 1_800_000;

/**
 * Twitch's chat server in one object, for tests: login, channels, messages with all their tags, its limits,
 * its silences, and whatever a test wants to go wrong. A core like the clients: it runs in virtual time or
 * over sockets. ([Twitch IRC](https://dev.twitch.tv/docs/chat/irc/))
 *
 * Where Twitch's documentation does not say: a login over the limit is answered by closing the link, and
 * the first message over the limit by `msg_ratelimit`, those of the next 30 minutes not at all.
 *
 * @example In virtual time
 * ```ts
 * import { Driver } from "@parley/parley/driver";
 * import { Simulation, TwitchServer } from "@parley/testing";
 * import { TWITCH_URL, TwitchClient } from "@parley/parley/twitch";
 *
 * const world = new Simulation();
 * const server = new Driver(new TwitchServer(), { host: world.host("server"), label: "tmi", deliver: () => {} });
 * server.start();
 * world.serve(TWITCH_URL, server);
 *
 * const chat = new TwitchClient({ channels: ["#dallas"], runtime: world.host("bot") });
 * await world.until(chat.connect());
 * await world.run(1_000);
 * server.command({ kind: "say", channel: "#dallas", login: "ronni", text: "Kappa Keepo Kappa" });
 * const event = await world.until(chat.wait("PRIVMSG"));
 * event.text; // "Kappa Keepo Kappa"
 * ```
 */
export class TwitchServer extends Core<TwitchServerCommand, TwitchServerEvent> {
  readonly #options: TwitchServerOptions;
  readonly #pingInterval: number;
  readonly #chat: Chat;
  readonly #login: Login;
  readonly #faults: Faults;
  #ended = false;

  /** Takes how it is set up. */
  constructor(options: TwitchServerOptions = {}) {
    super();
    this.#options = options;
    this.#pingInterval = options.pingInterval ?? 300_000;
    this.#chat = new Chat(options, this.outputs);
    this.#login = new Login(this.#chat, options.accounts ?? {});
    this.#faults = new Faults(this.#chat, this.#login, options.reconnectGrace ?? 15_000);
  }

  /** Everything that happened on links, in order. */
  get log(): readonly TwitchServerRecord[] {
    return this.#chat.log;
  }

  /** The logins in a channel, one for each link. */
  members(channel: string): readonly string[] {
    return this.#chat.in(fold(channel)).map(({ login }) => login);
  }

  /** The links that are in a channel. */
  links(channel: string): readonly number[] {
    return this.#chat.in(fold(channel)).map(({ link }) => link);
  }

  /** Who said what with an id, among the last hundred messages of a channel. */
  message(channel: string, id: string): { readonly login: string; readonly text: string } | undefined {
    return this.#chat.rooms.of(fold(channel)).messages.get(id);
  }

  /** Whether a message that comes without a link is to be dropped in silence, as a test has wanted; counts it. */
  swallows(channel: string): boolean {
    const room = this.#chat.rooms.of(fold(channel));
    if (room.swallows === 0) return false;
    room.swallows--;
    return true;
  }

  /** How many seconds those in a channel must pause; 0: it is not in slow mode. */
  slow(channel: string): number {
    return this.#chat.rooms.of(fold(channel)).slow;
  }

  /** What an account is in a channel. */
  standing(channel: string, login: string): TwitchStanding {
    return this.#chat.rooms.of(fold(channel)).standing(login.toLowerCase());
  }

  /** Whether a login cannot join a channel: it does not exist, is suspended, or has banned it. */
  refuses(channel: string, login: string): boolean {
    return this.#chat.rooms.refusal(fold(channel), login.toLowerCase()) !== undefined;
  }

  /** Begins. */
  start(now: Instant): void {
    this.#chat.now = now;
  }

  /**
   * Does something on the server.
   *
   * @throws {CommandError} if a line cannot be sent.
   */
  command(command: TwitchServerCommand, ticket: number, now: Instant): void {
    this.#chat.now = now;
    this.outputs.done(ticket, this.#faults.obey(command));
  }

  /** Nothing it does takes time. */
  cancel(): void {}

  /** Closes every link and ends. */
  shutdown(): void {
    if (this.#ended) return;
    this.#ended = true;
    for (const connection of [...this.#chat.connections.values()]) this.#chat.close(connection);
    this.outputs.end();
  }

  /** When `tick` is due at the latest. */
  deadline(): Instant {
    return this.#ended ? Infinity : Math.min(this.#chat.pings.next, this.#chat.drops.next);
  }

  protected take(input: Input): void {
    if (this.#ended) return;
    this.#chat.now = input.now;
    switch (input.kind) {
      case "opened":
        return this.#opened(input.link, input.info);
      case "received":
        return this.#received(input.link, input.data);
      case "closed": {
        const connection = this.#chat.connections.get(input.link);
        if (connection !== undefined && !connection.gone) this.#chat.gone(connection);
        return;
      }
      case "tick":
        return this.#due(input.now);
    }
  }

  /** Reads one line that waits. */
  protected override next(): boolean {
    const connection = this.#ended ? undefined : this.#chat.unread.peek();
    if (connection === undefined) return false;
    const line = this.#chat.connections.has(connection.link) ? connection.decoder.next() : undefined;
    if (line === undefined) {
      this.#chat.unread.shift();
      if (connection.gone) this.#chat.left(connection);
    } else if (line.kind === "line" && !connection.frozen && !connection.closed) {
      this.#read(connection, line.text);
    }
    return true;
  }

  #opened(link: number, info: OpenInfo): void {
    const connection = new Connection(link, /^wss?:/i.test(info.url));
    this.#chat.connections.set(link, connection);
    this.#chat.pings.set(connection, this.#chat.now + this.#pingInterval);
    this.#chat.record("opened", connection, info.url);
  }

  #received(link: number, data: Data): void {
    const connection = this.#chat.connections.get(link);
    if (connection === undefined || connection.gone) return;
    connection.decoder.push(data);
    this.#chat.unread.push(connection);
  }

  #due(now: Instant): void {
    const { drops, pings } = this.#chat;
    for (let one = drops.due(now); one !== undefined; one = drops.due(now)) this.#chat.drop(one);
    for (let one = pings.due(now); one !== undefined; one = pings.due(now)) {
      pings.set(one, now + this.#pingInterval);
      if (!one.leaving) drops.set(one, now + PONG_TIMEOUT);
      this.#chat.write(one, [`PING :${HOST}`]);
    }
  }

  #read(connection: Connection, line: string): void {
    let message: IrcMessage;
    try {
      message = parseMessage(line);
    } catch {
      return;
    }
    const { link, login } = connection;
    const { rooms, now } = this.#chat;
    const text = message.command === "PASS" ? "PASS" : line;
    const there = message.command === "PRIVMSG" ? rooms.terms(fold(message.param(0)), login) : {};
    this.#chat.log.push({ kind: "line", link, at: now, login, text, ...there });
    if (/[\0\r]/.test(line)) return;
    this.#line(connection, message);
    if (message.command === "PASS") return;
    this.outputs.tell({ kind: "line", link, login: connection.login, message, at: now });
  }

  #line(connection: Connection, message: IrcMessage): void {
    if (this.#login.take(connection, message)) return;
    switch (message.command) {
      case "PING":
        // Clients that send nothing along expect a bare answer: tmi.js knows no other.
        return this.#chat.write(connection, [
          message.params.length === 0 ? "PONG" : `:${HOST} PONG ${HOST} :${message.text}`,
        ]);
      case "PONG":
        if (!connection.leaving) this.#chat.drops.clear(connection);
        return;
    }
    if (!connection.registered) return;
    switch (message.command) {
      case "JOIN":
        for (const channel of message.param(0).split(",")) this.#join(connection, fold(channel));
        return;
      case "PART":
        for (const channel of message.param(0).split(",")) this.#part(connection, fold(channel));
        return;
      case "PRIVMSG":
        return this.#privmsg(connection, fold(message.param(0)), message);
      case "QUIT":
        return this.#chat.close(connection);
      default:
        this.#chat.write(connection, [
          `:${HOST} 421 ${connection.login} ${message.command.slice(0, 20)} :Unknown command`,
        ]);
    }
  }

  #join(connection: Connection, channel: string): void {
    if (this.#chat.over(connection, this.#chat.account(connection).joins, "join")) return;
    const there = connection.channels.has(channel);
    if (there && !this.#options.echoesAll) return;
    const { login } = connection;
    const refusal = this.#chat.rooms.refusal(channel, login);
    // Twitch says nothing about channels that do not exist.
    if (refusal === "") return;
    if (refusal !== undefined) return this.#chat.notice(connection, channel, refusal);
    if (this.#crowded(connection, channel)) return this.#chat.record("limited", connection, "channels");
    const room = this.#chat.rooms.of(channel);
    const source = sourceOf(login);
    if (room.ghosts > 0) {
      room.ghosts--;
      connection.forgotten.add(channel);
      return this.#chat.write(connection, [`:${source} JOIN ${channel}`]);
    }
    connection.forgotten.delete(channel);
    connection.channels.add(channel);
    const lines = [
      `:${source} JOIN ${channel}`,
      `:${login}.${HOST} 353 ${login} = ${channel} :${login}`,
      `:${login}.${HOST} 366 ${login} ${channel} :End of /NAMES list`,
    ];
    if (!connection.anonymous && connection.capabilities.has("twitch.tv/commands")) {
      lines.push(this.#chat.userstate(connection, channel, {}));
    }
    this.#chat.write(connection, lines);
    this.#chat.roomstate(connection, channel, true);
    if (!there) this.#chat.tellMembers(connection, channel, `:${source} JOIN ${channel}`);
  }

  /** Whether an account is in as many channels as it may be, of those it does not moderate. */
  #crowded({ login, anonymous }: Connection, channel: string): boolean {
    if (anonymous || this.#chat.rooms.of(channel).standing(login) === "moderator") return false;
    const there = new Set<string>();
    for (const { channels } of this.#chat.of(login)) {
      for (const name of channels) {
        if (this.#chat.rooms.of(name).standing(login) !== "moderator") there.add(name);
      }
    }
    return !there.has(channel) && there.size >= (this.#options.limits?.channels ?? 100);
  }

  #part(connection: Connection, channel: string): void {
    connection.forgotten.delete(channel);
    if (!connection.channels.delete(channel)) return;
    const line = `:${sourceOf(connection.login)} PART ${channel}`;
    this.#chat.write(connection, [line]);
    this.#chat.tellMembers(connection, channel, line);
  }

  #privmsg(connection: Connection, channel: string, message: IrcMessage): void {
    const { login } = connection;
    const sent = message.param(1);
    const refusal = this.#chat.rooms.refusal(channel, login);
    if (connection.anonymous || refusal === "" || sent.trim() === "" || [...sent].length > 500) return;
    const account = this.#chat.account(connection);
    if (this.#chat.now < account.silencedUntil) return this.#chat.record("limited", connection, "message");
    const room = this.#chat.rooms.of(channel);
    const standing = room.standing(login);
    const over = [account.messages, ...(standing === "moderator" ? [] : [account.ordinary])]
      .map((log) => this.#chat.over(connection, log, "message"));
    if (over.includes(true)) {
      account.silencedUntil = this.#chat.now + SILENCE;
      return this.#chat.notice(connection, channel, "msg_ratelimit");
    }
    if (refusal !== undefined) return this.#chat.notice(connection, channel, refusal);
    const silence = (room.silenced.get(login) ?? -Infinity) - this.#chat.now;
    if (silence > 0) {
      return this.#chat.notice(connection, channel, "msg_timedout", Math.ceil(silence / 1_000));
    }
    const verdict = judge(room, login, sent, this.#chat.now);
    if (verdict !== undefined) {
      if (verdict.limited !== undefined) this.#chat.record("limited", connection, verdict.limited);
      return this.#chat.notice(connection, channel, verdict.notice, verdict.seconds);
    }
    if (room.swallows > 0) {
      room.swallows--;
      return;
    }
    room.said.set(login, { text: sent, at: this.#chat.now });
    const tags: Record<string, string> = {};
    for (const key of ["client-nonce", "reply-parent-msg-id"]) {
      const value = message.tag(key);
      if (value !== undefined) tags[key] = value;
    }
    // A command without a name says what follows.
    const [, command, said = sent] = /^[/.](me)? (.*)$/.exec(sent) ?? [];
    const text = command === undefined ? said : `\u0001ACTION ${said}\u0001`;
    const id = this.#chat.say(channel, login, text, tags, connection);
    const nonce = tags["client-nonce"];
    const state = { id, ...(nonce !== undefined && { "client-nonce": nonce }) };
    if (connection.capabilities.has("twitch.tv/commands")) {
      this.#chat.write(connection, [this.#chat.userstate(connection, channel, state)]);
    }
  }
}

import { type IrcMessage, parseMessage } from "../../src/irc/wire/message.ts";
import { Outputs } from "../../src/protocol/outputs.ts";
import type { CloseInfo, Data, Instant, OpenInfo, Output, Protocol } from "../../src/protocol/protocol.ts";
import { Queue } from "../../src/protocol/queue.ts";
import type { RateLog } from "../../src/protocol/rate_log.ts";
import { Account, Connection } from "./_connection.ts";
import { checkLine, fold, HOST, idOf, NOTICES, sourceOf, tagged, userTags, welcome } from "./_lines.ts";
import type {
  TwitchServerCommand,
  TwitchServerEvent,
  TwitchServerOptions,
  TwitchServerRecord,
} from "./server_types.ts";
import { verdict as judge } from "./_verdict.ts";
import { Rooms } from "./_rooms.ts";

const CAPABILITIES = ["twitch.tv/tags", "twitch.tv/commands", "twitch.tv/membership"];
const PONG_TIMEOUT = 30_000;
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
 * const connecting = TwitchClient.connect({ channels: ["#dallas"], runtime: world.host("bot") });
 * const chat = await world.until(connecting);
 * await world.run(1_000);
 * server.command({ kind: "say", channel: "#dallas", login: "ronni", text: "Kappa Keepo Kappa" });
 * const event = await world.until(chat.wait("PRIVMSG"));
 * event.text; // "Kappa Keepo Kappa"
 * ```
 */
export class TwitchServer implements Protocol<TwitchServerCommand, TwitchServerEvent> {
  readonly #options: TwitchServerOptions;
  readonly #pingInterval: number;
  readonly #grace: number;
  readonly #rooms: Rooms;
  readonly #tokens: Map<string, string>;
  readonly #accounts = new Map<string, Account>();
  readonly #outputs = new Outputs<TwitchServerEvent>();
  readonly #inbox = new Queue<Connection>();
  readonly #connections = new Map<number, Connection>();
  readonly #log: TwitchServerRecord[] = [];
  #now: Instant = 0;
  #messages = 0;
  #state: "running" | "ending" | "ended" = "running";

  /** Takes how it is set up. */
  constructor(options: TwitchServerOptions = {}) {
    this.#options = options;
    this.#pingInterval = options.pingInterval ?? 300_000;
    this.#grace = options.reconnectGrace ?? 15_000;
    this.#rooms = new Rooms(options.channels, options.suspended ?? []);
    this.#tokens = new Map(Object.entries(options.accounts ?? {}));
  }

  /** Everything that happened on links, in order. */
  get log(): readonly TwitchServerRecord[] {
    return this.#log;
  }

  /** The logins in a channel, one for each link. */
  members(channel: string): readonly string[] {
    return this.#in(fold(channel)).map(({ login }) => login);
  }

  /** The links that are in a channel. */
  links(channel: string): readonly number[] {
    return this.#in(fold(channel)).map(({ link }) => link);
  }

  /** Whether a login cannot join a channel: it does not exist, is suspended, or has banned it. */
  refuses(channel: string, login: string): boolean {
    return this.#rooms.refusal(fold(channel), login.toLowerCase()) !== undefined;
  }

  /** Begins. */
  start(now: Instant): void {
    this.#now = now;
  }

  /** A client was accepted. */
  opened(link: number, info: OpenInfo, now: Instant): void {
    this.#now = now;
    if (this.#state !== "running") return this.#outputs.abort(link);
    const connection = new Connection(link, /^wss?:/i.test(info.url), now + this.#pingInterval);
    this.#connections.set(link, connection);
    this.#record("opened", connection, info.url);
  }

  /** Takes in what came. */
  receive(link: number, data: Data, now: Instant): void {
    this.#now = now;
    const connection = this.#connections.get(link);
    if (connection === undefined || connection.gone) return;
    connection.decoder.push(data);
    this.#inbox.push(connection);
  }

  /** A client is gone. */
  closed(link: number, _info: CloseInfo, now: Instant): void {
    this.#now = now;
    const connection = this.#connections.get(link);
    if (connection === undefined || connection.gone) return;
    connection.gone = true;
    this.#inbox.push(connection);
  }

  /** It asks for nothing. */
  answered(): void {}

  /** Time has passed. */
  tick(now: Instant): void {
    this.#now = now;
    for (const connection of [...this.#connections.values()]) {
      if (connection.gone) continue;
      if (now >= connection.closeAt) {
        this.#drop(connection);
      } else if (now >= connection.pingAt) {
        connection.pingAt = now + this.#pingInterval;
        if (!connection.leaving) connection.closeAt = now + PONG_TIMEOUT;
        this.#write(connection, [`PING :${HOST}`]);
      }
    }
  }

  /**
   * Does something on the server.
   *
   * @throws {CommandError} if a line cannot be sent.
   */
  command(command: TwitchServerCommand, ticket: number, now: Instant): void {
    this.#now = now;
    let value: string | undefined;
    switch (command.kind) {
      case "say": {
        const { channel, login, text, tags = {} } = command;
        checkLine(text);
        if (!this.#rooms.of(fold(channel)).suspended) {
          value = this.#say(fold(channel), login.toLowerCase(), text, tags);
        }
        break;
      }
      case "reconnect":
        for (const connection of this.#of(command.login)) {
          connection.leaving = true;
          connection.closeAt = now + this.#grace;
          this.#write(connection, [`:${HOST} RECONNECT`]);
        }
        break;
      case "drop":
        for (const connection of this.#of(command.login)) this.#drop(connection);
        break;
      case "freeze":
        for (const connection of this.#connections.values()) connection.frozen = true;
        break;
      case "suspend":
        this.#suspend(fold(command.channel));
        break;
      case "ban":
        this.#ban(fold(command.channel), command.login.toLowerCase());
        break;
      case "slow": {
        const room = this.#rooms.of(fold(command.channel));
        room.slow = command.seconds;
        for (const connection of this.#in(room.name)) this.#roomstate(connection, room.name, false);
        break;
      }
      case "stand":
        this.#rooms.of(fold(command.channel)).standings.set(command.login.toLowerCase(), command.as);
        break;
      case "forget":
        for (const connection of this.#of(command.login)) this.#forget(connection, fold(command.channel));
        break;
      case "ghost":
        this.#rooms.of(fold(command.channel)).ghosts = command.count;
        break;
      case "swallow":
        this.#rooms.of(fold(command.channel)).swallows = command.count;
        break;
      case "token":
        this.#tokens.set(command.login.toLowerCase(), command.token);
        break;
      case "raw": {
        const { channel } = command;
        checkLine(command.line);
        for (const connection of this.#of(command.login)) {
          if (channel === undefined || connection.channels.has(fold(channel))) {
            this.#write(connection, [command.line]);
          }
        }
        break;
      }
    }
    this.#outputs.done(ticket, value);
  }

  /** Nothing it does takes time. */
  cancel(): void {}

  /** Closes every link and ends. */
  shutdown(): void {
    if (this.#state !== "running") return;
    this.#state = "ending";
    for (const connection of [...this.#connections.values()]) this.#close(connection);
  }

  /** The next thing to do or to tell. */
  poll(): Output<TwitchServerEvent> | undefined {
    while (this.#outputs.length === 0) {
      const connection = this.#inbox.peek();
      if (connection !== undefined) this.#read(connection);
      else if (this.#state === "ending") this.#end();
      else break;
    }
    return this.#outputs.shift();
  }

  /** When `tick` is due at the latest. */
  deadline(): Instant {
    let deadline = Infinity;
    for (const { pingAt, closeAt } of this.#connections.values()) {
      deadline = Math.min(deadline, pingAt, closeAt);
    }
    return deadline;
  }

  #end(): void {
    this.#state = "ended";
    this.#outputs.end();
  }

  #read(connection: Connection): void {
    const line = this.#connections.has(connection.link) ? connection.decoder.next() : undefined;
    if (line === undefined) {
      this.#inbox.shift();
      if (connection.gone) this.#left(connection);
    } else if (line.kind === "line" && !connection.frozen && !connection.closed) {
      let message: IrcMessage;
      try {
        message = parseMessage(line.text);
      } catch {
        return;
      }
      const { link, login } = connection;
      const text = message.command === "PASS" ? "PASS" : line.text;
      const there = message.command === "PRIVMSG" ? this.#rooms.terms(fold(message.param(0)), login) : {};
      this.#log.push({ kind: "line", link, at: this.#now, login, text, ...there });
      if (/[\0\r]/.test(line.text)) return;
      this.#line(connection, message);
      if (message.command === "PASS") return;
      this.#outputs.tell({ kind: "line", link, login: connection.login, message, at: this.#now });
    }
  }

  #line(connection: Connection, message: IrcMessage): void {
    switch (message.command) {
      case "CAP":
        return this.#cap(connection, message);
      case "PASS":
        connection.pass = message.param(0);
        return;
      case "NICK":
        return this.#nick(connection, message.param(0));
      case "PING":
        // Clients that send nothing along expect a bare answer: tmi.js knows no other.
        return this.#write(connection, [
          message.params.length === 0 ? "PONG" : `:${HOST} PONG ${HOST} :${message.text}`,
        ]);
      case "PONG":
        if (!connection.leaving) connection.closeAt = Infinity;
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
        return this.#close(connection);
      default:
        this.#write(connection, [
          `:${HOST} 421 ${connection.login} ${message.command.slice(0, 20)} :Unknown command`,
        ]);
    }
  }

  #cap(connection: Connection, message: IrcMessage): void {
    const subcommand = message.param(0).toUpperCase();
    if (subcommand === "LS") return this.#write(connection, [`:${HOST} CAP * LS :${CAPABILITIES.join(" ")}`]);
    if (subcommand !== "REQ") return;
    const wanted = message.params.slice(1).join(" ").split(" ").filter((name) => name !== "");
    const known = wanted.every((name) => CAPABILITIES.includes(name));
    if (known) { for (const name of wanted) connection.capabilities.add(name); }
    this.#write(connection, [`:${HOST} CAP * ${known ? "ACK" : "NAK"} :${wanted.join(" ")}`]);
  }

  #nick(connection: Connection, nick: string): void {
    if (connection.registered) return;
    const login = nick.toLowerCase();
    if (!/^[a-z0-9_]{1,25}$/.test(login)) return this.#refuse(connection, "Invalid NICK");
    connection.login = login;
    connection.anonymous = /^justinfan[0-9]+$/.test(login);
    if (this.#over(connection, this.#account(connection).logins, "auth")) return this.#close(connection);
    if (!connection.anonymous) {
      const token = /^oauth:(.+)$/.exec(connection.pass ?? "")?.[1];
      if (token === undefined) return this.#refuse(connection, "Improperly formatted auth");
      if (this.#tokens.get(login) !== token) {
        return this.#refuse(connection, "Login authentication failed");
      }
    }
    connection.registered = true;
    const lines = welcome(login);
    if (!connection.anonymous && connection.capabilities.has("twitch.tv/commands")) {
      const tags = { ...userTags(login), "emote-sets": "0", "user-id": idOf(login) };
      lines.push(tagged(connection, tags, `:${HOST} GLOBALUSERSTATE`));
    }
    this.#write(connection, lines);
    this.#outputs.tell({ kind: "registered", link: connection.link, login, at: this.#now });
  }

  #refuse(connection: Connection, text: string): void {
    this.#write(connection, [`:${HOST} NOTICE * :${text}`]);
    this.#close(connection);
  }

  #join(connection: Connection, channel: string): void {
    if (this.#over(connection, this.#account(connection).joins, "join")) return;
    const there = connection.channels.has(channel);
    if (there && !this.#options.echoesAll) return;
    const { login } = connection;
    const refusal = this.#rooms.refusal(channel, login);
    // Twitch says nothing about channels that do not exist.
    if (refusal === "") return;
    if (refusal !== undefined) return this.#notice(connection, channel, refusal);
    if (this.#crowded(connection, channel)) return this.#record("limited", connection, "channels");
    const room = this.#rooms.of(channel);
    const source = sourceOf(login);
    if (room.ghosts > 0) {
      room.ghosts--;
      connection.forgotten.add(channel);
      return this.#write(connection, [`:${source} JOIN ${channel}`]);
    }
    connection.forgotten.delete(channel);
    connection.channels.add(channel);
    const lines = [
      `:${source} JOIN ${channel}`,
      `:${login}.${HOST} 353 ${login} = ${channel} :${login}`,
      `:${login}.${HOST} 366 ${login} ${channel} :End of /NAMES list`,
    ];
    if (!connection.anonymous && connection.capabilities.has("twitch.tv/commands")) {
      lines.push(this.#userstate(connection, channel, {}));
    }
    this.#write(connection, lines);
    this.#roomstate(connection, channel, true);
    if (!there) this.#tellMembers(connection, channel, `:${source} JOIN ${channel}`);
  }

  /** Whether an account is in as many channels as it may be, of those it does not moderate. */
  #crowded({ login, anonymous }: Connection, channel: string): boolean {
    if (anonymous || this.#rooms.of(channel).standing(login) === "moderator") return false;
    const there = new Set<string>();
    for (const { channels } of this.#of(login)) {
      for (const name of channels) if (this.#rooms.of(name).standing(login) !== "moderator") there.add(name);
    }
    return !there.has(channel) && there.size >= (this.#options.limits?.channels ?? 100);
  }

  #part(connection: Connection, channel: string): void {
    connection.forgotten.delete(channel);
    if (!connection.channels.delete(channel)) return;
    const line = `:${sourceOf(connection.login)} PART ${channel}`;
    this.#write(connection, [line]);
    this.#tellMembers(connection, channel, line);
  }

  #privmsg(connection: Connection, channel: string, message: IrcMessage): void {
    const { login } = connection;
    const sent = message.param(1);
    const refusal = this.#rooms.refusal(channel, login);
    if (connection.anonymous || refusal === "" || sent.trim() === "" || [...sent].length > 500) return;
    const account = this.#account(connection);
    if (this.#now < account.silencedUntil) return this.#record("limited", connection, "message");
    const room = this.#rooms.of(channel);
    const standing = room.standing(login);
    const over = [account.messages, ...(standing === "moderator" ? [] : [account.ordinary])]
      .map((log) => this.#over(connection, log, "message"));
    if (over.includes(true)) {
      account.silencedUntil = this.#now + SILENCE;
      return this.#notice(connection, channel, "msg_ratelimit");
    }
    if (refusal !== undefined) return this.#notice(connection, channel, refusal);
    const verdict = judge(room, login, sent, this.#now);
    if (verdict !== undefined) {
      if (verdict.limited !== undefined) this.#record("limited", connection, verdict.limited);
      return this.#notice(connection, channel, verdict.notice, verdict.seconds);
    }
    if (room.swallows > 0) {
      room.swallows--;
      return;
    }
    const action = /^\/me (.*)$/.exec(sent)?.[1];
    room.said.set(login, { text: sent, at: this.#now });
    const tags: Record<string, string> = {};
    for (const key of ["client-nonce", "reply-parent-msg-id"]) {
      const value = message.tag(key);
      if (value !== undefined) tags[key] = value;
    }
    const text = action === undefined ? sent : `\u0001ACTION ${action}\u0001`;
    const id = this.#say(channel, login, text, tags, connection);
    const nonce = tags["client-nonce"];
    const state = { id, ...(nonce !== undefined && { "client-nonce": nonce }) };
    if (connection.capabilities.has("twitch.tv/commands")) {
      this.#write(connection, [this.#userstate(connection, channel, state)]);
    }
  }

  /** Tells everybody in a channel but the sender's own link what was said; returns its id. */
  #say(
    channel: string,
    login: string,
    text: string,
    tags: Readonly<Record<string, string>>,
    from?: Connection,
  ): string {
    const id = `00000000-0000-4000-8000-${(++this.#messages).toString(16).padStart(12, "0")}`;
    const all = {
      ...userTags(login, channel, this.#rooms.of(channel).standing(login)),
      emotes: "",
      "first-msg": "0",
      flags: "",
      id,
      "returning-chatter": "0",
      "room-id": idOf(channel.slice(1)),
      "tmi-sent-ts": String(Math.round(this.#now)),
      turbo: "0",
      "user-id": idOf(login),
      ...tags,
    };
    const to = this.#in(channel).filter((connection) => connection !== from);
    for (const connection of to) {
      this.#write(connection, [tagged(connection, all, `:${sourceOf(login)} PRIVMSG ${channel} :${text}`)]);
    }
    const links = to.map(({ link }) => link);
    const forgotten = [...this.#connections.values()]
      .flatMap(({ link, forgotten, gone }) => !gone && forgotten.has(channel) ? [link] : []);
    this.#outputs.tell({ kind: "said", id, channel, login, text, links, forgotten, at: this.#now });
    return id;
  }

  #ban(channel: string, login: string): void {
    this.#rooms.of(channel).banned.add(login);
    const tags = {
      "room-id": idOf(channel.slice(1)),
      "target-user-id": idOf(login),
      "tmi-sent-ts": String(Math.round(this.#now)),
    };
    for (const connection of this.#in(channel)) {
      if (!connection.capabilities.has("twitch.tv/commands")) continue;
      this.#write(connection, [tagged(connection, tags, `:${HOST} CLEARCHAT ${channel} :${login}`)]);
    }
  }

  /** Nobody can be in the channel any more, and those who are there are told why they are not. */
  #suspend(channel: string): void {
    this.#rooms.of(channel).suspended = true;
    for (const connection of this.#in(channel)) {
      connection.channels.delete(channel);
      this.#notice(connection, channel, "msg_channel_suspended");
    }
  }

  /** Takes a link out of a channel without a word. */
  #forget(connection: Connection, channel: string): void {
    if (connection.channels.delete(channel)) connection.forgotten.add(channel);
  }

  #notice(connection: Connection, channel: string, id: keyof typeof NOTICES, seconds = 0): void {
    const text = NOTICES[id].replace("<channel>", channel.slice(1)).replace("<seconds>", String(seconds));
    this.#write(connection, [tagged(connection, { "msg-id": id }, `:${HOST} NOTICE ${channel} :${text}`)]);
  }

  #userstate(connection: Connection, channel: string, tags: Readonly<Record<string, string>>): string {
    const standing = this.#rooms.of(channel).standing(connection.login);
    const all = { ...userTags(connection.login, channel, standing), "emote-sets": "0", ...tags };
    return tagged(connection, all, `:${HOST} USERSTATE ${channel}`);
  }

  #roomstate(connection: Connection, channel: string, all: boolean): void {
    if (!connection.capabilities.has("twitch.tv/commands")) return;
    const tags = this.#rooms.of(channel).state(all);
    this.#write(connection, [tagged(connection, tags, `:${HOST} ROOMSTATE ${channel}`)]);
  }

  /** Tells the others in a channel that somebody came or left, unless the same account is there by another link. */
  #tellMembers(about: Connection, channel: string, line: string): void {
    const others = this.#in(channel).filter((connection) => connection !== about);
    if (others.some(({ login }) => login === about.login)) return;
    for (const connection of others) {
      if (connection.capabilities.has("twitch.tv/membership")) this.#write(connection, [line]);
    }
  }

  #account(connection: Connection): Account {
    const key = connection.anonymous ? "anonymous" : connection.login;
    const account = this.#accounts.get(key) ?? new Account(this.#options.limits ?? {});
    this.#accounts.set(key, account);
    return account;
  }

  /** Counts one effect; true if it is one too many. */
  #over(connection: Connection, log: RateLog, limit: string): boolean {
    const over = log.readyAt(this.#now) > this.#now;
    if (over) this.#record("limited", connection, limit);
    else log.add(this.#now);
    return over;
  }

  #in(channel: string): Connection[] {
    return [...this.#connections.values()].filter(({ channels, gone }) => !gone && channels.has(channel));
  }

  #of(login: string | undefined): Connection[] {
    return [...this.#connections.values()]
      .filter((connection) => connection.registered && !connection.gone)
      .filter((connection) => login === undefined || connection.login === login.toLowerCase());
  }

  /** Sends lines, as one message where links have messages, which Twitch does as well. */
  #write(connection: Connection, lines: readonly string[]): void {
    if (connection.gone || connection.closed || connection.frozen) return;
    this.#outputs.send(connection.link, lines.map((line) => `${line}\r\n`).join(""));
  }

  #close(connection: Connection): void {
    if (connection.gone || connection.closed) return;
    connection.closed = true;
    connection.closeAt = this.#now + PONG_TIMEOUT;
    this.#outputs.close(connection.link, 1000, "");
  }

  #drop(connection: Connection): void {
    if (connection.gone) return;
    connection.gone = true;
    this.#outputs.abort(connection.link);
    this.#inbox.push(connection);
  }

  #left(connection: Connection): void {
    if (!this.#connections.delete(connection.link)) return;
    this.#record("closed", connection, "");
    const { link, login, registered } = connection;
    for (const channel of connection.channels) {
      this.#tellMembers(connection, channel, `:${sourceOf(login)} PART ${channel}`);
    }
    if (registered) this.#outputs.tell({ kind: "left", link, login, at: this.#now });
  }

  #record(kind: TwitchServerRecord["kind"], connection: Connection, text: string): void {
    const { link, login } = connection;
    this.#log.push({ kind, link, at: this.#now, login, text });
  }
}

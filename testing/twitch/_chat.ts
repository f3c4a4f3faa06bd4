import { Deadlines, type Instant, type Outputs, Queue, type RateLog } from "@parley/parley/protocol";
import { Account, type Connection } from "./_connection.ts";
import { HOST, idOf, NOTICES, sourceOf, tagged, userTags } from "./_lines.ts";
import { Rooms } from "./_rooms.ts";
import type { TwitchServerEvent, TwitchServerOptions, TwitchServerRecord } from "./server_types.ts";

/** How long a client may take to answer a PING or a close. */
export const PONG_TIMEOUT = 30_000;

/** How many messages of a channel can be deleted. */
const MOST_KEPT = 100;

/** Who is on Twitch's chat server and in which channels, and how lines get to them. */
export class Chat {
  readonly outputs: Outputs<TwitchServerEvent>;
  readonly rooms: Rooms;
  /** By their links. */
  readonly connections: Map<number, Connection> = new Map();
  /** Those of whom there may be a line to read. */
  readonly unread: Queue<Connection> = new Queue();
  /** When a client is asked for a sign of life. */
  readonly pings: Deadlines<Connection> = new Deadlines();
  /** When a client's link is dropped: for want of an answer, or after RECONNECT. */
  readonly drops: Deadlines<Connection> = new Deadlines();
  /** What happened on links, in order. */
  readonly log: TwitchServerRecord[] = [];
  /** The time of what is being worked through. */
  now: Instant = 0;
  readonly #limits: NonNullable<TwitchServerOptions["limits"]>;
  readonly #accounts = new Map<string, Account>();
  #messages = 0;

  constructor(
    { channels, suspended = [], limits = {} }: TwitchServerOptions,
    outputs: Outputs<TwitchServerEvent>,
  ) {
    this.outputs = outputs;
    this.rooms = new Rooms(channels, suspended);
    this.#limits = limits;
  }

  /** Tells everybody in a channel but the sender's own link what was said; returns its id. */
  say(
    channel: string,
    login: string,
    text: string,
    tags: Readonly<Record<string, string>>,
    from?: Connection,
  ): string {
    const id = this.#nextId();
    const { messages } = this.rooms.of(channel);
    messages.set(id, { login, text });
    for (const oldest of messages.keys()) {
      if (messages.size <= MOST_KEPT) break;
      messages.delete(oldest);
    }
    const all = {
      ...userTags(login, channel, this.rooms.of(channel).standing(login)),
      emotes: "",
      "first-msg": "0",
      flags: "",
      id,
      "returning-chatter": "0",
      "room-id": idOf(channel.slice(1)),
      "tmi-sent-ts": String(Math.round(this.now)),
      turbo: "0",
      "user-id": idOf(login),
      ...tags,
    };
    const to = this.in(channel).filter((connection) => connection !== from);
    for (const connection of to) {
      this.write(connection, [tagged(connection, all, `:${sourceOf(login)} PRIVMSG ${channel} :${text}`)]);
    }
    const links = to.map(({ link }) => link);
    const forgotten = [...this.connections.values()]
      .flatMap(({ link, forgotten, gone }) => !gone && forgotten.has(channel) ? [link] : []);
    const said = { id, channel, login, text, tags, from: from?.link, links, forgotten, at: this.now };
    this.outputs.tell({ kind: "said", ...said });
    return id;
  }

  /** Tells everybody in a channel what was announced; returns the notice's id. */
  announce(channel: string, login: string, text: string, color: string): string {
    const id = this.#nextId();
    const tags = { "msg-id": "announcement", "msg-param-color": color };
    const all = {
      ...userTags(login, channel, this.rooms.of(channel).standing(login)),
      emotes: "",
      flags: "",
      id,
      login,
      ...tags,
      "room-id": idOf(channel.slice(1)),
      "system-msg": "",
      "tmi-sent-ts": String(Math.round(this.now)),
      "user-id": idOf(login),
    };
    const to = this.in(channel).filter(({ capabilities }) => capabilities.has("twitch.tv/commands"));
    for (const connection of to) {
      this.write(connection, [tagged(connection, all, `:${HOST} USERNOTICE ${channel} :${text}`)]);
    }
    const links = to.map(({ link }) => link);
    this.outputs.tell({
      kind: "announced",
      id,
      channel,
      login,
      text,
      tags,
      links,
      from: undefined,
      forgotten: [],
      at: this.now,
    });
    return id;
  }

  #nextId(): string {
    return `00000000-0000-4000-8000-${(++this.#messages).toString(16).padStart(12, "0")}`;
  }

  /** Tells a client why something was not done. */
  notice(connection: Connection, channel: string, id: keyof typeof NOTICES, seconds = 0): void {
    const text = NOTICES[id].replace("<channel>", channel.slice(1)).replace("<seconds>", String(seconds));
    this.write(connection, [tagged(connection, { "msg-id": id }, `:${HOST} NOTICE ${channel} :${text}`)]);
  }

  /** The line that tells a client what it is in a channel. */
  userstate(connection: Connection, channel: string, tags: Readonly<Record<string, string>>): string {
    const standing = this.rooms.of(channel).standing(connection.login);
    const all = { ...userTags(connection.login, channel, standing), "emote-sets": "0", ...tags };
    return tagged(connection, all, `:${HOST} USERSTATE ${channel}`);
  }

  /** Tells a client how a channel is; all of it, or what is about slow mode. */
  roomstate(connection: Connection, channel: string, all: boolean): void {
    if (!connection.capabilities.has("twitch.tv/commands")) return;
    const tags = this.rooms.of(channel).state(all);
    this.write(connection, [tagged(connection, tags, `:${HOST} ROOMSTATE ${channel}`)]);
  }

  /** Tells the others in a channel that somebody came or left, unless the same account is there by another link. */
  tellMembers(about: Connection, channel: string, line: string): void {
    const others = this.in(channel).filter((connection) => connection !== about);
    if (others.some(({ login }) => login === about.login)) return;
    for (const connection of others) {
      if (connection.capabilities.has("twitch.tv/membership")) this.write(connection, [line]);
    }
  }

  /** The account that a client has logged in to. */
  account(connection: Connection): Account {
    // Of anonymous connections each is somebody else.
    const { login } = connection;
    const account = this.#accounts.get(login) ?? new Account(this.#limits);
    this.#accounts.set(login, account);
    return account;
  }

  /** Counts one effect; true if it is one too many. */
  over(connection: Connection, log: RateLog, limit: string): boolean {
    const over = log.readyAt(this.now) > this.now;
    if (over) this.record("limited", connection, limit);
    else log.add(this.now);
    return over;
  }

  /** The clients in a channel. */
  in(channel: string): Connection[] {
    return [...this.connections.values()].filter(({ channels, gone }) => !gone && channels.has(channel));
  }

  /** The clients that have logged in to an account, or to any. */
  of(login: string | undefined): Connection[] {
    return [...this.connections.values()]
      .filter((connection) => connection.registered && !connection.gone)
      .filter((connection) => login === undefined || connection.login === login.toLowerCase());
  }

  /** Sends lines, as one message where links have messages, which Twitch does as well. */
  write(connection: Connection, lines: readonly string[]): void {
    if (connection.gone || connection.closed || connection.frozen) return;
    this.outputs.send(connection.link, lines.map((line) => `${line}\r\n`).join(""));
  }

  /** Closes a link; one whose client does not answer is dropped. */
  close(connection: Connection): void {
    if (connection.gone || connection.closed) return;
    connection.closed = true;
    this.pings.clear(connection);
    this.drops.set(connection, this.now + PONG_TIMEOUT);
    this.outputs.close(connection.link, 1000, "");
  }

  /** Drops a link without a word. */
  drop(connection: Connection): void {
    if (connection.gone) return;
    this.outputs.abort(connection.link);
    this.gone(connection);
  }

  /** A link is gone; what it brought before is still read. */
  gone(connection: Connection): void {
    connection.gone = true;
    this.pings.clear(connection);
    this.drops.clear(connection);
    this.unread.push(connection);
  }

  /** A client whose lines are all read is no longer there, as others are told. */
  left(connection: Connection): void {
    if (!this.connections.delete(connection.link)) return;
    this.record("closed", connection, "");
    const { link, login, registered } = connection;
    for (const channel of connection.channels) {
      this.tellMembers(connection, channel, `:${sourceOf(login)} PART ${channel}`);
    }
    if (registered) this.outputs.tell({ kind: "left", link, login, at: this.now });
  }

  /** Notes what happened. */
  record(kind: TwitchServerRecord["kind"], connection: Connection, text: string): void {
    const { link, login } = connection;
    this.log.push({ kind, link, at: this.now, login, text });
  }
}

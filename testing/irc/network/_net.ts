import { type Casemapping, foldCase, formatMessage } from "@parley/parley/irc";
import { Deadlines, type Instant, type Outputs } from "@parley/parley/protocol";
import { Channel, Connection, Connections, maskOf } from "./_state.ts";
import type { IrcServerEvent, IrcServerOptions } from "../_types.ts";

/** Who is on an IRC server and in which channels, and how lines get to them. */
export class Net {
  /** What the server is called. */
  readonly name: string;
  readonly outputs: Outputs<IrcServerEvent>;
  readonly connections: Connections;
  /** By their folded names. */
  readonly channels: Map<string, Channel> = new Map();
  /** The folded channels that nobody may join, by which numeric, and until when. */
  readonly refused: Map<string, { readonly numeric: string; readonly until: Instant }> = new Map();
  /** What channels are called now, by the folded names that they had. */
  readonly renamed: Map<string, string> = new Map();
  /** The commands whose next is answered by FAIL, and its code. */
  readonly fails: Map<string, string> = new Map();
  /** The folded nicks that nobody gets. */
  readonly taken: Set<string>;
  /** When a client that says nothing is asked for a sign of life, or given up. */
  readonly silences: Deadlines<Connection> = new Deadlines();
  /** When a client has paid for what it sent, so that the lines that wait are read. */
  readonly payments: Deadlines<Connection> = new Deadlines();
  /** Told what comes to pass in a channel beside what is said. */
  happened: (channel: Channel, line: string) => void = () => {};
  /** The time of what is being worked through. */
  now: Instant = 0;
  readonly #casemapping: Casemapping;
  #messages = 0;
  #batches = 0;

  constructor(options: IrcServerOptions, outputs: Outputs<IrcServerEvent>) {
    this.#casemapping = options.casemapping ?? "rfc1459";
    this.name = options.name ?? "irc.test";
    this.outputs = outputs;
    this.connections = new Connections(this.fold);
    this.taken = new Set(options.taken?.map(this.fold));
  }

  /** The form of a nick or a channel's name that all its spellings share. */
  readonly fold = (name: string): string => foldCase(name, this.#casemapping);

  /** What somebody who is on is known as. */
  readonly maskOn = (nick: string): string | undefined => {
    const holder = this.connections.holder(nick);
    if (holder?.registered) return holder.mask;
    return this.isTaken(nick) ? maskOf(nick) : undefined;
  };

  /** Whether a nick is somebody's who has no link. */
  isTaken(nick: string): boolean {
    if (this.taken.has(this.fold(nick))) return true;
    if (this.connections.holder(nick) !== undefined) return false;
    return [...this.channels.values()].some((channel) => channel.members.has(this.fold(nick)));
  }

  /** What a channel is called now that had this name; undefined: it never had another. */
  nameNow(name: string): string | undefined {
    let now = this.renamed.get(this.fold(name));
    for (let next = now; next !== undefined; next = this.renamed.get(this.fold(next))) now = next;
    return now;
  }

  /** A channel, which is made if there is none. */
  channel(name: string): Channel {
    const channel = this.channels.get(this.fold(name)) ?? new Channel(name);
    this.channels.set(this.fold(name), channel);
    return channel;
  }

  /** Whether somebody is in a channel. */
  isIn(channel: Channel, nick: string): boolean {
    return channel.members.has(this.fold(nick));
  }

  /** Puts somebody into a channel, as its operator if it was empty, and tells all who are there. */
  enter(channel: Channel, nick: string, mask: string): void {
    this.put(channel, nick);
    this.toChannel(channel, `:${mask} JOIN ${channel.name}`);
  }

  /** Puts somebody into a channel without a word. */
  put(channel: Channel, nick: string): void {
    if (channel.members.size === 0) channel.operators.add(this.fold(nick));
    channel.invited.delete(this.fold(nick));
    channel.members.set(this.fold(nick), nick);
  }

  /** Takes somebody out of a channel without a word. */
  leave(channel: Channel, nick: string): void {
    channel.members.delete(this.fold(nick));
    channel.operators.delete(this.fold(nick));
    channel.voiced.delete(this.fold(nick));
    if (channel.members.size === 0 && channel.banned.size === 0) {
      this.channels.delete(this.fold(channel.name));
    }
  }

  /** The clients that share a channel with one. */
  neighbours(connection: Connection): Set<Connection> {
    const neighbours = new Set<Connection>();
    for (const channel of this.channels.values()) {
      if (!this.isIn(channel, connection.nick)) continue;
      for (const folded of channel.members.keys()) {
        const other = this.connections.holder(folded);
        if (other !== undefined && other !== connection) neighbours.add(other);
      }
    }
    return neighbours;
  }

  toChannel(channel: Channel, line: string, except?: Connection): void {
    this.happened(channel, line);
    for (const folded of channel.members.keys()) {
      const connection = this.connections.holder(folded);
      if (connection !== undefined && connection !== except) this.deliver(connection, line);
    }
  }

  /** The nicks in a channel, each with what its strongest status shows before it. */
  namesIn({ members, operators, voiced }: Channel = new Channel("")): string[] {
    return [...members].map(([folded, nick]) =>
      operators.has(folded) ? `@${nick}` : voiced.has(folded) ? `+${nick}` : nick
    );
  }

  /** Tells who is in a channel. */
  tellNames(connection: Connection, name: string): void {
    const members = this.namesIn(this.channels.get(this.fold(name)));
    // "an implementation must not exceed the line length": few enough for one line each time.
    for (let at = 0; at < members.length; at += 10) {
      this.numeric(connection, "353", ["=", name, members.slice(at, at + 10).join(" ")]);
    }
    this.numeric(connection, "366", [name, "End of /NAMES list"]);
  }

  /** The clients in a channel; `status`: those who have it alone. */
  heardBy(channel: Channel, status = ""): Connection[] {
    const { operators, voiced } = channel;
    const has = (folded: string) =>
      status === "" || operators.has(folded) || (status === "+" && voiced.has(folded));
    return [...channel.members.keys()].filter(has).flatMap((folded) => this.connections.holder(folded) ?? []);
  }

  /** What a message is known by. */
  nextId(): string {
    return String(++this.#messages);
  }

  /** Sends what somebody did, with the tags the client asked for. */
  deliver(connection: Connection, line: string, batch?: string): void {
    const tags: [string, string][] = batch === undefined ? [] : [["batch", batch]];
    if (connection.capabilities.has("message-tags")) tags.push(["msgid", this.nextId()]);
    if (connection.capabilities.has("server-time")) tags.push(["time", new Date(this.now).toISOString()]);
    this.send(connection, tagged(line, tags));
  }

  /** Sends lines in a batch, where the client takes one; `began`: what stands before `+`, if not the server's own. */
  inBatch(
    connection: Connection,
    what: string,
    send: (reference: string) => void,
    began = `:${this.name} BATCH`,
  ): void {
    const reference = `b${++this.#batches}`;
    this.send(connection, `${began} +${reference} ${what}`);
    send(reference);
    const within = /^@(?:[^ ]*;)?batch=([^; ]+)/.exec(began)?.[1];
    const end = `:${this.name} BATCH -${reference}`;
    this.send(connection, within === undefined ? end : tagged(end, [["batch", within]]));
  }

  numeric(connection: Connection, numeric: string, params: readonly string[]): void {
    const line = formatMessage({
      source: this.name,
      command: numeric,
      params: [connection.nick === "" ? "*" : connection.nick, ...params],
    });
    this.send(connection, line);
  }

  send(connection: Connection, line: string): void {
    if (connection.closed || connection.frozen) return;
    if (connection.answers !== undefined) return void connection.answers.push(line);
    this.outputs.send(connection.link, `${line}\r\n`);
  }

  /** Does what answers a line, with its label, if that is agreed on. */
  labeled(connection: Connection, label: string | undefined, act: () => void): void {
    const { capabilities } = connection;
    if (label === undefined || !capabilities.has("labeled-response") || !capabilities.has("batch")) {
      return act();
    }
    const answers: string[] = connection.answers = [];
    act();
    connection.answers = undefined;
    for (const line of this.#withLabel(answers, label)) this.send(connection, line);
  }

  /** Sends what is no answer, though a line with a label has brought it about. */
  unlabeled(connection: Connection, send: () => void): void {
    const { answers } = connection;
    connection.answers = undefined;
    send();
    connection.answers = answers;
  }

  /** "the server MUST respond with exactly one logical message" ([IRCv3 labeled-response](https://ircv3.net/specs/extensions/labeled-response)). */
  #withLabel(answers: readonly string[], label: string): readonly string[] {
    const [first = `:${this.name} ACK`, ...rest] = answers;
    const began = /^(?:@[^ ]+ )?(?::[^ ]+ )?BATCH \+([^ ]+)/.exec(first)?.[1];
    const isOne = rest.length === 0 || (began !== undefined && answers.at(-1)?.endsWith(` BATCH -${began}`));
    if (isOne) return [tagged(first, [["label", label]]), ...rest];
    const reference = `label${++this.#batches}`;
    return [
      `@label=${label} :${this.name} BATCH +${reference} labeled-response`,
      ...answers.map((answer) =>
        /^@(?:[^ ]*;)?batch=/.test(answer) ? answer : tagged(answer, [["batch", reference]])
      ),
      `:${this.name} BATCH -${reference}`,
    ];
  }

  /** A client was accepted. */
  accept(link: number, messages: boolean): Connection {
    const connection = new Connection(link, messages, this.now);
    this.connections.set(link, connection);
    return connection;
  }

  /** Ends a connection as servers do: with ERROR. */
  end(connection: Connection, reason: string): void {
    this.send(connection, `ERROR :Closing Link: ${connection.nick || "*"} (${reason})`);
    this.outputs.close(connection.link, 1000, "");
    this.forget(connection, reason);
  }

  /** Ends the connection of somebody who is banned. */
  throwOut(connection: Connection, reason: string): void {
    this.numeric(connection, "465", ["You are banned from this server"]);
    this.end(connection, `K-Lined: ${reason}`);
  }

  /** Neither hears nor says anything more on a link that stays open. */
  freeze(connection: Connection): void {
    connection.frozen = true;
    this.#unwatch(connection);
  }

  /** A connection is gone, as its neighbours are told. */
  forget(connection: Connection, reason: string): void {
    if (!this.connections.delete(connection.link)) return;
    connection.closed = true;
    this.#unwatch(connection);
    if (!connection.registered) return;
    const { link, nick } = connection;
    this.quit(connection, reason);
    this.outputs.tell({ kind: "left", link, nick, at: this.now });
  }

  /** Takes a connection out of all its channels, as its neighbours are told; returns which these were. */
  quit(connection: Connection, reason: string): readonly string[] {
    const line = `:${connection.mask} QUIT :${reason}`;
    const channels = [...this.channels.values()].filter((channel) => this.isIn(channel, connection.nick));
    for (const other of this.neighbours(connection)) this.deliver(other, line);
    for (const channel of channels) {
      this.happened(channel, line);
      this.leave(channel, connection.nick);
    }
    return channels.map(({ name }) => name);
  }

  #unwatch(connection: Connection): void {
    this.silences.clear(connection);
    this.payments.clear(connection);
  }
}

/** A line with tags before those that it has. */
export function tagged(line: string, tags: readonly (readonly [key: string, value: string])[]): string {
  if (tags.length === 0) return line;
  const written = tags.map(([key, value]) => value === "" ? key : `${key}=${escapeTag(value)}`).join(";");
  return line.startsWith("@") ? `@${written};${line.slice(1)}` : `@${written} ${line}`;
}

function escapeTag(value: string): string {
  return formatMessage({ tags: { x: value }, command: "X" }).slice("@x=".length, -" X".length);
}

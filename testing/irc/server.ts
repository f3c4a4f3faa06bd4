import { type Casemapping, foldCase } from "../../src/irc/wire/casemapping.ts";
import { formatMessage, type IrcMessage, parseMessage } from "../../src/irc/wire/message.ts";
import { Outputs } from "../../src/protocol/outputs.ts";
import type { CloseInfo, Data, Instant, OpenInfo, Output, Protocol } from "../../src/protocol/protocol.ts";
import { Queue } from "../../src/protocol/queue.ts";
import { answerCap } from "./_capabilities.ts";
import { welcome } from "./_welcome.ts";
import { accountsOf, authenticate, type ServerAccounts, type ServerMechanism } from "./_sasl.ts";
import { Channel, Connection, Connections, maskOf } from "./_state.ts";
import type { IrcServerCommand, IrcServerEvent, IrcServerOptions } from "./_types.ts";

export type * from "./_types.ts";

/**
 * An IRC server in one object, for tests: registration with capabilities, channels, messages, PING, and
 * whatever a test wants to go wrong. A core like the clients: it runs in virtual time or over sockets.
 *
 * @example In virtual time
 * ```ts
 * import { Driver } from "@parley/parley/driver";
 * import { IrcClient } from "@parley/parley/irc";
 * import { IrcServer, Simulation } from "@parley/testing";
 *
 * const world = new Simulation();
 * const server = new Driver(new IrcServer(), { host: world.host("server"), label: "irc", deliver: () => {} });
 * server.start();
 * world.serve("irc://irc.test", server);
 *
 * const connecting = IrcClient.connect({ url: "irc://irc.test", nick: "parley", runtime: world.host("bot") });
 * const irc = await world.until(connecting);
 * irc.nick; // "parley"
 * ```
 */
export class IrcServer implements Protocol<IrcServerCommand, IrcServerEvent> {
  readonly #name: string;
  readonly #options: IrcServerOptions;
  readonly #casemapping: Casemapping;
  readonly #capabilities: readonly string[];
  readonly #accounts: ServerAccounts;
  readonly #mechanisms: readonly ServerMechanism[];
  readonly #taken: Set<string>;
  /** The user names that may not come in. */
  readonly #banned = new Set<string>();
  #services = true;
  readonly #pingInterval: number;
  readonly #monitorLimit: number;
  readonly #fold = (name: string): string => foldCase(name, this.#casemapping);
  /** What somebody who is on is known as. */
  readonly #maskOn = (nick: string): string | undefined => {
    const holder = this.#connections.holder(nick);
    if (holder?.registered) return holder.mask;
    return this.#taken.has(this.#fold(nick)) || this.#isPerson(nick) ? maskOf(nick) : undefined;
  };
  readonly #outputs = new Outputs<IrcServerEvent>();
  readonly #inbox = new Queue<Connection>();
  readonly #connections = new Connections(this.#fold);
  readonly #channels = new Map<string, Channel>();
  /** People who are on the other side of a netsplit, and until when. */
  #splitOff: { readonly at: Instant; readonly nick: string; readonly channel: string }[] = [];
  #now: Instant = 0;
  #messages = 0;

  /** Takes how it is set up. */
  constructor(options: IrcServerOptions = {}) {
    this.#options = options;
    this.#casemapping = options.casemapping ?? "rfc1459";
    this.#name = options.name ?? "irc.test";
    this.#accounts = accountsOf(options);
    this.#mechanisms = options.mechanisms ?? ["SCRAM-SHA-256", "PLAIN"];
    this.#taken = new Set(options.taken?.map(this.#fold));
    this.#capabilities = options.capabilities ??
      ["message-tags", "server-time", "echo-message", "multi-prefix"];
    this.#pingInterval = options.pingInterval ?? 90_000;
    this.#monitorLimit = options.monitor ?? 0;
  }

  /** The nicks in a channel. */
  members(channel: string): readonly string[] {
    return [...this.#channels.get(this.#fold(channel))?.members.values() ?? []];
  }

  /** Whether the client with a nick was let in, or still registers; undefined: nobody has it. */
  holder(nick: string): "registered" | "registering" | undefined {
    const registered = this.#connections.holder(nick)?.registered;
    return registered === undefined ? undefined : registered ? "registered" : "registering";
  }

  start(now: Instant): void {
    this.#now = now;
  }

  opened(link: number, info: OpenInfo, now: Instant): void {
    this.#now = now;
    this.#connections.set(link, new Connection(link, /^wss?:/.test(info.url), now));
  }

  receive(link: number, data: Data, now: Instant): void {
    this.#now = now;
    const connection = this.#connections.get(link);
    if (connection === undefined || connection.frozen) return;
    connection.heard = now;
    connection.pinged = false;
    const flooded = connection.receive(data, this.#options.flood?.queue ?? Infinity);
    if (flooded) return this.#end(connection, "Excess Flood");
    this.#inbox.push(connection);
  }

  closed(link: number, _info: CloseInfo, now: Instant): void {
    this.#now = now;
    const connection = this.#connections.get(link);
    if (connection === undefined) return;
    connection.closed = true;
    this.#inbox.push(connection);
  }

  answered(): void {}

  tick(now: Instant): void {
    this.#now = now;
    const back = this.#splitOff.filter(({ at }) => at <= now);
    this.#splitOff = this.#splitOff.filter(({ at }) => at > now);
    for (const { nick, channel } of back) this.#comeBack(nick, channel);
    for (const connection of [...this.#connections.values()]) {
      if (connection.resumeAt <= now) {
        // It has paid for what it sent: the lines that waited are read.
        connection.resumeAt = Infinity;
        this.#inbox.push(connection);
      }
      if (connection.frozen) continue;
      // As deadline() adds them up: what is subtracted may come out a little less, and time would stand.
      if (now >= connection.heard + 2 * this.#pingInterval) {
        this.#end(connection, "Ping timeout");
      } else if (now >= connection.heard + this.#pingInterval && !connection.pinged) {
        connection.pinged = true;
        this.#send(connection, `PING :${this.#name}`);
      }
    }
  }

  command(command: IrcServerCommand, ticket: number, now: Instant): void {
    this.#now = now;
    switch (command.kind) {
      case "say":
        this.#personSays(command.nick, command.channel, command.text);
        break;
      case "kick":
        this.#kick(command.channel, command.nick, command.reason ?? "");
        break;
      case "ban":
        this.#channel(command.channel).banned.add(this.#fold(command.nick));
        this.#kick(command.channel, command.nick, "banned");
        break;
      case "netsplit":
        this.#split(now + command.ms);
        break;
      case "raw":
        for (const connection of this.#connections.registered(command.nick)) {
          this.#send(connection, command.line);
        }
        break;
      case "free":
        this.#taken.delete(this.#fold(command.nick));
        break;
      case "kline":
        for (const connection of this.#connections.registered(command.nick)) {
          this.#banned.add(connection.user);
          this.#throwOut(connection, command.reason);
        }
        break;
      case "services":
        this.#setServices(command.up);
        break;
      case "kill":
        for (const connection of this.#connections.registered(command.nick)) {
          this.#end(connection, `Killed (${command.reason})`);
        }
        break;
      case "drop":
        for (const connection of this.#connections.all(command.nick)) {
          this.#outputs.abort(connection.link);
          this.#forget(connection, "Connection reset");
        }
        break;
      case "freeze":
        for (const connection of this.#connections.values()) connection.frozen = true;
        break;
    }
    this.#outputs.done(ticket);
  }

  cancel(): void {}

  shutdown(_mode: "end" | "resumable", now: Instant): void {
    this.#now = now;
    for (const connection of [...this.#connections.values()]) this.#end(connection, "Server shutting down");
    this.#outputs.end();
  }

  poll(): Output<IrcServerEvent> | undefined {
    for (;;) {
      const output = this.#outputs.shift();
      if (output !== undefined) return output;
      this.#tellNews();
      if (this.#outputs.length > 0) continue;
      const connection = this.#inbox.peek();
      if (connection === undefined) return undefined;
      const at = connection.closed ? this.#now : connection.nextAt(this.#options.flood);
      if (at > this.#now) {
        this.#inbox.shift();
        connection.resumeAt = at;
        continue;
      }
      const line = connection.next(this.#now, this.#options.flood);
      if (line === undefined) {
        this.#inbox.shift();
        if (connection.closed) this.#forget(connection, "Connection closed");
      } else if (line.kind === "malformed") {
        this.#numeric(connection, "417", ["Input line was too long"]);
      } else {
        this.#take(connection, line.text);
      }
    }
  }

  deadline(): Instant {
    let earliest = Math.min(Infinity, ...this.#splitOff.map(({ at }) => at));
    for (const { frozen, heard, pinged, resumeAt } of this.#connections.values()) {
      if (frozen) continue;
      earliest = Math.min(earliest, resumeAt, heard + this.#pingInterval * (pinged ? 2 : 1));
    }
    return earliest;
  }

  #take(connection: Connection, line: string): void {
    if (!this.#connections.has(connection.link)) return;
    let message: IrcMessage;
    try {
      message = parseMessage(line);
    } catch {
      return;
    }
    const { link, nick } = connection;
    const { command } = message;
    this.#outputs.tell({ kind: "line", link, nick, message, at: this.#now });
    switch (command) {
      case "CAP":
        return this.#cap(connection, message);
      case "AUTHENTICATE":
        return this.#authenticate(connection, message.param(0));
      case "PASS":
        connection.password = message.param(0);
        return;
      case "NICK":
        return this.#nick(connection, message.param(0));
      case "USER":
        connection.user = message.param(0).slice(0, 10);
        return this.#tryRegister(connection);
      case "PING":
        return this.#send(connection, `:${this.#name} PONG ${this.#name} :${message.text}`);
      case "PONG":
        return;
      case "QUIT":
        return this.#end(connection, `Quit: ${message.param(0)}`);
    }
    if (!connection.registered) return this.#numeric(connection, "451", ["You have not registered"]);
    switch (command) {
      case "JOIN": {
        const keys = message.param(1).split(",");
        message.param(0).split(",").forEach((name, index) => this.#join(connection, name, keys[index]));
        return;
      }
      case "PART":
        for (const name of message.param(0).split(",")) this.#part(connection, name, message.param(1));
        return;
      case "PRIVMSG":
      case "NOTICE":
        return this.#say(connection, message);
      case "NAMES":
        return this.#names(connection, message.param(0));
      case "TOPIC":
        return this.#topic(connection, message);
      case "MODE":
        if (message.param(0).startsWith("#")) {
          return this.#numeric(connection, "324", [message.param(0), "+nt"]);
        }
        return this.#numeric(connection, "221", ["+i"]);
      case "ISON": {
        const on = message.params.join(" ").split(" ").filter((nick) => this.#maskOn(nick) !== undefined);
        return this.#numeric(connection, "303", [on.join(" ")]);
      }
      case "MONITOR":
        if (this.#monitorLimit > 0) return this.#monitor(connection, message);
        return this.#numeric(connection, "421", [command, "Unknown command"]);
      case "WHO":
        return this.#numeric(connection, "315", [message.param(0), "End of WHO list"]);
      default:
        return this.#numeric(connection, "421", [command, "Unknown command"]);
    }
  }

  /** What it offers at present. */
  get #offered(): readonly string[] {
    if (!this.#accounts.any || !this.#services) return this.#capabilities;
    return [...this.#capabilities, `sasl=${this.#mechanisms.join(",")}`];
  }

  #cap(connection: Connection, message: IrcMessage): void {
    if (message.param(0).toUpperCase() === "END") {
      connection.negotiating = false;
      return this.#tryRegister(connection);
    }
    const answer = answerCap(connection, message, this.#offered);
    if (answer === undefined) {
      return this.#numeric(connection, "410", [message.param(0), "Invalid CAP command"]);
    }
    this.#send(connection, `:${this.#name} CAP ${connection.nick || "*"} ${answer}`);
  }

  #authenticate(connection: Connection, param: string): void {
    const mechanisms = this.#services ? this.#mechanisms : [];
    for (const reply of authenticate(connection, param, mechanisms, this.#accounts)) {
      if (typeof reply === "string") this.#send(connection, reply);
      else this.#numeric(connection, ...reply);
    }
  }

  #setServices(up: boolean): void {
    if (this.#services === up || !this.#accounts.any) return;
    this.#services = up;
    for (const connection of this.#connections.values()) {
      connection.sasl = undefined;
      if (!up) connection.capabilities.delete("sasl");
      if (!connection.notified) continue;
      const news = up ? `NEW :${this.#offered.at(-1)}` : "DEL :sasl";
      this.#send(connection, `:${this.#name} CAP ${connection.nick || "*"} ${news}`);
    }
  }

  #nick(connection: Connection, nick: string): void {
    if (nick === "") return this.#numeric(connection, "431", ["No nickname given"]);
    if (!/^[A-Za-z[\]\\`_^{|}][A-Za-z0-9[\]\\`_^{|}-]{0,29}$/.test(nick)) {
      return this.#numeric(connection, "432", [nick, "Erroneous nickname"]);
    }
    const holder = this.#connections.holder(nick);
    const taken = this.#taken.has(this.#fold(nick)) || this.#isPerson(nick);
    if (taken || (holder !== undefined && holder !== connection)) {
      return this.#numeric(connection, "433", [nick, "Nickname is already in use"]);
    }
    if (connection.registered) {
      const heard = new Set([connection, ...this.#neighbours(connection)]);
      for (const other of heard) this.#send(other, `:${connection.mask} NICK :${nick}`);
      for (const channel of this.#channels.values()) {
        if (channel.members.delete(this.#fold(connection.nick))) channel.members.set(this.#fold(nick), nick);
      }
    }
    connection.nick = nick;
    this.#tryRegister(connection);
  }

  #tryRegister(connection: Connection): void {
    const { nick, user, negotiating, registered } = connection;
    if (registered || negotiating || nick === "" || user === "") return;
    if (this.#options.password !== undefined && connection.password !== this.#options.password) {
      this.#numeric(connection, "464", ["Password incorrect"]);
      return this.#end(connection, "Bad password");
    }
    if (this.#banned.has(user)) return this.#throwOut(connection, "still banned");
    connection.registered = true;
    for (const numeric of welcome(this.#name, connection.mask, this.#options)) {
      this.#numeric(connection, ...numeric);
    }
    this.#outputs.tell({
      kind: "registered",
      link: connection.link,
      nick,
      account: connection.account,
      at: this.#now,
    });
  }

  #join(connection: Connection, name: string, key: string | undefined): void {
    if (!/^#[^\s,]{1,49}$/.test(name)) {
      return this.#numeric(connection, "403", [name || "*", "No such channel"]);
    }
    const needed = Object.entries(this.#options.keys ?? {}).find(([keyed]) =>
      this.#fold(keyed) === this.#fold(name)
    )
      ?.[1];
    if (needed !== undefined && needed !== key) {
      return this.#numeric(connection, "475", [name, "Cannot join channel (+k) - bad key"]);
    }
    const channel = this.#channel(name);
    if (channel.members.has(this.#fold(connection.nick))) return;
    if (channel.banned.has(this.#fold(connection.nick))) {
      return this.#numeric(connection, "474", [name, "Cannot join channel (+b) - you are banned"]);
    }
    channel.members.set(this.#fold(connection.nick), connection.nick);
    this.#toChannel(channel, `:${connection.mask} JOIN ${channel.name}`);
    if (channel.topic !== "") this.#numeric(connection, "332", [channel.name, channel.topic]);
    this.#names(connection, channel.name);
  }

  #part(connection: Connection, name: string, reason: string): void {
    const channel = this.#channels.get(this.#fold(name));
    if (channel === undefined) return this.#numeric(connection, "403", [name, "No such channel"]);
    if (!channel.members.has(this.#fold(connection.nick))) {
      return this.#numeric(connection, "442", [name, "You're not on that channel"]);
    }
    this.#toChannel(channel, `:${connection.mask} PART ${channel.name}${reason === "" ? "" : ` :${reason}`}`);
    this.#removeMember(channel, connection.nick);
  }

  #say(connection: Connection, message: IrcMessage): void {
    const { command } = message;
    const [targets = "", text = ""] = message.params;
    if (text === "") {
      if (command === "PRIVMSG") this.#numeric(connection, "412", ["No text to send"]);
      return;
    }
    const line = `:${connection.mask} ${command}`;
    for (const target of targets.split(",")) {
      const channel = this.#channels.get(this.#fold(target));
      const other = this.#connections.holder(target);
      if (channel?.members.has(this.#fold(connection.nick))) {
        this.#toChannel(channel, `${line} ${channel.name} :${text}`, connection);
      } else if (channel !== undefined) {
        this.#numeric(connection, "404", [target, "Cannot send to channel"]);
        continue;
      } else if (other?.registered) {
        this.#deliver(other, `${line} ${target} :${text}`);
      } else {
        this.#numeric(connection, target.startsWith("#") ? "403" : "401", [target, "No such nick/channel"]);
        continue;
      }
      if (connection.capabilities.has("echo-message")) {
        this.#deliver(connection, `${line} ${target} :${text}`);
      }
    }
  }

  #monitor(connection: Connection, message: IrcMessage): void {
    const answers = connection.monitored.answer(message, this.#monitorLimit, this.#fold, this.#maskOn);
    for (const numeric of answers) this.#numeric(connection, ...numeric);
  }

  /** Tells those who watch nicks who has come and gone. */
  #tellNews(): void {
    if (this.#monitorLimit === 0) return;
    for (const connection of this.#connections.values()) {
      for (const numeric of connection.monitored.news(this.#maskOn)) this.#numeric(connection, ...numeric);
    }
  }

  #topic(connection: Connection, message: IrcMessage): void {
    const channel = this.#channels.get(this.#fold(message.param(0)));
    if (channel === undefined) return this.#numeric(connection, "403", [message.param(0), "No such channel"]);
    if (message.params.length < 2) {
      if (channel.topic === "") return this.#numeric(connection, "331", [channel.name, "No topic is set"]);
      return this.#numeric(connection, "332", [channel.name, channel.topic]);
    }
    channel.topic = message.param(1);
    this.#toChannel(channel, `:${connection.mask} TOPIC ${channel.name} :${channel.topic}`);
  }

  #names(connection: Connection, name: string): void {
    const channel = this.#channels.get(this.#fold(name));
    const members = [...channel?.members.values() ?? []];
    // "an implementation must not exceed the line length": few enough for one line each time.
    for (let at = 0; at < members.length; at += 10) {
      this.#numeric(connection, "353", ["=", name, members.slice(at, at + 10).join(" ")]);
    }
    this.#numeric(connection, "366", [name, "End of /NAMES list"]);
  }

  #personSays(nick: string, name: string, text: string): void {
    const channel = this.#channel(name);
    const mask = maskOf(nick);
    if (!channel.members.has(this.#fold(nick))) {
      channel.members.set(this.#fold(nick), nick);
      this.#toChannel(channel, `:${mask} JOIN ${channel.name}`);
    }
    this.#toChannel(
      channel,
      formatMessage({ source: mask, command: "PRIVMSG", params: [channel.name, text] }),
    );
  }

  #kick(name: string, nick: string, reason: string): void {
    const channel = this.#channels.get(this.#fold(name));
    if (channel === undefined || !channel.members.has(this.#fold(nick))) return;
    this.#toChannel(channel, `:oper!oper@${this.#name} KICK ${channel.name} ${nick} :${reason}`);
    this.#removeMember(channel, nick);
  }

  /** "a.b c.d" as the reason of a QUIT is how servers tell a netsplit. */
  #split(until: Instant): void {
    for (const channel of [...this.#channels.values()]) {
      for (const nick of [...channel.members.values()]) {
        if (this.#connections.holder(nick) !== undefined) continue;
        this.#toChannel(channel, `:${maskOf(nick)} QUIT :${this.#name} split.test`);
        channel.members.delete(this.#fold(nick));
        this.#splitOff.push({ at: until, nick, channel: channel.name });
      }
    }
  }

  #comeBack(nick: string, name: string): void {
    const channel = this.#channel(name);
    if (channel.members.has(this.#fold(nick))) return;
    channel.members.set(this.#fold(nick), nick);
    this.#toChannel(channel, `:${maskOf(nick)} JOIN ${channel.name}`);
  }

  #toChannel(channel: Channel, line: string, except?: Connection): void {
    for (const folded of channel.members.keys()) {
      const connection = this.#connections.holder(folded);
      if (connection !== undefined && connection !== except) this.#deliver(connection, line);
    }
  }

  /** Sends what somebody said or did, with the tags the client asked for. */
  #deliver(connection: Connection, line: string): void {
    const tags = [];
    if (connection.capabilities.has("message-tags")) tags.push(`msgid=${++this.#messages}`);
    if (connection.capabilities.has("server-time")) tags.push(`time=${new Date(this.#now).toISOString()}`);
    this.#send(connection, tags.length === 0 ? line : `@${tags.join(";")} ${line}`);
  }

  #numeric(connection: Connection, numeric: string, params: readonly string[]): void {
    const line = formatMessage({
      source: this.#name,
      command: numeric,
      params: [connection.nick === "" ? "*" : connection.nick, ...params],
    });
    this.#send(connection, line);
  }

  #send(connection: Connection, line: string): void {
    if (connection.closed || connection.frozen) return;
    this.#outputs.send(connection.link, `${line}\r\n`);
  }

  /** Ends a connection as servers do: with ERROR. */
  #end(connection: Connection, reason: string): void {
    this.#send(connection, `ERROR :Closing Link: ${connection.nick || "*"} (${reason})`);
    this.#outputs.close(connection.link, 1000, "");
    this.#forget(connection, reason);
  }

  #throwOut(connection: Connection, reason: string): void {
    this.#numeric(connection, "465", ["You are banned from this server"]);
    this.#end(connection, `K-Lined: ${reason}`);
  }

  #forget(connection: Connection, reason: string): void {
    if (!this.#connections.delete(connection.link)) return;
    connection.closed = true;
    if (!connection.registered) return;
    const { link, nick } = connection;
    for (const other of this.#neighbours(connection)) {
      this.#deliver(other, `:${connection.mask} QUIT :${reason}`);
    }
    for (const channel of [...this.#channels.values()]) this.#removeMember(channel, nick);
    this.#outputs.tell({ kind: "left", link, nick, at: this.#now });
  }

  #channel(name: string): Channel {
    const channel = this.#channels.get(this.#fold(name)) ?? new Channel(name);
    this.#channels.set(this.#fold(name), channel);
    return channel;
  }

  #removeMember(channel: Channel, nick: string): void {
    channel.members.delete(this.#fold(nick));
    if (channel.members.size === 0 && channel.banned.size === 0) {
      this.#channels.delete(this.#fold(channel.name));
    }
  }

  #isPerson(nick: string): boolean {
    if (this.#connections.holder(nick) !== undefined) return false;
    return [...this.#channels.values()].some((channel) => channel.members.has(this.#fold(nick)));
  }

  #neighbours(connection: Connection): Set<Connection> {
    const neighbours = new Set<Connection>();
    for (const channel of this.#channels.values()) {
      if (!channel.members.has(this.#fold(connection.nick))) continue;
      for (const folded of channel.members.keys()) {
        const other = this.#connections.holder(folded);
        if (other !== undefined && other !== connection) neighbours.add(other);
      }
    }
    return neighbours;
  }
}

import { type IrcMessage, parseMessage } from "@parley/parley/irc";
import { Core, type Data, type Input, type Instant, type OpenInfo, Queue } from "@parley/parley/protocol";
import { Bouncers } from "./login/_bouncers.ts";
import { modesOf, setModes } from "./network/_channel_modes.ts";
import { Faults } from "./_faults.ts";
import { Login } from "./login/_login.ts";
import { Net } from "./network/_net.ts";
import { Presence } from "./network/_presence.ts";
import { rename } from "./_rename.ts";
import type { Channel, Connection } from "./network/_state.ts";
import { Texts } from "./texts/_texts.ts";
import type { IrcServerCommand, IrcServerEvent, IrcServerOptions } from "./_types.ts";
import { Who } from "./network/_who.ts";

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
 * const irc = new IrcClient({ url: "irc://irc.test", nick: "parley", runtime: world.host("bot") });
 * await world.until(irc.connect());
 * irc.nick; // "parley"
 * ```
 */
export class IrcServer extends Core<IrcServerCommand, IrcServerEvent> {
  readonly #options: IrcServerOptions;
  readonly #pingInterval: number;
  readonly #monitorLimit: number;
  readonly #net: Net;
  readonly #texts: Texts;
  readonly #presence: Presence;
  readonly #login: Login;
  readonly #who: Who;
  readonly #bouncers: Bouncers;
  readonly #faults: Faults;
  /** Those of whom there may be a line to read. */
  readonly #unread = new Queue<Connection>();

  /** Takes how it is set up. */
  constructor(options: IrcServerOptions = {}) {
    super();
    this.#options = options;
    this.#pingInterval = options.pingInterval ?? 90_000;
    this.#monitorLimit = options.monitor ?? 0;
    this.#net = new Net(options, this.outputs);
    this.#texts = new Texts(this.#net, options.history ?? 100);
    this.#presence = new Presence(this.#net);
    this.#bouncers = new Bouncers(this.#net, options);
    this.#login = new Login(this.#net, this.#presence, this.#bouncers, options);
    this.#who = new Who(this.#net);
    this.#faults = new Faults(this.#net, this.#login, this.#texts, this.#presence, this.#bouncers);
  }

  /** The nicks in a channel. */
  members(channel: string): readonly string[] {
    return [...this.#net.channels.get(this.#net.fold(channel))?.members.values() ?? []];
  }

  /** The links of those in a channel. */
  links(channel: string): readonly number[] {
    return this.members(channel).flatMap((nick) => this.#net.connections.holder(nick)?.link ?? []);
  }

  /** The nicks in a channel, each with what its strongest status shows before it. */
  names(channel: string): readonly string[] {
    return this.#net.namesIn(this.#net.channels.get(this.#net.fold(channel)));
  }

  /** A channel's topic; an empty string: it has none. */
  topic(channel: string): string {
    return this.#net.channels.get(this.#net.fold(channel))?.topic ?? "";
  }

  /** What a channel is called now that was called so; undefined: it never had another name. */
  renamed(channel: string): string | undefined {
    return this.#net.nameNow(channel);
  }

  /** Whether the client with a nick was let in, or still registers; undefined: nobody has it. */
  holder(nick: string): "registered" | "registering" | undefined {
    const registered = this.#net.connections.holder(nick)?.registered;
    return registered === undefined ? undefined : registered ? "registered" : "registering";
  }

  /** Begins. */
  start(now: Instant): void {
    this.#net.now = now;
  }

  /** Does something on the server. */
  command(command: IrcServerCommand, ticket: number, now: Instant): void {
    this.#net.now = now;
    this.#faults.obey(command);
    this.outputs.done(ticket);
  }

  /** Nothing it does takes time. */
  cancel(): void {}

  /** Closes every link and ends. */
  shutdown(_mode: "end" | "resumable", now: Instant): void {
    this.#net.now = now;
    for (const connection of [...this.#net.connections.values()]) {
      this.#net.end(connection, "Server shutting down");
    }
    this.outputs.end();
  }

  /** When `tick` is due at the latest. */
  deadline(): Instant {
    return Math.min(this.#net.silences.next, this.#net.payments.next, this.#faults.deadline);
  }

  protected take(input: Input): void {
    this.#net.now = input.now;
    switch (input.kind) {
      case "opened":
        return this.#opened(input.link, input.info);
      case "received":
        return this.#received(input.link, input.data);
      case "closed":
        return this.#closed(input.link);
      case "tick":
        this.#faults.due();
        return this.#due(input.now);
    }
  }

  /** Reads one line that waits, if it is paid for. */
  protected override next(): boolean {
    this.#tellNews();
    if (this.outputs.length > 0) return true;
    const connection = this.#unread.peek();
    if (connection === undefined) return false;
    const { now } = this.#net;
    const at = connection.closed ? now : connection.nextAt(this.#options.flood);
    const line = at <= now ? connection.next(now, this.#options.flood) : undefined;
    if (line === undefined) {
      this.#unread.shift();
      if (at > now) this.#net.payments.set(connection, at);
      else if (connection.closed) this.#net.forget(connection, "Connection closed");
    } else if (line.kind === "malformed") {
      this.#net.numeric(connection, "417", ["Input line was too long"]);
    } else {
      this.#line(connection, line.text);
    }
    return true;
  }

  #opened(link: number, info: OpenInfo): void {
    this.#heard(this.#net.accept(link, /^wss?:/.test(info.url)));
  }

  #received(link: number, data: Data): void {
    const connection = this.#net.connections.get(link);
    if (connection === undefined || connection.frozen) return;
    this.#heard(connection);
    const { flood, bouncer } = this.#options;
    // Before we are let in, nobody sits in between.
    const isBetween = bouncer !== undefined && connection.registered;
    const at = isBetween ? this.#net.now + bouncer : 0;
    const flooded = connection.receive(data, flood?.queue ?? Infinity, at, ({ kind, text }) => {
      const token = isBetween && kind === "line" ? /^PING :?(.*)$/.exec(text)?.[1] : undefined;
      if (token === undefined) return false;
      this.#bouncers.pong(connection, token);
      return true;
    });
    if (flooded) return this.#net.end(connection, "Excess Flood");
    this.#unread.push(connection);
  }

  #closed(link: number): void {
    const connection = this.#net.connections.get(link);
    if (connection === undefined) return;
    connection.closed = true;
    this.#unread.push(connection);
  }

  /** The client is there: it is asked again once it has been silent for long. */
  #heard(connection: Connection): void {
    connection.heard = this.#net.now;
    connection.pinged = false;
    this.#net.silences.set(connection, connection.heard + this.#pingInterval);
  }

  #due(now: Instant): void {
    const { payments, silences } = this.#net;
    for (let one = payments.due(now); one !== undefined; one = payments.due(now)) this.#unread.push(one);
    for (let one = silences.due(now); one !== undefined; one = silences.due(now)) {
      if (one.pinged) {
        this.#net.end(one, "Ping timeout");
      } else {
        one.pinged = true;
        silences.set(one, one.heard + 2 * this.#pingInterval);
        this.#net.send(one, `PING :${this.#net.name}`);
      }
    }
  }

  #line(connection: Connection, line: string): void {
    const net = this.#net;
    if (!net.connections.has(connection.link)) return;
    let message: IrcMessage;
    try {
      // Nothing that it repeats may end a line.
      message = parseMessage(line.replaceAll(/[\0\r]/g, ""));
    } catch {
      return;
    }
    const { link, nick } = connection;
    this.outputs.tell({ kind: "line", link, nick, message, at: net.now });
    if (message.command !== "QUIT" && this.#bouncers.swallows(connection, message)) return;
    const isPart = connection.batch !== undefined && message.tag("batch") === connection.batch.reference;
    if (connection.registered && (isPart || message.command === "BATCH")) {
      if (isPart) this.#texts.take(connection, message);
      else this.#texts.batch(connection, message);
      return;
    }
    net.labeled(connection, this.#bouncers.label(message), () => this.#message(connection, message));
  }

  #message(connection: Connection, message: IrcMessage): void {
    const net = this.#net;
    const { command } = message;
    if (this.#login.take(connection, message)) return;
    switch (command) {
      case "PING":
        return net.send(connection, `:${net.name} PONG ${net.name} :${message.text}`);
      case "PONG":
        return;
      case "QUIT":
        return net.end(connection, `Quit: ${message.param(0)}`);
    }
    if (!connection.registered) return net.numeric(connection, "451", ["You have not registered"]);
    const code = net.fails.get(command);
    if (code !== undefined) {
      net.fails.delete(command);
      for (const about of message.param(0).split(",")) {
        const what = [command, code, about].filter((word) => word !== "").join(" ");
        net.send(connection, `:${net.name} FAIL ${what} :It cannot be`);
      }
      return;
    }
    if (this.#texts.take(connection, message) || this.#presence.take(connection, message)) return;
    if (this.#who.take(connection, message)) return;
    switch (command) {
      case "JOIN": {
        const keys = message.param(1).split(",");
        message.param(0).split(",").forEach((name, index) => this.#join(connection, name, keys[index]));
        return;
      }
      case "PART":
        for (const name of message.param(0).split(",")) this.#part(connection, name, message.param(1));
        return;
      case "NAMES":
        return net.tellNames(connection, message.param(0));
      case "TOPIC":
        return this.#topic(connection, message);
      case "MODE":
        return this.#mode(connection, message);
      case "KICK":
        return this.#kick(connection, message);
      case "RENAME":
        return this.#rename(connection, message.param(0), message.param(1), message.param(2));
      case "INVITE":
        return this.#invite(connection, message.param(0), message.param(1));
      case "ISON": {
        const on = message.params.join(" ").split(" ").filter((nick) => net.maskOn(nick) !== undefined);
        return net.numeric(connection, "303", [on.join(" ")]);
      }
      case "MONITOR":
        if (this.#monitorLimit > 0) return this.#monitor(connection, message);
        return net.numeric(connection, "421", [command, "Unknown command"]);
      default:
        return net.numeric(connection, "421", [command, "Unknown command"]);
    }
  }

  #join(connection: Connection, name: string, key: string | undefined): void {
    if (!/^#[^\s,]{1,49}$/.test(name)) {
      return this.#net.numeric(connection, "403", [name || "*", "No such channel"]);
    }
    const needed = Object.entries(this.#options.keys ?? {}).find(([keyed]) =>
      this.#net.fold(keyed) === this.#net.fold(name)
    )
      ?.[1];
    if (needed !== undefined && needed !== key) {
      return this.#net.numeric(connection, "475", [name, "Cannot join channel (+k) - bad key"]);
    }
    const renamed = this.#net.renamed.get(this.#net.fold(name));
    if (renamed !== undefined && !this.#net.channels.has(this.#net.fold(name))) {
      const why = "The channel has been renamed";
      if (connection.capabilities.has("draft/channel-rename")) {
        const what = `FAIL JOIN CHANNEL_RENAMED ${name} ${renamed}`;
        return this.#net.send(connection, `:${this.#net.name} ${what} :${why}`);
      }
      this.#net.numeric(connection, "470", [name, renamed, why]);
      return this.#join(connection, renamed, key);
    }
    const refused = this.#net.refused.get(this.#net.fold(name));
    if (refused !== undefined && refused.until > this.#net.now) {
      return this.#net.numeric(connection, refused.numeric, [name, "Cannot join channel now"]);
    }
    const channel = this.#net.channel(name);
    const folded = this.#net.fold(connection.nick);
    if (channel.members.has(folded)) return;
    const set = channel.modes.get("k");
    if (set !== undefined && set !== key) {
      return this.#net.numeric(connection, "475", [name, "Cannot join channel (+k) - bad key"]);
    }
    if (channel.modes.has("i") && !channel.invited.has(folded)) {
      return this.#net.numeric(connection, "473", [name, "Cannot join channel (+i) - invite only"]);
    }
    if (channel.members.size >= Number(channel.modes.get("l") ?? Infinity)) {
      return this.#net.numeric(connection, "471", [name, "Cannot join channel (+l) - channel is full"]);
    }
    if (channel.banned.has(folded)) {
      return this.#net.numeric(connection, "474", [name, "Cannot join channel (+b) - you are banned"]);
    }
    this.#net.enter(channel, connection.nick, connection.mask);
    if (channel.topic !== "") this.#net.numeric(connection, "332", [channel.name, channel.topic]);
    this.#texts.joined(connection, channel);
    if (!connection.capabilities.has("no-implicit-names")) this.#net.tellNames(connection, channel.name);
  }

  /** A channel that somebody is in; undefined, and told, if it is none or they are not. */
  #channelOf(connection: Connection, name: string, isOperator = false): Channel | undefined {
    const channel = this.#net.channels.get(this.#net.fold(name));
    if (channel === undefined) this.#net.numeric(connection, "403", [name, "No such channel"]);
    else if (!this.#net.isIn(channel, connection.nick)) {
      this.#net.numeric(connection, "442", [channel.name, "You're not on that channel"]);
    } else if (isOperator && !channel.operators.has(this.#net.fold(connection.nick))) {
      this.#net.numeric(connection, "482", [channel.name, "You're not a channel operator"]);
    } else return channel;
    return undefined;
  }

  #mode(connection: Connection, message: IrcMessage): void {
    const net = this.#net;
    const [target = "", modes, ...args] = message.params;
    if (!target.startsWith("#")) return this.#userMode(connection, modes);
    const channel = net.channels.get(net.fold(target));
    if (channel === undefined) return net.numeric(connection, "403", [target, "No such channel"]);
    if (modes === undefined) {
      const shown = modesOf(channel, net.isIn(channel, connection.nick));
      return net.numeric(connection, "324", [channel.name, ...shown]);
    }
    const isAsking = /^[+]?b$/.test(modes) && args.length === 0;
    if (this.#channelOf(connection, target, !isAsking) === undefined) return;
    const { answers, changed } = setModes(channel, modes, args, net.fold);
    for (const answer of answers) net.numeric(connection, ...answer);
    if (changed === undefined) return;
    net.toChannel(channel, `:${connection.mask} MODE ${channel.name} ${changed.join(" ")}`);
  }

  /** Somebody's own mode: whether they are a bot ([IRCv3](https://ircv3.net/specs/extensions/bot-mode)). */
  #userMode(connection: Connection, modes = ""): void {
    const sign = /^[-+]B$/.exec(modes)?.[0]?.charAt(0);
    if (sign === undefined) {
      return this.#net.numeric(connection, "221", [connection.isBot ? "+Bi" : "+i"]);
    }
    connection.isBot = sign === "+";
    this.#net.deliver(connection, `:${connection.mask} MODE ${connection.nick} ${modes}`);
  }

  #rename(connection: Connection, name: string, to: string, reason: string): void {
    const channel = this.#channelOf(connection, name, true);
    if (channel === undefined) return;
    const fail = (code: string, why: string) =>
      this.#net.send(connection, `:${this.#net.name} FAIL RENAME ${code} ${name} ${to} :${why}`);
    if (!/^#[^\s,]{1,49}$/.test(to)) return fail("CANNOT_RENAME", "The channel cannot be renamed");
    const other = this.#net.channels.get(this.#net.fold(to));
    if (other !== undefined && other !== channel) {
      return fail("CHANNEL_NAME_IN_USE", "The channel name is already taken");
    }
    rename(this.#net, this.#texts, channel, to, connection.mask, reason);
  }

  #kick(connection: Connection, message: IrcMessage): void {
    const net = this.#net;
    const [name = "", nicks = "", reason = connection.nick] = message.params;
    const channel = this.#channelOf(connection, name, true);
    if (channel === undefined) return;
    for (const asked of nicks.split(",")) {
      const nick = channel.members.get(net.fold(asked));
      if (nick === undefined) {
        net.numeric(connection, "441", [asked, channel.name, "They aren't on that channel"]);
        continue;
      }
      net.toChannel(channel, `:${connection.mask} KICK ${channel.name} ${nick} :${reason}`);
      net.leave(channel, nick);
    }
  }

  #invite(connection: Connection, nick: string, name: string): void {
    const net = this.#net;
    const channel = this.#channelOf(connection, name, net.channels.get(net.fold(name))?.modes.has("i"));
    if (channel === undefined) return;
    if (net.maskOn(nick) === undefined) return net.numeric(connection, "401", [nick, "No such nick"]);
    if (net.isIn(channel, nick)) {
      return net.numeric(connection, "443", [nick, channel.name, "is already on channel"]);
    }
    channel.invited.add(net.fold(nick));
    net.numeric(connection, "341", [nick, channel.name]);
    const invited = net.connections.holder(nick);
    const line = `:${connection.mask} INVITE ${nick} ${channel.name}`;
    if (invited !== undefined) net.deliver(invited, line);
    for (const other of net.heardBy(channel)) {
      if (other !== connection && other.capabilities.has("invite-notify")) net.deliver(other, line);
    }
  }

  #part(connection: Connection, name: string, reason: string): void {
    const channel = this.#net.channels.get(this.#net.fold(name));
    if (channel === undefined) return this.#net.numeric(connection, "403", [name, "No such channel"]);
    if (!channel.members.has(this.#net.fold(connection.nick))) {
      return this.#net.numeric(connection, "442", [name, "You're not on that channel"]);
    }
    this.#net.toChannel(
      channel,
      `:${connection.mask} PART ${channel.name}${reason === "" ? "" : ` :${reason}`}`,
    );
    this.#net.leave(channel, connection.nick);
  }

  #monitor(connection: Connection, message: IrcMessage): void {
    const answers = connection.monitored.answer(
      message,
      this.#monitorLimit,
      this.#net.fold,
      this.#net.maskOn,
    );
    for (const numeric of answers) this.#net.numeric(connection, ...numeric);
  }

  /** Tells those who watch nicks who has come and gone. */
  #tellNews(): void {
    if (this.#monitorLimit === 0) return;
    for (const connection of this.#net.connections.values()) {
      for (const numeric of connection.monitored.news(this.#net.maskOn)) {
        this.#net.numeric(connection, ...numeric);
      }
    }
  }

  #topic(connection: Connection, message: IrcMessage): void {
    const channel = this.#net.channels.get(this.#net.fold(message.param(0)));
    if (channel === undefined) {
      return this.#net.numeric(connection, "403", [message.param(0), "No such channel"]);
    }
    if (message.params.length < 2) {
      if (channel.topic === "") {
        return this.#net.numeric(connection, "331", [channel.name, "No topic is set"]);
      }
      return this.#net.numeric(connection, "332", [channel.name, channel.topic]);
    }
    if (this.#channelOf(connection, channel.name, channel.modes.has("t")) === undefined) return;
    channel.topic = message.param(1);
    this.#net.toChannel(channel, `:${connection.mask} TOPIC ${channel.name} :${channel.topic}`);
  }
}

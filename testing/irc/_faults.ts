import { noSuchCommand } from "../world/_no_command.ts";
import { Deadlines, type Instant } from "@parley/parley/protocol";
import type { Bouncers } from "./login/_bouncers.ts";
import { setModes } from "./network/_channel_modes.ts";
import type { Login } from "./login/_login.ts";
import type { Net } from "./network/_net.ts";
import type { Presence } from "./network/_presence.ts";
import { rename } from "./_rename.ts";
import { type Channel, type Connection, maskOf } from "./network/_state.ts";
import type { Texts } from "./texts/_texts.ts";
import type { IrcServerCommand } from "./_types.ts";

/** Somebody who is on the other side of a netsplit. */
interface SplitOff {
  readonly nick: string;
  readonly channel: string;
}

/** What a test does to a server, or has people do on it who have no link. */
export class Faults {
  readonly #net: Net;
  readonly #login: Login;
  readonly #texts: Texts;
  readonly #presence: Presence;
  readonly #bouncers: Bouncers;
  /** When those on the other side of a netsplit come back. */
  readonly #splitOff = new Deadlines<SplitOff>();

  constructor(net: Net, login: Login, texts: Texts, presence: Presence, bouncers: Bouncers) {
    this.#net = net;
    this.#bouncers = bouncers;
    this.#presence = presence;
    this.#login = login;
    this.#texts = texts;
  }

  /** When somebody comes back. */
  get deadline(): Instant {
    return Math.min(this.#splitOff.next, this.#bouncers.deadline);
  }

  /** Lets those come back for whom it is time. */
  due(): void {
    this.#bouncers.due();
    const net = this.#net;
    const { now } = net;
    const lines = new Map<Connection, Map<string, string>>();
    for (let one = this.#splitOff.due(now); one !== undefined; one = this.#splitOff.due(now)) {
      const channel = net.channel(one.channel);
      if (net.isIn(channel, one.nick)) continue;
      net.put(channel, one.nick);
      for (const connection of net.heardBy(channel)) {
        const told = lines.get(connection) ?? new Map<string, string>();
        const what = `${net.fold(one.nick)} ${net.fold(channel.name)}`;
        lines.set(connection, told.set(what, `:${maskOf(one.nick)} JOIN ${channel.name}`));
      }
    }
    this.#inBatches("netjoin", lines);
  }

  /** Does as it is told. */
  obey(command: IrcServerCommand): void {
    const net = this.#net;
    switch (command.kind) {
      case "say":
        return this.#say(command);
      case "kick":
        return this.#kick(command.channel, command.nick, command.reason ?? "");
      case "ban":
        net.channel(command.channel).banned.add(net.fold(command.nick));
        return this.#kick(command.channel, command.nick, "banned");
      case "refuse":
        net.refused.set(net.fold(command.channel), { numeric: command.numeric, until: net.now + command.ms });
        return;
      case "fail":
        net.fails.set(command.command, command.code);
        return;
      case "mode": {
        const channel = net.channel(command.channel);
        const { changed } = setModes(channel, command.modes, command.args ?? [], net.fold);
        if (changed !== undefined) {
          net.toChannel(channel, `:${net.name} MODE ${channel.name} ${changed.join(" ")}`);
        }
        return;
      }
      case "nick":
        return this.#nick(command.nick, command.to);
      case "quit":
        return this.#quit(command.nick, command.reason);
      case "topic": {
        const channel = net.channel(command.channel);
        channel.topic = command.text;
        return net.toChannel(channel, `:oper!oper@${net.name} TOPIC ${channel.name} :${command.text}`);
      }
      case "part":
        return this.#part(command.channel, command.nick);
      case "account":
        for (const one of net.connections.registered(command.nick)) {
          this.#presence.account(one, command.account);
        }
        return;
      case "chghost":
        for (const one of net.connections.registered(command.nick)) this.#presence.host(one, command.host);
        return;
      case "rename":
        return rename(
          net,
          this.#texts,
          net.channel(command.channel),
          command.to,
          `oper!oper@${net.name}`,
          "",
        );
      case "netsplit":
        return this.#split(net.now + command.ms);
      case "outage":
        for (const connection of net.connections.registered(command.nick)) {
          this.#bouncers.begin(connection, net.now + command.ms);
        }
        return;
      case "raw":
        for (const connection of net.connections.registered(command.nick)) net.send(connection, command.line);
        return;
      case "free":
        net.taken.delete(net.fold(command.nick));
        return;
      case "kline":
        for (const connection of net.connections.registered(command.nick)) {
          this.#login.ban(connection);
          net.throwOut(connection, command.reason);
        }
        return;
      case "services":
        return this.#login.setServices(command.up);
      case "kill":
        for (const connection of net.connections.registered(command.nick)) {
          net.end(connection, `Killed (${command.reason})`);
        }
        return;
      case "drop":
        for (const connection of net.connections.all(command.nick)) {
          net.outputs.abort(connection.link);
          net.forget(connection, "Connection reset");
        }
        return;
      case "freeze":
        for (const connection of net.connections.values()) net.freeze(connection);
        return;
      default:
        throw noSuchCommand(command);
    }
  }

  #say({ nick, channel: name, text, tags = {} }: IrcServerCommand & { readonly kind: "say" }): void {
    const channel = this.#net.channel(name);
    if (!this.#net.isIn(channel, nick)) this.#net.enter(channel, nick, maskOf(nick));
    this.#texts.sayAs(nick, channel, text, Object.entries(tags));
  }

  /** The channels of somebody without a link, and the clients that share one with them. */
  #around(nick: string): { readonly channels: readonly Channel[]; readonly others: ReadonlySet<Connection> } {
    const net = this.#net;
    const isPerson = net.connections.holder(nick) === undefined;
    const channels = isPerson ? [...net.channels.values()].filter((channel) => net.isIn(channel, nick)) : [];
    return { channels, others: new Set(channels.flatMap((channel) => net.heardBy(channel))) };
  }

  #nick(nick: string, to: string): void {
    const net = this.#net;
    if (net.maskOn(to) !== undefined && net.fold(to) !== net.fold(nick)) return;
    const { channels, others } = this.#around(nick);
    for (const other of others) net.deliver(other, `:${maskOf(nick)} NICK ${to}`);
    for (const channel of channels) channel.rename(net.fold(nick), net.fold(to), to);
  }

  #quit(nick: string, reason: string): void {
    const { channels, others } = this.#around(nick);
    for (const other of others) this.#net.deliver(other, `:${maskOf(nick)} QUIT :${reason}`);
    for (const channel of channels) this.#net.leave(channel, nick);
  }

  #part(name: string, nick: string): void {
    const channel = this.#net.channels.get(this.#net.fold(name));
    const mask = this.#net.maskOn(nick);
    if (channel === undefined || mask === undefined || !this.#net.isIn(channel, nick)) return;
    this.#net.toChannel(channel, `:${mask} PART ${channel.name}`);
    this.#net.leave(channel, nick);
  }

  #kick(name: string, nick: string, reason: string): void {
    const channel = this.#net.channels.get(this.#net.fold(name));
    if (channel === undefined || !this.#net.isIn(channel, nick)) return;
    this.#net.toChannel(channel, `:oper!oper@${this.#net.name} KICK ${channel.name} ${nick} :${reason}`);
    this.#net.leave(channel, nick);
  }

  /** "a.b c.d" as the reason of a QUIT is how servers tell a netsplit, in a batch to those who take that. */
  #split(until: Instant): void {
    const net = this.#net;
    const lines = new Map<Connection, Map<string, string>>();
    for (const channel of [...net.channels.values()]) {
      const others = [...channel.members.values()].filter((nick) =>
        net.connections.holder(nick) === undefined
      );
      for (const nick of others) {
        net.leave(channel, nick);
        this.#splitOff.set({ nick, channel: channel.name }, until);
        // Once to each, however many channels they have shared.
        for (const connection of net.heardBy(channel)) {
          const told = lines.get(connection) ?? new Map<string, string>();
          lines.set(connection, told.set(net.fold(nick), `:${maskOf(nick)} QUIT :${net.name} split.test`));
        }
      }
    }
    this.#inBatches("netsplit", lines);
  }

  #inBatches(type: string, lines: ReadonlyMap<Connection, ReadonlyMap<string, string>>): void {
    const net = this.#net;
    for (const [connection, told] of lines) {
      const isBatch = connection.capabilities.has("batch");
      const tell = (batch?: string) => {
        for (const line of told.values()) net.deliver(connection, line, batch);
      };
      if (isBatch) net.inBatch(connection, `${type} ${net.name} split.test`, tell);
      else tell();
    }
  }
}

import { formatMessage } from "@parley/parley/irc";
import { Deadlines, type Instant } from "@parley/parley/protocol";
import { setModes } from "./_channel_modes.ts";
import type { Login } from "./_login.ts";
import type { Net } from "./_net.ts";
import { maskOf } from "./_state.ts";
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
  /** When those on the other side of a netsplit come back. */
  readonly #splitOff = new Deadlines<SplitOff>();

  constructor(net: Net, login: Login) {
    this.#net = net;
    this.#login = login;
  }

  /** When somebody comes back. */
  get deadline(): Instant {
    return this.#splitOff.next;
  }

  /** Lets those come back for whom it is time. */
  due(): void {
    const { now } = this.#net;
    for (let one = this.#splitOff.due(now); one !== undefined; one = this.#splitOff.due(now)) {
      const channel = this.#net.channel(one.channel);
      if (!this.#net.isIn(channel, one.nick)) this.#net.enter(channel, one.nick, maskOf(one.nick));
    }
  }

  /** Does as it is told. */
  obey(command: IrcServerCommand): void {
    const net = this.#net;
    switch (command.kind) {
      case "say":
        return this.#say(command.nick, command.channel, command.text);
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
      case "netsplit":
        return this.#split(net.now + command.ms);
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
    }
  }

  #say(nick: string, name: string, text: string): void {
    const channel = this.#net.channel(name);
    const mask = maskOf(nick);
    if (!this.#net.isIn(channel, nick)) this.#net.enter(channel, nick, mask);
    const line = formatMessage({ source: mask, command: "PRIVMSG", params: [channel.name, text] });
    this.#net.toChannel(channel, line);
  }

  #kick(name: string, nick: string, reason: string): void {
    const channel = this.#net.channels.get(this.#net.fold(name));
    if (channel === undefined || !this.#net.isIn(channel, nick)) return;
    this.#net.toChannel(channel, `:oper!oper@${this.#net.name} KICK ${channel.name} ${nick} :${reason}`);
    this.#net.leave(channel, nick);
  }

  /** "a.b c.d" as the reason of a QUIT is how servers tell a netsplit. */
  #split(until: Instant): void {
    const net = this.#net;
    for (const channel of [...net.channels.values()]) {
      for (const nick of [...channel.members.values()]) {
        if (net.connections.holder(nick) !== undefined) continue;
        net.toChannel(channel, `:${maskOf(nick)} QUIT :${net.name} split.test`);
        channel.members.delete(net.fold(nick));
        this.#splitOff.set({ nick, channel: channel.name }, until);
      }
    }
  }
}

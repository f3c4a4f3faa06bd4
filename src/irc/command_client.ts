import { Client } from "../driver/client/client.ts";
import { type CommandExtras, commandOf, type IrcCommand } from "./wire/commands/command.ts";
import type { KnownCommand, ParameterValue } from "./wire/commands/command_table.ts";
import { formatCtcp } from "./wire/texts/ctcp.ts";
import { withinLimits } from "./wire/commands/command_limits.ts";
import type { IrcEvent } from "./wire/events/event.ts";
import type { Isupport } from "./wire/support/isupport.ts";
import type { IrcMessage } from "./wire/messages/message.ts";

/** What limits a command, and what it may have beside its parameters. */
export interface CommandOptions extends CommandExtras {
  /** Takes the command back if it has not been sent. */
  readonly signal?: AbortSignal | undefined;
}

/** One or more of what a command takes. */
export type OneOrMore = string | readonly string[];

/**
 * A client's methods for the commands of IRC. Each resolves when the server has handled the line, and rejects with a
 * {@linkcode CommandError} if a parameter cannot be sent (nothing is then), or later if the server refuses it or the
 * link is lost. A promise that is left alone makes an `undelivered` event if it rejects. What the server answers arrives
 * as events.
 * ([RFC 2812 sections 3 and 4](https://www.rfc-editor.org/rfc/rfc2812#section-3),
 * [Modern IRC](https://modern.ircdocs.horse/))
 */
export abstract class IrcCommandClient extends Client<IrcEvent> {
  /** What the server supports, as far as it has told. */
  abstract get isupport(): Isupport;

  /** Gives a command to the session; to be done by the client that has one. */
  protected abstract perform(command: IrcCommand, options: CommandOptions): Promise<void>;

  /** Gives a command to the session, and resolves to what answers it; to be done by the client that has one. */
  protected abstract ask(command: IrcCommand, options: CommandOptions): Promise<readonly IrcMessage[]>;

  /** Sends any other command. */
  send(command: string, params: readonly string[] = [], options: CommandOptions = {}): Promise<void> {
    const { tags, secret } = options;
    return this.performAs(
      "send",
      undefined,
      options,
      () => ({ kind: "send", command, params, tags, secret }),
    );
  }

  /** Sends a whole line, given without its line ending. */
  sendRaw(line: string, options: Omit<CommandOptions, "tags"> = {}): Promise<void> {
    return this.performAs(
      "sendRaw",
      undefined,
      options,
      () => ({ kind: "raw", line, secret: options.secret }),
    );
  }

  /** Says again who we are (PASS); registration does it by itself, by the option `password`. */
  pass(password: string, options: CommandOptions = {}): Promise<void> {
    return this.sendKnown("PASS", [password], options);
  }

  /** Says again who we are (USER); registration does it by itself. `mode`: 8 for invisible, 4 for wallops. */
  user(user: string, realname: string, mode = 0, options: CommandOptions = {}): Promise<void> {
    return this.sendKnown("USER", [user, mode, "*", realname], options);
  }

  /** Asks for another nick (NICK). */
  setNick(nick: string, options: CommandOptions = {}): Promise<void> {
    return this.performAs("setNick", nick, options, () => ({ kind: "NICK", nick, tags: options.tags }));
  }

  /** Becomes an operator (OPER). The password is recorded nowhere. */
  oper(name: string, password: string, options: CommandOptions = {}): Promise<void> {
    return this.sendKnown("OPER", [name, password], options);
  }

  /** Registers a service (SERVICE). */
  service(
    nick: string,
    distribution: string,
    type: string,
    info: string,
    options: CommandOptions = {},
  ): Promise<void> {
    return this.sendKnown("SERVICE", [nick, "*", distribution, type, "0", info], options);
  }

  /** Takes a server off the network (SQUIT); for operators. */
  squit(server: string, reason?: string, options: CommandOptions = {}): Promise<void> {
    return this.sendKnown("SQUIT", [server, reason], options);
  }

  /** Leaves channels (PART), now or, if we are away, for when we are back; resolves once we have. */
  part(channels: OneOrMore, options: CommandOptions & { readonly reason?: string } = {}): Promise<void> {
    const { reason, tags } = options;
    return this.commanded({ command: "part", target: String(channels), signal: options.signal }, async () => {
      commandOf("PART", [channels, reason]);
      const parts = each(channels).map((channel) => ({ kind: "PART", channel, reason, tags } as const));
      await Promise.all(parts.map((part) => this.perform(part, options)));
    });
  }

  /** Invites somebody to a channel (INVITE). */
  invite(nick: string, channel: string, options: CommandOptions = {}): Promise<void> {
    return this.sendKnown("INVITE", [nick, channel], options);
  }

  /** Throws nicks out of a channel, or each out of its own (KICK). */
  kick(channels: OneOrMore, nicks: OneOrMore, reason?: string, options: CommandOptions = {}): Promise<void> {
    return this.sendKnown("KICK", [channels, nicks, reason], options);
  }

  /** Answers nobody else's CTCP query but one: the reply to it (NOTICE). */
  ctcpReply(target: string, command: string, params = "", options: CommandOptions = {}): Promise<void> {
    const { tags, secret } = options;
    return this.performAs("ctcpReply", target, options, () => {
      return { kind: "NOTICE", target, text: formatCtcp(command, params), tags, secret };
    });
  }

  /** Asks a client something by CTCP, such as `VERSION` (PRIVMSG); the reply is a NOTICE with a `ctcp`. */
  ctcp(target: string, command: string, params = "", options: CommandOptions = {}): Promise<void> {
    const { tags, secret } = options;
    return this.performAs("ctcp", target, options, () => {
      return { kind: "PRIVMSG", target, text: formatCtcp(command, params), tags, secret };
    });
  }

  /** Asks how many users there are (LUSERS). */
  lusers(mask?: string, target?: string, options: CommandOptions = {}): Promise<void> {
    return this.sendKnown("LUSERS", [mask, target], options);
  }

  /** Asks for a server's version (VERSION). */
  version(target?: string, options: CommandOptions = {}): Promise<void> {
    return this.sendKnown("VERSION", [target], options);
  }

  /** Asks for statistics by their letter, such as `u` (STATS). */
  stats(query?: string, target?: string, options: CommandOptions = {}): Promise<void> {
    return this.sendKnown("STATS", [query, target], options);
  }

  /** Asks for a server's time (TIME). */
  time(target?: string, options: CommandOptions = {}): Promise<void> {
    return this.sendKnown("TIME", [target], options);
  }

  /** Makes a server connect to another (CONNECT); for operators. */
  connectServer(target: string, port: number, remote?: string, options: CommandOptions = {}): Promise<void> {
    return this.sendKnown("CONNECT", [target, port, remote], options);
  }

  /** Asks for the way to a server or a user (TRACE). */
  trace(target?: string, options: CommandOptions = {}): Promise<void> {
    return this.sendKnown("TRACE", [target], options);
  }

  /** Asks who runs a server (ADMIN). */
  admin(target?: string, options: CommandOptions = {}): Promise<void> {
    return this.sendKnown("ADMIN", [target], options);
  }

  /** Asks what a server is (INFO). */
  info(target?: string, options: CommandOptions = {}): Promise<void> {
    return this.sendKnown("INFO", [target], options);
  }

  /** Asks for the services there are (SERVLIST). */
  servlist(mask?: string, type?: string, options: CommandOptions = {}): Promise<void> {
    return this.sendKnown("SERVLIST", [mask, type], options);
  }

  /** Says something to a service (SQUERY). */
  squery(service: string, text: string, options: CommandOptions = {}): Promise<void> {
    return this.sendKnown("SQUERY", [service, text], options);
  }

  /** Asks who nicks were that are gone (WHOWAS). */
  whowas(nicks: OneOrMore, count?: number, target?: string, options: CommandOptions = {}): Promise<void> {
    return this.sendKnown("WHOWAS", [nicks, count, target], options);
  }

  /** Takes somebody off the network (KILL); for operators. */
  kill(nick: string, reason: string, options: CommandOptions = {}): Promise<void> {
    return this.sendKnown("KILL", [nick, reason], options);
  }

  /** Sends a PING of one's own; the session's own keep the link alive without it. */
  ping(token: string, target?: string, options: CommandOptions = {}): Promise<void> {
    return this.sendKnown("PING", [token, target], options);
  }

  /** Sends a PONG of one's own; the session answers every PING without it. */
  pong(token?: string, options: CommandOptions = {}): Promise<void> {
    return this.sendKnown("PONG", [token], options);
  }

  /** Says that we are away, or without a text that we are back (AWAY). */
  away(message?: string, options: CommandOptions = {}): Promise<void> {
    return this.sendKnown("AWAY", [message === "" ? undefined : message], options);
  }

  /** Makes the server read its configuration again (REHASH); for operators. */
  rehash(options: CommandOptions = {}): Promise<void> {
    return this.sendKnown("REHASH", [], options);
  }

  /** Ends the server (DIE); for operators. */
  die(options: CommandOptions = {}): Promise<void> {
    return this.sendKnown("DIE", [], options);
  }

  /** Ends the server and starts it again (RESTART); for operators. */
  restart(options: CommandOptions = {}): Promise<void> {
    return this.sendKnown("RESTART", [], options);
  }

  /** Asks somebody who is logged in at the server's machine to come (SUMMON). */
  summon(user: string, target?: string, channel?: string, options: CommandOptions = {}): Promise<void> {
    return this.sendKnown("SUMMON", [user, target, channel], options);
  }

  /** Asks who is logged in at the server's machine (USERS). */
  loggedInUsers(target?: string, options: CommandOptions = {}): Promise<void> {
    return this.sendKnown("USERS", [target], options);
  }

  /** Says something to all who listen to that (WALLOPS); for operators. */
  wallops(text: string, options: CommandOptions = {}): Promise<void> {
    return this.sendKnown("WALLOPS", [text], options);
  }

  /** Asks for user and host of nicks (USERHOST). */
  userhost(nicks: OneOrMore, options: CommandOptions = {}): Promise<void> {
    return this.sendKnown("USERHOST", [nicks], options);
  }

  /** Asks which of these nicks are there (ISON). */
  ison(nicks: OneOrMore, options: CommandOptions = {}): Promise<void> {
    return this.sendKnown("ISON", [nicks], options);
  }

  /** Asks for capabilities, or what there is of them (CAP); registration negotiates by itself. */
  cap(subcommand: string, capabilities?: OneOrMore, options: CommandOptions = {}): Promise<void> {
    const list = capabilities === undefined ? undefined : each(capabilities).join(" ");
    return this.sendKnown("CAP", [subcommand, list], options);
  }

  /** Sends a step of a login (AUTHENTICATE), at most 400 bytes; registration logs in by itself, by `sasl`. */
  authenticate(data: string, options: CommandOptions = {}): Promise<void> {
    return this.sendKnown("AUTHENTICATE", [data], options);
  }

  /** Sends nothing but tags (TAGMSG). ([IRCv3 message-tags](https://ircv3.net/specs/extensions/message-tags)) */
  tagmsg(
    targets: OneOrMore,
    tags: Readonly<Record<string, string>>,
    options: CommandOptions = {},
  ): Promise<void> {
    return this.sendKnown("TAGMSG", [targets], { ...options, tags });
  }

  /** Opens a batch with a type, `+reference`, or closes it, `-reference` (BATCH). */
  batch(
    reference: string,
    type?: string,
    params: OneOrMore = [],
    options: CommandOptions = {},
  ): Promise<void> {
    return this.sendKnown(
      "BATCH",
      [reference, type, params.length === 0 ? undefined : each(params)],
      options,
    );
  }

  /** Changes our real name (SETNAME). ([IRCv3 setname](https://ircv3.net/specs/extensions/setname)) */
  setname(realname: string, options: CommandOptions = {}): Promise<void> {
    return this.sendKnown("SETNAME", [realname], options);
  }

  /** Says for whom we connect (WEBIRC); registration does it by itself, by the option `webirc`. */
  webirc(
    password: string,
    gateway: string,
    hostname: string,
    address: string,
    flags?: string,
    options: CommandOptions = {},
  ): Promise<void> {
    return this.sendKnown("WEBIRC", [password, gateway, hostname, address, flags], options);
  }

  /** Sends a command by its parameters, as several lines where the server takes no longer ones. */
  protected sendKnown(
    command: KnownCommand,
    values: readonly ParameterValue[],
    options: CommandOptions,
  ): Promise<void> {
    const name = METHODS[command] ?? command.toLowerCase();
    const target = ABOUT_FIRST.has(command) ? String(values[0]) : undefined;
    const { signal } = options;
    return this.commanded({ command: name, target, signal }, async () => {
      const commands = withinLimits(command, values, this.isupport).map((piece) =>
        commandOf(command, piece, options, this.isupport.lineLen)
      );
      await Promise.all(commands.map((command) => this.perform(command, options)));
    });
  }

  /** Runs a command under the name of its method. */
  protected performAs(
    name: string,
    target: string | undefined,
    options: CommandOptions,
    command: () => IrcCommand,
  ): Promise<void> {
    const { signal } = options;
    return this.commanded({ command: name, target, signal }, () => this.perform(command(), options));
  }
}

/** The methods that are not called as their commands are. */
const METHODS: Readonly<Partial<Record<KnownCommand, string>>> = {
  CONNECT: "connectServer",
  USERS: "loggedInUsers",
};

/** The commands whose first parameter is what they are for, and never secret. */
const ABOUT_FIRST: ReadonlySet<KnownCommand> = new Set<KnownCommand>(["KICK", "MODE", "TAGMSG", "TOPIC"]);

/** One or more as a list. */
export function each(values: OneOrMore): readonly string[] {
  return typeof values === "string" ? [values] : values;
}

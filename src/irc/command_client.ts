import { Client } from "../driver/client.ts";
import { type CommandExtras, commandOf, type IrcCommand } from "./wire/command.ts";
import { fail, type KnownCommand, type ParameterValue } from "./wire/command_table.ts";
import { formatCtcp } from "./wire/ctcp.ts";
import { withinLimits } from "./wire/command_limits.ts";
import type { IrcEvent } from "./wire/event.ts";
import type { Isupport } from "./wire/isupport.ts";

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

  /** Sends any other command. */
  send(command: string, params: readonly string[] = [], options: CommandOptions = {}): Promise<void> {
    const { tags, secret } = options;
    return this.#perform("send", undefined, options, () => ({ kind: "send", command, params, tags, secret }));
  }

  /** Sends a whole line, given without its line ending. */
  sendRaw(line: string, options: Omit<CommandOptions, "tags"> = {}): Promise<void> {
    return this.#perform(
      "sendRaw",
      undefined,
      options,
      () => ({ kind: "raw", line, secret: options.secret }),
    );
  }

  /** Says again who we are (PASS); registration does it by itself, by the option `password`. */
  pass(password: string, options: CommandOptions = {}): Promise<void> {
    return this.#send("PASS", [password], options);
  }

  /** Says again who we are (USER); registration does it by itself. `mode`: 8 for invisible, 4 for wallops. */
  user(user: string, realname: string, mode = 0, options: CommandOptions = {}): Promise<void> {
    return this.#send("USER", [user, mode, "*", realname], options);
  }

  /** Asks for another nick (NICK). */
  setNick(nick: string, options: CommandOptions = {}): Promise<void> {
    return this.#perform("setNick", nick, options, () => ({ kind: "NICK", nick, tags: options.tags }));
  }

  /** Becomes an operator (OPER). The password is recorded nowhere. */
  oper(name: string, password: string, options: CommandOptions = {}): Promise<void> {
    return this.#send("OPER", [name, password], options);
  }

  /** Registers a service (SERVICE). */
  service(
    nick: string,
    distribution: string,
    type: string,
    info: string,
    options: CommandOptions = {},
  ): Promise<void> {
    return this.#send("SERVICE", [nick, "*", distribution, type, "0", info], options);
  }

  /** Takes a server off the network (SQUIT); for operators. */
  squit(server: string, reason?: string, options: CommandOptions = {}): Promise<void> {
    return this.#send("SQUIT", [server, reason], options);
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

  /**
   * Reads or sets modes (MODE), of a channel or of ourselves: `mode("#deno", "+o", ["dan"])`. Without `modes` it
   * asks for them.
   */
  mode(target: string, modes?: string, args: OneOrMore = [], options: CommandOptions = {}): Promise<void> {
    return this.#send("MODE", [target, modes, args.length === 0 ? undefined : each(args)], options);
  }

  /** Asks for a channel's topic, sets it, or takes it away with an empty text (TOPIC). */
  topic(channel: string, topic?: string, options: CommandOptions = {}): Promise<void> {
    return this.#send("TOPIC", [channel, topic], options);
  }

  /** Asks who is in channels (NAMES). */
  names(channels?: OneOrMore, target?: string, options: CommandOptions = {}): Promise<void> {
    return this.#send("NAMES", [channels, target], options);
  }

  /** Asks for channels and their topics (LIST); also takes what the server's ELIST has, such as `>100`. */
  list(channels?: OneOrMore, target?: string, options: CommandOptions = {}): Promise<void> {
    return this.#send("LIST", [channels, target], options);
  }

  /** Invites somebody to a channel (INVITE). */
  invite(nick: string, channel: string, options: CommandOptions = {}): Promise<void> {
    return this.#send("INVITE", [nick, channel], options);
  }

  /** Throws nicks out of a channel, or each out of its own (KICK). */
  kick(channels: OneOrMore, nicks: OneOrMore, reason?: string, options: CommandOptions = {}): Promise<void> {
    return this.#send("KICK", [channels, nicks, reason], options);
  }

  /** Answers nobody else's CTCP query but one: the reply to it (NOTICE). */
  ctcpReply(target: string, command: string, params = "", options: CommandOptions = {}): Promise<void> {
    const { tags, secret } = options;
    return this.#perform("ctcpReply", target, options, () => {
      return { kind: "NOTICE", target, text: formatCtcp(command, params), tags, secret };
    });
  }

  /** Asks a client something by CTCP, such as `VERSION` (PRIVMSG); the reply is a NOTICE with a `ctcp`. */
  ctcp(target: string, command: string, params = "", options: CommandOptions = {}): Promise<void> {
    const { tags, secret } = options;
    return this.#perform("ctcp", target, options, () => {
      return { kind: "PRIVMSG", target, text: formatCtcp(command, params), tags, secret };
    });
  }

  /** Asks for the message of the day (MOTD). */
  motd(target?: string, options: CommandOptions = {}): Promise<void> {
    return this.#send("MOTD", [target], options);
  }

  /** Asks how many users there are (LUSERS). */
  lusers(mask?: string, target?: string, options: CommandOptions = {}): Promise<void> {
    return this.#send("LUSERS", [mask, target], options);
  }

  /** Asks for a server's version (VERSION). */
  version(target?: string, options: CommandOptions = {}): Promise<void> {
    return this.#send("VERSION", [target], options);
  }

  /** Asks for statistics by their letter, such as `u` (STATS). */
  stats(query?: string, target?: string, options: CommandOptions = {}): Promise<void> {
    return this.#send("STATS", [query, target], options);
  }

  /** Asks for the servers that a mask matches, or those that another server knows (LINKS). */
  links(mask?: string, remote?: string, options: CommandOptions = {}): Promise<void> {
    return this.#perform("links", undefined, options, () => {
      if (mask === undefined && remote !== undefined) fail("LINKS", "the remote needs a mask");
      return commandOf("LINKS", [remote, mask], options);
    });
  }

  /** Asks for a server's time (TIME). */
  time(target?: string, options: CommandOptions = {}): Promise<void> {
    return this.#send("TIME", [target], options);
  }

  /** Makes a server connect to another (CONNECT); for operators. */
  connectServer(target: string, port: number, remote?: string, options: CommandOptions = {}): Promise<void> {
    return this.#send("CONNECT", [target, port, remote], options);
  }

  /** Asks for the way to a server or a user (TRACE). */
  trace(target?: string, options: CommandOptions = {}): Promise<void> {
    return this.#send("TRACE", [target], options);
  }

  /** Asks who runs a server (ADMIN). */
  admin(target?: string, options: CommandOptions = {}): Promise<void> {
    return this.#send("ADMIN", [target], options);
  }

  /** Asks what a server is (INFO). */
  info(target?: string, options: CommandOptions = {}): Promise<void> {
    return this.#send("INFO", [target], options);
  }

  /** Asks for the services there are (SERVLIST). */
  servlist(mask?: string, type?: string, options: CommandOptions = {}): Promise<void> {
    return this.#send("SERVLIST", [mask, type], options);
  }

  /** Says something to a service (SQUERY). */
  squery(service: string, text: string, options: CommandOptions = {}): Promise<void> {
    return this.#send("SQUERY", [service, text], options);
  }

  /**
   * Asks for users that a mask matches, or who are in a channel (WHO).
   *
   * `operators`: only operators. `fields`: which fields to tell, where the server has WHOX: `tcuhnfar`, with
   * `token` for the field `t`. ([IRCv3 WHOX](https://ircv3.net/specs/extensions/whox))
   */
  who(
    mask?: string,
    options: CommandOptions & {
      readonly operators?: boolean;
      readonly fields?: string;
      readonly token?: string;
    } = {},
  ): Promise<void> {
    const { operators = false, fields, token } = options;
    return this.#perform("who", mask, options, () => {
      if (token !== undefined && !/^[0-9]{1,3}$/.test(token)) fail("WHO", "the token is not 1 to 3 digits");
      if (fields !== undefined && !/^[a-z]+$/i.test(fields)) fail("WHO", "the fields are not letters");
      const asked = fields === undefined ? "" : `%${fields}${token === undefined ? "" : `,${token}`}`;
      const flags = `${operators ? "o" : ""}${asked}`;
      return commandOf("WHO", [mask, flags === "" ? undefined : flags], options);
    });
  }

  /** Asks who nicks are (WHOIS). `target`: the server to ask, or the nick itself, whose server then knows more. */
  whois(masks: OneOrMore, target?: string, options: CommandOptions = {}): Promise<void> {
    return this.#send("WHOIS", [target, masks], options);
  }

  /** Asks who nicks were that are gone (WHOWAS). */
  whowas(nicks: OneOrMore, count?: number, target?: string, options: CommandOptions = {}): Promise<void> {
    return this.#send("WHOWAS", [nicks, count, target], options);
  }

  /** Takes somebody off the network (KILL); for operators. */
  kill(nick: string, reason: string, options: CommandOptions = {}): Promise<void> {
    return this.#send("KILL", [nick, reason], options);
  }

  /** Sends a PING of one's own; the session's own keep the link alive without it. */
  ping(token: string, target?: string, options: CommandOptions = {}): Promise<void> {
    return this.#send("PING", [token, target], options);
  }

  /** Sends a PONG of one's own; the session answers every PING without it. */
  pong(token?: string, options: CommandOptions = {}): Promise<void> {
    return this.#send("PONG", [token], options);
  }

  /** Says that we are away, or without a text that we are back (AWAY). */
  away(message?: string, options: CommandOptions = {}): Promise<void> {
    return this.#send("AWAY", [message === "" ? undefined : message], options);
  }

  /** Makes the server read its configuration again (REHASH); for operators. */
  rehash(options: CommandOptions = {}): Promise<void> {
    return this.#send("REHASH", [], options);
  }

  /** Ends the server (DIE); for operators. */
  die(options: CommandOptions = {}): Promise<void> {
    return this.#send("DIE", [], options);
  }

  /** Ends the server and starts it again (RESTART); for operators. */
  restart(options: CommandOptions = {}): Promise<void> {
    return this.#send("RESTART", [], options);
  }

  /** Asks somebody who is logged in at the server's machine to come (SUMMON). */
  summon(user: string, target?: string, channel?: string, options: CommandOptions = {}): Promise<void> {
    return this.#send("SUMMON", [user, target, channel], options);
  }

  /** Asks who is logged in at the server's machine (USERS). */
  loggedInUsers(target?: string, options: CommandOptions = {}): Promise<void> {
    return this.#send("USERS", [target], options);
  }

  /** Says something to all who listen to that (WALLOPS); for operators. */
  wallops(text: string, options: CommandOptions = {}): Promise<void> {
    return this.#send("WALLOPS", [text], options);
  }

  /** Asks for user and host of nicks (USERHOST). */
  userhost(nicks: OneOrMore, options: CommandOptions = {}): Promise<void> {
    return this.#send("USERHOST", [nicks], options);
  }

  /** Asks which of these nicks are there (ISON). */
  ison(nicks: OneOrMore, options: CommandOptions = {}): Promise<void> {
    return this.#send("ISON", [nicks], options);
  }

  /** Asks for capabilities, or what there is of them (CAP); registration negotiates by itself. */
  cap(subcommand: string, capabilities?: OneOrMore, options: CommandOptions = {}): Promise<void> {
    const list = capabilities === undefined ? undefined : each(capabilities).join(" ");
    return this.#send("CAP", [subcommand, list], options);
  }

  /** Sends a step of a login (AUTHENTICATE), at most 400 bytes; registration logs in by itself, by `sasl`. */
  authenticate(data: string, options: CommandOptions = {}): Promise<void> {
    return this.#send("AUTHENTICATE", [data], options);
  }

  /** Sends nothing but tags (TAGMSG). ([IRCv3 message-tags](https://ircv3.net/specs/extensions/message-tags)) */
  tagmsg(
    targets: OneOrMore,
    tags: Readonly<Record<string, string>>,
    options: CommandOptions = {},
  ): Promise<void> {
    return this.#send("TAGMSG", [targets], { ...options, tags });
  }

  /** Opens a batch with a type, `+reference`, or closes it, `-reference` (BATCH). */
  batch(
    reference: string,
    type?: string,
    params: OneOrMore = [],
    options: CommandOptions = {},
  ): Promise<void> {
    return this.#send("BATCH", [reference, type, params.length === 0 ? undefined : each(params)], options);
  }

  /** Watches nicks: `+` and `-` with nicks, `C` to clear, `L` to list, `S` for who is there (MONITOR). */
  monitor(
    subcommand: "+" | "-" | "C" | "L" | "S",
    nicks?: OneOrMore,
    options: CommandOptions = {},
  ): Promise<void> {
    return this.#send("MONITOR", [subcommand, nicks], options);
  }

  /** Changes our real name (SETNAME). ([IRCv3 setname](https://ircv3.net/specs/extensions/setname)) */
  setname(realname: string, options: CommandOptions = {}): Promise<void> {
    return this.#send("SETNAME", [realname], options);
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
    return this.#send("WEBIRC", [password, gateway, hostname, address, flags], options);
  }

  #send(command: KnownCommand, values: readonly ParameterValue[], options: CommandOptions): Promise<void> {
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

  #perform(
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

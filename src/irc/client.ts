import { isThenable } from "../driver/client/_thenable.ts";
import type { ClientOptions, CloseOptions } from "../driver/client/client.ts";
import type { ClientEvent } from "../driver/client/client_event.ts";
import { instantOf } from "../driver/clock/_wall_times.ts";
import { within } from "../driver/clock/clock.ts";
import type { Driver, Runnable } from "../driver/driver.ts";
import type { Vitals } from "../driver/health/health.ts";
import { hostNames, hostWith } from "../driver/host.ts";
import { CommandError, OptionError } from "../protocol/errors.ts";
import { quote, shownUrl } from "../protocol/data/quote.ts";
import { dialer } from "../transport/dial.ts";
import type { TlsOptions } from "../transport/options.ts";
import { answerIrc } from "./host/answers.ts";
import type { IrcAnswer, IrcAsk } from "./session/ask.ts";
import { commandOf, formatCommand, type IrcCommand } from "./wire/commands/command.ts";
import type { CommandOptions } from "./command_client.ts";
import { Ircv3Client } from "./ircv3_client.ts";
import { textCommands, type TextKind, type TextOptions } from "./text_commands.ts";
import { formatCtcp } from "./wire/texts/ctcp.ts";
import { type IrcEvent, IrcTextEvent, type Say } from "./wire/events/event.ts";
import type { Isupport } from "./wire/support/isupport.ts";
import { multilineLimits } from "./wire/texts/multiline.ts";
import type { IrcMessage } from "./wire/messages/message.ts";
import { type LineHandler, LineHandlers } from "./session/line_handlers.ts";
import { channelOf, type ChannelOption, type IrcSessionOptions } from "./session/options.ts";
import { IrcSession } from "./session/session.ts";
import type { IrcChannels, IrcMe, IrcUsers } from "./wire/events/presence.ts";
import { MemoryStsStore, type StsStore } from "./host/sts_store.ts";
import { backoffNames } from "../protocol/connection/backoff.ts";
import {
  checkNamesAndKinds,
  type InnerNames,
  type OptionKind,
  type OtherNames,
} from "../protocol/option_checks.ts";

/** How long a store may take over what was learnt last, in milliseconds. */
const SAVE_WITHIN = 5_000;

/** The kinds of events that are no names of commands or numerics. */
const OWN_KINDS: readonly Extract<IrcEvent["kind"], Lowercase<string>>[] = [
  "batch",
  "ctcp",
  "echo",
  "gap",
  "history",
  "join_failed",
  "login_failed",
  "malformed",
  "network_lost",
  "playback",
  "ready",
  "reconnecting",
  "unknown",
];

/** How to connect to an IRC network. */
export interface IrcClientOptions
  extends ClientOptions, Omit<IrcSessionOptions, "url" | "random" | "wall" | "handlers" | "asksBeforeJoin"> {
  /** The server's name or address; several are tried in turn. Give either this or `url`. */
  readonly host?: string | readonly string[];
  /** The port, 1–65535. @default {6697} with TLS, 6667 without */
  readonly port?: number;
  /** Whether to encrypt, or whom to trust and who to be. @default {true} */
  readonly tls?: boolean | TlsOptions;
  /**
   * Where to dial, instead of `host` and `port`: `ircs:`, `irc:`, `wss:` or `ws:`; several are tried in turn. What
   * `tls` says of trust holds for these, too, and for a server that is dialled by `irc:` and asks for TLS.
   */
  readonly url?: string | readonly string[];
  /**
   * Header fields to send when opening a WebSocket, on Deno, Bun and Node. Some servers let nobody in without an
   * `Origin`, which browsers send. @default {{}}
   */
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * Where it is kept which hosts are to be reached by TLS only; a {@linkcode FileStsStore} survives restarts.
   *
   * @default in memory
   */
  readonly sts?: StsStore;
  /**
   * What is to be done each time the server has let us in, before any channel is joined: log in at NickServ, wait for
   * the cloak, so that nobody there sees our host. It may send and wait for anything but a `join`. If it fails, or takes
   * longer than `timeouts.answer`, an `error` event tells so, and it is called again after 30 s; no channel is joined
   * until it is done.
   *
   * @default nothing
   */
  readonly beforeJoin?: (irc: IrcClient) => unknown;
  /** What sees and may change every line, as by {@linkcode IrcClient.use}, from the first one on. @default {[]} */
  readonly use?: readonly LineHandler[];
}

/** What each option may be. */
const optionKinds: Readonly<Record<keyof IrcClientOptions, readonly OptionKind[]>> = {
  nick: ["string"],
  host: ["string", "array", "undefined"],
  port: ["number", "undefined"],
  url: ["string", "array", "undefined"],
  tls: ["boolean", "object", "undefined"],
  headers: ["object", "undefined"],
  channels: ["array", "undefined"],
  user: ["string", "undefined"],
  realname: ["string", "undefined"],
  alternativeNicks: ["array", "function", "undefined"],
  password: ["string", "undefined"],
  sasl: ["object", "undefined"],
  webirc: ["object", "undefined"],
  sts: ["object", "undefined"],
  capabilities: ["array", "undefined"],
  use: ["array", "undefined"],
  beforeJoin: ["function", "undefined"],
  regainNick: ["boolean", "undefined"],
  rejoinOnKick: ["boolean", "undefined"],
  state: ["boolean", "string", "undefined"],
  bot: ["boolean", "undefined"],
  ctcp: ["boolean", "object", "undefined"],
  flood: ["boolean", "string", "object", "undefined"],
  backoff: ["object", "undefined"],
  connectTimeout: ["number", "undefined"],
  timeouts: ["object", "undefined"],
  maxMessage: ["number", "undefined"],
  fallbackEncoding: ["string", "undefined"],
  mailbox: ["number", "undefined"],
  mailboxBytes: ["number", "undefined"],
  label: ["string", "undefined"],
  strict: ["boolean", "undefined"],
  signal: ["object", "undefined"],
  runtime: ["object", "undefined"],
};

/** The names within each. */
const innerNames: InnerNames<IrcClientOptions> = {
  sasl: { username: 1, password: 1, sign: 1, mechanisms: 1, required: 1 },
  webirc: { password: 1, gateway: 1, hostname: 1, ip: 1, options: 1 },
  ctcp: { version: 1, time: 1, limit: 1, per: 1 },
  flood: { line: 1, byte: 1, ahead: 1, commands: 1 },
  timeouts: { dial: 1, register: 1, idle: 1, ping: 1, pong: 1, close: 1, answer: 1 },
  backoff: backoffNames,
  runtime: hostNames,
};

/** What irc-framework calls some, without which nobody would log in. */
const otherNames: OtherNames<IrcClientOptions> = { account: "sasl", gecos: "realname", username: "user" };

/**
 * An IRC client: stays connected and in its channels, and tells what is said there.
 * ([Modern IRC](https://modern.ircdocs.horse/))
 *
 * @example
 * ```ts
 * import { IrcClient } from "@parley/parley/irc";
 *
 * const irc = new IrcClient({ host: "irc.libera.chat", nick: "parley", channels: ["#deno"] });
 * irc.on("PRIVMSG", (event) => irc.privmsg(event.replyTarget, event.text));
 * await irc.connect();
 * await irc.wait(["RPL_ENDOFMOTD", "ERR_NOMOTD"], { signal: AbortSignal.timeout(10_000) });
 * ```
 */
export class IrcClient extends Ircv3Client {
  readonly #handlers: LineHandlers;
  readonly #session: IrcSession;
  readonly #driver: Driver<IrcCommand, IrcEvent, IrcAsk, IrcAnswer>;
  /** How many texts of several lines were sent. */
  #batches = 0;
  /** Policies of STS that are being saved. */
  readonly #saves = new Set<Promise<IrcAnswer>>();

  /**
   * Takes where to connect, and as whom.
   *
   * @throws {OptionError} if an option is not acceptable.
   */
  constructor(options: IrcClientOptions) {
    checkNamesAndKinds("make an IrcClient", options, optionKinds, innerNames, otherNames);
    const tls = typeof options.tls === "object" ? options.tls : undefined;
    checkCredentials(options, tls);
    const { headers } = options;
    const urls = urlsOf(options);
    const dial = dialer({ ...(tls && { tls }), ...(headers && { headers }) });
    super(hostWith(dial, options.runtime), options, "irc", OWN_KINDS);
    const failed = (error: unknown) => this.report(error);
    const handlers = this.#handlers = new LineHandlers(options.use, failed, (result) => {
      if (isThenable(result)) Promise.resolve(result).catch(failed);
    });
    const { beforeJoin } = options;
    const asksBeforeJoin = beforeJoin !== undefined;
    const { random, crypto, clock } = this.host;
    const wall = () => clock.wall();
    this.#session = new IrcSession({ ...options, url: urls, random, wall, handlers, asksBeforeJoin });
    const sts = options.sts ?? new MemoryStsStore();
    const answer = answerIrc({
      sts,
      sign: options.sasl?.sign,
      beforeJoin: beforeJoin && (() => beforeJoin(this)),
      crypto,
      wall,
    });
    this.#driver = this.attach<IrcCommand, IrcAsk, IrcAnswer>(this.#session, {
      answer: (ask) => ask.kind === "sts_save" ? this.#save(answer(ask)) : answer(ask),
      ...(options.timeouts?.answer !== undefined && { answerWithin: options.timeouts.answer }),
    });
  }

  async #save(saving: Promise<IrcAnswer>): Promise<IrcAnswer> {
    this.#saves.add(saving);
    try {
      return await saving;
    } catch (error) {
      // As long as there is a session, its driver tells.
      if (this.#driver.ended) this.report(error);
      throw error;
    } finally {
      this.#saves.delete(saving);
    }
  }

  /**
   * Connects and registers; resolves once the server has let us in, while the channels are being joined.
   *
   * @throws {AuthenticationError} if the server refuses the password or the account, or SASL is required and not
   * to be had.
   * @throws {ConnectionError} if the server will not have us, or was not reached in as many attempts as
   * `backoff` allows, or the client is closed first.
   * @throws {ConnectionError} `aborted` if the signal is, with its reason as `cause`.
   */
  override connect(): Promise<this> {
    return super.connect();
  }

  /** The nick the server knows us by. */
  get nick(): string {
    return this.#session.nick;
  }

  /**
   * The channels we are in; by the option `state` with their topics, modes and members.
   *
   * @example Who may kick there
   * ```ts
   * import { IrcClient } from "@parley/parley/irc";
   *
   * const irc = new IrcClient({ host: "irc.libera.chat", nick: "parley", channels: ["#deno"], state: "names" });
   * const operators = [...irc.channels.get("#deno")?.members ?? []].filter((member) => member.isAtLeast("o"));
   * ```
   */
  get channels(): IrcChannels {
    return this.#session.state.channels;
  }

  /** Ourselves, as far as the server has told. */
  get me(): IrcMe {
    return this.#session.state.me;
  }

  /** Those whom we share a channel with or watch by MONITOR, by the option `state`, and ourselves. */
  override get users(): IrcUsers {
    return this.#session.state.users;
  }

  /** The capabilities in force. */
  override get capabilities(): ReadonlySet<string> {
    return this.#session.capabilities;
  }

  /** The value that the server offers a capability with that we ask for, such as `max-bytes=4096`; undefined: none. */
  capabilityValue(name: string): string | undefined {
    return this.#session.capabilityValue(name);
  }

  /** How long the server took to answer our last PING, in milliseconds; undefined: it has not yet. */
  get lag(): number | undefined {
    return this.#session.lag;
  }

  /**
   * Up to when all that was said in the channels is told, in milliseconds since 1970 began, or in a `gap` that was;
   * undefined: it was not there yet.
   */
  get heardUntil(): number | undefined {
    const { heardUntil } = this.#session;
    return heardUntil === undefined ? undefined : this.#driver.wallTime(heardUntil);
  }

  /**
   * Nobody has heard what was said since, in milliseconds since 1970 began, as who was there before knew by
   * {@linkcode IrcClient.heardUntil}: once the channels are joined, that is told as a `gap`. What is to come counts as now.
   */
  missedSince(at: number): void {
    this.#session.missedSince(instantOf(at, this.host.clock));
  }

  protected override vitals(): Iterable<readonly [Runnable, readonly Vitals[]]> {
    return [[this.#driver, [{ name: "", latency: this.lag }]]];
  }

  /** How others see us, `nick!user@host`; undefined as long as the server has not shown it. */
  get mask(): string | undefined {
    return this.#session.mask;
  }

  /** What the server supports, as far as it has told; lives, and begins anew on another link. */
  override get isupport(): Isupport {
    return this.#session.isupport;
  }

  /**
   * Adds a handler to the chain that sees every line, in both directions, before anything else does, and may
   * change it, drop it or make several of it; returns what undoes it. The option `use` adds them early enough
   * to see the registration.
   *
   * @example Log what comes and goes, and hear no NOTICE
   * ```ts
   * import { IrcClient } from "@parley/parley/irc";
   *
   * const irc = new IrcClient({ host: "irc.libera.chat", nick: "parley" });
   * irc.use((message, next, direction) => {
   *   console.log(direction, message.raw);
   *   if (message.command !== "NOTICE") next();
   * });
   * await irc.connect();
   * ```
   */
  use(handler: LineHandler): () => void {
    return this.#handlers.use(handler);
  }

  /**
   * Says something to a channel or a nick; resolves when the server has handled it. What is too long for one
   * message goes as several, split at words; a text of several lines by `{ lines: true }`.
   *
   * @throws {CommandError} if it cannot be sent, is refused or lost.
   *
   * @example
   * ```ts
   * import { IrcClient } from "@parley/parley/irc";
   *
   * const irc = new IrcClient({ host: "irc.libera.chat", nick: "parley", channels: ["#deno"] });
   * irc.on("PRIVMSG", ({ replyTarget, text, id }) => {
   *   if (text === "!rules") return irc.privmsg(replyTarget, "Be kind.\nBe brief.", { lines: true, replyTo: id });
   * });
   * await irc.connect();
   * ```
   */
  privmsg(target: string, text: string, options: TextOptions = {}): Promise<void> {
    return this.#say("privmsg", { command: "PRIVMSG" }, target, text, options);
  }

  /** Says something that nobody answers automatically, like {@linkcode IrcClient.privmsg}. */
  notice(target: string, text: string, options: TextOptions = {}): Promise<void> {
    return this.#say("notice", { command: "NOTICE" }, target, text, options);
  }

  /** Does something, as `/me` does: an ACTION, like {@linkcode IrcClient.privmsg}; of several lines each is one. */
  action(target: string, text: string, options: TextOptions = {}): Promise<void> {
    const frame = (piece: string) => formatCtcp("ACTION", piece);
    return this.#say("action", { command: "PRIVMSG", frame }, target, text, options);
  }

  /**
   * Joins channels and stays in them across reconnects; resolves once we are in all of them. Each may have its
   * key with it; `key` is the one of those that have none. `0` leaves all channels instead.
   */
  join(
    channels: ChannelOption | readonly ChannelOption[],
    options: CommandOptions & { readonly key?: string } = {},
  ): Promise<void> {
    if (channels === "0") {
      const { names } = this.channels;
      return names.length === 0 ? Promise.resolve() : this.part(names, options);
    }
    const list = Array.isArray(channels) ? channels : [channels];
    const target = list.map((channel) => typeof channel === "string" ? channel : channel?.name).join();
    return this.commanded({ command: "join", target, signal: options.signal }, async () => {
      const wanted = list.map(channelOf);
      const commands = wanted.map(({ name, key = options.key }, index) => {
        const more = options.tags === undefined && index < wanted.length - 1;
        return { kind: "JOIN", channel: name, key, more, tags: options.tags } as const;
      });
      for (const command of commands) formatCommand(command);
      await Promise.all(commands.map((command) => this.perform(command, options)));
    });
  }

  /** Leaves the network and ends the client. */
  quit(reason?: string): Promise<void> {
    return this.commanded({ command: "quit", ends: true }, async () => {
      await this.settled();
      await this.perform({ kind: "QUIT", reason }, {});
      await this.close();
    });
  }

  /**
   * Leaves the network and waits for the end; then, for at most 5 s, until the store for STS has what was learnt.
   * A store that takes longer makes an `error` event.
   */
  override async close(options: CloseOptions = {}): Promise<void> {
    await super.close(options);
    if (this.#saves.size === 0) return;
    const missed = "Cannot keep what a host asks of TLS: the store did not answer";
    try {
      await within(this.host.clock, SAVE_WITHIN, missed, () => Promise.allSettled(this.#saves));
    } catch (error) {
      this.report(error);
    }
  }

  protected override perform(command: IrcCommand, options: CommandOptions): Promise<void> {
    return this.#run(command, options, () => {});
  }

  protected override ask(command: IrcCommand, options: CommandOptions): Promise<readonly IrcMessage[]> {
    return this.#run(command, options, (value) => Array.isArray(value) ? value : []);
  }

  protected override beforeHandOut(event: IrcEvent | ClientEvent): void {
    if (event instanceof IrcTextEvent) event.repliedBy(this.#reply);
  }

  #run<T>(command: IrcCommand, options: CommandOptions, read: (value: unknown) => T): Promise<T> {
    const { tags } = options;
    // "Clients MUST NOT send message tags unless the capability has been negotiated."
    if (tags !== undefined && !this.capabilities.has("message-tags")) {
      throw new CommandError("invalid_command", `Cannot send ${command.kind}: the server does not take tags`);
    }
    return this.#driver.command(command, options.signal, read);
  }

  readonly #reply: Say = (target, text, options) => this.privmsg(target, text, options);

  /** A channel of the options that cannot be joined is nobody's promise. */
  protected override failure(event: IrcEvent): unknown {
    return event.kind === "join_failed" && !event.awaited ? event.error : undefined;
  }

  #say(method: string, kind: TextKind, target: string, text: string, options: TextOptions): Promise<void> {
    return this.commanded({ command: method, target, signal: options.signal }, async () => {
      const { command } = kind;
      const { isupport, capabilities } = this;
      const isMultiline = capabilities.has("draft/multiline") && capabilities.has("batch");
      commandOf(command, [target, text === "" ? text : "text"]);
      const pieces = textCommands(kind, target, text, options, {
        isupport,
        capabilities,
        room: this.#session.room(command, target),
        multiline: isMultiline ? multilineLimits(this.capabilityValue("draft/multiline")) : undefined,
        nextReference: () => `parley-${++this.#batches}`,
      });
      // Nothing is sent unless all can be.
      for (const piece of pieces) formatCommand(piece, isupport.lineLen);
      await Promise.all(pieces.map((piece) => this.perform(piece, options)));
    });
  }
}

/** Where nothing else is given, EXTERNAL takes a certificate; without one the server would refuse what was misspelt here. */
function checkCredentials({ sasl }: IrcClientOptions, tls: TlsOptions | undefined): void {
  if (sasl === undefined || sasl.mechanisms !== undefined || tls?.cert !== undefined) return;
  if (sasl.password !== undefined || sasl.sign !== undefined) return;
  throw new OptionError("Cannot log in: give sasl.username and sasl.password, or tls.cert for EXTERNAL");
}

function urlsOf(options: IrcClientOptions): readonly string[] {
  const { host, port, tls = true, url } = options;
  if (url !== undefined) {
    if (host !== undefined || port !== undefined) {
      throw new OptionError("Cannot connect: give either a URL or a host and port");
    }
    return typeof url === "string" ? [url] : url;
  }
  if (host === undefined) throw new OptionError("Cannot connect: give a host, or a url");
  if (port !== undefined && !(Number.isInteger(port) && port > 0 && port < 65_536)) {
    throw new OptionError(`Cannot connect to port "${port}": need a whole number from 1 to 65535`);
  }
  const hosts = typeof host === "object" ? host : [host];
  return hosts.map((name) => {
    if (typeof name !== "string") {
      throw new OptionError(`Cannot connect to a host: it is a ${typeof name}; give a string`);
    }
    const [, bare, its] = /^([^:\s/]+|\[[^\]]*\]):(\d+)$/.exec(name) ?? [];
    if (bare !== undefined) {
      const how = `{ host: ${quote(bare)}, port: ${its} }`;
      throw new OptionError(`Cannot connect to ${quote(name)}: a host has no port, give ${how}`);
    }
    if (name.includes("://")) {
      throw new OptionError(
        `Cannot connect to ${quote(shownUrl(name))}: give a URL as \`url\`, not as \`host\``,
      );
    }
    if (!/^[^\s/@?#]+$/.test(name)) {
      throw new OptionError(
        `Cannot connect to ${quote(name)}: the host is not a name or an address`,
      );
    }
    const address = name.includes(":") && !name.startsWith("[") ? `[${name}]` : name;
    return `${tls === false ? "irc" : "ircs"}://${address}${port === undefined ? "" : `:${port}`}`;
  });
}

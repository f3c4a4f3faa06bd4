import { Client, type ClientOptions } from "../driver/client.ts";
import type { Driver } from "../driver/driver.ts";
import { hostWith } from "../driver/host.ts";
import { OptionError } from "../protocol/errors.ts";
import { dialer } from "../transport/dial.ts";
import type { TlsOptions } from "../transport/options.ts";
import { answerIrc } from "./answers.ts";
import type { IrcAnswer, IrcAsk } from "./ask.ts";
import type { IrcCommand } from "./command.ts";
import type { IrcEvent } from "./event.ts";
import type { IrcSessionOptions } from "./options.ts";
import { IrcSession } from "./session.ts";
import { MemoryStsStore, type StsStore } from "./sts_store.ts";

/** How to connect to an IRC network. */
export interface IrcClientOptions extends ClientOptions, Omit<IrcSessionOptions, "url" | "random"> {
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
   * Where it is kept which hosts are to be reached by TLS only; a {@linkcode FileStsStore} survives restarts.
   *
   * @default in memory
   */
  readonly sts?: StsStore;
}

/**
 * An IRC client: stays connected and in its channels, and tells what is said there.
 * ([Modern IRC](https://modern.ircdocs.horse/))
 *
 * @example
 * ```ts
 * import { IrcClient } from "@parley/parley/irc";
 *
 * const irc = await IrcClient.connect({ host: "irc.libera.chat", nick: "parley", channels: ["#deno"] });
 * irc.on("PRIVMSG", (event) => irc.privmsg(event.replyTarget, event.text));
 * await irc.wait(["RPL_ENDOFMOTD", "ERR_NOMOTD"], { signal: AbortSignal.timeout(10_000) });
 * ```
 */
export class IrcClient extends Client<IrcEvent> {
  readonly #session: IrcSession;
  readonly #driver: Driver<IrcCommand, IrcEvent, IrcAsk, IrcAnswer>;

  private constructor(options: IrcClientOptions) {
    const tls = typeof options.tls === "object" ? options.tls : undefined;
    super(hostWith(dialer(tls && { tls }), options.runtime), options, "irc");
    this.#session = new IrcSession({ ...options, url: urlOf(options), random: this.host.random });
    const answer = answerIrc({ sts: options.sts ?? new MemoryStsStore(), sign: options.sasl?.sign });
    this.#driver = this.attach<IrcCommand, IrcAsk, IrcAnswer>(this.#session, {
      answer: async (ask) => {
        try {
          return await answer(ask);
        } catch (error) {
          // The session goes on without; whoever runs it must know that the next one will, too.
          if (ask.kind === "sts_save") this.report(error);
          throw error;
        }
      },
    });
  }

  /**
   * Connects and registers; resolves once the server has let us in, while the channels are being joined.
   *
   * @throws {OptionError} if an option is not acceptable.
   * @throws {AuthenticationError} if the server refuses the password or the account, or SASL is required and not
   * to be had.
   * @throws {ConnectionError} if the server will not have us, or was not reached in as many attempts as
   * `backoff` allows.
   * @throws the signal's reason if it is aborted first.
   */
  static async connect(options: IrcClientOptions): Promise<IrcClient> {
    const client = new IrcClient(options);
    client.#driver.start();
    await client.connected(options.signal);
    return client;
  }

  /** The nick the server knows us by. */
  get nick(): string {
    return this.#session.nick;
  }

  /** The channels we are in. */
  get channels(): readonly string[] {
    return this.#session.channels;
  }

  /** The capabilities in force. */
  get capabilities(): ReadonlySet<string> {
    return this.#session.capabilities;
  }

  /** How long the server took to answer our last PING, in milliseconds; undefined: it has not yet. */
  get lag(): number | undefined {
    return this.#session.lag;
  }

  /**
   * Says something to a channel or a nick; resolves when the server has handled it.
   *
   * @throws {CommandError} at once if it cannot be sent; later if it is refused or lost.
   */
  privmsg(target: string, text: string, options: CommandOptions = {}): Promise<void> {
    return this.#command({ kind: "PRIVMSG", target, text }, options);
  }

  /** Says something that nobody answers automatically; resolves when the server has handled it. */
  notice(target: string, text: string, options: CommandOptions = {}): Promise<void> {
    return this.#command({ kind: "NOTICE", target, text }, options);
  }

  /** Joins a channel and stays in it across reconnects; resolves once we are in it. */
  join(channel: string, options: CommandOptions & { readonly key?: string } = {}): Promise<void> {
    return this.#command({ kind: "JOIN", channel, key: options.key }, options);
  }

  /** Leaves a channel, now or, if we are away, for when we are back. */
  part(channel: string, options: CommandOptions & { readonly reason?: string } = {}): Promise<void> {
    return this.#command({ kind: "PART", channel, reason: options.reason }, options);
  }

  /** Asks for another nick; resolves when the server has handled it. */
  setNick(nick: string, options: CommandOptions = {}): Promise<void> {
    return this.#command({ kind: "NICK", nick }, options);
  }

  /** Sends any other command; resolves when the server has handled it. */
  send(command: string, params: readonly string[] = [], options: CommandOptions = {}): Promise<void> {
    return this.#command({ kind: "send", command, params }, options);
  }

  /** Leaves the network and ends the client. */
  async quit(reason?: string): Promise<void> {
    await this.#command({ kind: "QUIT", reason }, {});
    await this.close();
  }

  #command(command: IrcCommand, options: CommandOptions): Promise<void> {
    return this.#driver.command(command, options.signal, () => {});
  }
}

/** What limits a command. */
export interface CommandOptions {
  /** Takes the command back if it has not been sent. */
  readonly signal?: AbortSignal;
}

function urlOf(options: IrcClientOptions): string | readonly string[] {
  const { host, port, tls = true, url } = options;
  if (url !== undefined) {
    if (host !== undefined || port !== undefined) {
      throw new OptionError("Cannot connect: give either a URL or a host and port");
    }
    return url;
  }
  if (port !== undefined && !(Number.isInteger(port) && port > 0 && port < 65_536)) {
    throw new OptionError(`Cannot connect to port "${port}": need a whole number from 1 to 65535`);
  }
  const hosts = typeof host === "object" ? host : [host];
  return hosts.map((name) => {
    if (name === undefined || !/^[^\s/@?#]+$/.test(name)) {
      throw new OptionError(
        `Cannot connect to ${JSON.stringify(name)}: the host is not a name or an address`,
      );
    }
    const address = name.includes(":") && !name.startsWith("[") ? `[${name}]` : name;
    return `${tls === false ? "irc" : "ircs"}://${address}${port === undefined ? "" : `:${port}`}`;
  });
}

import { Client, type ClientOptions } from "../driver/client.ts";
import type { Driver } from "../driver/driver.ts";
import { type Host, hostWith } from "../driver/host.ts";
import { dialer } from "../transport/dial.ts";
import type { TlsOptions } from "../transport/options.ts";
import type { TwitchAnswer, TwitchAsk } from "./actions.ts";
import type { TwitchCommand } from "./command.ts";
import type { TwitchEvent } from "./event.ts";
import type { TwitchSessionOptions } from "./options.ts";
import { TwitchSession } from "./session.ts";

/** Gives the token to log in with, before each login. */
export type TwitchTokenProvider = (signal: AbortSignal) => string | Promise<string>;

/** What {@linkcode TwitchClient.connect} takes. */
export interface TwitchClientOptions extends ClientOptions, Omit<TwitchSessionOptions, "random" | "token"> {
  /**
   * The account's token, with or without `oauth:`, with the scopes `chat:read` and `chat:edit`; or what
   * gives it. It goes together with `login`, and is never shown again. A provider that throws ends the
   * client: one that may fail for a moment retries by itself.
   *
   * @default none: anonymously, to listen only
   */
  readonly token?: string | TwitchTokenProvider;
  /** How to speak TLS, for servers of one's own. */
  readonly tls?: TlsOptions;
}

/**
 * A client of Twitch chat. It stays connected and in its channels until it is closed.
 *
 * @example Answer a greeting
 * ```ts
 * import { TwitchClient } from "@parley/parley/twitch";
 *
 * async function greet(token: string): Promise<TwitchClient> {
 *   const chat = await TwitchClient.connect({ login: "parleybot", token, channels: ["#dallas"] });
 *   chat.on("PRIVMSG", (event) => {
 *     if (event.text === "!hello") return chat.say(event.channel, `Hello, ${event.sender.name}`);
 *   });
 *   return chat;
 * }
 * ```
 */
export class TwitchClient extends Client<TwitchEvent> {
  readonly #session: TwitchSession;
  readonly #driver: Driver<TwitchCommand, TwitchEvent, TwitchAsk, TwitchAnswer>;

  private constructor(options: TwitchClientOptions, host: Host) {
    super(host, options, "twitch");
    const { token, ...rest } = options;
    const provider = typeof token === "function" ? token : undefined;
    this.#session = new TwitchSession({
      ...rest,
      ...(token !== undefined && { token: typeof token === "function" ? { ask: true } : token }),
      random: host.random,
    });
    this.#driver = this.attach<TwitchCommand, TwitchAsk, TwitchAnswer>(
      this.#session,
      { answer: async (_ask, signal) => ({ kind: "token", token: await provider?.(signal) ?? "" }) },
    );
  }

  /**
   * Connects; resolves once Twitch has let us in, while the channels are being joined.
   *
   * @throws {OptionError} if an option is not acceptable.
   * @throws {AuthenticationError} if Twitch does not accept login and token.
   * @throws {ConnectionError} if Twitch cannot be reached in `backoff.attempts`.
   * @throws the signal's reason if it is aborted first.
   */
  static async connect(options: TwitchClientOptions = {}): Promise<TwitchClient> {
    const { tls } = options;
    const client = new TwitchClient(
      options,
      hostWith(dialer(tls === undefined ? {} : { tls }), options.runtime),
    );
    client.#driver.start();
    await client.connected(options.signal);
    return client;
  }

  /** Our login, in lower case; `justinfan` and digits if anonymous. */
  get login(): string {
    return this.#session.login;
  }

  /** The channels we are in, with their `#`. */
  get channels(): readonly string[] {
    return this.#session.channels;
  }

  /**
   * Joins a channel, and from then on is in it across reconnects until it is parted. Resolves once we are
   * in it.
   *
   * @throws {CommandError} `invalid_command` at once if the name cannot be a channel's; later `refused` if
   * Twitch says why not (suspended, banned), `cancelled` if it is parted meanwhile.
   * @throws {TimeoutError} if Twitch says nothing, as it does for channels that do not exist.
   */
  join(channel: string, options: TwitchCommandOptions = {}): Promise<void> {
    return this.#driver.command({ kind: "join", channel }, options.signal, () => {});
  }

  /**
   * Leaves a channel for good; resolves once we have left it.
   *
   * @throws {CommandError} `invalid_command` at once if the name cannot be a channel's.
   * @throws {TimeoutError} if Twitch does not say that we have left.
   */
  part(channel: string, options: TwitchCommandOptions = {}): Promise<void> {
    return this.#driver.command({ kind: "part", channel }, options.signal, () => {});
  }

  /**
   * Says something in a channel, within the account's limits. Resolves once Twitch has taken it, to the
   * message's id where Twitch tells it. A text that begins with `/me ` is an action.
   *
   * @throws {CommandError} `invalid_command` at once if it cannot be sent; later `refused` if Twitch says
   * why not (banned, duplicate, slow mode), `lost` if the link died and nobody can know.
   * @throws {TimeoutError} if Twitch says nothing: it drops some messages in silence.
   */
  say(
    channel: string,
    text: string,
    options: TwitchCommandOptions & { readonly replyTo?: string } = {},
  ): Promise<string | undefined> {
    const { replyTo, signal } = options;
    const command: TwitchCommand = { kind: "say", channel, text, replyTo };
    return this.#driver.command(command, signal, (id) => typeof id === "string" ? id : undefined);
  }
}

/** What limits a command. */
export interface TwitchCommandOptions {
  /** Takes the command back if it has not been sent. */
  readonly signal?: AbortSignal;
}

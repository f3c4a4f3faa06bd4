import { Client, type ClientOptions } from "../driver/client.ts";
import type { Driver, Runnable } from "../driver/driver.ts";
import type { Vitals } from "../driver/health.ts";
import { hostWith } from "../driver/host.ts";
import { untilReached } from "../driver/until_reached.ts";
import { CommandError, OptionError } from "../protocol/errors.ts";
import { dialer } from "../transport/dial.ts";
import type { TlsOptions } from "../transport/options.ts";
import type { TwitchAuth } from "./auth/auth.ts";
import type { TwitchAnswer, TwitchAsk } from "./session/outputs.ts";
import type { TwitchCommand } from "./wire/command.ts";
import type { TwitchEvent } from "./wire/event.ts";
import type { TwitchTokenProvider } from "./auth/token_provider.ts";
import type { TwitchAccepted } from "./session/channel_outbox.ts";
import { type TwitchConnectionInfo, TwitchPool, type TwitchPoolOptions } from "./session/pool.ts";

/** What {@linkcode TwitchClient} takes. */
export interface TwitchClientOptions extends ClientOptions, Omit<TwitchPoolOptions, "random" | "token"> {
  /**
   * The account, with its tokens, which must have granted `chat:read` and `chat:edit`; in place of `login` and `token`.
   *
   * @default none: by `login` and `token`, or anonymously
   */
  readonly auth?: TwitchAuth;
  /**
   * The account's token, with or without `oauth:`, with the scopes `chat:read` and `chat:edit`; or what
   * gives it. It goes together with `login`, and is never shown again. A provider that throws, or does not answer
   * within `timeouts.answer`, makes an `error` event and is asked again after a growing pause, unless the last token
   * was good; one that throws an {@linkcode AuthenticationError} ends the client.
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
 *   const chat = new TwitchClient({ login: "parleybot", token, channels: ["#dallas"] });
 *   chat.on("PRIVMSG", (event) => {
 *     if (event.text === "!hello") return chat.reply(event, `Hello, ${event.sender.name}`);
 *   });
 *   return await chat.connect();
 * }
 * ```
 */
export class TwitchClient extends Client<TwitchEvent> {
  readonly #options: TwitchClientOptions;
  /** There once it is known whose account it is. */
  #running: Running | undefined;
  #unwatch = (): void => {};

  /**
   * Takes where to connect, and as whom.
   *
   * @throws {OptionError} if an option is not acceptable, or there are more channels than `limits.channels`.
   */
  constructor(options: TwitchClientOptions = {}) {
    const { auth, login, token, tls } = options;
    if (auth !== undefined && (login !== undefined || token !== undefined)) {
      throw new OptionError("Cannot log in twice: give auth, or login and token");
    }
    super(hostWith(dialer(tls === undefined ? {} : { tls }), options.runtime), options, "twitch");
    this.#options = options;
    if (auth === undefined) this.#running = this.#run(login, token);
    // What is wrong with the options is said at once.
    else new TwitchPool(this.#poolOptions("parley", auth.provider));
  }

  /**
   * Connects; resolves once Twitch has let us in, while the channels are being joined: as many connections as
   * that takes, within the limits of the account.
   *
   * @throws {TwitchLoginError} if Twitch does not accept login and token.
   * @throws {TwitchScopeError} if the account of `auth` has not granted `chat:read` and `chat:edit`.
   * @throws {ConnectionError} if Twitch cannot be reached in `backoff.attempts`, or the client is closed first.
   * @throws {ConnectionError} `aborted` if the signal is, with its reason as `cause`.
   */
  override connect(): Promise<this> {
    return super.connect();
  }

  /** Our login, in lower case; `justinfan` and digits if anonymous; empty until `auth` has told whose account it is. */
  get login(): string {
    return this.#running?.pool.login ?? "";
  }

  /** The channels we are in, with their `#`. */
  get channels(): readonly string[] {
    return this.#running?.pool.channels ?? [];
  }

  /** How long Twitch took to answer the last PING, in milliseconds; undefined before the first answer. */
  get latency(): number | undefined {
    return this.#running?.pool.latency;
  }

  /** How each connection is doing: its channels, and its last latencies. */
  get connections(): readonly TwitchConnectionInfo[] {
    return this.#running?.pool.connections ?? [];
  }

  protected override vitals(): Iterable<readonly [Runnable, readonly Vitals[]]> {
    const sessions = this.connections.map(({ connection, latencies }) => {
      return { name: `connection ${connection}`, latency: latencies.at(-1) };
    });
    return this.#running === undefined ? [] : [[this.#running.driver, sessions]];
  }

  protected override async begin(signal: AbortSignal): Promise<void> {
    const { auth, backoff, connectTimeout } = this.#options;
    if (auth !== undefined) {
      const { login } = await untilReached({
        ask: (signal) => auth.account({ signal }),
        url: "https://id.twitch.tv",
        clock: this.host.clock,
        random: this.host.random,
        backoff,
        connectTimeout,
        signal,
        failed: (failure) => this.noteFailure(failure),
      });
      for (const scope of ["chat:read", "chat:edit"]) await auth.require(scope, { signal });
      if (signal.aborted) return;
      this.#unwatch = auth.watch((error) => this.report(error));
      this.#running = this.#run(login, auth.provider);
    }
    void super.begin(signal);
  }

  protected override atEnd(): void {
    this.#unwatch();
  }

  /**
   * Joins a channel, and from then on is in it across reconnects until it is parted. Resolves once we are
   * in it.
   *
   * @throws {CommandError} `invalid_command` if the name cannot be a channel's; `cancelled` if
   * it is parted meanwhile.
   * @throws {ParleyError} `rate_limited` if we are in `limits.channels` already.
   * @throws {TwitchRefusedError} if Twitch says why not: suspended, banned.
   * @throws {TimeoutError} if Twitch says nothing, as it does for channels that do not exist.
   */
  join(channel: string, options: TwitchCommandOptions = {}): Promise<void> {
    const { signal } = options;
    return this.commanded({ command: "join", target: channel, signal }, () => {
      return this.#driver("join").command({ kind: "join", channel }, signal, () => {});
    });
  }

  /**
   * Leaves a channel for good; resolves once we have left it.
   *
   * @throws {CommandError} `invalid_command` if the name cannot be a channel's.
   * @throws {TimeoutError} if Twitch does not say that we have left.
   */
  part(channel: string, options: TwitchCommandOptions = {}): Promise<void> {
    const { signal } = options;
    return this.commanded({ command: "part", target: channel, signal }, () => {
      return this.#driver("part").command({ kind: "part", channel }, signal, () => {});
    });
  }

  /**
   * Says something in a channel, within the limits of the account and the channel's slow mode. Resolves once
   * Twitch has taken it. A text of more than 500 code points is split between words and said in several
   * messages. It is said as it is: what begins with `/` or `.` becomes no chat command, and `/me` no action.
   *
   * @throws {CommandError} `invalid_command` if it cannot be sent; `unconfirmed` if Twitch says
   * nothing in `timeouts.say`, as it drops some messages in silence; `lost` if the link died first. In both
   * cases nobody can know whether others have seen it.
   * @throws {TwitchRefusedError} if Twitch says why not: banned, slow mode, followers only.
   */
  say(channel: string, text: string, options: TwitchSayOptions = {}): Promise<TwitchSaid> {
    return this.#say("say", channel, text, options);
  }

  /** Says something as an action, with `/me`; otherwise as {@linkcode TwitchClient.say}. */
  me(channel: string, text: string, options: TwitchSayOptions = {}): Promise<TwitchSaid> {
    return this.#say("me", channel, text, options);
  }

  /**
   * Answers a message in its thread; otherwise as {@linkcode TwitchClient.say}. A message without an id is
   * answered outside of any.
   */
  reply(
    to: { readonly channel: string; readonly id: string | undefined },
    text: string,
    options: Omit<TwitchSayOptions, "replyTo"> = {},
  ): Promise<TwitchSaid> {
    return this.#say("reply", to.channel, text, {
      ...options,
      ...(to.id !== undefined && { replyTo: to.id }),
    });
  }

  /**
   * Asks Twitch for a PONG on the first connection; resolves to how long that took, in milliseconds.
   *
   * @throws {CommandError} `lost` if there is no connection, or it dies first.
   */
  ping(options: TwitchCommandOptions = {}): Promise<number> {
    const { signal } = options;
    return this.commanded({ command: "ping", signal }, () => {
      return this.#driver("ping").command({ kind: "ping" }, signal, Number);
    });
  }

  /** A channel of the options that cannot be joined is nobody's promise. */
  protected override failure(event: TwitchEvent): unknown {
    return event.kind === "join_failed" && !event.awaited ? event.error : undefined;
  }

  #poolOptions(
    login: string | undefined,
    token: string | TwitchTokenProvider | undefined,
  ): TwitchPoolOptions {
    const { auth: _, tls: __, login: ___, token: ____, ...rest } = this.#options;
    return {
      ...rest,
      ...(login !== undefined && { login }),
      ...(token !== undefined && { token: typeof token === "function" ? { ask: true } : token }),
      random: this.host.random,
    };
  }

  #run(login: string | undefined, token: string | TwitchTokenProvider | undefined): Running {
    const pool = new TwitchPool(this.#poolOptions(login, token));
    const provider = typeof token === "function" ? token : undefined;
    const answerWithin = this.#options.timeouts?.answer;
    const driver = this.attach<TwitchCommand, TwitchAsk, TwitchAnswer>(pool, {
      answer: async ({ refused, token }, signal) => {
        return { kind: "token", token: await provider?.(signal, refused, token) ?? "" };
      },
      ...(answerWithin !== undefined && { answerWithin }),
    });
    return { pool, driver };
  }

  #driver(command: string): Running["driver"] {
    if (this.#running !== undefined) return this.#running.driver;
    throw new CommandError(
      "invalid_command",
      `Cannot ${command}: it is not known yet whose account it is, wait for connect()`,
    );
  }

  #say(
    command: "say" | "me" | "reply",
    channel: string,
    text: string,
    { signal, ...rest }: TwitchSayOptions,
  ): Promise<TwitchSaid> {
    const action = command === "me";
    return this.commanded({ command, target: channel, signal }, () => {
      return this.#driver(command).command(
        { kind: "say", channel, text, ...rest, ...(action && { action }) },
        signal,
        asSaid,
      );
    });
  }
}

/** What there is once it is known whose account it is. */
interface Running {
  readonly pool: TwitchPool;
  readonly driver: Driver<TwitchCommand, TwitchEvent, TwitchAsk, TwitchAnswer>;
}

/** What limits a command. */
export interface TwitchCommandOptions {
  /** Takes the command back if it has not been sent. */
  readonly signal?: AbortSignal;
}

/** How something is said. */
export interface TwitchSayOptions extends TwitchCommandOptions {
  /** The id of the message that this answers. @default none */
  readonly replyTo?: string;
  /** A mark of our own that Twitch gives back, in 1 to 64 letters, digits and `-`. @default a random one */
  readonly nonce?: string;
}

/** What was said, as Twitch has taken it. */
export interface TwitchSaid {
  /** The id of the first message, where Twitch tells it. */
  readonly id: string | undefined;
  /** Each message; more than one where the text was too long for one. */
  readonly messages: readonly TwitchAccepted[];
}

function asSaid(value: unknown): TwitchSaid {
  const messages = Array.isArray(value) ? value.filter(isAccepted) : [];
  return { id: messages[0]?.id, messages };
}

function isAccepted(value: unknown): value is TwitchAccepted {
  return typeof value === "object" && value !== null && "nonce" in value && "state" in value;
}

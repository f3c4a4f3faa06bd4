import { Client, type ClientOptions } from "../driver/client/client.ts";
import type { ClientEvent } from "../driver/client/client_event.ts";
import { instantOf } from "../driver/clock/_wall_times.ts";
import type { Runnable } from "../driver/driver.ts";
import type { Vitals } from "../driver/health/health.ts";
import { hostWith } from "../driver/host.ts";
import { untilReached } from "../driver/until_reached.ts";
import { CommandError, OptionError } from "../protocol/errors.ts";
import type { Protocol } from "../protocol/protocol.ts";
import { dialer } from "../transport/dial.ts";
import type { TlsOptions } from "../transport/options.ts";
import type { TwitchApi } from "./api/api.ts";
import type { TwitchChatByApi } from "./api/chat_by_api.ts";
import type { TwitchAuth } from "./auth/auth.ts";
import type { TwitchTokenProvider } from "./auth/token_provider.ts";
import type { TwitchChatCore, TwitchChatWire } from "./chat_wire.ts";
import { setUpPool, type TwitchConnectionInfo, TwitchPool, type TwitchPoolOptions } from "./session/pool.ts";
import { channelName, sayTexts, type TwitchCommand, type TwitchSayCommand } from "./wire/commands/command.ts";
import type { TwitchEvent } from "./wire/event.ts";
import type {
  TwitchAccepted,
  TwitchCommandOptions,
  TwitchMessageActions,
  TwitchReasonOptions,
  TwitchSaid,
  TwitchSayOptions,
  TwitchWho,
} from "./wire/events/said.ts";
import { checkKinds } from "../protocol/option_checks.ts";

/** The kinds of events that are no names of the wire's. */
const OWN_KINDS: readonly Extract<TwitchEvent["kind"], Lowercase<string>>[] = [
  "gap",
  "join_failed",
  "malformed",
  "ready",
  "reconnecting",
  "unknown",
];

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
  /**
   * What moderates: Twitch has no other way since 2023. It asks as the same account, with the scopes that each method
   * names.
   *
   * @default none: what moderates is rejected
   */
  readonly api?: TwitchApi;
  /**
   * What says things in place of IRC, for the account of `auth`, and within its limits: one of an application gives the
   * bot its badge, if the account has granted `user:bot` and the channel `channel:bot`.
   *
   * @default IRC; where a `wire` is given, `api`
   */
  readonly sendWith?: TwitchApi;
  /** What chat is read by; needs `auth` and `api`. @default IRC */
  readonly wire?: TwitchChatWire;
  /** What is given each event before any handler is: a `TwitchChatState`. What it throws is an `error`. @default nothing */
  readonly state?: { take(event: TwitchEvent | ClientEvent): void };
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
export class TwitchClient extends Client<TwitchEvent> implements TwitchMessageActions {
  readonly #auth: TwitchAuth | undefined;
  readonly #api: TwitchApi | undefined;
  readonly #wire: TwitchChatWire | undefined;
  readonly #state: TwitchClientOptions["state"];
  /** How IRC is spoken, but for who we are there. */
  readonly #irc: Omit<TwitchPoolOptions, "login" | "token">;
  /** What moderates. */
  readonly #moderator: TwitchChatByApi | undefined;
  /** What says things in place of IRC. */
  readonly #speaker: TwitchChatByApi | undefined;
  /** There once it is known whose account it is. */
  #running: Running | undefined;
  /** Since when nobody has heard what was said. */
  #missedSince: number | undefined;
  #unwatch = (): void => {};

  /**
   * Takes where to connect, and as whom.
   *
   * @throws {OptionError} if an option is not acceptable, or there are more channels than `limits.channels`.
   */
  constructor(options: TwitchClientOptions = {}) {
    checkKinds("make a TwitchClient", options, {
      channels: ["array", "undefined"],
      auth: ["object", "undefined"],
      token: ["string", "function", "undefined"],
      api: ["object", "undefined"],
      state: ["object", "undefined"],
      runtime: ["object", "undefined"],
    });
    // tmi.js has it, and nothing else would tell that nobody is logged in.
    if ("identity" in options) throw new OptionError("Cannot log in by identity: give login and token");
    const { auth, login, token, tls, api, wire, sendWith = wire && api, state, ...rest } = options;
    if (auth !== undefined && (login !== undefined || token !== undefined)) {
      throw new OptionError("Cannot log in twice: give auth, or login and token");
    }
    if (wire !== undefined && (auth === undefined || api === undefined)) {
      throw new OptionError("Cannot read chat by another wire than IRC: give auth and api");
    }
    if (sendWith !== undefined && auth === undefined) {
      throw new OptionError("Cannot tell who says what is sent with an API: give auth");
    }
    super(hostWith(dialer(tls === undefined ? {} : { tls }), options.runtime), options, "twitch", OWN_KINDS);
    this.#auth = auth;
    this.#api = api;
    const byApi = (api: TwitchApi | undefined) =>
      api?.forChat({
        acquire: (permit, signal) => this.host.permits.acquire(permit, signal),
        senderId: async (signal) => await auth?.userId(signal && { signal }) ?? "",
      });
    this.#moderator = byApi(api);
    this.#speaker = sendWith === api ? this.#moderator : byApi(sendWith);
    this.#wire = wire;
    this.#state = state;
    this.#irc = { ...rest, random: this.host.random };
    if (auth === undefined) this.#running = this.#runIrc(login, token);
    // What is wrong with the options is said at once.
    else setUpPool({ ...this.#irc, login: "parley", token: { ask: true } });
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
    return this.#running?.chat.login ?? "";
  }

  /** The channels we are in, with their `#`. */
  get channels(): readonly string[] {
    return this.#running?.chat.channels ?? [];
  }

  /** How long Twitch took to answer the last PING, in milliseconds; undefined before the first answer. */
  get latency(): number | undefined {
    return this.#running?.chat.latency;
  }

  /** How each connection is doing: its channels, and its last latencies. */
  get connections(): readonly TwitchConnectionInfo[] {
    return this.#running?.chat.connections ?? [];
  }

  /**
   * Up to when all that was said in the channels is told, in milliseconds since 1970 began, or in a `gap` that was;
   * undefined: it was not there yet.
   */
  get heardUntil(): number | undefined {
    const { chat, driver } = this.#running ?? {};
    return chat?.heardUntil === undefined ? undefined : driver?.wallTime(chat.heardUntil);
  }

  /**
   * Nobody has heard what was said since, in milliseconds since 1970 began, as who had the account before knew by
   * {@linkcode TwitchClient.heardUntil}: once the channels are joined, that is told as a `gap`. What is to come counts as now.
   */
  missedSince(at: number): void {
    this.#missedSince = instantOf(at, this.host.clock);
    this.#running?.chat.missedSince(this.#missedSince);
  }

  protected override vitals(): Iterable<readonly [Runnable, readonly Vitals[]]> {
    const sessions = this.connections.map(({ connection, latencies }) => {
      return { name: `connection ${connection}`, latency: latencies.at(-1) };
    });
    return this.#running === undefined ? [] : [[this.#running.driver, sessions]];
  }

  protected override async begin(signal: AbortSignal): Promise<void> {
    const end = () => {
      for (const byApi of [this.#moderator, this.#speaker]) byApi?.end();
    };
    signal.addEventListener("abort", end, { once: true });
    const { backoff, connectTimeout } = this.#irc;
    const auth = this.#auth;
    if (auth !== undefined) {
      const account = await untilReached({
        ask: (signal) => auth.account({ signal }),
        url: auth.baseUrl,
        clock: this.host.clock,
        random: this.host.random,
        backoff,
        connectTimeout,
        signal,
        failed: (failure) => this.noteFailure(failure),
      });
      for (const scope of this.#scopes()) await auth.require(scope, { signal });
      if (signal.aborted) return;
      this.#unwatch = auth.watch((error) => this.report(error));
      this.#running = this.#wire === undefined || this.#api === undefined
        ? this.#runIrc(account.login, auth.provider)
        : this.#wire.open({
          account,
          api: this.#api,
          channels: this.#irc.channels ?? [],
          limits: this.#irc.limits,
          backoff,
          connectTimeout,
          random: this.host.random,
        }, this.#run);
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
    return this.commanded({ command: "join", target: channel, signal }, async () => {
      await this.#ready("join").command({ kind: "join", channel }, signal);
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
    return this.commanded({ command: "part", target: channel, signal }, async () => {
      await this.#ready("part").command({ kind: "part", channel }, signal);
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
   * @throws {TwitchDroppedError} if it is sent with an API, and Twitch says why not; and whatever `TwitchApi.raw` throws.
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
    return this.#say("reply", to.channel, text, { ...options, replyTo: to.id });
  }

  /**
   * Bans somebody from a channel; needs `moderator:manage:banned_users`.
   *
   * @throws {CommandError} `invalid_command` if the client has no `api`, or nobody has that login; `closed` if the client
   * was closed, `lost` if that was meanwhile, and nobody can know whether it took effect.
   * @throws {TwitchScopeError} if the account has not granted the scope.
   * @throws {TwitchApiError} if Twitch refuses it, as where the account does not moderate the channel.
   * @throws whatever `TwitchApi.raw` throws.
   *
   * @example
   * ```ts no-eval
   * import { FileTokenStore, TwitchAuth, TwitchClient } from "@parley/parley/twitch";
   * import { TwitchApi } from "@parley/parley/twitch/api";
   *
   * const auth = new TwitchAuth({ clientId: "your client id", store: new FileTokenStore("./tokens.json") });
   * const chat = new TwitchClient({ auth, api: new TwitchApi({ auth }), channels: ["#dallas"] });
   * await chat.connect();
   * await chat.ban("#dallas", "ronni", { reason: "spam" });
   * ```
   */
  ban(channel: string, who: TwitchWho, { reason, signal }: TwitchReasonOptions = {}): Promise<void> {
    return this.#moderate("ban", channel, signal, async (by, room, signal) => {
      await by.api.ban(room, await by.idOfWho(who, signal), { reason, signal });
    });
  }

  /** Silences somebody for so many milliseconds, 1 s to 14 days; otherwise as {@linkcode TwitchClient.ban}. */
  timeout(
    channel: string,
    who: TwitchWho,
    ms: number,
    { reason, signal }: TwitchReasonOptions = {},
  ): Promise<void> {
    return this.#moderate("timeout", channel, signal, async (by, room, signal) => {
      await by.api.timeout(room, await by.idOfWho(who, signal), ms, { reason, signal });
    });
  }

  /** Ends a ban or a time-out; otherwise as {@linkcode TwitchClient.ban}. */
  unban(channel: string, who: TwitchWho, { signal }: TwitchCommandOptions = {}): Promise<void> {
    return this.#moderate("unban", channel, signal, async (by, room, signal) => {
      await by.api.unban(room, await by.idOfWho(who, signal), { signal });
    });
  }

  /** Warns somebody, who has to acknowledge it; needs `moderator:manage:warnings`, otherwise as {@linkcode TwitchClient.ban}. */
  warn(
    channel: string,
    who: TwitchWho,
    reason: string,
    { signal }: TwitchCommandOptions = {},
  ): Promise<void> {
    return this.#moderate("warn", channel, signal, async (by, room, signal) => {
      await by.api.warn(room, await by.idOfWho(who, signal), reason, { signal });
    });
  }

  /** Removes a message of the last six hours; needs `moderator:manage:chat_messages`, otherwise as {@linkcode TwitchClient.ban}. */
  delete(channel: string, messageId: string, { signal }: TwitchCommandOptions = {}): Promise<void> {
    return this.#moderate(
      "delete",
      channel,
      signal,
      ({ api }, room, signal) => api.deleteMessage(room, messageId, { signal }),
    );
  }

  /** Removes all messages of a channel; needs `moderator:manage:chat_messages`, otherwise as {@linkcode TwitchClient.ban}. */
  clear(channel: string, { signal }: TwitchCommandOptions = {}): Promise<void> {
    return this.#moderate(
      "clear",
      channel,
      signal,
      ({ api }, room, signal) => api.clearChat(room, { signal }),
    );
  }

  /** Announces something in a channel; needs `moderator:manage:announcements`, otherwise as {@linkcode TwitchClient.ban}. */
  announce(channel: string, text: string, options: TwitchAnnounceOptions = {}): Promise<void> {
    return this.#moderate(
      "announce",
      channel,
      options.signal,
      ({ api }, room, signal) => api.announce(room, text, { ...options, signal }),
    );
  }

  /** Recommends another channel; needs `moderator:manage:shoutouts`, otherwise as {@linkcode TwitchClient.ban}. */
  shoutout(channel: string, to: TwitchWho, { signal }: TwitchCommandOptions = {}): Promise<void> {
    return this.#moderate("shoutout", channel, signal, async (by, room, signal) => {
      await by.api.shoutout(room, await by.idOfWho(to, signal), { signal });
    });
  }

  /**
   * Asks Twitch for a PONG on the first connection; resolves to how long that took, in milliseconds.
   *
   * @throws {CommandError} `lost` if there is no connection, or it dies first; `invalid_command` if chat is read by
   * another wire than IRC.
   */
  ping(options: TwitchCommandOptions = {}): Promise<number> {
    const { signal } = options;
    return this.commanded({ command: "ping", signal }, async () => {
      return Number(await this.#ready("ping").command({ kind: "ping" }, signal));
    });
  }

  /** A channel of the options that cannot be joined is nobody's promise. */
  protected override failure(event: TwitchEvent): unknown {
    return event.kind === "join_failed" && !event.awaited ? event.error : undefined;
  }

  protected override beforeHandOut(event: TwitchEvent | ClientEvent): void {
    if (event.kind === "PRIVMSG") event.through(this);
    else if (event.kind === "ROOMSTATE") {
      for (const byApi of [this.#moderator, this.#speaker]) byApi?.note(event.channel, event.roomId);
    }
    try {
      this.#state?.take(event);
    } catch (error) {
      // Of one that throws at errors, too, there would be no end.
      if (event.kind !== "error") this.report(error);
    }
  }

  #scopes(): readonly string[] {
    if (this.#wire !== undefined) return ["user:read:chat"];
    return this.#speaker === undefined ? ["chat:read", "chat:edit"] : ["chat:read"];
  }

  #runIrc(login: string | undefined, token: string | TwitchTokenProvider | undefined): Running {
    const provider = typeof token === "function" ? token : undefined;
    const pool = new TwitchPool({
      ...this.#irc,
      ...(login !== undefined && { login }),
      ...(token !== undefined && { token: typeof token === "function" ? { ask: true } : token }),
    });
    return this.#run(pool, async ({ refused, token }, signal) => {
      return { kind: "token", token: await provider?.(signal, refused, token) ?? "" };
    });
  }

  readonly #run = <Ask, Answer>(
    chat: TwitchChatCore<Ask, Answer>,
    answer: (ask: Ask, signal: AbortSignal) => Promise<Answer>,
  ): Running => {
    const answerWithin = this.#irc.timeouts?.answer;
    const driver = this.attach<TwitchCommand, Ask, Answer>(chat, {
      answer,
      ...(answerWithin !== undefined && { answerWithin }),
    });
    if (this.#missedSince !== undefined) chat.missedSince(this.#missedSince);
    return { chat, driver, command: (command, signal) => driver.command(command, signal) };
  };

  #ready(command: string): Running {
    if (this.#running !== undefined) return this.#running;
    throw invalid(`Cannot ${command}: the account is not known yet, wait for connect()`);
  }

  #moderate(
    command: string,
    target: string,
    signal: AbortSignal | undefined,
    run: (by: TwitchChatByApi, broadcasterId: string, signal: AbortSignal) => Promise<void>,
  ): Promise<void> {
    return this.commanded({ command, target, signal }, async () => {
      const by = this.#moderator;
      if (by === undefined) {
        throw invalid(
          `Cannot ${command} in "${target}": that takes the API, give the client an api`,
        );
      }
      await by.inChannel(command, channelName(target), signal, (room, stop) => run(by, room, stop));
    });
  }

  #say(
    name: "say" | "me" | "reply",
    channel: string,
    text: string,
    { signal, replyTo, nonce }: TwitchSayOptions,
  ): Promise<TwitchSaid> {
    const command: TwitchSayCommand = { kind: "say", channel, text, replyTo, nonce, action: name === "me" };
    return this.commanded({ command: name, target: channel, signal }, async () => {
      const { chat, command: give } = this.#ready(name);
      const speaker = this.#speaker;
      if (speaker === undefined) return asSaid(await give(command, signal));
      const target = channelName(channel);
      const permits = () => chat.permitsFor(target);
      return asSaid(await speaker.say(target, sayTexts(command), { permits, replyTo, signal }));
    });
  }
}

/** How something is announced. */
export interface TwitchAnnounceOptions extends TwitchCommandOptions {
  /** The colour of its frame. @default {"primary"}: that of the channel */
  readonly color?: "blue" | "green" | "orange" | "purple" | "primary";
}

/** What there is once it is known whose account it is. */
interface Running {
  readonly chat: Omit<TwitchChatCore<never, never>, keyof Protocol<never, TwitchEvent>>;
  readonly driver: Runnable;
  command(command: TwitchCommand, signal: AbortSignal | undefined): Promise<unknown>;
}

function asSaid(value: unknown): TwitchSaid {
  const messages = Array.isArray(value) ? value.filter(isAccepted) : [];
  return { id: messages[0]?.id, messages };
}

function isAccepted(value: unknown): value is TwitchAccepted {
  return typeof value === "object" && value !== null && "nonce" in value && "state" in value;
}

function invalid(message: string): CommandError {
  return new CommandError("invalid_command", message);
}

import type { APIInteraction } from "discord-api-types/v10";
import type { ClientEvent } from "../../driver/client/client_event.ts";
import type { Clock } from "../../driver/clock/clock.ts";
import { CommandError } from "../../protocol/errors.ts";
import { answerByCallback, type CallbackDoor } from "../rest/callback_door.ts";
import type { DiscordCalls } from "../rest/methods/calls.ts";
import { Identity } from "./shards/identity.ts";
import { type KeptState, KeptStates } from "./kept_states.ts";
import type { DiscordGatewayOptions } from "./options.ts";
import {
  type GuildMembersChunk,
  type GuildMembersOptions,
  listMembers,
  type MembersLine,
} from "./shards/guild_members.ts";
import { shardIdFor } from "./shards/shard_id.ts";
import { ShardsClient } from "./shards_client.ts";
import { DispatchEvent } from "./wire/dispatch_event.ts";
import { isDispatchName } from "./wire/dispatch_names.ts";
import type { GatewayEvent } from "./wire/event.ts";

/**
 * A bot's connection to Discord: one session for each shard.
 *
 * Its `rest` can be used at once, handlers and routers be added; what is of shards is there once `connect()` knows
 * how many there are.
 *
 * @see https://discord.com/developers/docs/events/gateway
 *
 * @example
 * ```ts
 * import { DiscordGateway, Intents } from "@parley/parley/discord";
 *
 * async function run(token: string): Promise<void> {
 *   await using gateway = await new DiscordGateway({ token, intents: Intents.GuildMessages }).connect();
 *   for await (const event of gateway) {
 *     if (event.kind === "MESSAGE_CREATE") console.log(event.data.author.username, event.data.id);
 *   }
 * }
 * ```
 */
export class DiscordGateway extends ShardsClient {
  readonly #kept = new KeptStates();
  readonly #identity: Identity = new Identity(this.bot.token);

  /**
   * Takes who the bot is, what it wants to hear of, and which of its shards run here.
   *
   * @throws {OptionError} if an option is not acceptable.
   */
  constructor(options: DiscordGatewayOptions) {
    super(options);
  }

  /**
   * Connects every shard, and resolves once each has its session, new or resumed, or was told to wait for the
   * daily limit of session starts (`identify_waiting`). Where `url` or `shards` is left out, it asks
   * `GET /gateway/bot` first, again and again while that is down. Handlers hear each shard from its first event on, whatever
   * becomes of the others.
   *
   * @throws {AuthenticationError} if Discord does not accept the token.
   * @throws {ConnectionError} if Discord will never let the bot in as it is set up, or cannot be reached, or the
   * client is closed first.
   * @throws {ParleyError} `rate_limited` if there is no session to resume, and none may be started today.
   * @throws {OptionError} if the store holds something else, or nothing on this runtime inflates what is compressed.
   * @throws {ConnectionError} `aborted` if the signal is, with its reason as `cause`.
   */
  override connect(): Promise<this> {
    return super.connect();
  }

  /**
   * Lists members of a guild, in chunks of up to a thousand, each member once. What is lost on the way is
   * asked for again, and Discord's limit on it (all members of a guild once in 30 s) is waited for. With
   * `events`, those must hold GUILD_MEMBERS_CHUNK and RATE_LIMITED.
   *
   * Source: Discord, "Gateway Events", Request Guild Members.
   *
   * @throws {CommandError} `invalid_command` if the options exclude each other, the intents are not enough, or the
   * guild belongs to a shard of another process; while iterating `closed` if the client ends.
   * @throws {TimeoutError} while iterating, if Discord does not answer though it is asked three times.
   * @throws the signal's reason if it is aborted.
   *
   * @example
   * ```ts
   * import type { DiscordGateway } from "@parley/parley/discord";
   *
   * async function count(gateway: DiscordGateway, guildId: string): Promise<number> {
   *   let members = 0;
   *   for await (const chunk of gateway.guildMembers(guildId)) members += chunk.members.length;
   *   return members;
   * }
   * ```
   */
  guildMembers(guildId: string, options: GuildMembersOptions = {}): AsyncIterableIterator<GuildMembersChunk> {
    // It is another's once the bot is resharded.
    const shard = () => shardIdFor(guildId, this.shardCount);
    const session = () => this.running(shard()).session;
    if (!session().tells("GUILD_MEMBERS_CHUNK") || !session().tells("RATE_LIMITED")) {
      throw new CommandError(
        "invalid_command",
        "Cannot list guild members: add GUILD_MEMBERS_CHUNK and RATE_LIMITED to `events`",
      );
    }
    const line: MembersLine = {
      clock: this.host.clock,
      random: this.host.random,
      intents: session().intents,
      connected: () => session().state === "ready",
      session: () => session().resumePoint?.sessionId,
      send: (data, signal) => this.requestGuildMembers(data, { ...(signal && { signal }) }),
      listen: (tell) => {
        const undos = [
          // What is of others shall not wait here for whoever is slow.
          this.on("GUILD_MEMBERS_CHUNK", ({ data }) => {
            if (data.guild_id === guildId) tell({ kind: "chunk", data });
          }),
          this.on("RATE_LIMITED", ({ data }) => tell({ kind: "limited", data })),
          this.on("ready", (event) => {
            if (event.shard === shard()) tell({ kind: "begun", session: event.session });
          }),
          this.on("reconnecting", ({ shard: of, reason, info }) => {
            if (of === shard()) tell({ kind: "lost", reason, info });
          }),
          this.on("resharded", ({ sessions }) => {
            const begun = sessions.find((one) => one.shard === shard());
            if (begun !== undefined) tell({ kind: "begun", session: begun.session });
          }),
        ];
        const ended = () => tell({ kind: "ended" });
        this.over.addEventListener("abort", ended);
        undos.push(() => this.over.removeEventListener("abort", ended));
        return () => undos.forEach((undo) => undo());
      },
    };
    return listMembers(line, guildId, options);
  }

  /**
   * Lets a router answer every INTERACTION_CREATE, by the callback endpoint; returns what undoes it. Its handlers
   * get `context` as their second argument; what they throw is an `error` event, unless the router has an `onError`.
   * With `events`, those must hold INTERACTION_CREATE. One that comes so late that Discord waits no more is told as
   * `expired`, and no handler is called.
   *
   * Source: Discord, "Receiving and Responding", Interaction Callback.
   *
   * @throws {CommandError} `invalid_command` if `events` leave INTERACTION_CREATE out.
   *
   * @example
   * ```ts
   * import { DiscordGateway } from "@parley/parley/discord";
   * import { command, InteractionRouter } from "@parley/parley/discord/interactions";
   *
   * const router = new InteractionRouter().add(command("ping", "Answers pong", (i) => i.reply("pong")));
   * async function run(token: string): Promise<void> {
   *   const gateway = new DiscordGateway({ token, intents: 0 });
   *   gateway.use(router);
   *   await gateway.connect();
   * }
   * ```
   */
  use(router: GatewayRouter<undefined>): () => void;
  use<Context>(router: GatewayRouter<Context>, context: Context): () => void;
  use(router: GatewayRouter<unknown>, context?: unknown): () => void {
    if (this.bot.wanted?.has("INTERACTION_CREATE") === false) {
      const fix = "add INTERACTION_CREATE to `events`";
      throw new CommandError("invalid_command", `Cannot use a router: it would never be asked; ${fix}`);
    }
    if (typeof router?.answer !== "function") {
      throw new CommandError("invalid_command", "Cannot use a router: give an InteractionRouter");
    }
    const { rest, host: { clock } } = this;
    const failed = (error: unknown) => this.report(error, "INTERACTION_CREATE");
    return this.on("INTERACTION_CREATE", ({ data, shard, replayed }) => {
      const expired = (age: number) => this.emit({ kind: "expired", shard, replayed, age, data });
      return answerByCallback(router, data, { context, rest, clock, expired, failed, gateway: this });
    });
  }

  protected override checkKind(kind: string): void {
    if (!/[A-Z]/.test(kind) || isDispatchName(kind)) return;
    // In other libraries Discord's events have such names; here no event is called so.
    const name = kind.replaceAll(/(?<=[a-z])[A-Z]/g, "_$&").toUpperCase();
    const fix = name === "READY" || name === "RESUMED"
      ? `here it is "${name.toLowerCase()}"`
      : isDispatchName(name)
      ? `Discord calls it "${name}"`
      : 'Discord has no event of that name; what is not known comes as "unknown"';
    throw new CommandError("invalid_command", `Cannot listen to "${kind}": ${fix}`);
  }

  /** The ID of the bot's own user: as READY says it, before that as the token tells it. */
  get userId(): string | undefined {
    return this.#identity.user;
  }

  /** The ID of the bot's application: as READY says it, before that as the token tells it. */
  get applicationId(): string | undefined {
    return this.#identity.application;
  }

  /**
   * Hands every event to a state, such as a `GuildState`, before any handler is called with it, so that handlers see
   * the state as of their event; returns what undoes it. To miss nothing, call it before `connect()`.
   *
   * @throws {CommandError} `invalid_command` if the intents or `events` leave out what the state is made of.
   *
   * @example
   * ```ts
   * import { DiscordGateway } from "@parley/parley/discord";
   * import { GuildState } from "@parley/parley/discord/state";
   *
   * const state = new GuildState();
   * const gateway = new DiscordGateway({ token: "a.bot.token", intents: state.intents });
   * gateway.keep(state);
   * state.size; // 0, until there are guilds
   * ```
   */
  keep(state: KeptState): () => void {
    return this.#kept.add(state, this.bot);
  }

  protected override beforeHandOut(event: GatewayEvent | ClientEvent): void {
    super.beforeHandOut(event);
    if (!("shard" in event) && event.kind !== "resharded") return;
    this.#identity.take(event);
    // Most bots keep nothing, and would pay for this at each event.
    if (!this.#kept.isEmpty) this.#kept.take(event, (error) => this.report(error, event.kind));
  }

  /** An event holds the text of its payload until somebody reads the data. */
  protected override sizeOf(event: object): number {
    return DispatchEvent.unread(event);
  }
}

/** What answers interactions; an `InteractionRouter` is one. */
export interface GatewayRouter<in Context> {
  /** Answers an interaction through the callback endpoint, over `rest`; resolves when its handler is done. */
  readonly answer: (
    interaction: APIInteraction,
    options: GatewayRouterOptions<Context>,
    door: CallbackDoor,
  ) => Promise<void>;
}

/** What a router gets along with an interaction. */
export interface GatewayRouterOptions<out Context> {
  /** The second argument of its handlers. */
  readonly context: Context;
  /** What all answers go through. */
  readonly rest: DiscordCalls;
  /** The gateway that it came by. */
  readonly gateway: DiscordGateway;
  /** Tells the time and waits. */
  readonly clock: Clock;
  /** For how long Discord has waited already, in milliseconds. */
  readonly age?: number | undefined;
  /** Is told what failed and the router has nobody to tell of. */
  readonly failed: (error: unknown) => void;
}

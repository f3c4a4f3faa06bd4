import type { APIInteraction, RESTPutAPIApplicationCommandsJSONBody } from "discord-api-types/v10";
import { type Clock, systemClock } from "../../../driver/clock.ts";
import { Unheard } from "../../../driver/_unheard.ts";
import { CommandError, OptionError, TimeoutError } from "../../../protocol/errors.ts";
import { snowflakeTime } from "../../snowflake.ts";
import { TokenRest } from "../../rest/token_rest.ts";
import type { DiscordGateway } from "../../gateway/client.ts";
import type { Answer } from "../interaction/answer.ts";
import type { InteractionRest, Outside } from "../interaction/door.ts";
import type { AwaitedComponent, Waiter } from "../interaction/await_component.ts";
import { chosenIn, ComponentInteraction } from "../interaction/component_interaction.ts";
import type { Match } from "./match.ts";
import { ANSWER_WITHIN } from "../interaction/_deadline.ts";
import { CallbackDoor, InlineDoor, type InteractionAnswer } from "../interaction/answer_paths.ts";
import { type ErrorHandler, type Found, nameOf, reported, run } from "./run.ts";
import type { InteractionChecks } from "./checks.ts";
import type { Command } from "./command.ts";
import type { Component } from "./component.ts";
import { type AutoDefer, checkDefer } from "./defer.ts";
import {
  isAutocomplete,
  isCommand,
  isComponent,
  isInteraction,
  isModalSubmit,
  isPing,
} from "../interaction/payload_reader.ts";
import type { Fallback, Middleware } from "./middleware.ts";
import type { Modal } from "./modal.ts";

/** What an {@linkcode InteractionRouter} does besides routing. */
export interface InteractionRouterOptions<Context = unknown> {
  /**
   * Is told what a handler threw, or that it never answered: a `TimeoutError` if it has not within the 3 s that
   * Discord waits, whether it ever ends or not. What it returns is told to the user, if they still wait for an
   * answer; by default they are told in general words. Without it, and of what it throws itself, the gateway's client
   * makes an `error` event; over HTTP it is printed by `console.error`, ten times a minute at most.
   */
  readonly onError?: ErrorHandler<Context>;
  /**
   * Whether what has no answer after a while is deferred: messages as "thinking…", components and modals that
   * they showed without a trace. `reply` and `update` then give what was deferred. @default {false}
   */
  readonly autoDefer?: AutoDefer;
  /**
   * Checks what is added, and every first answer, with Discord's own limits: name `checks` here, wherever its bytes
   * do not matter. @default {nothing is checked before Discord does}
   */
  readonly checks?: InteractionChecks;
  /**
   * What becomes of what nothing matches, and no fallback answers: `"answer"` tells the user so; `"ignore"` leaves it
   * to others, to another router on the same gateway, or to its `wait`. Over HTTP it is answered in any case.
   *
   * @default {"answer"}
   */
  readonly unknown?: "answer" | "ignore" | undefined;
}

/** What {@linkcode InteractionRouter.handle} may use of the place it runs in. */
export interface HandleOptions<Context = unknown> {
  /** What comes with the interaction: the second argument of handlers. Optional where none needs it. */
  readonly context: Context;
  /** Keeps the process alive for a handler that works on after its reply; edge runtimes have one. */
  readonly waitUntil?: ((work: Promise<void>) => void) | undefined;
  /**
   * What later answers go through. @default {the few calls that the interaction's token allows, without checks; a
   * `DiscordRest` checks them, too, and knows limits beforehand}
   */
  readonly rest?: InteractionRest | undefined;
  /** The gateway that it came by: the `gateway` of interactions. @default {undefined} */
  readonly gateway?: DiscordGateway | undefined;
  /** Tells the time and waits. @default {systemClock} */
  readonly clock?: Clock | undefined;
  /**
   * For how long Discord has waited already, in milliseconds. @default {by `answer` what the ID and the wall clock
   * say, by `handle`, for a request that is still open, 0}
   */
  readonly age?: number | undefined;
  /**
   * Is told, in place of a handler, how many milliseconds ago it was, if Discord waits for an answer no more; for
   * {@linkcode InteractionRouter.answer}. @default {`onError` gets a `TimeoutError`}
   */
  readonly expired?: ((age: number) => void) | undefined;
  /** Is told what no `onError` is there for, and what that throws. @default prints it by `console.error` */
  readonly failed?: ((error: unknown) => void) | undefined;
}

/** What can be added to a router. */
export type Routable<Context> =
  | Command<Context>
  | Component<string, Context>
  | Modal<string, Context>
  | Fallback<Context>
  | InteractionRouter<Context>;

interface Route<Item, Context> {
  readonly item: Item;
  /** The middlewares of the routers that it came through, the innermost last. */
  readonly through: readonly (readonly Middleware<Context>[])[];
  readonly options: InteractionRouterOptions<Context>;
}

type ById<Context> = Component<string, Context> | Modal<string, Context>;

/**
 * Finds what answers an interaction, and makes sure that there is an answer: also when nothing matches, when
 * a handler throws, and when it ends without a reply.
 *
 * Source: Discord, "Receiving and Responding".
 *
 * @typeParam Context What its handlers need to come with an interaction.
 *
 * @example
 * ```ts
 * import { command, component, InteractionRouter } from "@parley/parley/discord/interactions";
 *
 * const router = new InteractionRouter({ onError: (error) => console.error(error), autoDefer: true })
 *   .use((i, next) => i.user?.bot ? undefined : next())
 *   .add(command("ping", "Answers pong", (i) => i.reply("pong")))
 *   .add(component("vote:{choice}", (i) => i.update(`You chose ${i.params.choice}`)));
 * router.commands().length; // 1, to register
 * ```
 */
export class InteractionRouter<in Context = unknown> {
  readonly #commands = new Map<string, Route<Command<Context>, Context>>();
  /** By shape, those without parameters first: they are asked for by name. */
  readonly #components = new Map<string, Route<ById<Context>, Context>>();
  readonly #modals = new Map<string, Route<ById<Context>, Context>>();
  readonly #middlewares: Middleware<Context>[] = [];
  readonly #options: InteractionRouterOptions<Context>;
  #fallback: Fallback<Context> | undefined;
  #rest: InteractionRest | undefined;
  #unheard: Unheard | undefined;
  /** Who awaits the use of a component. Not on edge workers, where it would come to another request. */
  readonly #waiters = new Set<Waiter>();
  #isPart = false;

  /**
   * Takes where errors go, and whether what takes long is deferred.
   *
   * @throws {OptionError} if `autoDefer` is not before the 3 seconds are over.
   */
  constructor(options: InteractionRouterOptions<Context> = {}) {
    checkDefer(options.autoDefer);
    this.#options = options;
  }

  /** The commands as they are registered, in the order in which they were added. */
  commands(): RESTPutAPIApplicationCommandsJSONBody {
    return [...this.#commands.values()].map(({ item }) => item.json);
  }

  /**
   * Adds commands, components, modals, a fallback, or all that other routers have, with their middlewares around it, their
   * `onError` and their `autoDefer`. To such a router nothing can be added afterwards. Returns itself.
   *
   * @throws {OptionError} if there is one of that name, or too many of one type.
   */
  add(...definitions: readonly Routable<Context>[]): this {
    this.#checkOpen();
    for (const definition of definitions) {
      if (definition instanceof InteractionRouter) this.#join(definition);
      else if (definition.kind === "fallback") this.#addFallback(definition);
      else this.#addOne({ item: definition, through: [], options: this.#options });
    }
    return this;
  }

  /**
   * Runs middlewares around every handler of this router, whether that was added before or is after. Those used
   * first are outermost. Returns itself.
   *
   * @throws {OptionError} if the router is a part of another.
   */
  use(middlewares: Middleware<Context> | readonly Middleware<Context>[]): this {
    this.#checkOpen();
    this.#middlewares.push(...typeof middlewares === "function" ? [middlewares] : middlewares);
    return this;
  }

  #checkOpen(): void {
    if (!this.#isPart) return;
    throw new OptionError("Cannot change a router that was added to another: change it before that");
  }

  #join(other: InteractionRouter<Context>): void {
    if (other === this) throw new OptionError("Cannot add a router to itself");
    const {
      onError = this.#options.onError,
      autoDefer = this.#options.autoDefer,
      checks = this.#options.checks,
    } = other.#options;
    for (const routes of [other.#commands, other.#components, other.#modals]) {
      for (const { item, through, options } of routes.values()) {
        this.#addOne({
          item,
          through: [other.#middlewares, ...through],
          options: {
            ...(onError && { onError }),
            ...(autoDefer !== undefined && { autoDefer }),
            ...(checks && { checks }),
            ...options,
          },
        });
      }
    }
    if (other.#fallback !== undefined) this.#addFallback(other.#fallback);
    other.#isPart = true;
  }

  #addFallback(fallback: Fallback<Context>): void {
    if (this.#fallback !== undefined) {
      throw new OptionError("Cannot add a fallback: there is one already; keep one of them");
    }
    this.#fallback = fallback;
  }

  #addOne(route: Route<Command<Context> | ById<Context>, Context>): void {
    const { item } = route;
    this.#options.checks?.definition(item, [...this.#commands.values()].map(({ item }) => item));
    if (item.kind === "command") return this.#addCommand({ ...route, item });
    const routes = item.kind === "modal" ? this.#modals : this.#components;
    const { shape, pattern } = item.customId;
    const type = item.kind === "component" && item.type !== undefined ? `${item.type}` : "";
    const key = `${type}\n${shape}`;
    if (routes.has(key)) {
      throw new OptionError(`Cannot add ${item.kind} "${pattern}": another matches just the same`);
    }
    routes.set(key, { ...route, item });
  }

  #addCommand(route: Route<Command<Context>, Context>): void {
    const { item } = route;
    checkDefer(item.autoDefer);
    const type = item.json.type ?? 1;
    const key = `${type}\n${item.name}`;
    if (this.#commands.has(key)) {
      throw new OptionError(`Cannot add command "${item.name}": there is one of that name already`);
    }
    this.#commands.set(key, route);
  }

  /**
   * Answers an interaction, with no HTTP and no socket: takes what Discord sent, verified if it came by HTTP,
   * and resolves to what Discord wants back as soon as that is known; the handler may work on.
   *
   * @throws {CommandError} `invalid_command` if this is no interaction, such as a promise that was not awaited.
   * @throws {TimeoutError} if its handler gives no answer within 3 s: Discord waits no longer.
   *
   * @example
   * ```ts
   * import { InteractionRouter } from "@parley/parley/discord/interactions";
   *
   * const ping = JSON.parse('{ "type": 1 }'); // by HTTP, take what `verifyRequest` yields
   * (await new InteractionRouter().handle(ping)).response; // { type: 1 }
   * ```
   */
  handle(
    this: InteractionRouter,
    interaction: APIInteraction,
    options?: Partial<HandleOptions>,
  ): Promise<InteractionAnswer>;
  handle(interaction: APIInteraction, options: HandleOptions<Context>): Promise<InteractionAnswer>;
  handle(
    interaction: APIInteraction,
    options: Partial<HandleOptions<Context>> = {},
  ): Promise<InteractionAnswer> {
    if (!isInteraction(interaction)) return Promise.reject(notAnInteraction());
    if (isPing(interaction)) return Promise.resolve({ response: { type: 1 }, form: undefined });
    const found = this.#find(interaction, options.failed);
    const door = new InlineDoor(this.#outside(found, interaction, options));
    // It never rejects.
    const work = run(found, interaction, door, options.context as Context);
    options.waitUntil?.(work);
    return door.answered;
  }

  /**
   * Answers an interaction through the callback endpoint, as those must be that came by the gateway; resolves
   * when the handler is done. A request that brought it is then answered with 202 and no body.
   *
   * The 3 s that Discord waits count from when the interaction was made, by its ID and the wall clock. Where they are
   * over, as they are for most of what is replayed when a session is resumed, no handler is called, and `expired` is.
   *
   * Source: Discord, "Receiving and Responding", Interaction Callback.
   *
   * @throws {CommandError} `invalid_command` if this is no interaction, or a PING, which only HTTP can answer.
   *
   * @example
   * ```ts
   * import { DiscordGateway } from "@parley/parley/discord";
   * import { command, InteractionRouter } from "@parley/parley/discord/interactions";
   *
   * const router = new InteractionRouter().add(command("ping", "Answers pong", (i) => i.reply("pong")));
   * async function run(token: string): Promise<void> {
   *   const gateway = new DiscordGateway({ token, intents: 0 });
   *   gateway.use(router); // calls `answer` for every INTERACTION_CREATE
   *   await gateway.connect();
   * }
   * ```
   */
  async answer(interaction: APIInteraction, options: HandleOptions<Context>): Promise<void> {
    if (!isInteraction(interaction) || isPing(interaction)) throw notAnInteraction();
    const found = this.#find(interaction, options.failed);
    const outside = this.#outside(found, interaction, options);
    const age = options.age ?? ageOf(interaction, outside.clock);
    if (age >= ANSWER_WITHIN) {
      if (options.expired !== undefined) options.expired(age);
      else outside.report(expired(interaction, age));
      return;
    }
    const door = new CallbackDoor(interaction, { ...outside, age });
    const ignores = this.#options.unknown === "ignore";
    const work = run({ ...found, ignores }, interaction, door, options.context as Context);
    options.waitUntil?.(work);
    await work;
  }

  #outside(
    found: Found<Context>,
    interaction: APIInteraction,
    options: Partial<HandleOptions<Context>>,
  ): Outside {
    return {
      clock: options.clock ?? systemClock,
      age: options.age ?? 0,
      rest: () => options.rest ?? (this.#rest ??= new TokenRest(options.clock)),
      report: (error) => {
        const { onError, failed } = found;
        if (onError === undefined) return failed(error);
        const tell = async () => await onError(error, reported(interaction), options.context as Context);
        tell().catch(failed);
      },
      gateway: options.gateway,
      waiters: this.#waiters,
    };
  }

  readonly #failed = (error: unknown): void => {
    this.#unheard ??= new Unheard({ clock: systemClock }, "interactions");
    this.#unheard.survived("a handler of interactions failed", error);
  };

  /** What answers an interaction, or tells that nothing does. */
  #find(payload: APIInteraction, failed = this.#failed): Found<Context> {
    const route = this.#routeOf(payload);
    const options = route?.options ?? this.#options;
    return {
      open: (payload, answer) =>
        openAwaited(this.#waiters, payload, answer) ?? route?.item.open(payload, answer),
      ignores: false,
      fallback: this.#fallback?.open,
      middlewares: route === undefined || route.through.length === 0
        ? this.#middlewares
        : [this.#middlewares, ...route.through].flat(),
      onError: options.onError ?? this.#options.onError,
      failed,
      autoDefer: (route?.item.kind === "command" ? route.item.autoDefer : undefined) ?? options.autoDefer ??
        this.#options.autoDefer,
      check: (options.checks ?? this.#options.checks)?.response,
    };
  }

  #routeOf(payload: APIInteraction): Route<Command<Context> | ById<Context>, Context> | undefined {
    if (isCommand(payload)) return this.#commands.get(`${payload.data.type}\n${payload.data.name}`);
    if (isAutocomplete(payload)) return this.#commands.get(`1\n${payload.data.name}`);
    if (isModalSubmit(payload)) return byId(this.#modals, payload.data.custom_id, undefined);
    if (!isComponent(payload)) return undefined;
    return byId(this.#components, payload.data.custom_id, payload.data.component_type);
  }
}

/** How long Discord has waited already; never less than nothing, whatever the clock says. */
function ageOf({ id }: APIInteraction, clock: Clock): number {
  return Math.max(0, clock.wall() - (snowflakeTime(id) ?? Infinity));
}

function expired(interaction: APIInteraction, age: number): TimeoutError {
  const ago = `it was made ${(age / 1_000).toFixed(1)} s ago, by its ID and the clock of this machine`;
  return new TimeoutError(
    `Cannot answer "${nameOf(interaction)}": ${ago}, and Discord waits ${ANSWER_WITHIN / 1_000} s`,
  );
}

/** Opens the use of a component for whoever awaits it. */
function openAwaited(
  waiters: ReadonlySet<Waiter>,
  payload: APIInteraction,
  answer: Answer,
): Match<unknown> | undefined {
  if (waiters.size === 0 || !isComponent(payload)) return undefined;
  const i: AwaitedComponent = new ComponentInteraction(payload, answer, {}, chosenIn(payload));
  for (const { isOf, where, take } of waiters) {
    if (isOf(payload.message) && where(i)) return { i, handler: () => take(i) };
  }
  return undefined;
}

function byId<Context>(
  routes: ReadonlyMap<string, Route<ById<Context>, Context>>,
  customId: string,
  type: number | undefined,
): Route<ById<Context>, Context> | undefined {
  const exact = (type === undefined ? undefined : routes.get(`${type}\n${customId}`)) ??
    routes.get(`\n${customId}`);
  if (exact !== undefined && exact.item.customId.names.length === 0) return exact;
  for (const route of routes.values()) {
    const { item } = route;
    if (item.kind === "component" && item.type !== undefined && item.type !== type) continue;
    if (item.customId.match(customId) !== undefined) return route;
  }
  return undefined;
}

function notAnInteraction(): CommandError {
  const fix = "pass what Discord sent, parsed and awaited";
  return new CommandError("invalid_command", `Cannot handle this: it is not an interaction; ${fix}`);
}

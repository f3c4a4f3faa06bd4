import type {
  APIInteraction,
  APIPingInteraction,
  RESTPutAPIApplicationCommandsJSONBody,
} from "discord-api-types/v10";
import { type Clock, systemClock } from "../../../driver/clock/clock.ts";
import { FailurePrinter } from "../../../driver/client/_unheard.ts";
import { type CommandError, OptionError } from "../../../protocol/errors.ts";
import { TokenRest } from "../../rest/token_rest.ts";
import type { DiscordGateway } from "../../gateway/client.ts";
import type { Awaiting, Door, InteractionRest, LaterRest, Outside } from "../interaction/door.ts";
import { InlineDoor, type InteractionAnswer } from "../interaction/answer_paths.ts";
import { refusal } from "../interaction/refusal.ts";
import { type ErrorHandler, type Found, reported, run } from "./run.ts";
import type { InteractionChecks } from "./checks.ts";
import type { Command } from "./command.ts";
import type { Component } from "./component.ts";
import type { AutoDefer } from "./defer.ts";
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
   * Defers what has no answer after a while: `autoDefer()`.
   *
   * @default {nothing is deferred but by its handler}
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
  /** For how long Discord has waited already, in milliseconds. @default {0, as for a request that is still open} */
  readonly age?: number | undefined;
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

interface Route<Context> {
  readonly item: Routed<Context>;
  /** The routers that it came through, the innermost last. */
  readonly through: readonly InteractionRouter<Context>[];
}

type Routed<Context> = Command<Context> | Component<string, Context> | Modal<string, Context>;

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
 * import { autoDefer, command, component, InteractionRouter } from "@parley/parley/discord/interactions";
 *
 * const router = new InteractionRouter({ onError: (error) => console.error(error), autoDefer: autoDefer() })
 *   .use((i, next) => i.user?.bot ? undefined : next())
 *   .add(command("ping", "Answers pong", (i) => i.reply("pong")))
 *   .add(component("vote:{choice}", (i) => i.update(`You chose ${i.params.choice}`)));
 * router.commands().length; // 1, to register
 * ```
 */
export class InteractionRouter<in Context = unknown> {
  /** By kind, type and name, or shape of the `custom_id`: what has no parameters is asked for by name. */
  readonly #routes = new Map<string, Route<Context>>();
  readonly #middlewares: Middleware<Context>[] = [];
  readonly #options: InteractionRouterOptions<Context>;
  #fallback: Fallback<Context> | undefined;
  #rest: LaterRest | undefined;
  #unheard: FailurePrinter | undefined;
  readonly #awaited = new Set<Awaiting>();
  #isPart = false;

  /** Takes where errors go, what is checked, and how what takes long is deferred. */
  constructor(options: InteractionRouterOptions<Context> = {}) {
    this.#options = options;
  }

  /** The commands as they are registered, in the order in which they were added. */
  commands(): RESTPutAPIApplicationCommandsJSONBody {
    return this.#commands.map(({ json }) => json);
  }

  get #commands(): Command<Context>[] {
    return [...this.#routes.values()].flatMap(({ item }) => item.kind === "command" ? item : []);
  }

  /**
   * Adds commands, components, modals, a fallback, or all that other routers have, with their middlewares around it, their
   * `onError` and their `autoDefer`. To such a router nothing can be added afterwards. Returns itself.
   *
   * @throws {OptionError} if one is nothing of that, or there is one of that name, or too many of one type.
   */
  add(...definitions: readonly Routable<Context>[]): this {
    this.#checkOpen();
    for (const definition of definitions) {
      if (definition instanceof InteractionRouter) this.#join(definition);
      else if (!definition?.open) throw new OptionError("Cannot add what is no command, component or modal");
      else if (definition.kind === "fallback") this.#addFallback(definition);
      else this.#addOne({ item: definition, through: [this] });
    }
    return this;
  }

  /**
   * Runs middlewares around every handler of this router, whether that was added before or is after. Those used
   * first are outermost. Returns itself.
   *
   * @throws {OptionError} if one is no function, or the router is a part of another.
   */
  use(middlewares: Middleware<Context> | readonly Middleware<Context>[]): this {
    this.#checkOpen();
    for (const middleware of [middlewares].flat()) {
      if (typeof middleware !== "function") {
        throw new OptionError("Cannot use a middleware that is no function");
      }
      this.#middlewares.push(middleware);
    }
    return this;
  }

  #checkOpen(): void {
    if (!this.#isPart) return;
    throw new OptionError("Cannot change a router that is part of another: change it before that");
  }

  #join(other: InteractionRouter<Context>): void {
    if (other === this) throw new OptionError("Cannot add a router to itself");
    for (const { item, through } of other.#routes.values()) {
      this.#addOne({ item, through: [this, ...through] });
    }
    if (other.#fallback !== undefined) this.#addFallback(other.#fallback);
    other.#isPart = true;
  }

  #addFallback(fallback: Fallback<Context>): void {
    if (this.#fallback !== undefined) {
      throw new OptionError("Cannot add another fallback");
    }
    this.#fallback = fallback;
  }

  #addOne(route: Route<Context>): void {
    const { item } = route;
    this.#options.checks?.definition(item, this.#commands);
    const isCommand = item.kind === "command";
    const name = isCommand ? item.name : item.customId.pattern;
    const key = isCommand
      ? keyOf("command", item.json.type ?? 1, name)
      : keyOf(item.kind, item.kind === "component" && item.type || "", item.customId.shape);
    if (this.#routes.has(key)) {
      throw new OptionError(`Cannot add ${item.kind} "${name}": another matches just the same`);
    }
    this.#routes.set(key, route);
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
    const door = new InlineDoor(options.clock ?? systemClock);
    // It never rejects.
    void this.#run(door, interaction, options, false);
    return door.answered;
  }

  /**
   * Answers an interaction by a way of its own; resolves when the handler is done. What comes by the gateway, or is to be
   * answered through the callback endpoint, goes by `answerByCallback`, which is made of this.
   *
   * @throws {CommandError} `invalid_command` if this is no interaction, or a PING, which only HTTP can answer.
   */
  async answer(interaction: APIInteraction, options: HandleOptions<Context>, door: Door): Promise<void> {
    if (!isInteraction(interaction) || isPing(interaction)) throw notAnInteraction();
    await this.#run(door, interaction, options, this.#options.unknown === "ignore");
  }

  /** Runs what answers an interaction, or tells that nothing does. */
  #run(
    door: Door,
    payload: Exclude<APIInteraction, APIPingInteraction>,
    options: Partial<HandleOptions<Context>>,
    ignores: boolean,
  ): Promise<void> {
    const { clock = systemClock, age = 0, failed = this.#failed, gateway } = options;
    const context = options.context as Context;
    const route = this.#routeOf(payload);
    const through = route?.through ?? [this];
    const onError = this.#optionOf(through, "onError");
    const found: Found<Context> = {
      open: (payload, answer) => {
        for (const open of this.#awaited) {
          const match = open(payload, answer);
          if (match !== undefined) return match;
        }
        return route?.item.open(payload, answer);
      },
      ignores,
      fallback: this.#fallback?.open,
      middlewares: through.flatMap((router) => router.#middlewares),
      onError,
      failed,
      autoDefer: (route?.item.kind === "command" ? route.item.autoDefer : undefined) ??
        this.#optionOf(through, "autoDefer"),
      checks: this.#optionOf(through, "checks"),
    };
    const outside: Outside = {
      clock,
      age,
      rest: () => options.rest ?? (this.#rest ??= new TokenRest(options.clock)),
      report: (error) => {
        if (onError === undefined) return failed(error);
        const tell = async () => await onError(error, reported(payload), context);
        tell().catch(failed);
      },
      gateway,
      awaited: this.#awaited,
    };
    const work = run(found, payload, door, outside, context);
    options.waitUntil?.(work);
    return work;
  }

  /** What a part says itself, and else what it is a part of. */
  #optionOf<Name extends "autoDefer" | "checks" | "onError">(
    through: readonly InteractionRouter<Context>[],
    name: Name,
  ): InteractionRouterOptions<Context>[Name] | undefined {
    const router = through.findLast((router) => router.#options[name] !== undefined);
    return router && router.#options[name];
  }

  readonly #failed = (error: unknown): void => {
    this.#unheard ??= new FailurePrinter({ clock: systemClock }, "interactions");
    this.#unheard.survived("a handler of interactions failed", error);
  };

  #routeOf(payload: APIInteraction): Route<Context> | undefined {
    if (isCommand(payload) || isAutocomplete(payload)) {
      return this.#routes.get(keyOf("command", payload.data.type, payload.data.name));
    }
    if (isModalSubmit(payload)) return this.#byId("modal", "", payload.data.custom_id);
    if (!isComponent(payload)) return undefined;
    return this.#byId("component", payload.data.component_type, payload.data.custom_id);
  }

  #byId(kind: "component" | "modal", type: number | "", customId: string): Route<Context> | undefined {
    const routes = this.#routes;
    const exact = routes.get(keyOf(kind, type, customId)) ?? routes.get(keyOf(kind, "", customId));
    if (exact && exact.item.kind !== "command" && exact.item.customId.names.length === 0) return exact;
    for (const route of routes.values()) {
      const { item } = route;
      if (item.kind !== kind || (item.kind === "component" && (item.type ?? type) !== type)) continue;
      if (item.customId.match(customId) !== undefined) return route;
    }
    return undefined;
  }
}

function keyOf(kind: string, type: number | "", name: string): string {
  return `${kind}${type}\n${name}`;
}

function notAnInteraction(): CommandError {
  return refusal("handle this", "it is not an interaction; pass what Discord sent, parsed and awaited");
}

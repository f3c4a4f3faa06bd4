import type { APIInteraction, APIInteractionResponse, APIMessage } from "discord-api-types/v10";
import { type Clock, systemClock } from "../../driver/clock/clock.ts";
import { ParleyError, TimeoutError } from "../../protocol/errors.ts";
import { snowflakeTime } from "../snowflake.ts";
import { ANSWER_WITHIN } from "./_deadline.ts";
import type { InteractionCalls } from "./methods/interaction_calls.ts";
import type { DiscordFile } from "./routes/table/entry.ts";

type Files = readonly DiscordFile[] | undefined;
/** What takes first answers; every `DiscordCalls` does. */
export type CallbackRest = Pick<InteractionCalls, "createInteractionResponse">;

/** What answers interactions by a way that it is given; an `InteractionRouter` is one. */
export interface AnswersByDoor<in Options = never> {
  /** Answers an interaction; resolves when its handler is done. */
  readonly answer: (interaction: APIInteraction, options: Options, door: CallbackDoor) => Promise<void>;
}

/** Of what comes with an interaction, as much as takes its first answer and tells how late it is. */
export interface CallbackOptions {
  /** What the first answer goes through. */
  readonly rest: CallbackRest;
  /** Tells the time and waits. @default {systemClock} */
  readonly clock?: Clock | undefined;
  /**
   * For how long Discord has waited already, in milliseconds. @default {what the interaction's ID and the wall clock say}
   */
  readonly age?: number | undefined;
  /**
   * Is told, in place of a handler, for how many milliseconds, if Discord waits for an answer no more.
   *
   * @default {the promise rejects}
   */
  readonly expired?: ((age: number) => void) | undefined;
}

/**
 * Answers an interaction through the callback endpoint, as those must be that came by the gateway; resolves when the
 * handler is done. A request that brought it is then answered with 202 and no body, as `respondByCallback` does.
 *
 * The 3 s that Discord waits count from when the interaction was made, by its ID and the wall clock. Where they are over,
 * as they are for most of what is replayed when a session is resumed, no handler is called. `gateway.use(router)` calls
 * this for every INTERACTION_CREATE, and tells those as `expired`.
 *
 * Source: Discord, "Receiving and Responding", Interaction Callback.
 *
 * @throws {CommandError} `invalid_command` if this is no interaction, or a PING, which only HTTP can answer.
 * @throws {TimeoutError} if Discord waits for an answer no more, and nobody is told of that as `expired`.
 *
 * @example
 * ```ts
 * import { answerByCallback, InteractionRouter } from "@parley/parley/discord/interactions";
 * import { DiscordRest } from "@parley/parley/discord/rest";
 *
 * declare const socket: EventTarget; // of whatever receives the gateway's events
 * const rest = new DiscordRest({ token: "a.bot.token" });
 * const router = new InteractionRouter();
 * socket.addEventListener("INTERACTION_CREATE", async (event) => {
 *   if ("detail" in event) await answerByCallback(router, JSON.parse(String(event.detail)), { rest, context: {} });
 * });
 * ```
 */
export async function answerByCallback<Options extends CallbackOptions>(
  router: AnswersByDoor<Options>,
  interaction: APIInteraction,
  options: Options,
): Promise<void> {
  const age = options.age ?? ageOf(interaction, options.clock);
  if (age >= ANSWER_WITHIN) {
    if (options.expired !== undefined) return options.expired(age);
    const ago = `it was made ${(age / 1_000).toFixed(1)} s ago, by its ID and the clock of this machine`;
    const why = `${ago}, and Discord waits ${ANSWER_WITHIN / 1_000} s`;
    throw new TimeoutError(`Cannot answer interaction "${interaction.id}": ${why}`);
  }
  await router.answer(interaction, { ...options, age }, new CallbackDoor(interaction, options.rest));
}

/** For how long Discord has waited, in milliseconds; never less than nothing, whatever the clock says. */
function ageOf({ id }: APIInteraction, clock: Clock = systemClock): number {
  return Math.max(0, clock.wall() - (snowflakeTime(id) ?? Infinity));
}

/** Posts the first answer to the callback endpoint. */
export class CallbackDoor {
  /** No request waits for it. */
  readonly isInline = false;
  readonly #interaction: APIInteraction;
  readonly #rest: CallbackRest;
  #sent: Promise<unknown> = Promise.resolve();

  /** Takes what is answered, and what takes the answer. */
  constructor(interaction: APIInteraction, rest: CallbackRest) {
    this.#interaction = interaction;
    this.#rest = rest;
  }

  /** Posts it; resolves to its message, where Discord tells that. */
  respond(
    response: APIInteractionResponse,
    files: Files,
    withResponse: boolean,
    refused: () => void,
  ): Promise<APIMessage | undefined> {
    const sent = this.#send(response, files, withResponse).catch((error) => {
      if (isRefusal(error)) refused();
      throw error;
    });
    this.#sent = sent;
    return sent;
  }

  async #send(
    response: APIInteractionResponse,
    files: Files,
    withResponse: boolean,
  ): Promise<APIMessage | undefined> {
    const { id, token } = this.#interaction;
    const result = await this.#rest.createInteractionResponse(id, token, response, { files, withResponse });
    return result?.resource?.message;
  }

  /** Nobody waits here. */
  giveUp(): void {}

  /** Resolves once Discord has it, or not: whoever gave it is told how that went. */
  async delivered(): Promise<void> {
    await this.#sent.catch(() => {});
  }
}

/** Whether Discord said no, and so has not taken it. */
function isRefusal(error: unknown): boolean {
  return error instanceof ParleyError && (error.code === "http_status" || error.code === "invalid_command") &&
    !("status" in error && Number(error.status) >= 500);
}

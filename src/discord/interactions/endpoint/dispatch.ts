import type {
  APIApplicationCommandAutocompleteInteraction,
  APIApplicationCommandAutocompleteResponse,
  APIApplicationCommandInteraction,
  APIInteraction,
  APIInteractionResponse,
  APIMessageComponentInteraction,
  APIModalSubmitInteraction,
} from "discord-api-types/v10";
import {
  isAutocomplete,
  isCommand,
  isComponent,
  isModalSubmit,
  isPing,
} from "../interaction/payload_reader.ts";
import { type ExecutionContext, executionOf } from "../../../http/execution.ts";
import { publicKeyFor, type PublicKeySource } from "./public_key.ts";
import { type VerifyOptions, verifyRequest } from "./verify_request.ts";

/** What comes with a request. */
export interface DispatchPlace<Env = unknown> {
  /** Bindings and secrets, where the runtime passes some along with a request. */
  readonly env: Env;
  /** What takes work that goes on after the answer; undefined where the runtime has no such thing. */
  readonly execution: ExecutionContext | undefined;
}

/** Answers an interaction with what Discord wants back, unchecked, within 3 s. */
export type Dispatched<Interaction, Env, Response = APIInteractionResponse> = (
  interaction: Interaction,
  place: DispatchPlace<Env>,
) => Response | Promise<Response>;

/** What answers which kind of interaction, and how requests are verified. PING is answered in any case. */
export interface DispatchOptions<Env = unknown> extends Omit<VerifyOptions, "publicKey"> {
  /**
   * The application's public key: 64 hexadecimal digits from the Developer Portal. Several, while it changes from
   * one to another; or what finds it in what comes with the request, where there are bindings.
   *
   * @default {`DISCORD_PUBLIC_KEY` of the bindings that come with the request, or of the process's environment}
   */
  readonly publicKey?: PublicKeySource<DispatchPlace<Env>>;
  /** Answers commands of every type. */
  readonly command?: Dispatched<APIApplicationCommandInteraction, Env>;
  /** Suggests choices for an option that is being typed. */
  readonly autocomplete?: Dispatched<
    APIApplicationCommandAutocompleteInteraction,
    Env,
    APIApplicationCommandAutocompleteResponse
  >;
  /** Answers buttons and selects. */
  readonly component?: Dispatched<APIMessageComponentInteraction, Env>;
  /** Answers modals. */
  readonly modal?: Dispatched<APIModalSubmitInteraction, Env>;
}

/**
 * Makes a plain handler that verifies requests and does no more than to call what answers their kind of interaction: 200
 * with its answer, 501 for a kind that nothing answers, 401, 400, 408 or 413 for what is not Discord's. What a function
 * throws, the handler rejects with.
 *
 * Source: Discord, "Interactions: Overview", Setting Up an Endpoint.
 *
 * @example
 * ```ts
 * import { dispatchHandler } from "@parley/parley/discord/interactions/verify";
 *
 * const fetch = dispatchHandler({
 *   command: ({ data }) => ({ type: 4, data: { content: `You used ${data.name}` } }),
 *   component: ({ data }) => ({ type: 7, data: { content: `You used ${data.custom_id}`, components: [] } }),
 * }); // export default { fetch }
 * fetch.name; // "dispatched"
 * ```
 */
export function dispatchHandler<Env = unknown>(
  options: DispatchOptions<Env>,
): (request: Request, env?: Env, execution?: unknown) => Promise<Response> {
  return async function dispatched(request, env, execution) {
    // Where there is no bindings' object, functions that want one cannot have been written.
    const place = { env: env as Env, execution: executionOf(execution) };
    const publicKey = publicKeyFor(options.publicKey, place);
    const result = await verifyRequest(request, { ...options, publicKey });
    if (result.kind !== "verified") return new Response(result.kind, { status: result.status });
    const answer = await answerTo(result.interaction, options, place);
    if (answer === undefined) return new Response("Nothing answers this", { status: 501 });
    return new Response(JSON.stringify(answer), { headers: { "Content-Type": "application/json" } });
  };
}

function answerTo<Env>(
  interaction: APIInteraction,
  { command, autocomplete, component, modal }: DispatchOptions<Env>,
  place: DispatchPlace<Env>,
): APIInteractionResponse | Promise<APIInteractionResponse> | undefined {
  if (isPing(interaction)) return { type: 1 };
  if (isCommand(interaction)) return command?.(interaction, place);
  if (isAutocomplete(interaction)) return autocomplete?.(interaction, place);
  if (isComponent(interaction)) return component?.(interaction, place);
  return isModalSubmit(interaction) ? modal?.(interaction, place) : undefined;
}

import type { APIInteraction } from "discord-api-types/v10";
import { type Clock, systemClock } from "../../driver/clock/clock.ts";
import { ANSWER_WITHIN } from "./_deadline.ts";
import { responseWith } from "./bodies/form.ts";
import { answerByCallback, type AnswersByDoor, type CallbackRest } from "./callback_door.ts";
import { TokenRest, type Uploads } from "./token_rest.ts";

/** What comes with a request's interaction. */
export interface RespondByCallbackOptions {
  /** Tells the time and waits. @default {systemClock} */
  readonly clock?: Clock | undefined;
  /** What all answers go through. @default {a client without a bot's token} */
  readonly rest?: CallbackRest | undefined;
}

/**
 * Answers an interaction that a request has brought through the callback endpoint, and the request with 202 and no body,
 * once the handler is done, and after the 3 s that Discord waits at the latest: the option `answerBy` of an endpoint.
 *
 * Source: Discord, "Receiving and Responding", Interaction Callback.
 *
 * @throws {CommandError} `invalid_command` if this is no interaction, or a PING, which only a response can answer.
 *
 * @example
 * ```ts
 * import { interactionHandler, InteractionRouter, respondByCallback } from "@parley/parley/discord/interactions";
 * import process from "node:process";
 *
 * const publicKey = process.env.DISCORD_PUBLIC_KEY ?? ""; // from the Developer Portal
 * const router = new InteractionRouter();
 * const fetch = interactionHandler({ publicKey, router, answerBy: respondByCallback });
 * (await fetch(new Request("https://bot.example/interactions", { method: "POST" }))).status; // 401
 * ```
 */
export async function respondByCallback<Options extends RespondByCallbackOptions>(
  router: AnswersByDoor<Options>,
  interaction: APIInteraction,
  options: Options,
): Promise<Response> {
  const { clock = systemClock, rest = new CallbackTokenRest(clock) } = options;
  // Discord waits from now on, for it holds the request open.
  const work = answerByCallback(router, interaction, { ...options, rest, age: 0 });
  await new Promise<void>((resolve, reject) => {
    // Its work goes on, whether or not it is done by then.
    const undo = clock.setTimer(clock.now() + ANSWER_WITHIN, resolve);
    work.finally(undo).then(resolve, reject);
  });
  return new Response(null, { status: 202 });
}

/** A client without a bot's token that takes first answers, too. */
export class CallbackTokenRest extends TokenRest {
  /** Responds to an interaction. */
  createInteractionResponse<Result>(
    id: string,
    token: string,
    body: object,
    { files = [], withResponse = false }: Uploads & { readonly withResponse?: boolean | undefined } = {},
  ): Promise<Result> {
    const path = (token: string) => `/interactions/${id}/${token}/callback`;
    const query = withResponse ? "?with_response=true" : "";
    return this.ask("POST", path, token, responseWith(body, files), files, query);
  }
}

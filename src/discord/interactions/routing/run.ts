import type { APIInteraction, APIInteractionResponse } from "discord-api-types/v10";
import { CommandError, TimeoutError } from "../../../protocol/errors.ts";
import { Answer } from "../interaction/answer.ts";
import type { Door } from "../interaction/door.ts";
import { ANSWER_WITHIN } from "../interaction/_deadline.ts";
import type { ResponseCheck } from "../interaction/response_check.ts";
import type { Opener } from "./match.ts";
import { type AutoDefer, type AutoDeferOptions, checkDefer } from "./defer.ts";
import { messageOf, type MessageOptions } from "../interaction/interaction.ts";
import { isAutocomplete, isCommand, isComponent, isModalSubmit } from "../interaction/payload_reader.ts";
import { type Middleware, runThrough } from "./middleware.ts";

/** An interaction as it is reported: all that Discord sent but its token, with which anybody could answer. */
export type ReportedInteraction = Untokened<APIInteraction>;

type Untokened<Payload> = Payload extends unknown ? Omit<Payload, "token"> : never;

/** Is told what failed, and says what the user is told, if they still wait for an answer. */
export type ErrorHandler<Context> = (
  error: unknown,
  interaction: ReportedInteraction,
  context: Context,
) => void | string | MessageOptions | Promise<void | string | MessageOptions>;

/** What answers an interaction, and how. */
export interface Found<Context> {
  readonly open: Opener<Context> | undefined;
  readonly fallback: Opener<Context> | undefined;
  readonly middlewares: readonly Middleware<Context>[];
  readonly onError: ErrorHandler<Context> | undefined;
  /** Is told what `onError` is not there for, and what that throws. */
  readonly failed: (error: unknown) => void;
  readonly autoDefer: AutoDefer | undefined;
  /** What nothing matches is left to others. */
  readonly ignores: boolean;
  /** Checks first answers. */
  readonly check: ResponseCheck | undefined;
}

const EPHEMERAL = 64;
const SAFE_MARGIN = 2_000;

/** Runs what answers an interaction, and sees to it that there is an answer. Never rejects. */
export async function run<Context>(
  found: Found<Context>,
  payload: APIInteraction,
  door: Door,
  context: Context,
): Promise<void> {
  const answer = new Answer(payload, door, found.check);
  let failure: { readonly error: unknown } | undefined;
  try {
    const match = found.open?.(payload, answer) ?? found.fallback?.(payload, answer);
    if (match === undefined) {
      if (!found.ignores) await answer.settle(unknownResponse(payload), undefined);
      return answer.end();
    }
    const { i, handler } = match;
    // Each handler was defined for the interactions that it is called with.
    const call = () => handler(i as never, context);
    const { middlewares, autoDefer } = found;
    const defer = typeof autoDefer === "function" ? checkDefer(autoDefer(i)) : autoDefer;
    const result = middlewares.length === 0 ? call() : runThrough(middlewares, i, context, call);
    if (answer.type === undefined) watch(defer, payload, answer);
    await result;
  } catch (error) {
    // That it is too late was told when it was.
    if (!(answer.isGivenUp && isClosed(error))) failure = { error };
  }
  await answer.leave();
  if (failure === undefined && answer.owed && !answer.isGivenUp) {
    failure = isAutocomplete(payload) ? undefined : { error: unanswered(payload, answer) };
  }
  try {
    const message = failure && await tell(found, failure.error, payload, context);
    if (failure !== undefined || answer.type === undefined) {
      await answer.settle(failureResponse(payload, message), message);
    }
  } catch (error) {
    door.outside.report(error);
  }
  answer.end();
}

/** Sees to it that Discord, or whoever waits for the answer to a request, does not wait in vain. */
function watch(defer: boolean | AutoDeferOptions | undefined, payload: APIInteraction, answer: Answer): void {
  // Choices cannot be put off.
  if (!defer || isAutocomplete(payload)) return answer.giveUpLate(() => late(payload));
  const { after = SAFE_MARGIN, ephemeral = false } = defer === true ? {} : defer;
  const isUpdate = isComponent(payload) || (isModalSubmit(payload) && payload.message !== undefined);
  answer.deferAt(answer.since + after, isUpdate, ephemeral);
}

/** Tells of a failure, and finds out what the user is told. */
async function tell<Context>(
  { onError, failed }: Found<Context>,
  error: unknown,
  payload: APIInteraction,
  context: Context,
): Promise<Omit<MessageOptions, "ephemeral" | "files">> {
  let said: void | string | MessageOptions = undefined;
  try {
    if (onError === undefined) failed(error);
    else said = await onError(error, reported(payload), context);
  } catch (thrown) {
    failed(thrown);
  }
  if (said === undefined) return privately("Something went wrong with this command. Please try again later.");
  if (typeof said === "string") return privately(said);
  const { files: _, ...message } = messageOf(said);
  return message;
}

function isClosed(error: unknown): boolean {
  return error instanceof CommandError && error.code === "closed";
}

function late(payload: APIInteraction): TimeoutError {
  const why = `its handler gave no answer within ${ANSWER_WITHIN / 1_000} s`;
  const fix = isAutocomplete(payload) ? "suggest sooner" : "call defer first, or use autoDefer";
  return new TimeoutError(
    `Cannot answer "${nameOf(payload)}": ${why}, which is all that Discord waits; ${fix}`,
  );
}

/** What of an interaction may be logged. */
export function reported({ token: _, ...rest }: APIInteraction): ReportedInteraction {
  return rest;
}

/** What an interaction is of, for people. */
export function nameOf(payload: APIInteraction): string {
  if (!("data" in payload && payload.data)) return "";
  return "name" in payload.data ? payload.data.name : payload.data.custom_id;
}

function unanswered(payload: APIInteraction, answer: Answer): CommandError {
  const name = nameOf(payload);
  const [how, fix] = answer.type === undefined
    ? ["ended without a reply", "reply"]
    : ["deferred, and ended without more", "edit"];
  const message =
    `Cannot answer "${name}": its handler ${how}; call ${fix} before it ends, and await all before that`;
  return new CommandError("invalid_command", message);
}

function failureResponse(
  payload: APIInteraction,
  message: ReturnType<typeof privately> | undefined,
): APIInteractionResponse {
  // An autocomplete can only be answered with choices.
  if (isAutocomplete(payload)) return { type: 8, data: { choices: [] } };
  return { type: 4, data: message ?? {} };
}

function unknownResponse(payload: APIInteraction): APIInteractionResponse {
  if (isAutocomplete(payload)) return { type: 8, data: { choices: [] } };
  const what = isCommand(payload)
    ? `This bot has no command "${payload.data.name}"; it may have been removed.`
    : "This bot does not know what to do with that any more.";
  return { type: 4, data: privately(what) };
}

/** A message that only the user sees, and that mentions nobody whatever is quoted in it. */
function privately(content: string): Omit<MessageOptions, "ephemeral" | "files"> {
  return { content, flags: EPHEMERAL, allowed_mentions: { parse: [] } };
}

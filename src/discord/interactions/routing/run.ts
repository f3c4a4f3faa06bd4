import type { APIInteraction, APIInteractionResponse } from "discord-api-types/v10";
import { CommandError, TimeoutError } from "../../../protocol/errors.ts";
import { Answer } from "../interaction/answer.ts";
import type { Door, Outside } from "../interaction/door.ts";
import { refusal } from "../interaction/refusal.ts";
import type { AnswerChecks } from "../interaction/response_check.ts";
import type { Opener } from "./match.ts";
import type { AutoDefer } from "./defer.ts";
import { messageOf, type MessageOptions } from "../interaction/interaction.ts";
import { isAutocomplete, isCommand } from "../interaction/payload_reader.ts";
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
  /** Checks answers. */
  readonly checks: AnswerChecks | undefined;
}

const EPHEMERAL = 64;

/** Runs what answers an interaction, and sees to it that there is an answer. Never rejects. */
export async function run<Context>(
  found: Found<Context>,
  payload: APIInteraction,
  door: Door,
  outside: Outside,
  context: Context,
): Promise<void> {
  const answer = new Answer(payload, door, outside, found.checks);
  // Neither Discord nor whoever waits for the answer to a request is to wait in vain.
  const giveUpLate = () => answer.giveUpLate(() => late(payload));
  let failure: { readonly error: unknown } | undefined;
  try {
    const match = found.open?.(payload, answer) ?? found.fallback?.(payload, answer);
    if (match === undefined) {
      if (!found.ignores) await answer.settle(responseOf(payload, unknownTo(payload)));
      return answer.end();
    }
    const { i, handler } = match;
    const { middlewares, autoDefer } = found;
    // Choices cannot be put off.
    const defer = autoDefer && !isAutocomplete(payload) ? autoDefer.prepare(i, answer) : undefined;
    // Each handler was defined for the interactions that it is called with.
    const result = runThrough(middlewares, i, context, () => handler(i as never, context));
    (defer ?? giveUpLate)();
    await result;
  } catch (error) {
    // That it is too late was told when it was.
    if (!(answer.isGivenUp && isClosed(error))) failure = { error };
    // What is told of it may take long.
    giveUpLate();
  }
  // Who was told nothing is not to wait for what the handler left to go on.
  if (!failure || answer.type) await answer.leave();
  if (!failure && answer.owed && !answer.isGivenUp && !isAutocomplete(payload)) {
    failure = { error: unanswered(payload, answer) };
  }
  try {
    const message = failure && await tell(found, failure.error, payload, context);
    if (failure || !answer.type) {
      await answer.settle(responseOf(payload, message), message);
    }
  } catch (error) {
    outside.report(error);
  }
  await answer.leave();
  answer.end();
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
  const fix = isAutocomplete(payload) ? "suggest sooner" : "call defer first, or use autoDefer";
  return new TimeoutError(`Cannot ${actionOf(payload)}: its handler gave no answer within 3 s; ${fix}`);
}

/** What of an interaction may be logged. */
export function reported({ token: _, ...rest }: APIInteraction): ReportedInteraction {
  return rest;
}

/** What is not done, for people. */
function actionOf(payload: APIInteraction): string {
  const { name, custom_id: id = "" } = Object(Object(payload).data);
  return `answer "${name ?? id}"`;
}

function unanswered(payload: APIInteraction, answer: Answer): CommandError {
  const how = answer.type === undefined
    ? "ended without a reply; call reply"
    : "deferred, and ended; call edit";
  return refusal(actionOf(payload), `its handler ${how} before it ends, and await all before that`);
}

/** A message as the answer; an autocomplete can only be answered with choices. */
function responseOf(
  payload: APIInteraction,
  data: ReturnType<typeof privately> = {},
): APIInteractionResponse {
  return isAutocomplete(payload) ? { type: 8, data: { choices: [] } } : { type: 4, data };
}

function unknownTo(payload: APIInteraction): ReturnType<typeof privately> {
  return privately(
    isCommand(payload)
      ? `This bot has no command "${payload.data.name}"; it may have been removed.`
      : "This bot does not know what to do with that any more.",
  );
}

/** A message that only the user sees, and that mentions nobody whatever is quoted in it. */
function privately(content: string): Omit<MessageOptions, "ephemeral" | "files"> {
  return { content, flags: EPHEMERAL, allowed_mentions: { parse: [] } };
}

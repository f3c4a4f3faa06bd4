import { AuthenticationError, CommandError, ProtocolError } from "../../protocol/errors.ts";
import type { TwitchApi } from "../api/api.ts";
import { first } from "../api/checks.ts";
import { TwitchApiError } from "../api/errors.ts";
import type { EventSubAnswer, EventSubAsk } from "./session/outputs.ts";
import { quote } from "../../protocol/data/quote.ts";
import { versionOf } from "./wire/subscription.ts";

/** An account has at most 900 that are enabled: a list that is longer than this never ends, and would use up all points. */
const MOST_LISTED = 2_000;

/**
 * Makes and ends subscriptions over the API, for a session that asks for it. What Twitch refuses is refused for good,
 * unless it is only too busy.
 */
export async function answerSubscribing(
  api: TwitchApi,
  ask: EventSubAsk,
  signal: AbortSignal,
): Promise<EventSubAnswer> {
  if (ask.kind === "unsubscribe") {
    try {
      await api.request("DELETE /eventsub/subscriptions", { query: { id: ask.id }, signal });
    } catch (error) {
      if (!isFinal(error)) throw error;
    }
    return { kind: "unsubscribed" };
  }
  if (ask.kind === "shard") return await becomeShard(api, ask, signal);
  const { type, condition } = ask.wanted;
  const version = versionOf(ask.wanted);
  const transport = { method: "websocket", session_id: ask.session } as const;
  try {
    const body = { type, version, condition, transport };
    // Twitch answers 409 where it has that already: to repeat it does no harm.
    const { data } = await api.request("POST /eventsub/subscriptions", { body, signal, idempotent: true });
    return subscribed(first(data, "POST /eventsub/subscriptions").id);
  } catch (error) {
    if (error instanceof TwitchApiError && error.status === 409) return await existing(api, ask, signal);
    if (isFinal(error) && !isOfSession(error)) return { kind: "refused", error };
    throw error;
  }
}

/** Has a session be a shard of a conduit, until the session ends. */
async function becomeShard(
  api: TwitchApi,
  { session, shard: { conduit, id } }: EventSubAsk & { kind: "shard" },
  signal: AbortSignal,
): Promise<EventSubAnswer> {
  const transport = { method: "websocket", session_id: session } as const;
  try {
    const body = { conduit_id: conduit, shards: [{ id, transport }] };
    const { errors } = await api.request("PATCH /eventsub/conduits/shards", {
      body,
      signal,
      idempotent: true,
    });
    const [error] = errors;
    if (error === undefined) return { kind: "subscribed", id };
    // Twitch does not tell by its codes whether the session is to blame, which may be lost, or what was asked for.
    const message = `Cannot be shard "${id}" of conduit "${conduit}": ${quote(error.message)}`;
    throw new CommandError("refused", message);
  } catch (error) {
    if (isFinal(error)) return { kind: "refused", error };
    throw error;
  }
}

/** The subscription that there is already: what else may be listed, of another type too, is none of it. */
async function existing(
  api: TwitchApi,
  { session, wanted }: EventSubAsk & { kind: "subscribe" },
  signal: AbortSignal,
): Promise<EventSubAnswer> {
  let listed = 0;
  // Twitch takes one filter only: by type it would list those of sessions that are over, too.
  const query = { status: "enabled" };
  for await (const known of api.all("GET /eventsub/subscriptions", { query, signal })) {
    if (++listed > MOST_LISTED) {
      throw new ProtocolError(
        `Cannot find the subscription to ${quote(wanted.type)}: Twitch's list never ends`,
      );
    }
    if (known.transport.session_id !== session) continue;
    if (known.type !== wanted.type || known.version !== versionOf(wanted)) continue;
    const named = Object.entries(known.condition).filter(([, value]) => value !== "");
    const isSame = named.length === Object.keys(wanted.condition).length &&
      named.every(([name, value]) => wanted.condition[name] === value);
    if (isSame) return subscribed(known.id);
  }
  throw new TwitchApiError("POST /eventsub/subscriptions", 409, undefined);
}

/** One without an id could neither be ended nor be known to be there. @throws {ProtocolError} if it is one. */
function subscribed(id: unknown): EventSubAnswer {
  if (typeof id === "string" && id !== "") return { kind: "subscribed", id };
  throw new ProtocolError("Cannot use the answer to POST /eventsub/subscriptions: it names no subscription");
}

/**
 * Whether what is refused is the session: Twitch has ended it, and the news of that is on its way. Its status is that of any
 * other refusal, so that only what Twitch says tells: "websocket transport session does not exist or has already
 * disconnected".
 */
function isOfSession(error: Error): boolean {
  return error instanceof TwitchApiError && error.status === 400 &&
    /transport session/i.test(error.says ?? "");
}

/**
 * Whether what is refused is the token, again after another was got: what was asked for may be granted by the next. Of a
 * scope that is missing Twitch says so, by the same status.
 */
function isOfToken({ cause }: AuthenticationError): boolean {
  return cause instanceof TwitchApiError && cause.status === 401 &&
    /invalid oauth token/i.test(cause.says ?? "");
}

function isFinal(error: unknown): error is Error {
  if (error instanceof AuthenticationError) return !isOfToken(error);
  return error instanceof TwitchApiError && error.status < 500 && error.status !== 409;
}

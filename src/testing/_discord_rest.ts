import { isRecord } from "../protocol/json_value.ts";
import type { Instant } from "../protocol/protocol.ts";
import type { DiscordServerCommand } from "./_discord_types.ts";
import type { DiscordServerMessage, DiscordServerUser, World } from "./_discord_world.ts";

/** An HTTP request to the server's REST API. */
export interface RestRequest {
  readonly method: string;
  /** With or without `/api` and the version before it; without the query. */
  readonly path: string;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Where the request went, such as `http://127.0.0.1:8080`. */
  readonly origin?: string;
}

/** What the server answers. */
export interface RestResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What the REST API needs to know. */
export interface RestContext {
  readonly world: World;
  readonly token: string;
  readonly me: DiscordServerUser;
  readonly gatewayBot: (origin: string | undefined) => unknown;
}

/** Answers a request; `said` is the message it made, if it made one. */
export function answerRest(
  request: RestRequest,
  context: RestContext,
  now: Instant,
): { response: RestResponse; said?: DiscordServerMessage } {
  const path = request.path.replace(/^\/api(?=\/)/, "").replace(/^\/v\d+(?=\/)/, "").replace(/\?.*$/, "");
  const call = `${request.method} ${path}`;
  if (call === "GET /gateway") {
    const bot = context.gatewayBot(request.origin);
    const url = typeof bot === "object" && bot !== null && "url" in bot ? bot.url : undefined;
    return { response: json(200, { url }) };
  }
  if (request.headers.authorization !== `Bot ${context.token}`) {
    return { response: json(401, { message: "401: Unauthorized", code: 0 }) };
  }
  if (call === "GET /gateway/bot") return { response: json(200, context.gatewayBot(request.origin)) };
  if (call === "GET /users/@me") return { response: json(200, { ...context.me, bot: true }) };
  const channel = /^POST \/channels\/(\d+)\/messages$/.exec(call)?.[1];
  if (channel === undefined) return { response: json(404, { message: "404: Not Found", code: 0 }) };
  return createMessage(channel, request.body, context, now);
}

function createMessage(
  channel: string,
  text: string,
  context: RestContext,
  now: Instant,
): { response: RestResponse; said?: DiscordServerMessage } {
  if (!context.world.hasChannel(channel)) {
    return { response: json(404, { message: "Unknown Channel", code: 10003 }) };
  }
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return { response: json(400, { message: "400: Bad Request", code: 0 }) };
  }
  if (!isRecord(body)) return { response: json(400, { message: "400: Bad Request", code: 0 }) };
  const { content = "", nonce, enforce_nonce, embeds, message_reference, components, flags, poll } = Object
    .fromEntries(Object.entries(body));
  if (typeof content !== "string") {
    return { response: invalidForm("content", "Could not interpret as string") };
  }
  // "Can be up to 2000 characters."
  if ([...content].length > 2000) {
    return { response: invalidForm("content", "Must be 2000 or fewer in length") };
  }
  if (content === "" && embeds === undefined && components === undefined && poll === undefined) {
    return { response: json(400, { message: "Cannot send an empty message", code: 50006 }) };
  }
  const given = typeof nonce === "string" || typeof nonce === "number" ? { nonce } : {};
  if ("nonce" in given && String(given.nonce).length > 25) {
    return { response: invalidForm("nonce", "Must be 25 or fewer in length") };
  }
  const { message, repeated } = context.world.say(
    {
      channel,
      content,
      author: context.me,
      bot: true,
      ...given,
      extra: {
        ...(embeds !== undefined && { embeds }),
        ...(components !== undefined && { components }),
        ...(message_reference !== undefined && { message_reference }),
        ...(flags !== undefined && { flags }),
      },
    },
    enforce_nonce === true,
    now,
  );
  const response = json(200, message);
  return repeated ? { response } : { response, said: message };
}

function invalidForm(field: string, message: string): RestResponse {
  const errors = { [field]: { _errors: [{ code: "BASE_TYPE_BAD_LENGTH", message }] } };
  return json(400, { message: "Invalid Form Body", code: 50035, errors });
}

function json(status: number, body: unknown): RestResponse {
  return { status, headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
}

/** What runs a server: its `command` gives the server commands, as a `Driver`'s does. */
export interface DiscordServerRunner {
  /** Gives a command; resolves with what it settles with. */
  command(command: DiscordServerCommand): Promise<unknown>;
}

/**
 * The server's REST API as a `fetch`: for `listenWebSocket`, for a `Host`, or for any HTTP server.
 *
 * @example
 * ```ts
 * import { discordServerFetch, type DiscordServerRunner } from "@parley/parley/testing";
 *
 * async function ask(server: DiscordServerRunner): Promise<Response> {
 *   const headers = { authorization: "Bot parley.test.token" };
 *   return await discordServerFetch(server)("http://localhost/api/v10/gateway/bot", { headers });
 * }
 * ```
 */
export function discordServerFetch(
  server: DiscordServerRunner,
): (input: string | URL | Request, init?: RequestInit) => Promise<Response> {
  return async (input, init) => {
    const request = new Request(input, init);
    const { pathname, origin } = new URL(request.url);
    const answer = await server.command({
      kind: "rest",
      method: request.method,
      path: pathname,
      origin,
      headers: Object.fromEntries(request.headers),
      body: await request.text(),
    });
    if (!isRestResponse(answer)) return new Response("", { status: 500 });
    return new Response(answer.body, { status: answer.status, headers: answer.headers });
  };
}

function isRestResponse(value: unknown): value is RestResponse {
  return isRecord(value) && typeof value.status === "number" && typeof value.body === "string" &&
    isRecord(value.headers);
}

import type { Instant } from "@parley/parley/protocol";
import { json, pathOf, refusal, type RestRequest, type RestResponse } from "./_answers.ts";
import type { Effect } from "./_effect.ts";
import { Interactions } from "./_interactions.ts";
import { type DiscordServerLimits, RestLimits } from "./_limits.ts";
import { isRefused, readJson, readMessage } from "./_message_body.ts";
import type { DiscordServerUser, World } from "./_world.ts";

/** What the REST API needs to know. */
export interface RestContext {
  readonly world: World;
  /** The bot's token; an empty string: it has none any more. */
  readonly token: () => string;
  readonly me: DiscordServerUser;
  readonly gatewayBot: (origin: string | undefined, now: Instant) => unknown;
  readonly limits: DiscordServerLimits;
}

/** An answer, and what else comes of the request. */
interface Answered {
  readonly response: RestResponse;
  readonly effects?: readonly Effect[];
}

/** The REST API: answers requests, within its limits. */
export class RestApi {
  readonly interactions: Interactions;
  readonly limits: RestLimits;
  readonly #context: RestContext;

  constructor(context: RestContext) {
    this.#context = context;
    this.interactions = new Interactions(context.world, context.me);
    this.limits = new RestLimits(context.limits);
  }

  /** Answers a request. */
  request(request: RestRequest, now: Instant): Required<Answered> {
    const path = pathOf(request);
    const { method } = request;
    let effects: readonly Effect[] = [];
    const response = this.limits.admit(method, path, now, () => {
      const call = `${method} ${path}`;
      const answered = this.interactions.request(call, request, now) ?? this.#answer(call, request, now);
      effects = answered.effects ?? [];
      return answered.response;
    });
    return { response, effects };
  }

  #answer(call: string, request: RestRequest, now: Instant): Answered {
    const { token, me, gatewayBot } = this.#context;
    if (call === "GET /gateway") {
      const bot = gatewayBot(request.origin, now);
      const url = typeof bot === "object" && bot !== null && "url" in bot ? bot.url : undefined;
      return { response: json(200, { url }) };
    }
    if (request.headers.authorization !== `Bot ${token()}`) {
      return { response: refusal(401, 0, "401: Unauthorized") };
    }
    if (call === "GET /gateway/bot") return { response: json(200, gatewayBot(request.origin, now)) };
    if (call === "GET /users/@me") return { response: json(200, { ...me, bot: true }) };
    const channel = /^POST \/channels\/(\d+)\/messages$/.exec(call)?.[1];
    if (channel === undefined) return { response: refusal(404, 0, "404: Not Found") };
    return this.#createMessage(channel, request, now);
  }

  #createMessage(channel: string, request: RestRequest, now: Instant): Answered {
    const { world, me } = this.#context;
    if (!world.hasChannel(channel)) return { response: refusal(404, 10003, "Unknown Channel") };
    const body = readJson(request);
    const read = isRefused(body) ? body : readMessage(body, request);
    if (isRefused(read)) return { response: read };
    const { enforceNonce, ...speech } = read;
    const { message, repeated } = world.say({ channel, author: me, bot: true, ...speech }, enforceNonce, now);
    const effects: Effect[] = [
      { kind: "tell", event: { kind: "message", message, bot: true } },
      { kind: "dispatch", t: "MESSAGE_CREATE", d: message },
    ];
    return { response: json(200, message), effects: repeated ? [] : effects };
  }
}

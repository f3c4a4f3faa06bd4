import type { Instant } from "@parley/parley/protocol";
import { json, pathOf, refusal, type RestRequest } from "./_answers.ts";
import type { Answered, Effect } from "./_effect.ts";
import { Interactions } from "./_interactions.ts";
import { type DiscordServerLimits, RestLimits } from "./_limits.ts";
import { isRefused, readJson, readMessage } from "./_message_body.ts";
import { Resources } from "./_resources.ts";
import type { DiscordServerUser, World } from "../_world.ts";

/** What the REST API needs to know. */
export interface RestContext {
  readonly world: World;
  /** Whether a request with this authorization is the bot's. */
  readonly accepts: (authorization: string) => boolean;
  readonly me: DiscordServerUser;
  /** The application's. */
  readonly flags: number;
  readonly gatewayBot: (origin: string | undefined, now: Instant) => unknown;
  readonly limits: DiscordServerLimits;
}

/** The REST API: answers requests, within its limits. */
export class RestApi {
  readonly interactions: Interactions;
  readonly limits: RestLimits;
  readonly #context: RestContext;
  readonly #resources: Resources;

  constructor(context: RestContext) {
    this.#context = context;
    this.#resources = new Resources(context);
    this.interactions = new Interactions(context.world, context.me);
    this.limits = new RestLimits(context.limits);
  }

  /** The commands that the bot has registered, anywhere; undefined: it has registered none. */
  get commands(): readonly Readonly<Record<string, unknown>>[] | undefined {
    return this.#resources.commands;
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
    const { accepts, gatewayBot } = this.#context;
    if (call === "GET /gateway") {
      const bot = gatewayBot(request.origin, now);
      const url = typeof bot === "object" && bot !== null && "url" in bot ? bot.url : undefined;
      return { response: json(200, { url }) };
    }
    if (!accepts(request.headers.authorization ?? "")) {
      return { response: refusal(401, 0, "401: Unauthorized") };
    }
    if (call === "GET /gateway/bot") return { response: json(200, gatewayBot(request.origin, now)) };
    const channel = /^POST \/channels\/(\d+)\/messages$/.exec(call)?.[1];
    if (channel !== undefined) return this.#createMessage(channel, request, now);
    return this.#resources.request(call, request, now) ?? { response: refusal(404, 0, "404: Not Found") };
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

import { systemClock } from "../../../driver/clock/clock.ts";
import { OptionError, TimeoutError } from "../../../protocol/errors.ts";
import type { respondByCallback } from "../../rest/respond_by_callback.ts";
import type { InteractionRest } from "../interaction/door.ts";
import type { InteractionAnswer } from "../interaction/answer_paths.ts";
import { isPing } from "../interaction/payload_reader.ts";
import type { ReplayGuard } from "./replay_guard.ts";
import type { InteractionRouter } from "../routing/router.ts";
import { checkAbove0, checkBodyLimits } from "../../../http/read_body.ts";
import { type VerifyOptions, verifyRequest } from "./verify_request.ts";
import { publicKeyFor, type PublicKeySource } from "./public_key.ts";
import { checkPublicKeys } from "./verify.ts";

/** What an endpoint needs, and may use. */
export interface InteractionEndpointOptions<Context = unknown, KeyPlace = Context>
  extends Omit<VerifyOptions, "publicKey"> {
  /**
   * The application's public key: 64 hexadecimal digits from the Developer Portal. Several, while it changes from
   * one to another; or what finds it in what comes with the request, where there are bindings.
   *
   * @default {`DISCORD_PUBLIC_KEY` of the bindings that come with the request, or of the process's environment}
   */
  readonly publicKey?: PublicKeySource<KeyPlace>;
  /** What answers. */
  readonly router: InteractionRouter<Context>;
  /** Lets each interaction pass only once: a `new ReplayGuard()`. @default {each passes as often as it comes} */
  readonly replayGuard?: ReplayGuard | undefined;
  /**
   * How the first answer gets to Discord: with `respondByCallback` through the callback endpoint. Then the request is
   * answered with 202 and no body once the handler is done, and after 3 s at the latest.
   *
   * @default {as the response to its request}
   */
  readonly answerBy?: typeof respondByCallback | undefined;
  /** What later answers go through. @default {a client without a bot's token} */
  readonly rest?: InteractionRest | undefined;
  /**
   * Keeps the process alive for a handler that works on after its reply, where the host has something for that and
   * does not give it along with the request: `waitUntil` of `@vercel/functions`, say.
   *
   * @default {that of Hono's or a worker's execution context, where there is one}
   */
  readonly waitUntil?: ((work: Promise<unknown>) => void) | undefined;
}

/** What comes with a request. */
export interface RespondOptions<Context> {
  /** The second argument of handlers. */
  readonly context: Context;
  /** Keeps the process alive for a handler that works on after its reply; edge runtimes have one. */
  readonly waitUntil?: ((work: Promise<void>) => void) | undefined;
}

/**
 * An interactions endpoint: takes requests, gives responses. This is what adapters for HTTP frameworks are
 * made of; without one, use {@linkcode interactionHandler}.
 *
 * @throws {OptionError} if a public key is not 64 hexadecimal digits, or one that anybody can sign for, or another
 * option is not acceptable.
 *
 * @example
 * ```ts
 * import { InteractionEndpoint, InteractionRouter } from "@parley/parley/discord/interactions";
 * import process from "node:process";
 *
 * const publicKey = process.env.DISCORD_PUBLIC_KEY ?? ""; // from the Developer Portal
 * const endpoint = new InteractionEndpoint({ publicKey, router: new InteractionRouter() });
 * const request = new Request("https://bot.example/interactions", { method: "POST", body: "{}" });
 * (await endpoint.respond(request, { context: undefined })).status; // 401
 * ```
 */
export class InteractionEndpoint<Context = unknown> {
  readonly #publicKey: PublicKeySource<Context>;
  readonly #router: InteractionRouter<Context>;
  readonly #options: InteractionEndpointOptions<Context>;

  /** Takes the key and the router. */
  constructor(options: InteractionEndpointOptions<Context>) {
    const { publicKey, router, maxAge = Infinity, answerBy } = options;
    if (!router?.handle) {
      throw new OptionError("Cannot answer without a router");
    }
    if (publicKey !== undefined && typeof publicKey !== "function") checkPublicKeys(publicKey);
    checkBodyLimits(options);
    checkAbove0({ maxAge });
    if (answerBy !== undefined && typeof answerBy !== "function") {
      throw new OptionError(`Cannot answer by "${answerBy}": pass respondByCallback, or nothing`);
    }
    this.#publicKey = publicKey;
    this.#router = router;
    this.#options = options;
  }

  /**
   * Answers a request: 200 with the answer if Discord sent it, or 202 where that went to the callback endpoint;
   * 500 if its handler gives no answer within the 3 s that Discord waits, of which `onError` is told; otherwise
   * 401, 400, 408 or 413.
   *
   * @throws {OptionError} if something has read the body before, or no public key was found for the request.
   */
  async respond(request: Request, options: RespondOptions<Context>): Promise<Response> {
    const { clock = systemClock, rest, answerBy } = this.#options;
    const { context } = options;
    const waitUntil = this.#options.waitUntil ?? options.waitUntil;
    const publicKey = publicKeyFor(this.#publicKey, context);
    const result = await verifyRequest(request, { ...this.#options, publicKey });
    if (result.kind !== "verified") return new Response(result.kind, { status: result.status });
    const { interaction } = result;
    const place = { context, waitUntil, clock, rest };
    if (answerBy && !isPing(interaction)) return await answerBy(this.#router, interaction, place);
    try {
      return responseOf(await this.#router.handle(interaction, place));
    } catch (error) {
      if (!(error instanceof TimeoutError)) throw error;
      return new Response("No answer in time", { status: 500 });
    }
  }
}

const JSON_TYPE = { headers: { "Content-Type": "application/json" } };

/** The answer as a response: JSON, or with files a form as the callback endpoint takes it. */
function responseOf({ response, form }: InteractionAnswer): Response {
  // `Response.json` names the type differently from runtime to runtime.
  return form === undefined ? new Response(JSON.stringify(response), JSON_TYPE) : new Response(form);
}

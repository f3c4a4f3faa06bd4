import type { APIInteraction } from "discord-api-types/v10";
import { OptionError } from "../../protocol/errors.ts";
import { parseInteraction } from "./message.ts";
import type { HandleOptions, InteractionRouter } from "./router.ts";
import { MAX_BODY_BYTES, readSignedBody, type VerifyOptions } from "./signed_body.ts";
import { checkPublicKey, importPublicKey } from "./verify.ts";

/** What a request turned out to be. Only a verified one gives its interaction away. */
export type VerifiedRequest =
  /** Discord sent it. */
  | { readonly kind: "verified"; readonly interaction: APIInteraction }
  /** The signature, its headers or the key do not fit: answer 401. */
  | { readonly kind: "unsigned"; readonly status: 401 }
  /** The signature fits, but the body is no interaction: answer 400. */
  | { readonly kind: "malformed"; readonly status: 400 }
  /** The body is longer than allowed, and was not read to its end: answer 413. */
  | { readonly kind: "too_large"; readonly status: 413 };

/**
 * Verifies that a request is Discord's and reads its interaction, in one step, so that neither can be had
 * without the other. Whatever a stranger sends leads to one of the kinds above, never to an exception.
 *
 * Source: Discord, "Interactions: Overview", Validating Security Request Headers.
 *
 * @throws {OptionError} if something has read the body before.
 *
 * @example
 * ```ts
 * import { verifyRequest } from "@parley/parley/discord/interactions";
 *
 * const request = new Request("https://bot.example/interactions", { method: "POST", body: "{}" });
 * const result = await verifyRequest(request, { publicKey: "a public key" });
 * result.kind; // "unsigned"
 * ```
 */
export async function verifyRequest(request: Request, options: VerifyOptions): Promise<VerifiedRequest> {
  const result = await readSignedBody(request, options);
  if (result.kind !== "signed") return result;
  const interaction = parseInteraction(result.body);
  if (interaction === undefined) return { kind: "malformed", status: 400 };
  return { kind: "verified", interaction };
}

/** What an endpoint needs. */
export interface InteractionEndpointOptions {
  /** The application's public key: 64 hexadecimal digits from the Developer Portal. */
  readonly publicKey: string;
  /** What answers. */
  readonly router: InteractionRouter;
  /** How long a body may be, in bytes. @default {1_048_576} */
  readonly maxBodyBytes?: number;
}

/**
 * An interactions endpoint: takes requests, gives responses. This is what adapters for HTTP frameworks are
 * made of; without one, use {@linkcode interactionHandler}.
 *
 * @throws {OptionError} if the public key is not 64 hexadecimal digits, or `maxBodyBytes` not positive.
 *
 * @example
 * ```ts
 * import { InteractionEndpoint, InteractionRouter } from "@parley/parley/discord/interactions";
 *
 * const endpoint = new InteractionEndpoint({ publicKey: "0".repeat(64), router: new InteractionRouter() });
 * const request = new Request("https://bot.example/interactions", { method: "POST", body: "{}" });
 * (await endpoint.respond(request)).status; // 401
 * ```
 */
export class InteractionEndpoint {
  readonly #publicKey: string;
  readonly #router: InteractionRouter;
  readonly #maxBodyBytes: number;
  #key: CryptoKey | undefined;

  /** Takes the key and the router. */
  constructor(options: InteractionEndpointOptions) {
    const { publicKey, router, maxBodyBytes = MAX_BODY_BYTES } = options;
    checkPublicKey(publicKey);
    if (!(maxBodyBytes > 0)) {
      throw new OptionError(`Cannot limit bodies to "${maxBodyBytes}" bytes: maxBodyBytes must be above 0`);
    }
    this.#publicKey = publicKey;
    this.#router = router;
    this.#maxBodyBytes = maxBodyBytes;
  }

  /**
   * Answers a request: 200 with JSON if Discord sent it, otherwise 401, 400 or 413.
   *
   * @throws if the runtime has no Ed25519, or something has read the body before.
   */
  async respond(request: Request, options: HandleOptions = {}): Promise<Response> {
    // Not in the constructor: edge runtimes allow no such work while a module is loaded.
    const publicKey = this.#key ??= await importPublicKey(this.#publicKey);
    const result = await verifyRequest(request, { publicKey, maxBodyBytes: this.#maxBodyBytes });
    switch (result.kind) {
      case "verified":
        return json(await this.#router.handle(result.interaction, options));
      case "unsigned":
        return new Response("Invalid request signature", { status: result.status });
      case "malformed":
        return new Response("Not an interaction", { status: result.status });
      case "too_large":
        return new Response("Body too large", { status: result.status });
    }
  }
}

/**
 * Makes a plain handler for interactions, for `Deno.serve`, `Bun.serve` and edge workers.
 *
 * Source: Discord, "Interactions: Overview", Setting Up an Endpoint.
 *
 * @throws {OptionError} if the public key is not 64 hexadecimal digits, or `maxBodyBytes` not positive.
 *
 * @example
 * ```ts
 * import { command, interactionHandler, InteractionRouter } from "@parley/parley/discord/interactions";
 *
 * const router = new InteractionRouter().add(command("ping", "Answers pong", (i) => i.reply("pong")));
 * const fetch = interactionHandler({ publicKey: "0".repeat(64), router }); // export default { fetch }
 * (await fetch(new Request("https://bot.example/interactions", { method: "POST" }))).status; // 401
 * ```
 */
export function interactionHandler(
  options: InteractionEndpointOptions,
): (request: Request) => Promise<Response> {
  const endpoint = new InteractionEndpoint(options);
  return function interactions(request) {
    return endpoint.respond(request);
  };
}

/** `Response.json` names the type differently from runtime to runtime. */
function json(value: unknown): Response {
  return new Response(JSON.stringify(value), { headers: { "Content-Type": "application/json" } });
}

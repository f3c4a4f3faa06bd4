import type { APIInteraction } from "discord-api-types/v10";
import { systemClock } from "../../../driver/clock/clock.ts";
import { isPing, parseInteraction } from "../interaction/payload_reader.ts";
import type { ReplayGuard } from "./replay_guard.ts";
import { readSignedBody, type SignedBodyOptions } from "./signed_body.ts";

/** What a request turned out to be. Only a verified one gives its interaction away. */
export type VerifiedRequest =
  /** Discord sent it. */
  | { readonly kind: "verified"; readonly interaction: APIInteraction }
  /** The signature, its headers or the key do not fit: answer 401. */
  | { readonly kind: "unsigned"; readonly status: 401 }
  /** Discord signed it, but outside of the time allowed, or it came before: answer 401. */
  | { readonly kind: "replayed"; readonly status: 401 }
  /** The signature fits, but the body is no interaction: answer 400. */
  | { readonly kind: "malformed"; readonly status: 400 }
  /** The body is longer than allowed, and was not read to its end: answer 413. */
  | { readonly kind: "too_large"; readonly status: 413 }
  /** The body had not come to its end in time: answer 408. */
  | { readonly kind: "too_slow"; readonly status: 408 };

/** How a request is verified. */
export interface VerifyOptions extends SignedBodyOptions {
  /**
   * How far the signed timestamp may be from now, in milliseconds. Discord documents no limit.
   *
   * @default {Infinity}
   */
  readonly maxAge?: number | undefined;
  /** Lets each interaction pass once. @default {undefined} */
  readonly replayGuard?: ReplayGuard | undefined;
}

/**
 * Verifies that a request is Discord's and reads its interaction, in one step, so that neither can be had
 * without the other. Whatever a stranger sends leads to one of the kinds above, never to an exception.
 *
 * Source: Discord, "Interactions: Overview", Validating Security Request Headers.
 *
 * @throws {OptionError} if something has read the body before, or a public key cannot be one, or is one that
 * anybody can sign for.
 *
 * @example
 * ```ts
 * import { verifyRequest } from "@parley/parley/discord/interactions";
 * import process from "node:process";
 *
 * const publicKey = process.env.DISCORD_PUBLIC_KEY ?? "";
 * const request = new Request("https://bot.example/interactions", { method: "POST", body: "{}" });
 * const result = await verifyRequest(request, { publicKey });
 * result.kind; // "unsigned"
 * ```
 */
export async function verifyRequest(request: Request, options: VerifyOptions): Promise<VerifiedRequest> {
  const result = await readSignedBody(request, options);
  if (result.kind !== "signed") return result;
  const { maxAge = Infinity, replayGuard, clock = systemClock } = options;
  if (maxAge !== Infinity && Math.abs(clock.wall() - 1000 * Number(result.timestamp)) > maxAge) {
    return { kind: "replayed", status: 401 };
  }
  const interaction = parseInteraction(result.body);
  if (interaction === undefined) return { kind: "malformed", status: 400 };
  // PING changes nothing, however often it comes.
  if (replayGuard !== undefined && !isPing(interaction) && !replayGuard.accept(interaction.id)) {
    return { kind: "replayed", status: 401 };
  }
  return { kind: "verified", interaction };
}

/**
 * Verifies that requests are Discord's, and hands their interactions on as Discord sent them: for workers that answer
 * by themselves, and pay for every byte. All else is in `@parley/parley/discord/interactions`.
 *
 * @example A whole bot but for its last line, `export default { fetch }`; the public key is `DISCORD_PUBLIC_KEY`
 * ```ts
 * import { dispatchHandler } from "@parley/parley/discord/interactions/verify";
 *
 * const fetch = dispatchHandler({ command: () => ({ type: 4, data: { content: "pong" } }) });
 * fetch.name; // "dispatched"
 * ```
 *
 * @module
 */
export * from "./endpoint/dispatch.ts";
export type { ExecutionContext } from "../../http/execution.ts";
export type { BodyLimits } from "../../http/read_body.ts";
export type { PublicKeySource } from "./endpoint/public_key.ts";
export type { SignedBodyOptions } from "./endpoint/signed_body.ts";
export { importPublicKey, type PublicKeys } from "./endpoint/verify.ts";
export * from "./endpoint/verify_request.ts";

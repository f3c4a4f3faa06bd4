/**
 * Discord interactions: verify what came, find what answers it, reply. No HTTP framework, no socket.
 *
 * @example A whole bot but for its last line, `export default { fetch }`, for Deno, Bun or an edge worker
 * ```ts
 * import { command, interactionHandler, InteractionRouter } from "@parley/parley/discord/interactions";
 *
 * const router = new InteractionRouter().add(command("ping", "Answers pong", (i) => i.reply("pong")));
 * const publicKey = "0".repeat(64); // from the Developer Portal
 * const fetch = interactionHandler({ publicKey, router });
 * (await fetch(new Request("https://bot.example/interactions", { method: "POST" }))).status; // 401
 * ```
 *
 * @module
 */
export * from "./buttons.ts";
export * from "./command.ts";
export {
  type CommandChange,
  type CommandDiff,
  type CommandDiffOptions,
  type CommandEdit,
  diffCommands,
  type RegistrableCommand,
} from "./command_diff.ts";
export * from "./command_report.ts";
export * from "./endpoint.ts";
export * from "./interaction.ts";
export * from "./layout.ts";
export * from "./modal_parts.ts";
export * from "./register.ts";
export * from "./router.ts";
export * from "./selects.ts";
export type { VerifyOptions } from "./signed_body.ts";
export { importPublicKey } from "./verify.ts";
export * from "./webhook_endpoint.ts";
export type {
  GameDirectMessage,
  LobbyMessage,
  SdkDirectMessage,
  UnknownWebhookEvent,
  WebhookEvent,
  WebhookEventData,
} from "./webhook_event.ts";

/**
 * Discord interactions: verify what came, find what answers it, reply. No HTTP framework, no socket.
 *
 * @example A whole bot but for its last line, `export default { fetch }`, for Deno, Bun or an edge worker
 * ```ts
 * import { command, interactionHandler, InteractionRouter } from "@parley/parley/discord/interactions";
 * import process from "node:process";
 *
 * const router = new InteractionRouter().add(command("ping", "Answers pong", (i) => i.reply("pong")));
 * const publicKey = process.env.DISCORD_PUBLIC_KEY ?? ""; // from the Developer Portal
 * const fetch = interactionHandler({ publicKey, router });
 * (await fetch(new Request("https://bot.example/interactions", { method: "POST" }))).status; // 401
 * ```
 *
 * @module
 */
export type { InteractionRest } from "./_answer.ts";
export type { InteractionAnswer } from "./_doors.ts";
export type { ErrorHandler } from "./_run.ts";
export * from "./autocomplete_interaction.ts";
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
export * from "./command_interaction.ts";
export * from "./command_report.ts";
export * from "./component.ts";
export * from "./component_interaction.ts";
export * from "./custom_id.ts";
export { CustomIdInteraction } from "./custom_id_interaction.ts";
export * from "./defer.ts";
export * from "./endpoint.ts";
export { type InteractionHandler, interactionHandler, type WorkerContext } from "./handler.ts";
export {
  type DeferOptions,
  type EditOptions,
  Interaction,
  type MessageOptions,
  RepliableInteraction,
} from "./interaction.ts";
export * from "./layout.ts";
export { type AnyInteraction, type Fallback, fallback, type Middleware } from "./middleware.ts";
export * from "./modal.ts";
export type { DefinedModal, ModalAnswer, ModalForm } from "./modal_answer.ts";
export * from "./modal_interaction.ts";
export * from "./modal_parts.ts";
export * as option from "./options.ts";
export * from "./register.ts";
export * from "./replay_guard.ts";
export type { ResolvedKinds, ResolvedMentionable, ResolvedRole, ResolvedUser } from "./resolved.ts";
export * from "./router.ts";
export * from "./selects.ts";
export type { SignedBodyOptions } from "./signed_body.ts";
export { importPublicKey, type PublicKeys } from "./verify.ts";
export * from "./webhook_endpoint.ts";
export type {
  GameDirectMessage,
  LobbyMessage,
  SdkDirectMessage,
  UnknownWebhookEvent,
  WebhookEvent,
  WebhookEventData,
} from "./webhook_event.ts";

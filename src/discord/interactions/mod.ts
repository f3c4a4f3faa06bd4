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
export type { InteractionRest } from "./interaction/door.ts";
export type { InteractionAnswer } from "./interaction/answer_paths.ts";
export * from "./interaction/await_component.ts";
export type { ErrorHandler, ReportedInteraction } from "./routing/run.ts";
export * from "./routing/autocomplete_interaction.ts";
export * from "./parts/buttons.ts";
export { checks, type InteractionChecks } from "./routing/checks.ts";
export * from "./routing/command.ts";
export {
  type CommandChange,
  type CommandDiff,
  type CommandDiffOptions,
  type CommandEdit,
  diffCommands,
  type RegistrableCommand,
} from "./registration/command_diff.ts";
export * from "./interaction/command_interaction.ts";
export * from "./registration/command_report.ts";
export * from "./routing/component.ts";
export {
  ComponentInteraction,
  type ComponentKind,
  type ComponentValues,
} from "./interaction/component_interaction.ts";
export * from "./routing/cooldown.ts";
export * from "./parts/custom_id.ts";
export { CustomIdInteraction } from "./interaction/custom_id_interaction.ts";
export {
  answerByCallback,
  type AnswersByDoor,
  type CallbackDoor,
  type CallbackOptions,
  type CallbackRest,
} from "../rest/callback_door.ts";
export { respondByCallback, type RespondByCallbackOptions } from "../rest/respond_by_callback.ts";
export * from "./routing/defer.ts";
export * from "./endpoint/endpoint.ts";
export * from "./endpoint/verify_request.ts";
export type { DeliveryOptions } from "../../http/deliveries.ts";
export type { ExecutionContext } from "../../http/execution.ts";
export type { BodyLimits } from "../../http/read_body.ts";
export {
  bot,
  type InteractionBot,
  type InteractionHandler,
  interactionHandler,
  type WorkerContext,
} from "./endpoint/handler.ts";
export type { PublicKeySource } from "./endpoint/public_key.ts";
export {
  type DeferOptions,
  type EditOptions,
  Interaction,
  type MessageOptions,
  RepliableInteraction,
  type ReplyOptions,
} from "./interaction/interaction.ts";
export * from "./parts/layout.ts";
export { type AnyInteraction, type Fallback, fallback, type Middleware } from "./routing/middleware.ts";
export type { HandlerResult, Match, Opener } from "./routing/match.ts";
export * from "./routing/modal.ts";
export type { DefinedModal, ModalAnswer, ModalForm } from "./interaction/modal_answer.ts";
export * from "./interaction/modal_interaction.ts";
export * from "./parts/modal_parts.ts";
export * as option from "./routing/options.ts";
export * from "./registration/register.ts";
export * from "./endpoint/replay_guard.ts";
export type { AnswerChecks, ResponseCheck, ResponseUse } from "./interaction/response_check.ts";
export type {
  ResolvedKinds,
  ResolvedMentionable,
  ResolvedRole,
  ResolvedUser,
} from "./interaction/resolved.ts";
export * from "./routing/router.ts";
export * from "./parts/selects.ts";
export type { SignedBodyOptions } from "./endpoint/signed_body.ts";
export { importPublicKey, type PublicKeys } from "./endpoint/verify.ts";
export * from "./endpoint/webhook_endpoint.ts";
export type {
  GameDirectMessage,
  LobbyMessage,
  SdkDirectMessage,
  UnknownWebhookEvent,
  WebhookEvent,
  WebhookEventData,
} from "./endpoint/webhook_event.ts";

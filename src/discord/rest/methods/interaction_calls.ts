import type {
  RESTGetAPIInteractionFollowupResult,
  RESTGetAPIInteractionOriginalResponseResult,
  RESTPatchAPIInteractionFollowupJSONBody,
  RESTPatchAPIInteractionFollowupResult,
  RESTPatchAPIInteractionOriginalResponseJSONBody,
  RESTPatchAPIInteractionOriginalResponseResult,
  RESTPostAPIInteractionCallbackJSONBody,
  RESTPostAPIInteractionCallbackWithResponseResult,
  RESTPostAPIInteractionFollowupJSONBody,
  RESTPostAPIInteractionFollowupResult,
} from "discord-api-types/v10";
import type { CallOptions, UploadOptions } from "../request.ts";
import { WebhookCalls } from "./webhook_calls.ts";

/** What the response to an interaction may bring along. */
export interface InteractionResponseOptions extends UploadOptions {
  /** Whether Discord tells what came of it. @default {false} */
  readonly withResponse?: boolean | undefined;
}

const ORIGINAL = "@original";

/**
 * Calls that answer interactions, made of any `request`. The interaction's token, valid for 15 minutes, takes
 * the place of the bot's, and the bot's global limit does not hold them up.
 */
export abstract class InteractionCalls extends WebhookCalls {
  /**
   * Responds to an interaction, for which Discord waits 3 seconds: with a message, a modal, choices, or by
   * deferring. Its limits are checked before anything is sent.
   *
   * Source: Discord, "Receiving and Responding", Create Interaction Response.
   *
   * @throws {CommandError} `invalid_command` if the ID, the token, the message or a file is not acceptable;
   * `lost` if nobody can know whether Discord has the response.
   * @throws whatever {@linkcode DiscordRest.request} throws.
   *
   * @example
   * ```ts
   * import { DiscordRest } from "@parley/parley/discord/rest";
   *
   * const rest = new DiscordRest({
   *   token: "a.bot.token",
   *   fetch: () => Promise.resolve(new Response(null, { status: 204 })), // leave out to reach Discord
   * });
   * const interaction = { id: "846462639134605312", token: "aW50ZXJhY3Rpb246" };
   * await rest.createInteractionResponse(interaction.id, interaction.token, {
   *   type: 4,
   *   data: { content: "pong" },
   * });
   * ```
   */
  createInteractionResponse(
    interactionId: string,
    token: string,
    body: RESTPostAPIInteractionCallbackJSONBody,
    options: InteractionResponseOptions & { readonly withResponse: true },
  ): Promise<RESTPostAPIInteractionCallbackWithResponseResult>;
  createInteractionResponse(
    interactionId: string,
    token: string,
    body: RESTPostAPIInteractionCallbackJSONBody,
    options?: InteractionResponseOptions & { readonly withResponse?: false | undefined },
  ): Promise<undefined>;
  createInteractionResponse(
    interactionId: string,
    token: string,
    body: RESTPostAPIInteractionCallbackJSONBody,
    options?: InteractionResponseOptions,
  ): Promise<RESTPostAPIInteractionCallbackWithResponseResult | undefined>;
  async createInteractionResponse(
    interactionId: string,
    token: string,
    body: RESTPostAPIInteractionCallbackJSONBody,
    options: InteractionResponseOptions = {},
  ): Promise<RESTPostAPIInteractionCallbackWithResponseResult | undefined> {
    const { withResponse, ...rest } = options;
    return await this.request("POST /interactions/{interaction.id}/{interaction.token}/callback", {
      ...rest,
      params: { "interaction.id": interactionId, "interaction.token": token },
      query: { with_response: withResponse },
      body,
    });
  }

  /**
   * Gets the message that an interaction was responded to with.
   *
   * Source: Discord, "Receiving and Responding", Get Original Interaction Response.
   *
   * @throws whatever {@linkcode WebhookCalls.getWebhookMessage} throws.
   */
  getOriginalInteractionResponse(
    applicationId: string,
    token: string,
    options: CallOptions = {},
  ): Promise<RESTGetAPIInteractionOriginalResponseResult> {
    return this.getWebhookMessage(applicationId, token, ORIGINAL, options);
  }

  /**
   * Changes the message that an interaction was responded to with, or gives it, if it was deferred.
   *
   * Source: Discord, "Receiving and Responding", Edit Original Interaction Response.
   *
   * @throws whatever {@linkcode WebhookCalls.editWebhookMessage} throws.
   */
  editOriginalInteractionResponse(
    applicationId: string,
    token: string,
    body: RESTPatchAPIInteractionOriginalResponseJSONBody,
    options: UploadOptions = {},
  ): Promise<RESTPatchAPIInteractionOriginalResponseResult> {
    return this.editWebhookMessage(applicationId, token, ORIGINAL, body, options);
  }

  /**
   * Deletes the message that an interaction was responded to with.
   *
   * Source: Discord, "Receiving and Responding", Delete Original Interaction Response.
   *
   * @throws whatever {@linkcode WebhookCalls.deleteWebhookMessage} throws.
   */
  deleteOriginalInteractionResponse(
    applicationId: string,
    token: string,
    options: CallOptions = {},
  ): Promise<void> {
    return this.deleteWebhookMessage(applicationId, token, ORIGINAL, options);
  }

  /**
   * Posts another message in answer to an interaction.
   *
   * Source: Discord, "Receiving and Responding", Create Followup Message.
   *
   * @throws {CommandError} `invalid_command` if the ID, the token, the message or a file is not acceptable;
   * `lost` if nobody can know whether the message was created.
   * @throws whatever {@linkcode DiscordRest.request} throws.
   */
  async createFollowupMessage(
    applicationId: string,
    token: string,
    body: RESTPostAPIInteractionFollowupJSONBody,
    options: UploadOptions = {},
  ): Promise<RESTPostAPIInteractionFollowupResult> {
    const params = { "application.id": applicationId, "interaction.token": token };
    return await this.request("POST /webhooks/{application.id}/{interaction.token}", {
      ...options,
      params,
      body,
    });
  }

  /**
   * Gets a follow-up of an interaction.
   *
   * Source: Discord, "Receiving and Responding", Get Followup Message.
   *
   * @throws whatever {@linkcode WebhookCalls.getWebhookMessage} throws.
   */
  getFollowupMessage(
    applicationId: string,
    token: string,
    messageId: string,
    options: CallOptions = {},
  ): Promise<RESTGetAPIInteractionFollowupResult> {
    return this.getWebhookMessage(applicationId, token, messageId, options);
  }

  /**
   * Changes a follow-up of an interaction.
   *
   * Source: Discord, "Receiving and Responding", Edit Followup Message.
   *
   * @throws whatever {@linkcode WebhookCalls.editWebhookMessage} throws.
   */
  editFollowupMessage(
    applicationId: string,
    token: string,
    messageId: string,
    body: RESTPatchAPIInteractionFollowupJSONBody,
    options: UploadOptions = {},
  ): Promise<RESTPatchAPIInteractionFollowupResult> {
    return this.editWebhookMessage(applicationId, token, messageId, body, options);
  }

  /**
   * Deletes a follow-up of an interaction.
   *
   * Source: Discord, "Receiving and Responding", Delete Followup Message.
   *
   * @throws whatever {@linkcode WebhookCalls.deleteWebhookMessage} throws.
   */
  deleteFollowupMessage(
    applicationId: string,
    token: string,
    messageId: string,
    options: CallOptions = {},
  ): Promise<void> {
    return this.deleteWebhookMessage(applicationId, token, messageId, options);
  }
}

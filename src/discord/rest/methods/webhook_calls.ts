import type {
  RESTGetAPIWebhookWithTokenMessageResult,
  RESTPatchAPIWebhookWithTokenMessageJSONBody,
  RESTPatchAPIWebhookWithTokenMessageResult,
  RESTPostAPIWebhookWithTokenJSONBody,
  RESTPostAPIWebhookWithTokenWaitResult,
} from "discord-api-types/v10";
import type { CallOptions, UploadOptions } from "../request.ts";
import { checkSnowflake } from "../routes/path.ts";
import { MessageCalls } from "./message_calls.ts";

/** Which message of a webhook is meant, beyond its ID. */
export interface WebhookMessageOptions extends CallOptions {
  /** The thread that the message is in. @default {undefined} */
  readonly threadId?: string | undefined;
}

/** What an edit of a webhook's message may bring along. */
export interface EditWebhookMessageOptions extends UploadOptions {
  /** The thread that the message is in. @default {undefined} */
  readonly threadId?: string | undefined;
  /** Whether a webhook that no application owns may use components. @default {false} */
  readonly withComponents?: boolean | undefined;
}

/** What the execution of a webhook may bring along. */
export interface ExecuteWebhookOptions extends EditWebhookMessageOptions {
  /** Whether to wait for the message, and get it. Without it, a failure may go unseen. @default {true} */
  readonly wait?: boolean | undefined;
}

/**
 * Calls about messages of webhooks, made of any `request`. The webhook's token takes the place of the bot's.
 * A webhook that is gone, or whose token is refused, is not asked again.
 */
export abstract class WebhookCalls extends MessageCalls {
  /**
   * Posts a message through a webhook.
   *
   * Source: Discord, "Webhook", Execute Webhook.
   *
   * @throws {CommandError} `invalid_command` if the ID, the token, the message or a file is not acceptable;
   * `lost` if nobody can know whether the message was created.
   * @throws whatever {@linkcode DiscordRest.request} throws.
   */
  executeWebhook(
    webhookId: string,
    token: string,
    body: RESTPostAPIWebhookWithTokenJSONBody,
    options: ExecuteWebhookOptions & { readonly wait: false },
  ): Promise<undefined>;
  executeWebhook(
    webhookId: string,
    token: string,
    body: RESTPostAPIWebhookWithTokenJSONBody,
    options?: ExecuteWebhookOptions & { readonly wait?: true | undefined },
  ): Promise<RESTPostAPIWebhookWithTokenWaitResult>;
  executeWebhook(
    webhookId: string,
    token: string,
    body: RESTPostAPIWebhookWithTokenJSONBody,
    options?: ExecuteWebhookOptions,
  ): Promise<RESTPostAPIWebhookWithTokenWaitResult | undefined>;
  async executeWebhook(
    webhookId: string,
    token: string,
    body: RESTPostAPIWebhookWithTokenJSONBody,
    options: ExecuteWebhookOptions = {},
  ): Promise<RESTPostAPIWebhookWithTokenWaitResult | undefined> {
    const { wait = true, threadId, withComponents, ...rest } = options;
    return await this.request("POST /webhooks/{webhook.id}/{webhook.token}", {
      ...rest,
      params: { "webhook.id": webhookId, "webhook.token": token },
      query: { wait, ...queryOf({ threadId, withComponents }) },
      body,
    });
  }

  /**
   * Gets a message that a webhook posted; `@original` is an interaction's response.
   *
   * Source: Discord, "Webhook", Get Webhook Message.
   *
   * @throws {CommandError} `invalid_command` if an ID or the token is not acceptable.
   * @throws whatever {@linkcode DiscordRest.request} throws.
   */
  async getWebhookMessage(
    webhookId: string,
    token: string,
    messageId: string,
    options: WebhookMessageOptions = {},
  ): Promise<RESTGetAPIWebhookWithTokenMessageResult> {
    const { threadId, ...rest } = options;
    return await this.request("GET /webhooks/{webhook.id}/{webhook.token}/messages/{message.id}", {
      ...rest,
      params: paramsOf(webhookId, token, messageId),
      query: queryOf({ threadId }),
    });
  }

  /**
   * Changes a message that a webhook posted; what is left out stays.
   *
   * Source: Discord, "Webhook", Edit Webhook Message.
   *
   * @throws {CommandError} `invalid_command` if an ID, the token, the message or a file is not acceptable;
   * `lost` if nobody can know whether it was changed.
   * @throws whatever {@linkcode DiscordRest.request} throws.
   */
  async editWebhookMessage(
    webhookId: string,
    token: string,
    messageId: string,
    body: RESTPatchAPIWebhookWithTokenMessageJSONBody,
    options: EditWebhookMessageOptions = {},
  ): Promise<RESTPatchAPIWebhookWithTokenMessageResult> {
    const { threadId, withComponents, ...rest } = options;
    return await this.request("PATCH /webhooks/{webhook.id}/{webhook.token}/messages/{message.id}", {
      idempotent: rest.files === undefined,
      ...rest,
      params: paramsOf(webhookId, token, messageId),
      query: queryOf({ threadId, withComponents }),
      body,
    });
  }

  /**
   * Deletes a message that a webhook posted.
   *
   * Source: Discord, "Webhook", Delete Webhook Message.
   *
   * @throws {CommandError} `invalid_command` if an ID or the token is not acceptable; `lost` if nobody can
   * know whether it was deleted.
   * @throws whatever {@linkcode DiscordRest.request} throws.
   */
  async deleteWebhookMessage(
    webhookId: string,
    token: string,
    messageId: string,
    options: WebhookMessageOptions = {},
  ): Promise<void> {
    const { threadId, ...rest } = options;
    await this.request("DELETE /webhooks/{webhook.id}/{webhook.token}/messages/{message.id}", {
      ...rest,
      params: paramsOf(webhookId, token, messageId),
      query: queryOf({ threadId }),
    });
  }
}

function paramsOf(webhookId: string, token: string, messageId: string) {
  return { "webhook.id": webhookId, "webhook.token": token, "message.id": messageId };
}

function queryOf({ threadId, withComponents }: Omit<EditWebhookMessageOptions, keyof UploadOptions>) {
  if (threadId !== undefined) checkSnowflake("ask for a webhook's message", "thread ID", threadId);
  return { thread_id: threadId, with_components: withComponents };
}

import type {
  RESTDeleteAPIWebhookResult,
  RESTDeleteAPIWebhookWithTokenMessageQuery,
  RESTDeleteAPIWebhookWithTokenMessageResult,
  RESTDeleteAPIWebhookWithTokenResult,
  RESTGetAPIChannelWebhooksResult,
  RESTGetAPIGuildWebhooksResult,
  RESTGetAPIWebhookResult,
  RESTGetAPIWebhookWithTokenMessageQuery,
  RESTGetAPIWebhookWithTokenMessageResult,
  RESTGetAPIWebhookWithTokenResult,
  RESTPatchAPIWebhookJSONBody,
  RESTPatchAPIWebhookResult,
  RESTPatchAPIWebhookWithTokenJSONBody,
  RESTPatchAPIWebhookWithTokenMessageJSONBody,
  RESTPatchAPIWebhookWithTokenMessageQuery,
  RESTPatchAPIWebhookWithTokenMessageResult,
  RESTPatchAPIWebhookWithTokenResult,
  RESTPostAPIChannelWebhookJSONBody,
  RESTPostAPIChannelWebhookResult,
  RESTPostAPIWebhookWithTokenGitHubQuery,
  RESTPostAPIWebhookWithTokenGitHubResult,
  RESTPostAPIWebhookWithTokenGitHubWaitResult,
  RESTPostAPIWebhookWithTokenJSONBody,
  RESTPostAPIWebhookWithTokenQuery,
  RESTPostAPIWebhookWithTokenResult,
  RESTPostAPIWebhookWithTokenSlackQuery,
  RESTPostAPIWebhookWithTokenSlackResult,
  RESTPostAPIWebhookWithTokenSlackWaitResult,
  RESTPostAPIWebhookWithTokenWaitResult,
} from "discord-api-types/v10";
import type { Audited, Uploads } from "./entry.ts";

/** Webhooks, by the bot's token and by their own. */
export interface WebhookRoutes {
  "GET /channels/{channel.id}/webhooks": { result: RESTGetAPIChannelWebhooksResult };
  "POST /channels/{channel.id}/webhooks": Audited & {
    body: RESTPostAPIChannelWebhookJSONBody;
    result: RESTPostAPIChannelWebhookResult;
  };
  "GET /guilds/{guild.id}/webhooks": { result: RESTGetAPIGuildWebhooksResult };
  "GET /webhooks/{webhook.id}": { result: RESTGetAPIWebhookResult };
  "PATCH /webhooks/{webhook.id}": Audited & {
    body: RESTPatchAPIWebhookJSONBody;
    result: RESTPatchAPIWebhookResult;
  };
  "DELETE /webhooks/{webhook.id}": Audited & { result: RESTDeleteAPIWebhookResult };
  "GET /webhooks/{webhook.id}/{webhook.token}": { result: RESTGetAPIWebhookWithTokenResult };
  "PATCH /webhooks/{webhook.id}/{webhook.token}": Audited & {
    body: RESTPatchAPIWebhookWithTokenJSONBody;
    result: RESTPatchAPIWebhookWithTokenResult;
  };
  "DELETE /webhooks/{webhook.id}/{webhook.token}": Audited & { result: RESTDeleteAPIWebhookWithTokenResult };
  "POST /webhooks/{webhook.id}/{webhook.token}": Uploads & {
    query?: RESTPostAPIWebhookWithTokenQuery | undefined;
    body: RESTPostAPIWebhookWithTokenJSONBody;
    result: RESTPostAPIWebhookWithTokenWaitResult | RESTPostAPIWebhookWithTokenResult;
  };
  "POST /webhooks/{webhook.id}/{webhook.token}/github": {
    query?: RESTPostAPIWebhookWithTokenGitHubQuery | undefined;
    body: object;
    result: RESTPostAPIWebhookWithTokenGitHubWaitResult | RESTPostAPIWebhookWithTokenGitHubResult;
  };
  "POST /webhooks/{webhook.id}/{webhook.token}/slack": {
    query?: RESTPostAPIWebhookWithTokenSlackQuery | undefined;
    body: object;
    result: RESTPostAPIWebhookWithTokenSlackWaitResult | RESTPostAPIWebhookWithTokenSlackResult;
  };
  "GET /webhooks/{webhook.id}/{webhook.token}/messages/@original": {
    query?: RESTGetAPIWebhookWithTokenMessageQuery | undefined;
    result: RESTGetAPIWebhookWithTokenMessageResult;
  };
  "PATCH /webhooks/{webhook.id}/{webhook.token}/messages/@original": Uploads & {
    query?: RESTPatchAPIWebhookWithTokenMessageQuery | undefined;
    body: RESTPatchAPIWebhookWithTokenMessageJSONBody;
    result: RESTPatchAPIWebhookWithTokenMessageResult;
  };
  "DELETE /webhooks/{webhook.id}/{webhook.token}/messages/@original": {
    query?: RESTDeleteAPIWebhookWithTokenMessageQuery | undefined;
    result: RESTDeleteAPIWebhookWithTokenMessageResult;
  };
  "GET /webhooks/{webhook.id}/{webhook.token}/messages/{message.id}": {
    query?: RESTGetAPIWebhookWithTokenMessageQuery | undefined;
    result: RESTGetAPIWebhookWithTokenMessageResult;
  };
  "PATCH /webhooks/{webhook.id}/{webhook.token}/messages/{message.id}": Uploads & {
    query?: RESTPatchAPIWebhookWithTokenMessageQuery | undefined;
    body: RESTPatchAPIWebhookWithTokenMessageJSONBody;
    result: RESTPatchAPIWebhookWithTokenMessageResult;
  };
  "DELETE /webhooks/{webhook.id}/{webhook.token}/messages/{message.id}": {
    query?: RESTDeleteAPIWebhookWithTokenMessageQuery | undefined;
    result: RESTDeleteAPIWebhookWithTokenMessageResult;
  };
}

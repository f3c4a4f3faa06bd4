import type {
  RESTDeleteAPIInteractionFollowupResult,
  RESTDeleteAPIInteractionOriginalResponseResult,
  RESTGetAPIInteractionFollowupResult,
  RESTGetAPIInteractionOriginalResponseResult,
  RESTPatchAPIInteractionFollowupJSONBody,
  RESTPatchAPIInteractionFollowupResult,
  RESTPatchAPIInteractionOriginalResponseJSONBody,
  RESTPatchAPIInteractionOriginalResponseResult,
  RESTPostAPIInteractionCallbackJSONBody,
  RESTPostAPIInteractionCallbackQuery,
  RESTPostAPIInteractionCallbackResult,
  RESTPostAPIInteractionCallbackWithResponseResult,
  RESTPostAPIInteractionFollowupJSONBody,
  RESTPostAPIInteractionFollowupResult,
} from "discord-api-types/v10";
import type { Uploads } from "./entry.ts";

/** Answers to interactions. */
export interface InteractionRoutes {
  "POST /interactions/{interaction.id}/{interaction.token}/callback": Uploads & {
    query?: RESTPostAPIInteractionCallbackQuery | undefined;
    body: RESTPostAPIInteractionCallbackJSONBody;
    result: RESTPostAPIInteractionCallbackWithResponseResult | RESTPostAPIInteractionCallbackResult;
  };
  "GET /webhooks/{application.id}/{interaction.token}/messages/@original": {
    result: RESTGetAPIInteractionOriginalResponseResult;
  };
  "PATCH /webhooks/{application.id}/{interaction.token}/messages/@original": Uploads & {
    body: RESTPatchAPIInteractionOriginalResponseJSONBody;
    result: RESTPatchAPIInteractionOriginalResponseResult;
  };
  "DELETE /webhooks/{application.id}/{interaction.token}/messages/@original": {
    result: RESTDeleteAPIInteractionOriginalResponseResult;
  };
  "POST /webhooks/{application.id}/{interaction.token}": Uploads & {
    body: RESTPostAPIInteractionFollowupJSONBody;
    result: RESTPostAPIInteractionFollowupResult;
  };
  "GET /webhooks/{application.id}/{interaction.token}/messages/{message.id}": {
    result: RESTGetAPIInteractionFollowupResult;
  };
  "PATCH /webhooks/{application.id}/{interaction.token}/messages/{message.id}": Uploads & {
    body: RESTPatchAPIInteractionFollowupJSONBody;
    result: RESTPatchAPIInteractionFollowupResult;
  };
  "DELETE /webhooks/{application.id}/{interaction.token}/messages/{message.id}": {
    result: RESTDeleteAPIInteractionFollowupResult;
  };
}

import type {
  RESTDeleteAPIChannelAllMessageReactionsResult,
  RESTDeleteAPIChannelMessageOwnReactionResult,
  RESTDeleteAPIChannelMessageReactionResult,
  RESTDeleteAPIChannelMessageResult,
  RESTDeleteAPIChannelMessagesPinResult,
  RESTDeleteAPIChannelMessageUserReactionResult,
  RESTDeleteAPIChannelPinResult,
  RESTGetAPIChannelMessageReactionUsersQuery,
  RESTGetAPIChannelMessageReactionUsersResult,
  RESTGetAPIChannelMessageResult,
  RESTGetAPIChannelMessagesPinsQuery,
  RESTGetAPIChannelMessagesPinsResult,
  RESTGetAPIChannelMessagesQuery,
  RESTGetAPIChannelMessagesResult,
  RESTGetAPIChannelPinsResult,
  RESTGetAPIGuildMessagesSearchQuery,
  RESTGetAPIGuildMessagesSearchResult,
  RESTGetAPIPollAnswerVotersQuery,
  RESTGetAPIPollAnswerVotersResult,
  RESTPatchAPIChannelMessageJSONBody,
  RESTPatchAPIChannelMessageResult,
  RESTPostAPIChannelMessageCrosspostResult,
  RESTPostAPIChannelMessageJSONBody,
  RESTPostAPIChannelMessageResult,
  RESTPostAPIChannelMessagesBulkDeleteJSONBody,
  RESTPostAPIChannelMessagesBulkDeleteResult,
  RESTPostAPIPollExpireResult,
  RESTPutAPIChannelMessageReactionResult,
  RESTPutAPIChannelMessagesPinResult,
  RESTPutAPIChannelPinResult,
} from "discord-api-types/v10";
import type { Audited, Uploads } from "./entry.ts";

/** Messages, their reactions, pins and polls. */
export interface MessageRoutes {
  "GET /channels/{channel.id}/messages": {
    query?: RESTGetAPIChannelMessagesQuery | undefined;
    result: RESTGetAPIChannelMessagesResult;
  };
  "POST /channels/{channel.id}/messages": Uploads & {
    body: RESTPostAPIChannelMessageJSONBody;
    result: RESTPostAPIChannelMessageResult;
  };
  "POST /channels/{channel.id}/messages/bulk-delete": Audited & {
    body: RESTPostAPIChannelMessagesBulkDeleteJSONBody;
    result: RESTPostAPIChannelMessagesBulkDeleteResult;
  };
  "GET /channels/{channel.id}/messages/{message.id}": { result: RESTGetAPIChannelMessageResult };
  "PATCH /channels/{channel.id}/messages/{message.id}": Uploads & {
    body: RESTPatchAPIChannelMessageJSONBody;
    result: RESTPatchAPIChannelMessageResult;
  };
  "DELETE /channels/{channel.id}/messages/{message.id}": Audited & {
    result: RESTDeleteAPIChannelMessageResult;
  };
  "POST /channels/{channel.id}/messages/{message.id}/crosspost": {
    result: RESTPostAPIChannelMessageCrosspostResult;
  };
  "DELETE /channels/{channel.id}/messages/{message.id}/reactions": {
    result: RESTDeleteAPIChannelAllMessageReactionsResult;
  };
  "GET /channels/{channel.id}/messages/{message.id}/reactions/{emoji.id}": {
    query?: RESTGetAPIChannelMessageReactionUsersQuery | undefined;
    result: RESTGetAPIChannelMessageReactionUsersResult;
  };
  "DELETE /channels/{channel.id}/messages/{message.id}/reactions/{emoji.id}": {
    result: RESTDeleteAPIChannelMessageReactionResult;
  };
  "PUT /channels/{channel.id}/messages/{message.id}/reactions/{emoji.id}/@me": {
    result: RESTPutAPIChannelMessageReactionResult;
  };
  "DELETE /channels/{channel.id}/messages/{message.id}/reactions/{emoji.id}/@me": {
    result: RESTDeleteAPIChannelMessageOwnReactionResult;
  };
  "DELETE /channels/{channel.id}/messages/{message.id}/reactions/{emoji.id}/{user.id}": {
    result: RESTDeleteAPIChannelMessageUserReactionResult;
  };
  "GET /channels/{channel.id}/messages/pins": {
    query?: RESTGetAPIChannelMessagesPinsQuery | undefined;
    result: RESTGetAPIChannelMessagesPinsResult;
  };
  "PUT /channels/{channel.id}/messages/pins/{message.id}": Audited & {
    result: RESTPutAPIChannelMessagesPinResult;
  };
  "DELETE /channels/{channel.id}/messages/pins/{message.id}": Audited & {
    result: RESTDeleteAPIChannelMessagesPinResult;
  };
  /** @deprecated Discord wants `GET /channels/{channel.id}/messages/pins`. */
  "GET /channels/{channel.id}/pins": { result: RESTGetAPIChannelPinsResult };
  /** @deprecated Discord wants `PUT /channels/{channel.id}/messages/pins/{message.id}`. */
  "PUT /channels/{channel.id}/pins/{message.id}": Audited & { result: RESTPutAPIChannelPinResult };
  /** @deprecated Discord wants `DELETE /channels/{channel.id}/messages/pins/{message.id}`. */
  "DELETE /channels/{channel.id}/pins/{message.id}": Audited & { result: RESTDeleteAPIChannelPinResult };
  "GET /channels/{channel.id}/polls/{message.id}/answers/{answer_id}": {
    query?: RESTGetAPIPollAnswerVotersQuery | undefined;
    result: RESTGetAPIPollAnswerVotersResult;
  };
  "POST /channels/{channel.id}/polls/{message.id}/expire": { result: RESTPostAPIPollExpireResult };
  "GET /guilds/{guild.id}/messages/search": {
    query?: RESTGetAPIGuildMessagesSearchQuery | undefined;
    result: RESTGetAPIGuildMessagesSearchResult;
  };
}

import type {
  RESTDeleteAPIChannelThreadMembersResult,
  RESTGetAPIChannelThreadMemberQuery,
  RESTGetAPIChannelThreadMemberResult,
  RESTGetAPIChannelThreadMembersQuery,
  RESTGetAPIChannelThreadMembersResult,
  RESTGetAPIChannelThreadsArchivedPrivateResult,
  RESTGetAPIChannelThreadsArchivedPublicResult,
  RESTGetAPIChannelThreadsArchivedQuery,
  RESTGetAPIChannelUsersThreadsArchivedResult,
  RESTGetAPIGuildThreadsResult,
  RESTPostAPIChannelMessagesThreadsJSONBody,
  RESTPostAPIChannelMessagesThreadsResult,
  RESTPostAPIChannelThreadsJSONBody,
  RESTPostAPIChannelThreadsResult,
  RESTPostAPIGuildForumThreadsJSONBody,
  RESTPutAPIChannelThreadMembersResult,
} from "discord-api-types/v10";
import type { Audited, UntypedGet, Uploads } from "./entry.ts";

/** Threads and their members. */
export interface ThreadRoutes {
  "POST /channels/{channel.id}/messages/{message.id}/threads": Audited & {
    body: RESTPostAPIChannelMessagesThreadsJSONBody;
    result: RESTPostAPIChannelMessagesThreadsResult;
  };
  "POST /channels/{channel.id}/threads": Audited & Uploads & {
    body: RESTPostAPIChannelThreadsJSONBody | RESTPostAPIGuildForumThreadsJSONBody;
    result: RESTPostAPIChannelThreadsResult;
  };
  "GET /channels/{channel.id}/thread-members": {
    query?: RESTGetAPIChannelThreadMembersQuery | undefined;
    result: RESTGetAPIChannelThreadMembersResult;
  };
  "GET /channels/{channel.id}/thread-members/{user.id}": {
    query?: RESTGetAPIChannelThreadMemberQuery | undefined;
    result: RESTGetAPIChannelThreadMemberResult;
  };
  "PUT /channels/{channel.id}/thread-members/@me": { result: RESTPutAPIChannelThreadMembersResult };
  "DELETE /channels/{channel.id}/thread-members/@me": { result: RESTDeleteAPIChannelThreadMembersResult };
  "PUT /channels/{channel.id}/thread-members/{user.id}": { result: RESTPutAPIChannelThreadMembersResult };
  "DELETE /channels/{channel.id}/thread-members/{user.id}": {
    result: RESTDeleteAPIChannelThreadMembersResult;
  };
  "GET /channels/{channel.id}/threads/archived/public": {
    query?: RESTGetAPIChannelThreadsArchivedQuery | undefined;
    result: RESTGetAPIChannelThreadsArchivedPublicResult;
  };
  "GET /channels/{channel.id}/threads/archived/private": {
    query?: RESTGetAPIChannelThreadsArchivedQuery | undefined;
    result: RESTGetAPIChannelThreadsArchivedPrivateResult;
  };
  "GET /channels/{channel.id}/users/@me/threads/archived/private": {
    query?: RESTGetAPIChannelThreadsArchivedQuery | undefined;
    result: RESTGetAPIChannelUsersThreadsArchivedResult;
  };
  "GET /channels/{channel.id}/threads/search": UntypedGet;
  "GET /guilds/{guild.id}/threads/active": { result: RESTGetAPIGuildThreadsResult };
}

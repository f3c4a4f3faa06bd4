import type {
  RESTDeleteAPICurrentUserGuildResult,
  RESTGetAPICurrentUserConnectionsResult,
  RESTGetAPICurrentUserGuildsQuery,
  RESTGetAPICurrentUserGuildsResult,
  RESTGetAPICurrentUserResult,
  RESTGetAPIUserResult,
  RESTPatchAPICurrentUserJSONBody,
  RESTPatchAPICurrentUserResult,
  RESTPostAPICurrentUserCreateDMChannelJSONBody,
  RESTPostAPICurrentUserCreateDMChannelResult,
} from "discord-api-types/v10";

/** Users: the bot itself, its guilds and its direct messages. */
export interface UserRoutes {
  "GET /users/@me": { result: RESTGetAPICurrentUserResult };
  "PATCH /users/@me": { body: RESTPatchAPICurrentUserJSONBody; result: RESTPatchAPICurrentUserResult };
  "GET /users/{user.id}": { result: RESTGetAPIUserResult };
  "GET /users/@me/guilds": {
    query?: RESTGetAPICurrentUserGuildsQuery | undefined;
    result: RESTGetAPICurrentUserGuildsResult;
  };
  "DELETE /users/@me/guilds/{guild.id}": { result: RESTDeleteAPICurrentUserGuildResult };
  "GET /users/@me/connections": { result: RESTGetAPICurrentUserConnectionsResult };
  "POST /users/@me/channels": {
    body: RESTPostAPICurrentUserCreateDMChannelJSONBody;
    result: RESTPostAPICurrentUserCreateDMChannelResult;
  };
}

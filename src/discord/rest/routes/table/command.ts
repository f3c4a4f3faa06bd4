import type {
  RESTGetAPIApplicationCommandPermissionsResult,
  RESTGetAPIApplicationCommandResult,
  RESTGetAPIApplicationCommandsQuery,
  RESTGetAPIApplicationCommandsResult,
  RESTGetAPIApplicationGuildCommandResult,
  RESTGetAPIApplicationGuildCommandsQuery,
  RESTGetAPIApplicationGuildCommandsResult,
  RESTGetAPIGuildApplicationCommandsPermissionsResult,
  RESTPatchAPIApplicationCommandJSONBody,
  RESTPatchAPIApplicationCommandResult,
  RESTPatchAPIApplicationGuildCommandJSONBody,
  RESTPatchAPIApplicationGuildCommandResult,
  RESTPostAPIApplicationCommandsJSONBody,
  RESTPostAPIApplicationCommandsResult,
  RESTPostAPIApplicationGuildCommandsJSONBody,
  RESTPostAPIApplicationGuildCommandsResult,
  RESTPutAPIApplicationCommandPermissionsJSONBody,
  RESTPutAPIApplicationCommandPermissionsResult,
  RESTPutAPIApplicationCommandsJSONBody,
  RESTPutAPIApplicationCommandsResult,
  RESTPutAPIApplicationGuildCommandsJSONBody,
  RESTPutAPIApplicationGuildCommandsResult,
} from "discord-api-types/v10";

/** Application commands: global ones, those of a guild, and who may use them. */
export interface CommandRoutes {
  "GET /applications/{application.id}/commands": {
    query?: RESTGetAPIApplicationCommandsQuery | undefined;
    result: RESTGetAPIApplicationCommandsResult;
  };
  "POST /applications/{application.id}/commands": {
    body: RESTPostAPIApplicationCommandsJSONBody;
    result: RESTPostAPIApplicationCommandsResult;
  };
  "PUT /applications/{application.id}/commands": {
    body: RESTPutAPIApplicationCommandsJSONBody;
    result: RESTPutAPIApplicationCommandsResult;
  };
  "GET /applications/{application.id}/commands/{command.id}": { result: RESTGetAPIApplicationCommandResult };
  "PATCH /applications/{application.id}/commands/{command.id}": {
    body: RESTPatchAPIApplicationCommandJSONBody;
    result: RESTPatchAPIApplicationCommandResult;
  };
  "DELETE /applications/{application.id}/commands/{command.id}": { result: undefined };
  "GET /applications/{application.id}/guilds/{guild.id}/commands": {
    query?: RESTGetAPIApplicationGuildCommandsQuery | undefined;
    result: RESTGetAPIApplicationGuildCommandsResult;
  };
  "POST /applications/{application.id}/guilds/{guild.id}/commands": {
    body: RESTPostAPIApplicationGuildCommandsJSONBody;
    result: RESTPostAPIApplicationGuildCommandsResult;
  };
  "PUT /applications/{application.id}/guilds/{guild.id}/commands": {
    body: RESTPutAPIApplicationGuildCommandsJSONBody;
    result: RESTPutAPIApplicationGuildCommandsResult;
  };
  "GET /applications/{application.id}/guilds/{guild.id}/commands/{command.id}": {
    result: RESTGetAPIApplicationGuildCommandResult;
  };
  "PATCH /applications/{application.id}/guilds/{guild.id}/commands/{command.id}": {
    body: RESTPatchAPIApplicationGuildCommandJSONBody;
    result: RESTPatchAPIApplicationGuildCommandResult;
  };
  "DELETE /applications/{application.id}/guilds/{guild.id}/commands/{command.id}": { result: undefined };
  "GET /applications/{application.id}/guilds/{guild.id}/commands/permissions": {
    result: RESTGetAPIGuildApplicationCommandsPermissionsResult;
  };
  "GET /applications/{application.id}/guilds/{guild.id}/commands/{command.id}/permissions": {
    result: RESTGetAPIApplicationCommandPermissionsResult;
  };
  "PUT /applications/{application.id}/guilds/{guild.id}/commands/{command.id}/permissions": {
    body: RESTPutAPIApplicationCommandPermissionsJSONBody;
    result: RESTPutAPIApplicationCommandPermissionsResult;
  };
}

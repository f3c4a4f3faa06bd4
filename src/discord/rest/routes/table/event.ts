import type {
  RESTDeleteAPIGuildScheduledEventResult,
  RESTDeleteAPIStageInstanceResult,
  RESTGetAPIGuildScheduledEventQuery,
  RESTGetAPIGuildScheduledEventResult,
  RESTGetAPIGuildScheduledEventsQuery,
  RESTGetAPIGuildScheduledEventsResult,
  RESTGetAPIGuildScheduledEventUsersQuery,
  RESTGetAPIGuildScheduledEventUsersResult,
  RESTGetAPIStageInstanceResult,
  RESTPatchAPIGuildScheduledEventJSONBody,
  RESTPatchAPIGuildScheduledEventResult,
  RESTPatchAPIStageInstanceJSONBody,
  RESTPatchAPIStageInstanceResult,
  RESTPostAPIGuildScheduledEventJSONBody,
  RESTPostAPIGuildScheduledEventResult,
  RESTPostAPIStageInstanceJSONBody,
  RESTPostAPIStageInstanceResult,
} from "discord-api-types/v10";
import type { Audited, Untyped, UntypedGet } from "./entry.ts";

/** Scheduled events, and stages. */
export interface EventRoutes {
  "GET /guilds/{guild.id}/scheduled-events": {
    query?: RESTGetAPIGuildScheduledEventsQuery | undefined;
    result: RESTGetAPIGuildScheduledEventsResult;
  };
  "POST /guilds/{guild.id}/scheduled-events": Audited & {
    body: RESTPostAPIGuildScheduledEventJSONBody;
    result: RESTPostAPIGuildScheduledEventResult;
  };
  "GET /guilds/{guild.id}/scheduled-events/{guild_scheduled_event.id}": {
    query?: RESTGetAPIGuildScheduledEventQuery | undefined;
    result: RESTGetAPIGuildScheduledEventResult;
  };
  "PATCH /guilds/{guild.id}/scheduled-events/{guild_scheduled_event.id}": Audited & {
    body: RESTPatchAPIGuildScheduledEventJSONBody;
    result: RESTPatchAPIGuildScheduledEventResult;
  };
  "DELETE /guilds/{guild.id}/scheduled-events/{guild_scheduled_event.id}": {
    result: RESTDeleteAPIGuildScheduledEventResult;
  };
  "GET /guilds/{guild.id}/scheduled-events/{guild_scheduled_event.id}/users": {
    query?: RESTGetAPIGuildScheduledEventUsersQuery | undefined;
    result: RESTGetAPIGuildScheduledEventUsersResult;
  };
  "GET /guilds/{guild.id}/scheduled-events/{guild_scheduled_event.id}/users/counts": UntypedGet;
  "POST /guilds/{guild.id}/scheduled-events/{guild_scheduled_event.id}/exceptions": Audited & Untyped;
  "PATCH /guilds/{guild.id}/scheduled-events/{guild_scheduled_event.id}/exceptions/{exception_id}":
    & Audited
    & Untyped;
  "DELETE /guilds/{guild.id}/scheduled-events/{guild_scheduled_event.id}/exceptions/{exception_id}":
    & Audited
    & Untyped;
  "GET /guilds/{guild.id}/scheduled-events/{guild_scheduled_event.id}/{guild_scheduled_event_exception_id}/users":
    UntypedGet;
  "POST /stage-instances": Audited & {
    body: RESTPostAPIStageInstanceJSONBody;
    result: RESTPostAPIStageInstanceResult;
  };
  "GET /stage-instances/{channel.id}": { result: RESTGetAPIStageInstanceResult };
  "PATCH /stage-instances/{channel.id}": Audited & {
    body: RESTPatchAPIStageInstanceJSONBody;
    result: RESTPatchAPIStageInstanceResult;
  };
  "DELETE /stage-instances/{channel.id}": Audited & { result: RESTDeleteAPIStageInstanceResult };
}

import type {
  RESTDeleteAPIGuildBanResult,
  RESTDeleteAPIGuildMemberResult,
  RESTDeleteAPIGuildMemberRoleResult,
  RESTDeleteAPIGuildRoleResult,
  RESTGetAPIGuildBanResult,
  RESTGetAPIGuildBansQuery,
  RESTGetAPIGuildBansResult,
  RESTGetAPIGuildMemberResult,
  RESTGetAPIGuildMembersQuery,
  RESTGetAPIGuildMembersResult,
  RESTGetAPIGuildMembersSearchQuery,
  RESTGetAPIGuildMembersSearchResult,
  RESTGetAPIGuildPruneCountQuery,
  RESTGetAPIGuildPruneCountResult,
  RESTGetAPIGuildRoleMemberCountsResult,
  RESTGetAPIGuildRoleResult,
  RESTGetAPIGuildRolesResult,
  RESTGetAPIGuildVoiceStateCurrentMemberResult,
  RESTGetAPIGuildVoiceStateUserResult,
  RESTPatchAPICurrentGuildMemberJSONBody,
  RESTPatchAPICurrentGuildMemberNicknameJSONBody,
  RESTPatchAPICurrentGuildMemberNicknameResult,
  RESTPatchAPICurrentGuildMemberResult,
  RESTPatchAPIGuildMemberJSONBody,
  RESTPatchAPIGuildMemberResult,
  RESTPatchAPIGuildRoleJSONBody,
  RESTPatchAPIGuildRolePositionsJSONBody,
  RESTPatchAPIGuildRolePositionsResult,
  RESTPatchAPIGuildRoleResult,
  RESTPatchAPIGuildVoiceStateCurrentMemberJSONBody,
  RESTPatchAPIGuildVoiceStateCurrentMemberResult,
  RESTPatchAPIGuildVoiceStateUserJSONBody,
  RESTPatchAPIGuildVoiceStateUserResult,
  RESTPostAPIGuildBulkBanJSONBody,
  RESTPostAPIGuildBulkBanResult,
  RESTPostAPIGuildPruneJSONBody,
  RESTPostAPIGuildPruneResult,
  RESTPostAPIGuildRoleJSONBody,
  RESTPostAPIGuildRoleResult,
  RESTPutAPIGuildBanJSONBody,
  RESTPutAPIGuildBanResult,
  RESTPutAPIGuildMemberJSONBody,
  RESTPutAPIGuildMemberResult,
  RESTPutAPIGuildMemberRoleResult,
} from "discord-api-types/v10";
import type { Audited, Untyped, UntypedGet } from "./entry.ts";

/** Members of a guild, their roles, bans and voice states. */
export interface MemberRoutes {
  "GET /guilds/{guild.id}/members": {
    query?: RESTGetAPIGuildMembersQuery | undefined;
    result: RESTGetAPIGuildMembersResult;
  };
  "GET /guilds/{guild.id}/members/search": {
    query: RESTGetAPIGuildMembersSearchQuery;
    result: RESTGetAPIGuildMembersSearchResult;
  };
  "GET /guilds/{guild.id}/members/{user.id}": { result: RESTGetAPIGuildMemberResult };
  "PUT /guilds/{guild.id}/members/{user.id}": {
    body: RESTPutAPIGuildMemberJSONBody;
    result: RESTPutAPIGuildMemberResult;
  };
  "PATCH /guilds/{guild.id}/members/{user.id}": Audited & {
    body: RESTPatchAPIGuildMemberJSONBody;
    result: RESTPatchAPIGuildMemberResult;
  };
  "DELETE /guilds/{guild.id}/members/{user.id}": Audited & { result: RESTDeleteAPIGuildMemberResult };
  "PATCH /guilds/{guild.id}/members/@me": Audited & {
    body: RESTPatchAPICurrentGuildMemberJSONBody;
    result: RESTPatchAPICurrentGuildMemberResult;
  };
  /** @deprecated Discord wants `PATCH /guilds/{guild.id}/members/@me`. */
  "PATCH /guilds/{guild.id}/members/@me/nick": Audited & {
    body: RESTPatchAPICurrentGuildMemberNicknameJSONBody;
    result: RESTPatchAPICurrentGuildMemberNicknameResult;
  };
  "PUT /guilds/{guild.id}/members/{user.id}/roles/{role.id}": Audited & {
    result: RESTPutAPIGuildMemberRoleResult;
  };
  "DELETE /guilds/{guild.id}/members/{user.id}/roles/{role.id}": Audited & {
    result: RESTDeleteAPIGuildMemberRoleResult;
  };
  "GET /guilds/{guild.id}/bans": {
    query?: RESTGetAPIGuildBansQuery | undefined;
    result: RESTGetAPIGuildBansResult;
  };
  "GET /guilds/{guild.id}/bans/{user.id}": { result: RESTGetAPIGuildBanResult };
  "PUT /guilds/{guild.id}/bans/{user.id}": Audited & {
    body?: RESTPutAPIGuildBanJSONBody | undefined;
    result: RESTPutAPIGuildBanResult;
  };
  "DELETE /guilds/{guild.id}/bans/{user.id}": Audited & { result: RESTDeleteAPIGuildBanResult };
  "POST /guilds/{guild.id}/bulk-ban": Audited & {
    body: RESTPostAPIGuildBulkBanJSONBody;
    result: RESTPostAPIGuildBulkBanResult;
  };
  "GET /guilds/{guild.id}/prune": {
    query?: RESTGetAPIGuildPruneCountQuery | undefined;
    result: RESTGetAPIGuildPruneCountResult;
  };
  "POST /guilds/{guild.id}/prune": Audited & {
    body?: RESTPostAPIGuildPruneJSONBody | undefined;
    result: RESTPostAPIGuildPruneResult;
  };
  "GET /guilds/{guild.id}/requests": UntypedGet;
  "PATCH /guilds/{guild.id}/requests/{request_id}": Audited & Untyped;
  "GET /guilds/{guild.id}/voice-states/@me": { result: RESTGetAPIGuildVoiceStateCurrentMemberResult };
  "PATCH /guilds/{guild.id}/voice-states/@me": {
    body: RESTPatchAPIGuildVoiceStateCurrentMemberJSONBody;
    result: RESTPatchAPIGuildVoiceStateCurrentMemberResult;
  };
  "GET /guilds/{guild.id}/voice-states/{user.id}": { result: RESTGetAPIGuildVoiceStateUserResult };
  "PATCH /guilds/{guild.id}/voice-states/{user.id}": {
    body: RESTPatchAPIGuildVoiceStateUserJSONBody;
    result: RESTPatchAPIGuildVoiceStateUserResult;
  };
  "GET /guilds/{guild.id}/roles": { result: RESTGetAPIGuildRolesResult };
  "POST /guilds/{guild.id}/roles": Audited & {
    body?: RESTPostAPIGuildRoleJSONBody | undefined;
    result: RESTPostAPIGuildRoleResult;
  };
  "PATCH /guilds/{guild.id}/roles": Audited & {
    body: RESTPatchAPIGuildRolePositionsJSONBody;
    result: RESTPatchAPIGuildRolePositionsResult;
  };
  "GET /guilds/{guild.id}/roles/member-counts": { result: RESTGetAPIGuildRoleMemberCountsResult };
  "GET /guilds/{guild.id}/roles/{role.id}": { result: RESTGetAPIGuildRoleResult };
  "PATCH /guilds/{guild.id}/roles/{role.id}": Audited & {
    body: RESTPatchAPIGuildRoleJSONBody;
    result: RESTPatchAPIGuildRoleResult;
  };
  "DELETE /guilds/{guild.id}/roles/{role.id}": Audited & { result: RESTDeleteAPIGuildRoleResult };
}

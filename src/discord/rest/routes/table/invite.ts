import type {
  RESTDeleteAPIInviteResult,
  RESTGetAPIGuildInvitesResult,
  RESTGetAPIInviteQuery,
  RESTGetAPIInviteResult,
  RESTGetAPIInviteTargetUsersJobStatusResult,
  RESTGetAPIInviteTargetUsersResult,
  RESTPutAPIInviteTargetUsersResult,
} from "discord-api-types/v10";
import type { Audited } from "./entry.ts";

/** Invites, to a guild and to whom. */
export interface InviteRoutes {
  "GET /guilds/{guild.id}/invites": { result: RESTGetAPIGuildInvitesResult };
  "GET /invites/{invite.code}": { query?: RESTGetAPIInviteQuery | undefined; result: RESTGetAPIInviteResult };
  "DELETE /invites/{invite.code}": Audited & { result: RESTDeleteAPIInviteResult };
  "GET /invites/{invite.code}/target-users": { result: RESTGetAPIInviteTargetUsersResult };
  /** The field of `RESTPutAPIInviteTargetUsersFormDataBody`. */
  "PUT /invites/{invite.code}/target-users": { body: FormData; result: RESTPutAPIInviteTargetUsersResult };
  "GET /invites/{invite.code}/target-users/job-status": {
    result: RESTGetAPIInviteTargetUsersJobStatusResult;
  };
}

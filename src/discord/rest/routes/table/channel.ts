import type {
  RESTDeleteAPIChannelPermissionResult,
  RESTDeleteAPIChannelRecipientResult,
  RESTDeleteAPIChannelResult,
  RESTGetAPIChannelInvitesResult,
  RESTGetAPIChannelResult,
  RESTPatchAPIChannelJSONBody,
  RESTPatchAPIChannelResult,
  RESTPostAPIChannelFollowersJSONBody,
  RESTPostAPIChannelFollowersResult,
  RESTPostAPIChannelInviteJSONBody,
  RESTPostAPIChannelInviteResult,
  RESTPostAPIChannelTypingResult,
  RESTPostAPISendSoundboardSoundResult,
  RESTPostAPISoundboardSendSoundJSONBody,
  RESTPutAPIChannelPermissionJSONBody,
  RESTPutAPIChannelPermissionResult,
  RESTPutAPIChannelRecipientJSONBody,
  RESTPutAPIChannelRecipientResult,
  RESTPutAPIChannelVoiceStatusJSONBody,
  RESTPutAPIChannelVoiceStatusResult,
} from "discord-api-types/v10";
import type { Audited } from "./entry.ts";

/** Channels: themselves, their permissions, invites, followers and voice. */
export interface ChannelRoutes {
  "GET /channels/{channel.id}": { result: RESTGetAPIChannelResult };
  "PATCH /channels/{channel.id}": Audited & {
    body: RESTPatchAPIChannelJSONBody;
    result: RESTPatchAPIChannelResult;
  };
  "DELETE /channels/{channel.id}": Audited & { result: RESTDeleteAPIChannelResult };
  "PUT /channels/{channel.id}/permissions/{overwrite.id}": Audited & {
    body: RESTPutAPIChannelPermissionJSONBody;
    result: RESTPutAPIChannelPermissionResult;
  };
  "DELETE /channels/{channel.id}/permissions/{overwrite.id}": Audited & {
    result: RESTDeleteAPIChannelPermissionResult;
  };
  "GET /channels/{channel.id}/invites": { result: RESTGetAPIChannelInvitesResult };
  "POST /channels/{channel.id}/invites": Audited & {
    body?: RESTPostAPIChannelInviteJSONBody | FormData | undefined;
    result: RESTPostAPIChannelInviteResult;
  };
  "POST /channels/{channel.id}/followers": Audited & {
    body: RESTPostAPIChannelFollowersJSONBody;
    result: RESTPostAPIChannelFollowersResult;
  };
  "POST /channels/{channel.id}/typing": { result: RESTPostAPIChannelTypingResult };
  "PUT /channels/{channel.id}/recipients/{user.id}": {
    body: RESTPutAPIChannelRecipientJSONBody;
    result: RESTPutAPIChannelRecipientResult;
  };
  "DELETE /channels/{channel.id}/recipients/{user.id}": { result: RESTDeleteAPIChannelRecipientResult };
  "PUT /channels/{channel.id}/voice-status": Audited & {
    body: RESTPutAPIChannelVoiceStatusJSONBody;
    result: RESTPutAPIChannelVoiceStatusResult;
  };
  "POST /channels/{channel.id}/send-soundboard-sound": {
    body: RESTPostAPISoundboardSendSoundJSONBody;
    result: RESTPostAPISendSoundboardSoundResult;
  };
}

import type {
  RESTDeleteAPIApplicationEmojiResult,
  RESTGetAPIApplicationActivityInstanceResult,
  RESTGetAPIApplicationEmojiResult,
  RESTGetAPIApplicationEmojisResult,
  RESTGetAPIApplicationRoleConnectionMetadataResult,
  RESTGetAPIGatewayBotResult,
  RESTGetAPIGatewayResult,
  RESTGetAPIOAuth2CurrentApplicationResult,
  RESTGetAPIOAuth2CurrentAuthorizationResult,
  RESTGetCurrentApplicationResult,
  RESTPatchAPIApplicationEmojiJSONBody,
  RESTPatchAPIApplicationEmojiResult,
  RESTPatchCurrentApplicationJSONBody,
  RESTPatchCurrentApplicationResult,
  RESTPostAPIApplicationEmojiJSONBody,
  RESTPostAPIApplicationEmojiResult,
  RESTPutAPIApplicationRoleConnectionMetadataJSONBody,
  RESTPutAPIApplicationRoleConnectionMetadataResult,
} from "discord-api-types/v10";
import type { Untyped, UntypedGet } from "./entry.ts";

/** Applications: the own one, its commands, emojis, and role connections. */
export interface ApplicationRoutes {
  "GET /applications/@me": { result: RESTGetCurrentApplicationResult };
  "PATCH /applications/@me": {
    body: RESTPatchCurrentApplicationJSONBody;
    result: RESTPatchCurrentApplicationResult;
  };
  "GET /applications/{application.id}": { result: RESTGetCurrentApplicationResult };
  "PATCH /applications/{application.id}": {
    body: RESTPatchCurrentApplicationJSONBody;
    result: RESTPatchCurrentApplicationResult;
  };
  "GET /applications/{application.id}/activity-instances/{instance_id}": {
    result: RESTGetAPIApplicationActivityInstanceResult;
  };
  "POST /applications/{application.id}/attachment": Untyped;
  "GET /applications/{application.id}/emojis": { result: RESTGetAPIApplicationEmojisResult };
  "GET /applications/{application.id}/emojis/{emoji.id}": { result: RESTGetAPIApplicationEmojiResult };
  "POST /applications/{application.id}/emojis": {
    body: RESTPostAPIApplicationEmojiJSONBody;
    result: RESTPostAPIApplicationEmojiResult;
  };
  "PATCH /applications/{application.id}/emojis/{emoji.id}": {
    body: RESTPatchAPIApplicationEmojiJSONBody;
    result: RESTPatchAPIApplicationEmojiResult;
  };
  "DELETE /applications/{application.id}/emojis/{emoji.id}": { result: RESTDeleteAPIApplicationEmojiResult };
  "GET /applications/{application.id}/role-connections/metadata": {
    result: RESTGetAPIApplicationRoleConnectionMetadataResult;
  };
  "PUT /applications/{application.id}/role-connections/metadata": {
    body: RESTPutAPIApplicationRoleConnectionMetadataJSONBody;
    result: RESTPutAPIApplicationRoleConnectionMetadataResult;
  };
  "GET /gateway": { result: RESTGetAPIGatewayResult };
  "GET /gateway/bot": { result: RESTGetAPIGatewayBotResult };
  "GET /oauth2/@me": { result: RESTGetAPIOAuth2CurrentAuthorizationResult };
  "GET /oauth2/applications/@me": { result: RESTGetAPIOAuth2CurrentApplicationResult };
  "GET /oauth2/keys": UntypedGet;
  "GET /oauth2/userinfo": UntypedGet;
}

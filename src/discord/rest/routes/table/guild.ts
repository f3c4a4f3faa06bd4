import type {
  RESTDeleteAPIGuildIntegrationResult,
  RESTDeleteAPIGuildTemplateResult,
  RESTGetAPIAuditLogQuery,
  RESTGetAPIAuditLogResult,
  RESTGetAPIGuildChannelsResult,
  RESTGetAPIGuildIntegrationsResult,
  RESTGetAPIGuildOnboardingResult,
  RESTGetAPIGuildPreviewResult,
  RESTGetAPIGuildQuery,
  RESTGetAPIGuildResult,
  RESTGetAPIGuildTemplatesResult,
  RESTGetAPIGuildVanityUrlResult,
  RESTGetAPIGuildVoiceRegionsResult,
  RESTGetAPIGuildWelcomeScreenResult,
  RESTGetAPIGuildWidgetImageQuery,
  RESTGetAPIGuildWidgetImageResult,
  RESTGetAPIGuildWidgetJSONResult,
  RESTGetAPIGuildWidgetSettingsResult,
  RESTGetAPITemplateResult,
  RESTGetAPIVoiceRegionsResult,
  RESTPatchAPIGuildChannelPositionsJSONBody,
  RESTPatchAPIGuildChannelPositionsResult,
  RESTPatchAPIGuildJSONBody,
  RESTPatchAPIGuildResult,
  RESTPatchAPIGuildTemplateJSONBody,
  RESTPatchAPIGuildTemplateResult,
  RESTPatchAPIGuildWelcomeScreenJSONBody,
  RESTPatchAPIGuildWelcomeScreenResult,
  RESTPatchAPIGuildWidgetSettingsJSONBody,
  RESTPatchAPIGuildWidgetSettingsResult,
  RESTPostAPIGuildChannelJSONBody,
  RESTPostAPIGuildChannelResult,
  RESTPostAPIGuildTemplatesJSONBody,
  RESTPostAPIGuildTemplatesResult,
  RESTPutAPIGuildIncidentActionsJSONBody,
  RESTPutAPIGuildIncidentActionsResult,
  RESTPutAPIGuildOnboardingJSONBody,
  RESTPutAPIGuildOnboardingResult,
  RESTPutAPIGuildTemplateSyncResult,
} from "discord-api-types/v10";
import type { Audited, UntypedGet } from "./entry.ts";

/** Guilds: themselves, their channels, and what they are set up with. */
export interface GuildRoutes {
  "GET /guilds/{guild.id}": { query?: RESTGetAPIGuildQuery | undefined; result: RESTGetAPIGuildResult };
  "PATCH /guilds/{guild.id}": Audited & { body: RESTPatchAPIGuildJSONBody; result: RESTPatchAPIGuildResult };
  "GET /guilds/{guild.id}/preview": { result: RESTGetAPIGuildPreviewResult };
  "GET /guilds/{guild.id}/audit-logs": {
    query?: RESTGetAPIAuditLogQuery | undefined;
    result: RESTGetAPIAuditLogResult;
  };
  "GET /guilds/{guild.id}/channels": { result: RESTGetAPIGuildChannelsResult };
  "POST /guilds/{guild.id}/channels": Audited & {
    body: RESTPostAPIGuildChannelJSONBody;
    result: RESTPostAPIGuildChannelResult;
  };
  "PATCH /guilds/{guild.id}/channels": {
    body: RESTPatchAPIGuildChannelPositionsJSONBody;
    result: RESTPatchAPIGuildChannelPositionsResult;
  };
  "PUT /guilds/{guild.id}/incident-actions": {
    body: RESTPutAPIGuildIncidentActionsJSONBody;
    result: RESTPutAPIGuildIncidentActionsResult;
  };
  "GET /guilds/{guild.id}/integrations": { result: RESTGetAPIGuildIntegrationsResult };
  "DELETE /guilds/{guild.id}/integrations/{integration.id}": Audited & {
    result: RESTDeleteAPIGuildIntegrationResult;
  };
  "GET /guilds/{guild.id}/new-member-welcome": UntypedGet;
  "GET /guilds/{guild.id}/onboarding": { result: RESTGetAPIGuildOnboardingResult };
  "PUT /guilds/{guild.id}/onboarding": Audited & {
    body: RESTPutAPIGuildOnboardingJSONBody;
    result: RESTPutAPIGuildOnboardingResult;
  };
  "GET /guilds/{guild.id}/regions": { result: RESTGetAPIGuildVoiceRegionsResult };
  "GET /voice/regions": { result: RESTGetAPIVoiceRegionsResult };
  "GET /guilds/{guild.id}/vanity-url": { result: RESTGetAPIGuildVanityUrlResult };
  "GET /guilds/{guild.id}/welcome-screen": { result: RESTGetAPIGuildWelcomeScreenResult };
  "PATCH /guilds/{guild.id}/welcome-screen": Audited & {
    body: RESTPatchAPIGuildWelcomeScreenJSONBody;
    result: RESTPatchAPIGuildWelcomeScreenResult;
  };
  "GET /guilds/{guild.id}/widget": { result: RESTGetAPIGuildWidgetSettingsResult };
  "PATCH /guilds/{guild.id}/widget": Audited & {
    body: RESTPatchAPIGuildWidgetSettingsJSONBody;
    result: RESTPatchAPIGuildWidgetSettingsResult;
  };
  "GET /guilds/{guild.id}/widget.json": { result: RESTGetAPIGuildWidgetJSONResult };
  "GET /guilds/{guild.id}/widget.png": {
    query?: RESTGetAPIGuildWidgetImageQuery | undefined;
    result: RESTGetAPIGuildWidgetImageResult;
  };
  "GET /guilds/{guild.id}/templates": { result: RESTGetAPIGuildTemplatesResult };
  "POST /guilds/{guild.id}/templates": {
    body: RESTPostAPIGuildTemplatesJSONBody;
    result: RESTPostAPIGuildTemplatesResult;
  };
  "PUT /guilds/{guild.id}/templates/{template.code}": { result: RESTPutAPIGuildTemplateSyncResult };
  "PATCH /guilds/{guild.id}/templates/{template.code}": {
    body: RESTPatchAPIGuildTemplateJSONBody;
    result: RESTPatchAPIGuildTemplateResult;
  };
  "DELETE /guilds/{guild.id}/templates/{template.code}": { result: RESTDeleteAPIGuildTemplateResult };
  "GET /guilds/templates/{template.code}": { result: RESTGetAPITemplateResult };
}

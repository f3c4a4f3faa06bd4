import type {
  RESTDeleteAPIAutoModerationRuleResult,
  RESTGetAPIAutoModerationRuleResult,
  RESTGetAPIAutoModerationRulesResult,
  RESTPatchAPIAutoModerationRuleJSONBody,
  RESTPatchAPIAutoModerationRuleResult,
  RESTPostAPIAutoModerationRuleJSONBody,
  RESTPostAPIAutoModerationRuleResult,
} from "discord-api-types/v10";
import type { Audited } from "./entry.ts";

/** Rules of auto-moderation. */
export interface AutoModerationRoutes {
  "GET /guilds/{guild.id}/auto-moderation/rules": { result: RESTGetAPIAutoModerationRulesResult };
  "GET /guilds/{guild.id}/auto-moderation/rules/{auto_moderation_rule.id}": {
    result: RESTGetAPIAutoModerationRuleResult;
  };
  "POST /guilds/{guild.id}/auto-moderation/rules": Audited & {
    body: RESTPostAPIAutoModerationRuleJSONBody;
    result: RESTPostAPIAutoModerationRuleResult;
  };
  "PATCH /guilds/{guild.id}/auto-moderation/rules/{auto_moderation_rule.id}": Audited & {
    body: RESTPatchAPIAutoModerationRuleJSONBody;
    result: RESTPatchAPIAutoModerationRuleResult;
  };
  "DELETE /guilds/{guild.id}/auto-moderation/rules/{auto_moderation_rule.id}": Audited & {
    result: RESTDeleteAPIAutoModerationRuleResult;
  };
}

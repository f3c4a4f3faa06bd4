import type {
  RESTGetAPIApplicationCommandResult,
  RESTGetAPIApplicationCommandsResult,
  RESTGetAPIGatewayBotResult,
  RESTGetAPIGatewayResult,
  RESTGetCurrentApplicationResult,
  RESTPatchAPIApplicationCommandJSONBody,
  RESTPatchAPIApplicationCommandResult,
  RESTPostAPIApplicationCommandsJSONBody,
  RESTPostAPIApplicationCommandsResult,
  RESTPutAPIApplicationCommandsJSONBody,
  RESTPutAPIApplicationCommandsResult,
} from "discord-api-types/v10";
import { ProtocolError } from "../../protocol/errors.ts";
import { isCount, isRecord } from "../../protocol/json_value.ts";
import { InteractionCalls } from "./interaction_calls.ts";
import { checkSnowflake } from "./message.ts";
import type { CallOptions } from "./request.ts";

/** What the gateway client needs of a REST client to connect. */
export interface GatewayRest {
  /** Asks where the gateway is, how many shards are recommended, and how many sessions may be started. */
  getGatewayBot(options?: CallOptions): Promise<RESTGetAPIGatewayBotResult>;
}

/** Which commands are meant. */
export interface CommandScopeOptions extends CallOptions {
  /** The guild whose commands are meant. @default {undefined: the global ones} */
  readonly guildId?: string | undefined;
}

/** Which commands are listed, and how. */
export interface GetCommandsOptions extends CommandScopeOptions {
  /** Whether each comes with all its localisations. @default {false} */
  readonly withLocalizations?: boolean | undefined;
}

/**
 * The calls that bots answer with, made of nothing but a `request`. {@linkcode DiscordRest} is parley's own;
 * to have them over another REST client, and to use that with the gateway client, extend this class.
 *
 * @example Over another client
 * ```ts
 * import { DiscordCalls, type DiscordRequestOptions, type HttpMethod } from "@parley/parley/discord/rest";
 *
 * class MyRest extends DiscordCalls {
 *   override async request<Result>(
 *     method: HttpMethod,
 *     path: string,
 *     options: DiscordRequestOptions = {},
 *   ): Promise<Result> {
 *     const body = JSON.stringify(options.body);
 *     const response = await fetch(`https://rest.example/api/v10${path}`, { method, body });
 *     return await response.json();
 *   }
 * }
 * new MyRest().createMessage; // and all the others
 * ```
 */
export abstract class DiscordCalls extends InteractionCalls implements GatewayRest {
  /**
   * Asks where the gateway is. Takes no token.
   *
   * Source: Discord, "Gateway", Get Gateway.
   *
   * @throws whatever {@linkcode DiscordRest.request} throws.
   */
  async getGateway(options: CallOptions = {}): Promise<RESTGetAPIGatewayResult> {
    return await this.request<RESTGetAPIGatewayResult>("GET", "/gateway", { ...options, auth: false });
  }

  /**
   * Asks where the gateway is, how many shards are recommended, and how many sessions may still be started.
   *
   * Source: Discord, "Gateway", Get Gateway Bot.
   *
   * @throws {ProtocolError} if the answer lacks what the documentation promises.
   * @throws whatever {@linkcode DiscordRest.request} throws.
   */
  async getGatewayBot(options: CallOptions = {}): Promise<RESTGetAPIGatewayBotResult> {
    const answer = await this.request("GET", "/gateway/bot", options);
    if (isGatewayBot(answer)) return answer;
    throw new ProtocolError(
      "Cannot use the answer to GET /gateway/bot: it lacks what the documentation promises",
    );
  }

  /**
   * Gets the application that the bot belongs to.
   *
   * Source: Discord, "Application", Get Current Application.
   *
   * @throws whatever {@linkcode DiscordRest.request} throws.
   */
  async getCurrentApplication(options: CallOptions = {}): Promise<RESTGetCurrentApplicationResult> {
    return await this.request<RESTGetCurrentApplicationResult>("GET", "/applications/@me", options);
  }

  /**
   * Lists the application's commands: the global ones, or those of a guild.
   *
   * Source: Discord, "Application Commands", Get Global Application Commands, Get Guild Application Commands.
   *
   * @throws {CommandError} `invalid_command` if an ID is not acceptable.
   * @throws whatever {@linkcode DiscordRest.request} throws.
   */
  async getApplicationCommands(
    applicationId: string,
    options: GetCommandsOptions = {},
  ): Promise<RESTGetAPIApplicationCommandsResult> {
    const { guildId, withLocalizations, ...rest } = options;
    return await this.request("GET", commandsPath("list commands", applicationId, guildId), {
      ...rest,
      query: { with_localizations: withLocalizations },
    });
  }

  /**
   * Gets a command of the application.
   *
   * Source: Discord, "Application Commands", Get Global Application Command, Get Guild Application Command.
   *
   * @throws {CommandError} `invalid_command` if an ID is not acceptable.
   * @throws whatever {@linkcode DiscordRest.request} throws.
   */
  async getApplicationCommand(
    applicationId: string,
    commandId: string,
    options: CommandScopeOptions = {},
  ): Promise<RESTGetAPIApplicationCommandResult> {
    const { guildId, ...rest } = options;
    const path = commandPath("get a command", applicationId, guildId, commandId);
    return await this.request("GET", path, rest);
  }

  /**
   * Creates a command, or overwrites the one of the same name and type.
   *
   * Source: Discord, "Application Commands", Create Global Application Command, Create Guild Application
   * Command.
   *
   * @throws {CommandError} `invalid_command` if an ID is not acceptable; `lost` if nobody can know whether it
   * was created.
   * @throws whatever {@linkcode DiscordRest.request} throws.
   */
  async createApplicationCommand(
    applicationId: string,
    body: RESTPostAPIApplicationCommandsJSONBody,
    options: CommandScopeOptions = {},
  ): Promise<RESTPostAPIApplicationCommandsResult> {
    const { guildId, ...rest } = options;
    const path = commandsPath("create a command", applicationId, guildId);
    return await this.request("POST", path, { ...rest, body });
  }

  /**
   * Changes a command; fields that are left out stay.
   *
   * Source: Discord, "Application Commands", Edit Global Application Command, Edit Guild Application Command.
   *
   * @throws {CommandError} `invalid_command` if an ID is not acceptable; `lost` if nobody can know whether it
   * was changed.
   * @throws whatever {@linkcode DiscordRest.request} throws.
   */
  async editApplicationCommand(
    applicationId: string,
    commandId: string,
    body: RESTPatchAPIApplicationCommandJSONBody,
    options: CommandScopeOptions = {},
  ): Promise<RESTPatchAPIApplicationCommandResult> {
    const { guildId, ...rest } = options;
    const path = commandPath("edit a command", applicationId, guildId, commandId);
    return await this.request("PATCH", path, { idempotent: true, ...rest, body });
  }

  /**
   * Deletes a command.
   *
   * Source: Discord, "Application Commands", Delete Global Application Command, Delete Guild Application
   * Command.
   *
   * @throws {CommandError} `invalid_command` if an ID is not acceptable; `lost` if nobody can know whether it
   * was deleted.
   * @throws whatever {@linkcode DiscordRest.request} throws.
   */
  async deleteApplicationCommand(
    applicationId: string,
    commandId: string,
    options: CommandScopeOptions = {},
  ): Promise<void> {
    const { guildId, ...rest } = options;
    await this.request("DELETE", commandPath("delete a command", applicationId, guildId, commandId), rest);
  }

  /**
   * Makes a list the application's commands, of all types: those it lacks are deleted.
   *
   * Source: Discord, "Application Commands", Bulk Overwrite Global Application Commands, Bulk Overwrite Guild
   * Application Commands.
   *
   * @throws {CommandError} `invalid_command` if an ID is not acceptable; `lost` if nobody can know whether it
   * took effect.
   * @throws whatever {@linkcode DiscordRest.request} throws.
   */
  async bulkOverwriteApplicationCommands(
    applicationId: string,
    body: RESTPutAPIApplicationCommandsJSONBody,
    options: CommandScopeOptions = {},
  ): Promise<RESTPutAPIApplicationCommandsResult> {
    const { guildId, ...rest } = options;
    const path = commandsPath("overwrite commands", applicationId, guildId);
    return await this.request("PUT", path, { ...rest, body });
  }
}

function commandsPath(action: string, applicationId: string, guildId: string | undefined): string {
  checkSnowflake(action, "application", applicationId);
  if (guildId === undefined) return `/applications/${applicationId}/commands`;
  checkSnowflake(action, "guild", guildId);
  return `/applications/${applicationId}/guilds/${guildId}/commands`;
}

function commandPath(
  action: string,
  applicationId: string,
  guildId: string | undefined,
  commandId: string,
): string {
  checkSnowflake(action, "command", commandId);
  return `${commandsPath(action, applicationId, guildId)}/${commandId}`;
}

function isGatewayBot(value: unknown): value is RESTGetAPIGatewayBotResult {
  if (!isRecord(value) || typeof value.url !== "string" || !isCount(value.shards)) return false;
  const limit = value.session_start_limit;
  return isRecord(limit) && isCount(limit.total) && isCount(limit.remaining) && isCount(limit.reset_after) &&
    isCount(limit.max_concurrency);
}

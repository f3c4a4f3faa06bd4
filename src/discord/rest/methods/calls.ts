import type {
  RESTGetAPIApplicationCommandResult,
  RESTGetAPIApplicationCommandsResult,
  RESTGetAPIGatewayBotResult,
  RESTGetAPIGatewayResult,
  RESTGetCurrentApplicationResult,
  RESTPatchAPIApplicationCommandJSONBody,
  RESTPatchAPIApplicationCommandResult,
  RESTPatchAPIApplicationGuildCommandJSONBody,
  RESTPostAPIApplicationCommandsJSONBody,
  RESTPostAPIApplicationCommandsResult,
  RESTPostAPIApplicationGuildCommandsJSONBody,
  RESTPutAPIApplicationCommandsJSONBody,
  RESTPutAPIApplicationCommandsResult,
  RESTPutAPIApplicationGuildCommandsJSONBody,
} from "discord-api-types/v10";
import { ProtocolError } from "../../../protocol/errors.ts";
import { isCount, isRecord } from "../../../protocol/data/json_value.ts";
import { InteractionCalls } from "./interaction_calls.ts";
import type { CallOptions } from "../request.ts";

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
 * The calls that bots answer with, made of nothing but a way to send any request. {@linkcode DiscordRest} is parley's own;
 * to have them over another REST client, and to use that with the gateway client, extend this class.
 *
 * @example Over another client
 * ```ts
 * import { DiscordCalls, type HttpMethod, type RawRequestOptions } from "@parley/parley/discord/rest";
 *
 * class MyRest extends DiscordCalls {
 *   override async raw(method: HttpMethod, path: string, options: RawRequestOptions = {}): Promise<unknown> {
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
    return await this.request("GET /gateway", { ...options, auth: false });
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
    const answer: unknown = await this.request("GET /gateway/bot", options);
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
    return await this.request("GET /applications/@me", options);
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
    const given = { ...rest, query: { with_localizations: withLocalizations } };
    const params = { "application.id": applicationId };
    return guildId === undefined
      ? await this.request("GET /applications/{application.id}/commands", { ...given, params })
      : await this.request("GET /applications/{application.id}/guilds/{guild.id}/commands", {
        ...given,
        params: { ...params, "guild.id": guildId },
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
    const params = { "application.id": applicationId, "command.id": commandId };
    return guildId === undefined
      ? await this.request("GET /applications/{application.id}/commands/{command.id}", { ...rest, params })
      : await this.request("GET /applications/{application.id}/guilds/{guild.id}/commands/{command.id}", {
        ...rest,
        params: { ...params, "guild.id": guildId },
      });
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
    const given = { ...rest, body };
    const params = { "application.id": applicationId };
    return guildId === undefined
      ? await this.request("POST /applications/{application.id}/commands", { ...given, params })
      : await this.request("POST /applications/{application.id}/guilds/{guild.id}/commands", {
        ...given,
        body: body as RESTPostAPIApplicationGuildCommandsJSONBody,
        params: { ...params, "guild.id": guildId },
      });
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
    const given = { idempotent: true, ...rest, body };
    const params = { "application.id": applicationId, "command.id": commandId };
    return guildId === undefined
      ? await this.request("PATCH /applications/{application.id}/commands/{command.id}", { ...given, params })
      : await this.request("PATCH /applications/{application.id}/guilds/{guild.id}/commands/{command.id}", {
        ...given,
        body: body as RESTPatchAPIApplicationGuildCommandJSONBody,
        params: { ...params, "guild.id": guildId },
      });
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
    const params = { "application.id": applicationId, "command.id": commandId };
    if (guildId === undefined) {
      await this.request("DELETE /applications/{application.id}/commands/{command.id}", { ...rest, params });
    } else {
      await this.request("DELETE /applications/{application.id}/guilds/{guild.id}/commands/{command.id}", {
        ...rest,
        params: { ...params, "guild.id": guildId },
      });
    }
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
    const given = { ...rest, body };
    const params = { "application.id": applicationId };
    return guildId === undefined
      ? await this.request("PUT /applications/{application.id}/commands", { ...given, params })
      : await this.request("PUT /applications/{application.id}/guilds/{guild.id}/commands", {
        ...given,
        body: body as RESTPutAPIApplicationGuildCommandsJSONBody,
        params: { ...params, "guild.id": guildId },
      });
  }
}

function isGatewayBot(value: unknown): value is RESTGetAPIGatewayBotResult {
  if (!isRecord(value) || typeof value.url !== "string" || !isCount(value.shards)) return false;
  if (!/^wss?:/.test(value.url) || !URL.canParse(value.url)) return false;
  const limit = value.session_start_limit;
  return isRecord(limit) && isCount(limit.total) && isCount(limit.remaining) && isCount(limit.reset_after) &&
    isCount(limit.max_concurrency);
}

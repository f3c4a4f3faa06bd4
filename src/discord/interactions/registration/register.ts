import type { APIApplicationCommand } from "discord-api-types/v10";
import { OptionError } from "../../../protocol/errors.ts";
import type { DiscordCalls } from "../../rest/methods/calls.ts";
import type { CallOptions } from "../../rest/request.ts";
import { checkCommand } from "../routing/_definition.ts";
import {
  type CommandDiff,
  type CommandDiffOptions,
  diffCommands,
  filledIn,
  keyOf,
  type RegistrableCommand,
} from "./command_diff.ts";
import { checkKinds } from "../../../protocol/option_checks.ts";

/** The calls that registering commands takes. */
export type RegisterRest = Pick<
  DiscordCalls,
  | "bulkOverwriteApplicationCommands"
  | "createApplicationCommand"
  | "deleteApplicationCommand"
  | "editApplicationCommand"
  | "getApplicationCommands"
  | "getCurrentApplication"
>;

/** What is registered, where, and how. */
export interface RegisterCommandsOptions extends CallOptions {
  /** What talks to Discord: a `DiscordRest` with the bot's token. */
  readonly rest: RegisterRest;
  /** The application that the commands are of. @default {asked of Discord, by the token} */
  readonly applicationId?: string;
  /** All commands that there shall be, such as a router's `commands()`. */
  readonly commands: readonly RegistrableCommand[];
  /** The guild that they are for, and where they appear at once. @default {undefined: everywhere} */
  readonly guildId?: string;
  /** Only tells what would be done. @default {false} */
  readonly dryRun?: boolean;
  /**
   * `"overwrite"` sends all commands in one request, which takes effect as a whole or not at all; `"single"`
   * sends one request per command that differs. @default {"overwrite"}
   */
  readonly mode?: "overwrite" | "single";
  /**
   * Which commands stay although they are not among `commands`.
   *
   * @default the entry point command, which Discord makes when Activities are enabled
   */
  readonly keep?: (command: APIApplicationCommand) => boolean;
}

/** Most commands of a type in one scope, by type. */
const MOST: Readonly<Record<number, number>> = { 1: 100, 2: 15, 3: 15, 4: 1 };
const ENTRY_POINT = 4;

/**
 * Makes Discord's list of an application's commands the one that is wanted, and returns what differed.
 * Nothing is sent if nothing differs. Run it when commands have changed, not whenever a bot starts.
 *
 * Source: Discord, "Application Commands", Endpoints.
 *
 * @throws {OptionError} if one is not acceptable, two of a type have the same name, or there are more than Discord takes:
 * 100 slash commands, 15 of users, 15 of messages, 1 entry point; in a guild, none.
 * @throws whatever `rest` throws; with `mode: "single"`, what was sent before stays.
 *
 * @example
 * ```ts
 * import { describeCommandDiff, registerCommands } from "@parley/parley/discord/interactions";
 * import { DiscordRest } from "@parley/parley/discord/rest";
 *
 * const rest = new DiscordRest({
 *   token: "a.bot.token",
 *   fetch: () => Promise.resolve(Response.json([])), // leave out to reach Discord
 * });
 * const commands = [{ name: "ping", description: "Answers pong" }];
 * const diff = await registerCommands({ rest, applicationId: "2", guildId: "3", commands, dryRun: true });
 * describeCommandDiff(diff); // "+ /ping: "Answers pong"\n0 unchanged"
 * ```
 */
export async function registerCommands(options: RegisterCommandsOptions): Promise<CommandDiff> {
  checkKinds("register commands", options, { rest: ["object"], commands: ["array"] });
  const { rest, commands, guildId, dryRun = false, mode = "overwrite", keep } = options;
  const call: CallOptions = { signal: options.signal, timeout: options.timeout };
  checkCommands(commands, guildId !== undefined);
  const wanted = guildId === undefined ? commands : commands.map(forGuild);
  const needsDefault = guildId === undefined && commands.some((one) => one.integration_types === undefined);
  const application = options.applicationId === undefined || needsDefault
    ? await rest.getCurrentApplication(call)
    : undefined;
  const applicationId = options.applicationId ?? application?.id ?? "";
  const installable = Object.keys(application?.integration_types_config ?? {}).map(Number);
  const comparison: CommandDiffOptions = {
    isGuild: guildId !== undefined,
    ...(installable.length > 0 && { integrationTypes: installable }),
    ...(keep && { keep }),
  };
  const scope = { ...call, guildId };
  const existing = await rest.getApplicationCommands(applicationId, { ...scope, withLocalizations: true });
  const diff = diffCommands(wanted, existing, comparison);
  if (dryRun || diff.create.length + diff.edit.length + diff.delete.length === 0) return diff;

  if (mode === "single") {
    for (const { id } of diff.delete) await rest.deleteApplicationCommand(applicationId, id, scope);
    for (const { existing, command, changes } of diff.edit) {
      // An edit leaves what it does not name, so that what is wanted by default has to be said.
      const form = filledIn(command, comparison);
      const said: Readonly<Record<string, unknown>> = { ...command };
      const changed = new Set(changes.map(({ path }) => path.replace(/\..*/s, "")));
      const body = Object.fromEntries([...changed].map((name) => [name, said[name] ?? form[name] ?? null]));
      await rest.editApplicationCommand(applicationId, existing.id, body, scope);
    }
    for (const command of diff.create) await rest.createApplicationCommand(applicationId, command, scope);
    return diff;
  }

  // "You cannot remove this app's Entry Point command in a bulk update operation": by itself, if at all.
  for (const { id, type } of diff.delete) {
    if (type === ENTRY_POINT) await rest.deleteApplicationCommand(applicationId, id, scope);
  }
  const edited = new Set(diff.edit.map(({ command }) => keyOf(command)));
  const all = wanted.map((command) => {
    // Discord fills this in when it creates a command, and perhaps not when it changes one.
    if (guildId !== undefined || !edited.has(keyOf(command))) return command;
    const { integration_types = [...comparison.integrationTypes ?? [0]] } = command;
    return { ...command, integration_types };
  });
  await rest.bulkOverwriteApplicationCommands(applicationId, [...all, ...diff.kept.map(asBody)], scope);
  return diff;
}

/** A command without what a guild's commands cannot have. */
function forGuild(command: RegistrableCommand): RegistrableCommand {
  const { contexts: _c, integration_types: _i, dm_permission: _d, ...rest } = command;
  return rest;
}

/** A command that Discord has, as it is given to Discord to stay. */
function asBody(command: APIApplicationCommand): RegistrableCommand {
  const told = ["application_id", "guild_id", "version", "name_localized", "description_localized"];
  const entries = Object.entries(command).filter(([name, value]) => value !== null && !told.includes(name));
  // What Discord has by now fits what it takes, though the two types are not written as one.
  return Object.fromEntries(entries) as unknown as RegistrableCommand;
}

function checkCommands(commands: readonly RegistrableCommand[], isGuild: boolean): void {
  const seen = new Set<string>();
  const counts = new Map<number, number>();
  for (const command of commands) {
    const { type = 1, name } = command;
    checkCommand(command);
    if (seen.size === seen.add(keyOf(command)).size) {
      throw new OptionError(`Cannot register commands: two of type "${type}" are called "${name}"`);
    }
    const count = (counts.get(type) ?? 0) + 1;
    const most = isGuild && type === ENTRY_POINT ? 0 : MOST[type] ?? Infinity;
    if (count > most) {
      throw new OptionError(
        `Cannot register commands: Discord takes at most "${most}" of type "${type}" here`,
      );
    }
    counts.set(type, count);
  }
}

import { OptionError } from "../../protocol/errors.ts";
import { quote } from "../../protocol/data/quote.ts";
import { isSnowflake } from "../snowflake.ts";

/** An emoji as Discord's objects have it; without an ID it is one of Unicode's. */
export interface NamedEmoji {
  readonly id?: string | null | undefined;
  readonly name?: string | null | undefined;
  readonly animated?: boolean | undefined;
}

/** The pages of a guild that can be linked to. */
export type GuildPage = "customize" | "browse" | "guide" | "linked-roles";

/**
 * Mentions a user: `<@…>`. Whom a message notifies is for its `allowed_mentions` to say.
 *
 * Source: Discord, "API Reference", Message Formatting.
 *
 * @throws {OptionError} if it is no ID.
 *
 * @example
 * ```ts
 * import { mentionUser } from "@parley/parley/discord/helpers";
 *
 * mentionUser("80351110224678912"); // "<@80351110224678912>"
 * ```
 */
export function mentionUser(id: string): string {
  return `<@${checked("user", id)}>`;
}

/**
 * Mentions a role: `<@&…>`.
 *
 * Source: Discord, "API Reference", Message Formatting.
 *
 * @throws {OptionError} if it is no ID.
 *
 * @example
 * ```ts
 * import { mentionRole } from "@parley/parley/discord/helpers";
 *
 * mentionRole("165511591545143296"); // "<@&165511591545143296>"
 * ```
 */
export function mentionRole(id: string): string {
  return `<@&${checked("role", id)}>`;
}

/**
 * Mentions a channel or a thread: `<#…>`.
 *
 * Source: Discord, "API Reference", Message Formatting.
 *
 * @throws {OptionError} if it is no ID.
 *
 * @example
 * ```ts
 * import { mentionChannel } from "@parley/parley/discord/helpers";
 *
 * mentionChannel("103735883630395392"); // "<#103735883630395392>"
 * ```
 */
export function mentionChannel(id: string): string {
  return `<#${checked("channel", id)}>`;
}

/**
 * Mentions a slash command, with its group and subcommand if it has them: `</…:…>`.
 *
 * Source: Discord, "API Reference", Message Formatting.
 *
 * @param name The command's name, and what follows it, by spaces.
 * @throws {OptionError} if that is no name, or the ID none.
 *
 * @example
 * ```ts
 * import { mentionCommand } from "@parley/parley/discord/helpers";
 *
 * mentionCommand("foo bar", "123456789012345678"); // "</foo bar:123456789012345678>"
 * ```
 */
export function mentionCommand(name: string, id: string): string {
  if (!/^[^\s:<>]{1,32}( [^\s:<>]{1,32}){0,2}$/.test(name)) {
    throw new OptionError(
      `Cannot mention the command ${quote(name)}: pass its name, and its subcommand's behind it`,
    );
  }
  return `</${name}:${checked("command", id)}>`;
}

/**
 * Writes an emoji as a message's text has it: `<:name:id>`, `<a:name:id>`, or one of Unicode's itself.
 *
 * Source: Discord, "API Reference", Message Formatting.
 *
 * @throws {OptionError} if it has no name, or an ID that is none.
 *
 * @example
 * ```ts
 * import { formatEmoji } from "@parley/parley/discord/helpers";
 *
 * formatEmoji({ id: "216154654256398347", name: "mmLol" }); // "<:mmLol:216154654256398347>"
 * formatEmoji({ id: null, name: "🪴" }); // "🪴"
 * ```
 */
export function formatEmoji({ id, name, animated = false }: NamedEmoji): string {
  if (typeof name !== "string" || name === "") {
    throw new OptionError("Cannot write an emoji without a name: it was deleted, or nothing is known of it");
  }
  if (id === null || id === undefined) return name;
  if (!/^\w{1,32}$/.test(name)) {
    throw new OptionError(`Cannot write the emoji ${quote(name)}: a custom one has letters, digits and "_"`);
  }
  return `<${animated ? "a" : ""}:${name}:${checked("emoji", id)}>`;
}

/**
 * Links to a page of the guild: `<id:…>`; for linked roles, of one role if its ID is given.
 *
 * Source: Discord, "API Reference", Message Formatting, Guild Navigation Types.
 *
 * @throws {OptionError} if the role's ID is none.
 *
 * @example
 * ```ts
 * import { mentionPage } from "@parley/parley/discord/helpers";
 *
 * mentionPage("customize"); // "<id:customize>"
 * mentionPage("linked-roles", "165511591545143296"); // "<id:linked-roles:165511591545143296>"
 * ```
 */
export function mentionPage(page: GuildPage, role?: string): string {
  return role === undefined ? `<id:${page}>` : `<id:${page}:${checked("role", role)}>`;
}

function checked(what: string, id: string): string {
  if (isSnowflake(id)) return id;
  throw new OptionError(`Cannot mention the ${what} ${quote(String(id))}: pass its ID`);
}

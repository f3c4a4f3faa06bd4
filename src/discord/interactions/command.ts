import { OptionError } from "../../protocol/errors.ts";
import type { CommandInteraction } from "./interaction.ts";

/** Answers one use of a command. What it throws is reported, and told to the user in general words. */
export type CommandHandler = (i: CommandInteraction) => void | Promise<void>;

/** A slash command: what Discord shows of it, and what answers it. Made by {@linkcode command}. */
export interface Command {
  /** 1 to 32 characters, lower-case where case exists. */
  readonly name: string;
  /** 1 to 100 characters. */
  readonly description: string;
  /** Answers one use of it. */
  readonly handler: CommandHandler;
}

const LONGEST_DESCRIPTION = 100;

/**
 * Defines a slash command; its name and description are checked with Discord's own limits.
 *
 * Source: Discord, "Application Commands", Application Command Naming.
 *
 * @throws {OptionError} if the name or the description is not acceptable.
 *
 * @example
 * ```ts
 * import { command } from "@parley/parley/discord/interactions";
 *
 * const ping = command("ping", "Answers pong", (i) => i.reply("pong"));
 * ping.name; // "ping"
 * ```
 */
export function command(name: string, description: string, handler: CommandHandler): Command {
  if (!/^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$/u.test(name)) {
    const need = "a name has 1 to 32 letters, digits, hyphens, underscores or apostrophes";
    throw new OptionError(`Cannot define command "${name}": ${need}`);
  }
  if (name !== name.toLowerCase()) {
    throw new OptionError(`Cannot define command "${name}": call it "${name.toLowerCase()}"`);
  }
  const length = [...description].length;
  if (length < 1 || length > LONGEST_DESCRIPTION) {
    const need = `its description has "${length}" characters; Discord takes 1 to ${LONGEST_DESCRIPTION}`;
    throw new OptionError(`Cannot define command "${name}": ${need}`);
  }
  return { name, description, handler };
}

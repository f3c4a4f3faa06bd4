import { nodeProcess } from "../../node_process.ts";
import { OptionError } from "../../protocol/errors.ts";

const NAME = "DISCORD_TOKEN";

/**
 * The bot's token as the process's environment has it.
 *
 * @throws {OptionError} if it has none, or may not be read.
 */
export function tokenOfEnvironment(): string {
  let token: string | undefined;
  try {
    token = nodeProcess()?.env[NAME];
  } catch (cause) {
    throw new OptionError(`Cannot read ${NAME}: the program may not; allow it to, or pass \`token\``, {
      cause,
    });
  }
  if (token !== undefined) return token;
  throw new OptionError(`Cannot use the token: there is none; set ${NAME} to it, or pass \`token\``);
}

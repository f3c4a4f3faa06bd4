/**
 * Tells Discord of the commands of `interactions_bot.ts`: everywhere, or in one guild, where they appear at once.
 * With `--dry-run` it only shows what would change. Set DISCORD_TOKEN to the bot's token.
 *
 * ```sh
 * DISCORD_TOKEN=… deno task register [--guild ID] [--dry-run] [--single]
 * ```
 *
 * @module
 */
import { describeCommandDiff, registerCommands } from "@parley/parley/discord/interactions";
import { DiscordRest } from "@parley/parley/discord/rest";
import process from "node:process";
import { parseArgs } from "node:util";
import { router } from "./interactions_bot.ts";

/** Registers the commands by arguments of the command line; returns what is to be printed. */
export async function register(rest: DiscordRest, args: readonly string[], colors = false): Promise<string> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      guild: { type: "string" },
      "dry-run": { type: "boolean", default: false },
      single: { type: "boolean", default: false },
    },
  });
  const dryRun = values["dry-run"];
  const diff = await registerCommands({
    rest,
    commands: router.commands(),
    dryRun,
    mode: values.single ? "single" : "overwrite",
    ...(values.guild !== undefined && { guildId: values.guild }),
  });
  const where = values.guild === undefined ? "Everywhere" : `In guild ${values.guild}`;
  return `${where}, ${dryRun ? "this would change" : "this has changed"}:\n${
    describeCommandDiff(diff, { colors })
  }`;
}

if (import.meta.main) {
  const rest = new DiscordRest({ token: process.env.DISCORD_TOKEN ?? "" });
  const colors = process.stdout.isTTY && !process.env.NO_COLOR;
  console.log(await register(rest, process.argv.slice(2), colors));
}

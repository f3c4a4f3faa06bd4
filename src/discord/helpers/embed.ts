import type { APIEmbed } from "discord-api-types/v10";
import { OptionError } from "../../protocol/errors.ts";
import { checkOneEmbed } from "../rest/bodies/_embeds.ts";

/**
 * Gives back an embed once it is within Discord's limits, by the same rules that a message is checked by before it is
 * sent: a mistake shows where the embed is written.
 *
 * Source: Discord, "Message", Embed Limits.
 *
 * @throws {OptionError} naming what is too long, missing or no URL.
 *
 * @example
 * ```ts
 * import { embed } from "@parley/parley/discord/helpers";
 *
 * const welcome = embed({
 *   title: "Welcome",
 *   color: 0x5865f2,
 *   fields: [{ name: "Members", value: "1,024", inline: true }],
 *   timestamp: new Date(0).toISOString(),
 * });
 * welcome.title; // "Welcome"
 * ```
 */
export function embed(parts: APIEmbed): APIEmbed {
  checkOneEmbed((why) => {
    throw new OptionError(`Cannot build an embed: ${why}`);
  }, parts);
  return parts;
}

/**
 * Discord's payload types and enums, of the very version of `discord-api-types` that the rest of the package is
 * written with: TypeScript's enums are told apart by where they are declared, so that those of another version do not
 * fit. A type alone costs nothing; of the enums a bundler keeps those that are used.
 *
 * @example
 * ```ts
 * import { type APIEmbed, ChannelType, MessageFlags } from "@parley/parley/discord/types";
 *
 * const embed: APIEmbed = { title: "Hello" };
 * const flags = MessageFlags.Ephemeral | MessageFlags.SuppressNotifications;
 * const isThread = (type: ChannelType) =>
 *   type === ChannelType.PublicThread || type === ChannelType.PrivateThread;
 * ```
 *
 * @module
 */
export * from "./enums.ts";

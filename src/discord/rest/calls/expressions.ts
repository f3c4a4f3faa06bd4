import type {
  RESTGetAPIApplicationEmojisResult,
  RESTGetAPIGuildEmojisResult,
  RESTGetAPIGuildStickersResult,
  RESTPatchAPIApplicationEmojiJSONBody,
  RESTPatchAPIApplicationEmojiResult,
  RESTPatchAPIGuildEmojiJSONBody,
  RESTPatchAPIGuildEmojiResult,
  RESTPatchAPIGuildStickerJSONBody,
  RESTPatchAPIGuildStickerResult,
  RESTPostAPIApplicationEmojiJSONBody,
  RESTPostAPIApplicationEmojiResult,
  RESTPostAPIGuildEmojiJSONBody,
  RESTPostAPIGuildEmojiResult,
  RESTPostAPIGuildStickerResult,
} from "discord-api-types/v10";
import type { DiscordRequests } from "../methods/requests.ts";
import type { CallOptions, ReasonOptions } from "../request.ts";
import type { DiscordFile } from "../routes/table/entry.ts";

/**
 * Gets the emojis of a guild.
 *
 * Source: Discord, "Emoji", List Guild Emojis.
 *
 * @throws {CommandError} `invalid_command` if an ID is not acceptable.
 * @throws whatever {@linkcode DiscordRest.raw} throws.
 *
 * @example
 * ```ts
 * import { DiscordRest, getGuildEmojis } from "@parley/parley/discord/rest";
 *
 * const rest = new DiscordRest({
 *   token: "a.bot.token",
 *   fetch: () => Promise.resolve(Response.json([{ id: "41771983429993937", name: "parley" }])), // leave out to reach Discord
 * });
 * const emojis = await getGuildEmojis(rest, "197038439483310086");
 * emojis[0]?.name; // "parley"
 * ```
 */
export function getGuildEmojis(
  rest: DiscordRequests,
  guildId: string,
  options: CallOptions = {},
): Promise<RESTGetAPIGuildEmojisResult> {
  return rest.request("GET /guilds/{guild.id}/emojis", { ...options, params: { "guild.id": guildId } });
}

/**
 * Creates an emoji of a guild. `image` is at most 256 KiB, as `dataUri` gives it.
 *
 * Source: Discord, "Emoji", Create Guild Emoji.
 *
 * @throws {CommandError} `invalid_command` if an ID or the reason is not acceptable; `lost` if nobody can
 * know whether it took effect.
 * @throws whatever {@linkcode DiscordRest.raw} throws.
 *
 * @example
 * ```ts
 * import { createGuildEmoji, DiscordRest } from "@parley/parley/discord/rest";
 *
 * const rest = new DiscordRest({
 *   token: "a.bot.token",
 *   fetch: () => Promise.resolve(Response.json({ id: "41771983429993937", name: "parley" })), // leave out to reach Discord
 * });
 * const emoji = await createGuildEmoji(rest, "197038439483310086", { name: "parley", image: "data:image/png;base64,iVBORw0KGgo=" });
 * emoji.id; // "41771983429993937"
 * ```
 */
export function createGuildEmoji(
  rest: DiscordRequests,
  guildId: string,
  body: RESTPostAPIGuildEmojiJSONBody,
  options: ReasonOptions = {},
): Promise<RESTPostAPIGuildEmojiResult> {
  return rest.request("POST /guilds/{guild.id}/emojis", {
    ...options,
    params: { "guild.id": guildId },
    body,
  });
}

/**
 * Changes an emoji of a guild. It sets values only, so that it is repeated when Discord fails.
 *
 * Source: Discord, "Emoji", Modify Guild Emoji.
 *
 * @throws {CommandError} `invalid_command` if an ID or the reason is not acceptable; `lost` if nobody can
 * know whether it took effect.
 * @throws whatever {@linkcode DiscordRest.raw} throws.
 *
 * @example
 * ```ts
 * import { DiscordRest, modifyGuildEmoji } from "@parley/parley/discord/rest";
 *
 * const rest = new DiscordRest({
 *   token: "a.bot.token",
 *   fetch: () => Promise.resolve(Response.json({ id: "41771983429993937", name: "parley" })), // leave out to reach Discord
 * });
 * const emoji = await modifyGuildEmoji(rest, "197038439483310086", "41771983429993937", { name: "parley" });
 * emoji.name; // "parley"
 * ```
 */
export function modifyGuildEmoji(
  rest: DiscordRequests,
  guildId: string,
  emojiId: string,
  body: RESTPatchAPIGuildEmojiJSONBody,
  options: ReasonOptions = {},
): Promise<RESTPatchAPIGuildEmojiResult> {
  return rest.request("PATCH /guilds/{guild.id}/emojis/{emoji.id}", {
    idempotent: true,
    ...options,
    params: { "guild.id": guildId, "emoji.id": emojiId },
    body,
  });
}

/**
 * Deletes an emoji of a guild.
 *
 * Source: Discord, "Emoji", Delete Guild Emoji.
 *
 * @throws {CommandError} `invalid_command` if an ID or the reason is not acceptable; `lost` if nobody can
 * know whether it took effect.
 * @throws whatever {@linkcode DiscordRest.raw} throws.
 *
 * @example
 * ```ts
 * import { deleteGuildEmoji, DiscordRest } from "@parley/parley/discord/rest";
 *
 * const rest = new DiscordRest({
 *   token: "a.bot.token",
 *   fetch: () => Promise.resolve(new Response(null, { status: 204 })), // leave out to reach Discord
 * });
 * await deleteGuildEmoji(rest, "197038439483310086", "41771983429993937");
 * ```
 */
export function deleteGuildEmoji(
  rest: DiscordRequests,
  guildId: string,
  emojiId: string,
  options: ReasonOptions = {},
): Promise<void> {
  return rest.request("DELETE /guilds/{guild.id}/emojis/{emoji.id}", {
    ...options,
    params: { "guild.id": guildId, "emoji.id": emojiId },
  });
}

/**
 * Gets the emojis that the application has of its own, and can use everywhere.
 *
 * Source: Discord, "Emoji", List Application Emojis.
 *
 * @throws {CommandError} `invalid_command` if an ID is not acceptable.
 * @throws whatever {@linkcode DiscordRest.raw} throws.
 *
 * @example
 * ```ts
 * import { DiscordRest, getApplicationEmojis } from "@parley/parley/discord/rest";
 *
 * const rest = new DiscordRest({
 *   token: "a.bot.token",
 *   fetch: () => Promise.resolve(Response.json({ items: [{ id: "41771983429993937", name: "parley" }] })), // leave out to reach Discord
 * });
 * const { items } = await getApplicationEmojis(rest, "172150183260323840");
 * items[0]?.name; // "parley"
 * ```
 */
export function getApplicationEmojis(
  rest: DiscordRequests,
  applicationId: string,
  options: CallOptions = {},
): Promise<RESTGetAPIApplicationEmojisResult> {
  return rest.request("GET /applications/{application.id}/emojis", {
    ...options,
    params: { "application.id": applicationId },
  });
}

/**
 * Creates an emoji of the application. `image` is at most 256 KiB, as `dataUri` gives it.
 *
 * Source: Discord, "Emoji", Create Application Emoji.
 *
 * @throws {CommandError} `invalid_command` if an ID is not acceptable; `lost` if nobody can know whether it
 * took effect.
 * @throws whatever {@linkcode DiscordRest.raw} throws.
 *
 * @example
 * ```ts
 * import { createApplicationEmoji, DiscordRest } from "@parley/parley/discord/rest";
 *
 * const rest = new DiscordRest({
 *   token: "a.bot.token",
 *   fetch: () => Promise.resolve(Response.json({ id: "41771983429993937", name: "parley" })), // leave out to reach Discord
 * });
 * const emoji = await createApplicationEmoji(rest, "172150183260323840", { name: "parley", image: "data:image/png;base64,iVBORw0KGgo=" });
 * emoji.id; // "41771983429993937"
 * ```
 */
export function createApplicationEmoji(
  rest: DiscordRequests,
  applicationId: string,
  body: RESTPostAPIApplicationEmojiJSONBody,
  options: CallOptions = {},
): Promise<RESTPostAPIApplicationEmojiResult> {
  return rest.request("POST /applications/{application.id}/emojis", {
    ...options,
    params: { "application.id": applicationId },
    body,
  });
}

/**
 * Changes an emoji of the application. It sets values only, so that it is repeated when Discord fails.
 *
 * Source: Discord, "Emoji", Modify Application Emoji.
 *
 * @throws {CommandError} `invalid_command` if an ID is not acceptable; `lost` if nobody can know whether it
 * took effect.
 * @throws whatever {@linkcode DiscordRest.raw} throws.
 *
 * @example
 * ```ts
 * import { DiscordRest, modifyApplicationEmoji } from "@parley/parley/discord/rest";
 *
 * const rest = new DiscordRest({
 *   token: "a.bot.token",
 *   fetch: () => Promise.resolve(Response.json({ id: "41771983429993937", name: "parley" })), // leave out to reach Discord
 * });
 * const emoji = await modifyApplicationEmoji(rest, "172150183260323840", "41771983429993937", { name: "parley" });
 * emoji.name; // "parley"
 * ```
 */
export function modifyApplicationEmoji(
  rest: DiscordRequests,
  applicationId: string,
  emojiId: string,
  body: RESTPatchAPIApplicationEmojiJSONBody,
  options: CallOptions = {},
): Promise<RESTPatchAPIApplicationEmojiResult> {
  return rest.request("PATCH /applications/{application.id}/emojis/{emoji.id}", {
    idempotent: true,
    ...options,
    params: { "application.id": applicationId, "emoji.id": emojiId },
    body,
  });
}

/**
 * Deletes an emoji of the application.
 *
 * Source: Discord, "Emoji", Delete Application Emoji.
 *
 * @throws {CommandError} `invalid_command` if an ID is not acceptable; `lost` if nobody can know whether it
 * took effect.
 * @throws whatever {@linkcode DiscordRest.raw} throws.
 *
 * @example
 * ```ts
 * import { deleteApplicationEmoji, DiscordRest } from "@parley/parley/discord/rest";
 *
 * const rest = new DiscordRest({
 *   token: "a.bot.token",
 *   fetch: () => Promise.resolve(new Response(null, { status: 204 })), // leave out to reach Discord
 * });
 * await deleteApplicationEmoji(rest, "172150183260323840", "41771983429993937");
 * ```
 */
export function deleteApplicationEmoji(
  rest: DiscordRequests,
  applicationId: string,
  emojiId: string,
  options: CallOptions = {},
): Promise<void> {
  return rest.request("DELETE /applications/{application.id}/emojis/{emoji.id}", {
    ...options,
    params: { "application.id": applicationId, "emoji.id": emojiId },
  });
}

/**
 * Gets the stickers of a guild.
 *
 * Source: Discord, "Sticker", List Guild Stickers.
 *
 * @throws {CommandError} `invalid_command` if an ID is not acceptable.
 * @throws whatever {@linkcode DiscordRest.raw} throws.
 *
 * @example
 * ```ts
 * import { DiscordRest, getGuildStickers } from "@parley/parley/discord/rest";
 *
 * const rest = new DiscordRest({
 *   token: "a.bot.token",
 *   fetch: () => Promise.resolve(Response.json([{ id: "41771983429993937", name: "parley" }])), // leave out to reach Discord
 * });
 * const stickers = await getGuildStickers(rest, "197038439483310086");
 * stickers[0]?.name; // "parley"
 * ```
 */
export function getGuildStickers(
  rest: DiscordRequests,
  guildId: string,
  options: CallOptions = {},
): Promise<RESTGetAPIGuildStickersResult> {
  return rest.request("GET /guilds/{guild.id}/stickers", { ...options, params: { "guild.id": guildId } });
}

/**
 * Changes a sticker of a guild. It sets values only, so that it is repeated when Discord fails.
 *
 * Source: Discord, "Sticker", Modify Guild Sticker.
 *
 * @throws {CommandError} `invalid_command` if an ID or the reason is not acceptable; `lost` if nobody can
 * know whether it took effect.
 * @throws whatever {@linkcode DiscordRest.raw} throws.
 *
 * @example
 * ```ts
 * import { DiscordRest, modifyGuildSticker } from "@parley/parley/discord/rest";
 *
 * const rest = new DiscordRest({
 *   token: "a.bot.token",
 *   fetch: () => Promise.resolve(Response.json({ id: "41771983429993937", name: "parley" })), // leave out to reach Discord
 * });
 * const sticker = await modifyGuildSticker(rest, "197038439483310086", "41771983429993937", { name: "parley" });
 * sticker.name; // "parley"
 * ```
 */
export function modifyGuildSticker(
  rest: DiscordRequests,
  guildId: string,
  stickerId: string,
  body: RESTPatchAPIGuildStickerJSONBody,
  options: ReasonOptions = {},
): Promise<RESTPatchAPIGuildStickerResult> {
  return rest.request("PATCH /guilds/{guild.id}/stickers/{sticker.id}", {
    idempotent: true,
    ...options,
    params: { "guild.id": guildId, "sticker.id": stickerId },
    body,
  });
}

/**
 * Deletes a sticker of a guild.
 *
 * Source: Discord, "Sticker", Delete Guild Sticker.
 *
 * @throws {CommandError} `invalid_command` if an ID or the reason is not acceptable; `lost` if nobody can
 * know whether it took effect.
 * @throws whatever {@linkcode DiscordRest.raw} throws.
 *
 * @example
 * ```ts
 * import { deleteGuildSticker, DiscordRest } from "@parley/parley/discord/rest";
 *
 * const rest = new DiscordRest({
 *   token: "a.bot.token",
 *   fetch: () => Promise.resolve(new Response(null, { status: 204 })), // leave out to reach Discord
 * });
 * await deleteGuildSticker(rest, "197038439483310086", "41771983429993937", { reason: "Nobody uses it" });
 * ```
 */
export function deleteGuildSticker(
  rest: DiscordRequests,
  guildId: string,
  stickerId: string,
  options: ReasonOptions = {},
): Promise<void> {
  return rest.request("DELETE /guilds/{guild.id}/stickers/{sticker.id}", {
    ...options,
    params: { "guild.id": guildId, "sticker.id": stickerId },
  });
}

/** What a new sticker is made of. */
export interface NewSticker {
  /** Its name, 2 to 30 characters. */
  readonly name: string;
  /** What it shows, 2 to 100 characters, or "". */
  readonly description: string;
  /** The name of an emoji that stands for it, such as "wave". */
  readonly tags: string;
  /** A PNG, APNG or GIF of 320 × 320 pixels, or Lottie, at most 512 KiB. */
  readonly file: DiscordFile;
}

/**
 * Creates a sticker of a guild.
 *
 * Source: Discord, "Sticker", Create Guild Sticker.
 *
 * @throws {CommandError} `invalid_command` if the ID or the reason is not acceptable; `lost` if nobody can know whether
 * it took effect.
 * @throws whatever {@linkcode DiscordRest.raw} throws.
 *
 * @example
 * ```ts
 * import { createGuildSticker, DiscordRest } from "@parley/parley/discord/rest";
 *
 * const rest = new DiscordRest({
 *   token: "a.bot.token",
 *   fetch: () => Promise.resolve(Response.json({ id: "41771983429993937" })), // leave out to reach Discord
 * });
 * const file = { name: "hello.png", data: new Uint8Array([0x89, 0x50]), contentType: "image/png" };
 * await createGuildSticker(rest, "197038439483310086", { name: "hello", description: "A wave", tags: "wave", file });
 * ```
 */
export function createGuildSticker(
  rest: DiscordRequests,
  guildId: string,
  { name, description, tags, file }: NewSticker,
  options: ReasonOptions = {},
): Promise<RESTPostAPIGuildStickerResult> {
  const body = new FormData();
  for (const [field, text] of Object.entries({ name, description, tags })) body.append(field, text);
  const data = file.data instanceof Uint8Array ? Uint8Array.from(file.data) : file.data;
  const type = file.contentType ?? (data instanceof Blob ? data.type : undefined);
  body.append("file", new Blob([data], type === undefined ? {} : { type }), file.name);
  return rest.request("POST /guilds/{guild.id}/stickers", {
    ...options,
    params: { "guild.id": guildId },
    body,
  });
}

/**
 * An image as Discord's JSON takes it, for emojis, icons and avatars: `data:image/png;base64,…`.
 *
 * Source: Discord, "API Reference", Image Data.
 *
 * @example
 * ```ts
 * import { dataUri } from "@parley/parley/discord/rest";
 *
 * dataUri(new Uint8Array([0x89, 0x50, 0x4e, 0x47]), "image/png"); // "data:image/png;base64,iVBORw=="
 * ```
 */
export function dataUri(data: Uint8Array, contentType: string): string {
  let text = "";
  for (const byte of data) text += String.fromCharCode(byte);
  return `data:${contentType};base64,${btoa(text)}`;
}

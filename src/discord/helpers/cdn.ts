import { OptionError } from "../../protocol/errors.ts";
import { quote } from "../../protocol/data/quote.ts";
import { isSnowflake } from "../snowflake.ts";

/** The formats of images. */
export type ImageExtension = "png" | "jpg" | "webp" | "gif";

/** Which form of an image a URL asks for. */
export interface ImageOptions {
  /** @default {"webp"} for what is animated, with `?animated=true`, else `"png"` */
  readonly extension?: ImageExtension | undefined;
  /** The length of a side in pixels: a power of two from 16 to 4096. @default {as Discord has it} */
  readonly size?: number | undefined;
}

/** What of a user an avatar needs. */
export interface AvatarOwner {
  readonly id: string;
  readonly avatar?: string | null | undefined;
  /** "0" for all who have the user names of today. @default {"0"} */
  readonly discriminator?: string | undefined;
}

const CDN = "https://cdn.discordapp.com";
/** Where stickers that are GIFs are. */
const MEDIA = "https://media.discordapp.net";
const GIF_STICKER = 4;
const LOTTIE_STICKER = 3;

/**
 * The URL of a user's avatar; where there is none, of the one Discord shows instead.
 *
 * Source: Discord, "API Reference", CDN Endpoints.
 *
 * @throws {OptionError} if the ID is none, or the size is not one that Discord has.
 *
 * @example
 * ```ts
 * import { avatarUrl } from "@parley/parley/discord/helpers";
 *
 * avatarUrl({ id: "80351110224678912", avatar: "8342729096ea3675442027381ff50dfe" }, { size: 64 });
 * // "https://cdn.discordapp.com/avatars/80351110224678912/8342729096ea3675442027381ff50dfe.png?size=64"
 * avatarUrl({ id: "80351110224678912", avatar: null }); // "https://cdn.discordapp.com/embed/avatars/5.png"
 * ```
 */
export function avatarUrl(user: AvatarOwner, options: ImageOptions = {}): string {
  if (user.avatar) return image(`avatars/${id(user.id)}`, user.avatar, options);
  const { discriminator = "0" } = user;
  // "(user_id >> 22) % 6", and "discriminator % 5" for those of old.
  const index = discriminator === "0" ? Number((BigInt(id(user.id)) >> 22n) % 6n) : Number(discriminator) % 5;
  return `${CDN}/embed/avatars/${index}.png`;
}

/**
 * The URL of the avatar a member has in a guild; of their own where they have none there.
 *
 * Source: Discord, "API Reference", CDN Endpoints.
 *
 * @throws {OptionError} if an ID is none, or the size is not one that Discord has.
 *
 * @example
 * ```ts
 * import { memberAvatarUrl } from "@parley/parley/discord/helpers";
 *
 * const user = { id: "80351110224678912", avatar: null };
 * memberAvatarUrl("197038439483310086", { avatar: "a_d3b2", user });
 * // "https://cdn.discordapp.com/guilds/197038439483310086/users/80351110224678912/avatars/a_d3b2.webp?animated=true"
 * ```
 */
export function memberAvatarUrl(
  guildId: string,
  member: { readonly user: AvatarOwner; readonly avatar?: string | null | undefined },
  options: ImageOptions = {},
): string {
  if (!member.avatar) return avatarUrl(member.user, options);
  return image(`guilds/${id(guildId)}/users/${id(member.user.id)}/avatars`, member.avatar, options);
}

/**
 * The URL of the banner of a user or a guild; undefined if there is none.
 *
 * Source: Discord, "API Reference", CDN Endpoints.
 *
 * @throws {OptionError} if the ID is none, or the size is not one that Discord has.
 *
 * @example
 * ```ts
 * import { bannerUrl } from "@parley/parley/discord/helpers";
 *
 * bannerUrl({ id: "80351110224678912", banner: "06c1" });
 * // "https://cdn.discordapp.com/banners/80351110224678912/06c1.png"
 * ```
 */
export function bannerUrl(
  of: { readonly id: string; readonly banner?: string | null | undefined },
  options: ImageOptions = {},
): string | undefined {
  return of.banner ? image(`banners/${id(of.id)}`, of.banner, options) : undefined;
}

/**
 * The URL of a guild's icon; undefined if it has none.
 *
 * Source: Discord, "API Reference", CDN Endpoints.
 *
 * @throws {OptionError} if the ID is none, or the size is not one that Discord has.
 *
 * @example
 * ```ts
 * import { guildIconUrl } from "@parley/parley/discord/helpers";
 *
 * guildIconUrl({ id: "197038439483310086", icon: "f64c" }, { extension: "jpg" });
 * // "https://cdn.discordapp.com/icons/197038439483310086/f64c.jpg"
 * ```
 */
export function guildIconUrl(
  guild: { readonly id: string; readonly icon?: string | null | undefined },
  options: ImageOptions = {},
): string | undefined {
  return guild.icon ? image(`icons/${id(guild.id)}`, guild.icon, options) : undefined;
}

/**
 * The URL of what a guild shows behind its invites; undefined if it has none.
 *
 * Source: Discord, "API Reference", CDN Endpoints.
 *
 * @throws {OptionError} if the ID is none, or the size is not one that Discord has.
 *
 * @example
 * ```ts
 * import { guildSplashUrl } from "@parley/parley/discord/helpers";
 *
 * guildSplashUrl({ id: "197038439483310086", splash: null }); // undefined
 * ```
 */
export function guildSplashUrl(
  guild: { readonly id: string; readonly splash?: string | null | undefined },
  options: ImageOptions = {},
): string | undefined {
  return guild.splash ? image(`splashes/${id(guild.id)}`, guild.splash, options) : undefined;
}

/**
 * The URL of a role's icon; undefined if it has none.
 *
 * Source: Discord, "API Reference", CDN Endpoints.
 *
 * @throws {OptionError} if the ID is none, or the size is not one that Discord has.
 *
 * @example
 * ```ts
 * import { roleIconUrl } from "@parley/parley/discord/helpers";
 *
 * roleIconUrl({ id: "165511591545143296", icon: "cf3c" });
 * // "https://cdn.discordapp.com/role-icons/165511591545143296/cf3c.png"
 * ```
 */
export function roleIconUrl(
  role: { readonly id: string; readonly icon?: string | null | undefined },
  options: ImageOptions = {},
): string | undefined {
  return role.icon ? image(`role-icons/${id(role.id)}`, role.icon, options) : undefined;
}

/**
 * The URL of a custom emoji.
 *
 * Source: Discord, "API Reference", CDN Endpoints.
 *
 * @throws {OptionError} if the ID is none, or the size is not one that Discord has.
 *
 * @example
 * ```ts
 * import { emojiUrl } from "@parley/parley/discord/helpers";
 *
 * emojiUrl({ id: "392938283556143104", animated: true });
 * // "https://cdn.discordapp.com/emojis/392938283556143104.webp?animated=true"
 * ```
 */
export function emojiUrl(
  emoji: { readonly id: string; readonly animated?: boolean | undefined },
  options: ImageOptions = {},
): string {
  return form(`${CDN}/emojis/${id(emoji.id)}`, emoji.animated ?? false, options);
}

/**
 * The URL of a sticker, in the one format it has.
 *
 * Source: Discord, "API Reference", CDN Endpoints.
 *
 * @throws {OptionError} if the ID is none.
 *
 * @example
 * ```ts
 * import { stickerUrl } from "@parley/parley/discord/helpers";
 *
 * stickerUrl({ id: "749054660769218631", format_type: 1 });
 * // "https://cdn.discordapp.com/stickers/749054660769218631.png"
 * ```
 */
export function stickerUrl(sticker: { readonly id: string; readonly format_type: number }): string {
  const { format_type: format } = sticker;
  const extension = format === LOTTIE_STICKER ? "json" : format === GIF_STICKER ? "gif" : "png";
  return `${format === GIF_STICKER ? MEDIA : CDN}/stickers/${id(sticker.id)}.${extension}`;
}

/** The URL of an image by its hash, which says whether it is animated. */
function image(place: string, hash: string, options: ImageOptions): string {
  if (!/^\w+$/.test(hash)) throw new OptionError(`Cannot show the image ${quote(hash)}: it is no hash`);
  return form(`${CDN}/${place}/${hash}`, hash.startsWith("a_"), options);
}

function form(url: string, animated: boolean, { extension, size }: ImageOptions): string {
  if (size !== undefined && !(size >= 16 && size <= 4096 && Number.isInteger(Math.log2(size)))) {
    throw new OptionError(
      `Cannot show an image at the size "${size}": it must be a power of two, 16 to 4096`,
    );
  }
  // "These images can be retrieved as animated WebP."
  const query = new URLSearchParams({
    ...(size !== undefined && { size: String(size) }),
    ...(animated && (extension ?? "webp") === "webp" && { animated: "true" }),
  }).toString();
  return `${url}.${extension ?? (animated ? "webp" : "png")}${query && `?${query}`}`;
}

function id(text: string): string {
  if (isSnowflake(text)) return text;
  throw new OptionError(`Cannot show an image of ${quote(String(text))}: pass an ID`);
}

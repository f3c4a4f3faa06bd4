import type { TwitchBadgeSet } from "./endpoints/chat.ts";
import type { TwitchCheermote } from "./endpoints/bits.ts";

/**
 * Where the picture of a badge is, among those that `TwitchApi.badges` has; undefined if it is none of them.
 *
 * @param badge A badge of a sender.
 * @param scale How large: 18, 36 or 72 pixels high. @default {1}
 *
 * @example
 * ```ts
 * import type { TwitchClient } from "@parley/parley/twitch";
 * import { badgeUrl, type TwitchApi } from "@parley/parley/twitch/api";
 *
 * async function show(chat: TwitchClient, api: TwitchApi, broadcasterId: string): Promise<void> {
 *   const badges = await api.badges(broadcasterId);
 *   chat.on("PRIVMSG", ({ sender }) => console.log(sender.badges.map((badge) => badgeUrl(badges, badge, 2))));
 * }
 * ```
 */
export function badgeUrl(
  sets: readonly TwitchBadgeSet[],
  badge: { readonly name: string; readonly version: string },
  scale: 1 | 2 | 4 = 1,
): string | undefined {
  const set = sets.find(({ set_id }) => set_id === badge.name);
  return set?.versions.find(({ id }) => id === badge.version)?.[`image_url_${scale}x`];
}

/** Which picture {@linkcode cheermoteUrl} tells of. */
export interface CheermoteUrlOptions {
  /** How large. @default {1} */
  readonly scale?: 1 | 1.5 | 2 | 3 | 4;
  /** On which background it is shown. @default {"dark"} */
  readonly theme?: "dark" | "light";
  /** Whether it moves. @default {"animated"} */
  readonly format?: "animated" | "static";
}

/**
 * Where the picture of a cheermote is, among those that `TwitchApi.cheermotes` has: that of the highest tier that the
 * bits reach. Undefined if it is none of them.
 *
 * @param part A part of a message, of the kind `cheermote`.
 *
 * @example
 * ```ts
 * import type { TwitchClient } from "@parley/parley/twitch";
 * import { cheermoteUrl, type TwitchApi } from "@parley/parley/twitch/api";
 *
 * async function show(chat: TwitchClient, api: TwitchApi, broadcasterId: string): Promise<void> {
 *   const cheermotes = await api.cheermotes(broadcasterId);
 *   chat.on("PRIVMSG", ({ parts }) => {
 *     for (const part of parts) if (part.kind === "cheermote") console.log(cheermoteUrl(cheermotes, part));
 *   });
 * }
 * ```
 */
export function cheermoteUrl(
  cheermotes: readonly TwitchCheermote[],
  part: { readonly prefix: string; readonly bits: number },
  { scale = 1, theme = "dark", format = "animated" }: CheermoteUrlOptions = {},
): string | undefined {
  const prefix = part.prefix.toLowerCase();
  const tiers = cheermotes.find((cheermote) => cheermote.prefix.toLowerCase() === prefix)?.tiers ?? [];
  const reached = tiers.filter(({ min_bits }) => min_bits <= part.bits);
  const tier = reached.toSorted((a, b) => b.min_bits - a.min_bits)[0];
  return tier?.images[theme]?.[format]?.[`${scale}`];
}

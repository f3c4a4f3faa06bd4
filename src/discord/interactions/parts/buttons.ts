import type {
  APIButtonComponentWithCustomId,
  APIButtonComponentWithSKUId,
  APIButtonComponentWithURL,
  APIMessageComponentEmoji,
} from "discord-api-types/v10";
import { built } from "./_build.ts";

/** What a button shows: a text, an emoji, or both. */
export type ButtonFace =
  /** A text of 1 to 80 characters. */
  | string
  /** A text, with an emoji or without. */
  | (ButtonOptions & { readonly label: string; readonly emoji?: APIMessageComponentEmoji })
  /** An emoji alone: `{ name: "👍" }`, or `{ id }` of a custom one. */
  | (ButtonOptions & { readonly emoji: APIMessageComponentEmoji });

/** What any button may have. */
export interface ButtonOptions {
  /** Whether it cannot be clicked. @default {false} */
  readonly disabled?: boolean;
  /** Tells it apart within its message, in numbers. @default {given by Discord} */
  readonly id?: number;
}

/** A button whose clicks arrive as interactions. */
export type Button<CustomId extends string = string> = APIButtonComponentWithCustomId & {
  custom_id: CustomId;
};

type ClickStyle = APIButtonComponentWithCustomId["style"];

function clickable<const CustomId extends string>(
  style: ClickStyle,
  custom_id: CustomId,
  face: ButtonFace,
): Button<CustomId> {
  return built("a button", { type: 2, style, custom_id, ...faceOf(face) });
}

function faceOf(face: ButtonFace): Exclude<ButtonFace, string> {
  return typeof face === "string" ? { label: face } : face;
}

/**
 * Builds the button for what is recommended most; one per row.
 *
 * Source: Discord, "Component Reference", Button.
 *
 * @param custom_id What its interaction says: 1 to 100 characters, once in a message.
 * @throws {OptionError} if a text is too long or missing.
 *
 * @example
 * ```ts
 * import { actionRow, primaryButton, secondaryButton } from "@parley/parley/discord/interactions";
 *
 * const row = actionRow(primaryButton("vote:yes", "Yes"), secondaryButton("vote:no", "No"));
 * row.components.length; // 2
 * ```
 */
export function primaryButton<const CustomId extends string>(
  custom_id: CustomId,
  face: ButtonFace,
): Button<CustomId> {
  return clickable(1, custom_id, face);
}

/**
 * Builds a button for an alternative.
 *
 * Source: Discord, "Component Reference", Button.
 *
 * @param custom_id What its interaction says: 1 to 100 characters, once in a message.
 * @throws {OptionError} if a text is too long or missing.
 *
 * @example
 * ```ts
 * import { secondaryButton } from "@parley/parley/discord/interactions";
 *
 * secondaryButton("later", { label: "Later", emoji: { name: "⏰" } }).style; // 2
 * ```
 */
export function secondaryButton<const CustomId extends string>(
  custom_id: CustomId,
  face: ButtonFace,
): Button<CustomId> {
  return clickable(2, custom_id, face);
}

/**
 * Builds a button that confirms or completes.
 *
 * Source: Discord, "Component Reference", Button.
 *
 * @param custom_id What its interaction says: 1 to 100 characters, once in a message.
 * @throws {OptionError} if a text is too long or missing.
 *
 * @example
 * ```ts
 * import { successButton } from "@parley/parley/discord/interactions";
 *
 * successButton("done", { emoji: { name: "✅" } }).style; // 3
 * ```
 */
export function successButton<const CustomId extends string>(
  custom_id: CustomId,
  face: ButtonFace,
): Button<CustomId> {
  return clickable(3, custom_id, face);
}

/**
 * Builds a button for what cannot be undone.
 *
 * Source: Discord, "Component Reference", Button.
 *
 * @param custom_id What its interaction says: 1 to 100 characters, once in a message.
 * @throws {OptionError} if a text is too long or missing.
 *
 * @example
 * ```ts
 * import { dangerButton } from "@parley/parley/discord/interactions";
 *
 * dangerButton("delete", "Delete all").style; // 4
 * ```
 */
export function dangerButton<const CustomId extends string>(
  custom_id: CustomId,
  face: ButtonFace,
): Button<CustomId> {
  return clickable(4, custom_id, face);
}

/**
 * Builds a button that opens a page; no interaction comes of it.
 *
 * Source: Discord, "Component Reference", Button.
 *
 * @param url An `https:`, `http:` or `discord:` URL of at most 512 characters.
 * @throws {OptionError} if the URL is none, or a text is too long or missing.
 *
 * @example
 * ```ts
 * import { linkButton } from "@parley/parley/discord/interactions";
 *
 * linkButton("https://discord.com/developers", "Documentation").style; // 5
 * ```
 */
export function linkButton(url: string, face: ButtonFace): APIButtonComponentWithURL {
  return built("a button", { type: 2, style: 5, url, ...faceOf(face) });
}

/**
 * Builds a button that sells one of the application's SKUs; Discord gives it its face.
 *
 * Source: Discord, "Component Reference", Button, Premium Buttons.
 *
 * @throws {OptionError} if the ID is none.
 *
 * @example
 * ```ts
 * import { premiumButton } from "@parley/parley/discord/interactions";
 *
 * premiumButton("1088510058284990888").style; // 6
 * ```
 */
export function premiumButton(sku_id: string, options: ButtonOptions = {}): APIButtonComponentWithSKUId {
  return built("a button", { type: 2, style: 6, sku_id, ...options });
}

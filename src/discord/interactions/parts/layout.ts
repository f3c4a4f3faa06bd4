import type {
  APIActionRowComponent,
  APIButtonComponent,
  APIComponentInContainer,
  APIComponentInMessageActionRow,
  APIContainerComponent,
  APIFileComponent,
  APIMediaGalleryComponent,
  APIMediaGalleryItem,
  APIMessageTopLevelComponent,
  APISectionAccessoryComponent,
  APISectionComponent,
  APISelectMenuComponent,
  APISeparatorComponent,
  APITextDisplayComponent,
  APIThumbnailComponent,
} from "discord-api-types/v10";
import { OptionError } from "../../../protocol/errors.ts";
import { checkMessageComponents } from "../../rest/bodies/components.ts";
import { built } from "./_build.ts";

/** What any component may have. */
export interface ComponentOptions {
  /** Tells it apart within its message, in numbers. @default {given by Discord} */
  readonly id?: number;
}

/** Several, each by itself or in arrays. */
export type Several<Item> = readonly (Item | readonly Item[])[];

/**
 * Builds a row of up to five buttons, each by itself or in an array, or of one select.
 *
 * Source: Discord, "Component Reference", Action Row.
 *
 * @throws {OptionError} if there are none, or more than five, or two have the same `custom_id` or `id`.
 *
 * @example
 * ```ts
 * import { actionRow, primaryButton, userSelect } from "@parley/parley/discord/interactions";
 *
 * const components = [actionRow(primaryButton("join", "Join")), actionRow(userSelect("invite"))];
 * components.length; // 2
 * ```
 */
export function actionRow(
  ...components: Several<APIButtonComponent> | readonly [APISelectMenuComponent]
): APIActionRowComponent<APIComponentInMessageActionRow> {
  const listed: readonly (APIComponentInMessageActionRow | readonly APIButtonComponent[])[] = components;
  return built("an action row", { type: 1, components: listed.flat() });
}

/**
 * Builds a text in Markdown, which may mention and hold emoji.
 *
 * Source: Discord, "Component Reference", Text Display.
 *
 * @param content 1 to 4000 characters; all texts of a message may have 4000 in sum.
 * @throws {OptionError} if it is empty or too long.
 *
 * @example
 * ```ts
 * import { layout, textDisplay } from "@parley/parley/discord/interactions";
 *
 * layout(textDisplay("# Welcome\nHave a look around.")).flags; // 32768
 * ```
 */
export function textDisplay(content: string, options: ComponentOptions = {}): APITextDisplayComponent {
  return built("a text display", { type: 10, content, ...options });
}

/**
 * Builds one to three texts beside a button or a thumbnail.
 *
 * Source: Discord, "Component Reference", Section.
 *
 * @throws {OptionError} if there are none, or more than three, or a text is empty or too long.
 *
 * @example
 * ```ts
 * import { section, thumbnail } from "@parley/parley/discord/interactions";
 *
 * section(["**Ada**", "Level 7"], thumbnail("attachment://ada.png")).components.length; // 2
 * ```
 */
export function section(
  texts: string | readonly Text[],
  accessory: APISectionAccessoryComponent,
  options: ComponentOptions = {},
): APISectionComponent {
  const components = (typeof texts === "string" ? [texts] : texts)
    .map((text) => typeof text === "string" ? textDisplay(text) : text);
  return built("a section", { type: 9, components, accessory, ...options });
}

/** A text, or a text display that was built before. */
export type Text = string | APITextDisplayComponent;

/** What a component that shows media may have. */
export interface MediaOptions extends ComponentOptions {
  /** What it shows, for those who cannot see it, at most 1024 characters. @default {undefined} */
  readonly description?: string;
  /** Whether it is hidden at first. @default {false} */
  readonly spoiler?: boolean;
}

/**
 * Builds a small image, which stands beside the texts of a section.
 *
 * Source: Discord, "Component Reference", Thumbnail.
 *
 * @param url An `https:` or `http:` URL, or `attachment://name` of a file sent along.
 * @throws {OptionError} if the URL is none, or the description too long.
 *
 * @example
 * ```ts
 * import { thumbnail } from "@parley/parley/discord/interactions";
 *
 * thumbnail("https://example.com/cat.png", { description: "A cat, asleep" }).type; // 11
 * ```
 */
export function thumbnail(url: string, options: MediaOptions = {}): APIThumbnailComponent {
  return built("a thumbnail", { type: 11, media: { url }, ...options });
}

/** An image or video of a gallery: its URL, or that with more. */
export type GalleryItem =
  | string
  | { readonly url: string; readonly description?: string; readonly spoiler?: boolean };

/**
 * Builds a gallery of one to ten images or videos, each by itself or in an array.
 *
 * Source: Discord, "Component Reference", Media Gallery.
 *
 * @throws {OptionError} if a URL is none, a description is too long, or there are none, or more than ten.
 *
 * @example
 * ```ts
 * import { mediaGallery } from "@parley/parley/discord/interactions";
 *
 * mediaGallery("attachment://a.png", { url: "https://example.com/b.png", spoiler: true }).items.length; // 2
 * ```
 */
export function mediaGallery(
  ...items: Several<GalleryItem>
): APIMediaGalleryComponent {
  return built("a media gallery", { type: 12, items: items.flat().map(itemOf) });
}

function itemOf(item: GalleryItem): APIMediaGalleryItem {
  if (typeof item === "string") return { media: { url: item } };
  const { url, ...rest } = item;
  return { media: { url }, ...rest };
}

/**
 * Builds a file sent along, as something to download.
 *
 * Source: Discord, "Component Reference", File.
 *
 * @param name The name of the file, without `attachment://`.
 * @throws {OptionError} if there is no name.
 *
 * @example
 * ```ts
 * import { file, layout } from "@parley/parley/discord/interactions";
 *
 * const message = layout(file("report.csv")); // send it with a file of that name
 * message.components.length; // 1
 * ```
 */
export function file(
  name: string,
  options: ComponentOptions & { readonly spoiler?: boolean } = {},
): APIFileComponent {
  if (name === "") throw new OptionError("Cannot build a file: its name is empty");
  return built("a file", { type: 13, file: { url: `attachment://${name}` }, ...options });
}

/** What a separator may have. */
export interface SeparatorOptions extends ComponentOptions {
  /** Whether there is a line. @default {true} */
  readonly divider?: boolean;
  /** How much room: 1, little, or 2, much. @default {1} */
  readonly spacing?: 1 | 2;
}

/**
 * Builds room between components, with a line or without.
 *
 * Source: Discord, "Component Reference", Separator.
 *
 * @throws {OptionError} if `spacing` is neither 1 nor 2.
 *
 * @example
 * ```ts
 * import { separator } from "@parley/parley/discord/interactions";
 *
 * separator({ divider: false, spacing: 2 }).type; // 14
 * ```
 */
export function separator(options: SeparatorOptions = {}): APISeparatorComponent {
  return built("a separator", { type: 14, ...options });
}

/** What a container may have. */
export interface ContainerOptions extends ComponentOptions {
  /** The colour of its edge, 0x000000 to 0xffffff. @default {none} */
  readonly accent_color?: number;
  /** Whether it is hidden at first. @default {false} */
  readonly spoiler?: boolean;
}

/**
 * Builds a box around components.
 *
 * Source: Discord, "Component Reference", Container.
 *
 * @throws {OptionError} if it is empty, the colour is none, or two share a `custom_id` or `id`.
 *
 * @example
 * ```ts
 * import { container, layout, separator, textDisplay } from "@parley/parley/discord/interactions";
 *
 * const box = container([textDisplay("Above"), separator(), textDisplay("Below")], { accent_color: 0x5865f2 });
 * layout(box).components.length; // 1
 * ```
 */
export function container(
  components: readonly APIComponentInContainer[],
  options: ContainerOptions = {},
): APIContainerComponent {
  return built("a container", { type: 17, components: [...components], ...options });
}

/** A message made of components only; beside them it can have files and mentions, but no `content`. */
export interface LayoutMessage {
  /** `IS_COMPONENTS_V2`. */
  flags: number;
  /** What it is made of. */
  components: APIMessageTopLevelComponent[];
}

const IS_COMPONENTS_V2 = 1 << 15;

/**
 * Builds a message of components only, each by itself or in an array, with the flag that this takes. More goes beside it:
 * `{ ...layout(…), allowed_mentions: { parse: [] } }`.
 *
 * Source: Discord, "Component Reference", What is a Component.
 *
 * @throws {OptionError} if there are none, or more than 40 in sum, nested ones included, their texts have more than
 * 4000 characters in sum, or two share a `custom_id` or `id`.
 *
 * @example
 * ```ts
 * import { dangerButton, layout, section, textDisplay } from "@parley/parley/discord/interactions";
 *
 * const message = layout(
 *   textDisplay("## Are you sure?"),
 *   section("Everything goes, for good.", dangerButton("wipe", "Wipe")),
 * );
 * message.flags; // 32768
 * ```
 */
export function layout(
  ...components: Several<APIMessageTopLevelComponent>
): LayoutMessage {
  const listed = components.flat();
  if (listed.length === 0) throw new OptionError("Cannot build a layout: it is empty; give it a component");
  checkMessageComponents(
    (why) => {
      throw new OptionError(`Cannot build a layout: ${why}`);
    },
    listed,
    { isV2: true },
  );
  return { flags: IS_COMPONENTS_V2, components: listed };
}

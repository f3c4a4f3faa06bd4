/**
 * Small functions for what bots write and read: mentions, timestamps, IDs, images' URLs, permissions, embeds, and text
 * that is to be shown as it is. Each stands alone, so that a bundler keeps those that are used.
 *
 * @example
 * ```ts
 * import { escapeMarkdown, mentionUser, timestamp } from "@parley/parley/discord/helpers";
 *
 * const name = "__init__";
 * `${mentionUser("80351110224678912")} has called it ${escapeMarkdown(name)} ${timestamp(1_618_953_630_000, "R")}`;
 * // "<@80351110224678912> has called it \\_\\_init\\_\\_ <t:1618953630:R>"
 * ```
 *
 * @module
 */
export * from "./cdn.ts";
export * from "./embed.ts";
export * from "./markdown.ts";
export * from "./mentions.ts";
export * from "./permissions.ts";
export * from "./timestamp.ts";
export * from "../snowflake.ts";

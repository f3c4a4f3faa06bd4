import type { APIInteraction, APIInteractionResponse } from "discord-api-types/v10";
import { OptionError } from "../../../protocol/errors.ts";
import type { Refuse } from "../../rest/bodies/_check.ts";
import { checkModalFields } from "../../rest/bodies/components.ts";
import { checkFiles } from "../../rest/bodies/file.ts";
import type { DiscordFile } from "../../rest/routes/table/entry.ts";
import { checkResponse } from "../../rest/bodies/response.ts";
import { refusal } from "../interaction/refusal.ts";
import type { AnswerChecks, ResponseUse } from "../interaction/response_check.ts";
import { checkCommand } from "./_definition.ts";
import type { Command } from "./command.ts";
import type { Component } from "./component.ts";
import type { Modal } from "./modal.ts";

/** What an `InteractionRouter` checks with Discord's own limits, before Discord does. */
export interface InteractionChecks extends AnswerChecks {
  /**
   * Checks what is added to a router that has these commands.
   *
   * @throws {OptionError} if it is not acceptable to Discord, or one too many.
   */
  readonly definition: (definition: Command | Component | Modal, commands: readonly Command[]) => void;
}

/**
 * All checks there are: of commands and modals when they are added, and of first answers before they are given. They are
 * most of what a router could be made of, so that a program links them by naming them. What is left out is refused by
 * Discord instead: a command when it is registered, which checks it in any case; an answer with an error that the user
 * sees, and over HTTP nobody else.
 *
 * Source: Discord, "Application Commands"; "Receiving and Responding"; "Component Reference"; "Uploading Files".
 *
 * @example
 * ```ts
 * import { checks, command, InteractionRouter } from "@parley/parley/discord/interactions";
 *
 * const router = new InteractionRouter({ checks }).add(
 *   command("ping", "Answers pong", (i) => i.reply("pong")), // throws if Discord would not take it
 * );
 * router.commands().length; // 1
 * ```
 */
export const checks: InteractionChecks = {
  definition: checkDefinition,
  response: checkAnswer,
  followUp: checkFollowUp,
};

const MOST_FOLLOW_UPS = 5;

const LIMITS: Readonly<Record<number, readonly [most: number, what: string]>> = {
  1: [100, "slash commands"],
  2: [15, "user commands"],
  3: [15, "message commands"],
  4: [1, "primary entry point"],
};

function checkDefinition(definition: Command | Component | Modal, commands: readonly Command[]): void {
  if (definition.kind === "command") {
    const { type = 1, name } = definition.json;
    checkCommand(definition.json);
    const [most = Infinity, what] = LIMITS[type] ?? [];
    if (commands.filter(({ json }) => (json.type ?? 1) === type).length < most) return;
    throw new OptionError(`Cannot add command "${name}": Discord takes at most ${most} ${what}`);
  }
  if (definition.kind === "component") return;
  const { customId: { pattern }, form } = definition;
  checkModalFields((why) => {
    throw new OptionError(`Cannot define modal "${pattern}": ${why}`);
  }, { ...form, custom_id: pattern.slice(0, 100) });
}

function checkAnswer(action: string, response: APIInteractionResponse, use: ResponseUse): void {
  const { files = [] } = use;
  checkResponse(action, response, { files: files.length });
  const refuse: Refuse = (why) => {
    throw refusal(action, why);
  };
  checkFiles(refuse, files);
  checkUploads(refuse, "data" in response ? response.data : undefined, { ...use, files });
}

function checkFollowUp(action: string, payload: APIInteraction, before: number): void {
  const owners = Object.keys(payload.authorizing_integration_owners ?? {});
  if (before < MOST_FOLLOW_UPS || owners.length === 0 || owners.some((owner) => owner !== "1")) return;
  throw refusal(action, `a user's own app may follow up ${MOST_FOLLOW_UPS} times`);
}

/** What of an upload no REST call would be told: how large it may be, and that what is referred to comes along. */
function checkUploads(
  refuse: Refuse,
  message: unknown,
  { files, sizeLimit = Infinity, attached = [] }: ResponseUse & { readonly files: readonly DiscordFile[] },
): void {
  for (const { name, data } of files) {
    const size = sizeOf(data);
    if (size > sizeLimit) {
      refuse(`its file "${name}" has "${size}" bytes; here Discord takes at most ${sizeLimit}`);
    }
  }
  const names = new Set([...files.map(({ name }) => name), ...attached].map(asStored));
  for (const [, name = ""] of JSON.stringify(message ?? {}).matchAll(/url":"attachment:\/\/([^"]+)"/g)) {
    if (!names.has(asStored(name))) {
      refuse(`it refers to "attachment://${name}", and no file of that name comes along`);
    }
  }
}

function sizeOf(data: DiscordFile["data"]): number {
  if (typeof data === "string") return new TextEncoder().encode(data).length;
  return data instanceof Blob ? data.size : data.byteLength;
}

/** Discord keeps files under names without spaces and the like. */
function asStored(name: string): string {
  return name.replace(/[^\p{L}\p{N}.-]/gu, "_");
}

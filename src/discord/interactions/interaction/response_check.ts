import type { APIInteraction, APIInteractionResponse } from "discord-api-types/v10";
import type { DiscordFile } from "../../rest/routes/table/entry.ts";

/** What a first answer is checked with. */
export interface ResponseUse {
  /** The files that come with it. */
  readonly files?: readonly DiscordFile[] | undefined;
  /** How large each may be, in bytes, as the interaction says. @default {Infinity} */
  readonly sizeLimit?: number | undefined;
  /** The names of files that the message has already, if it is one that is changed. @default {[]} */
  readonly attached?: readonly string[] | undefined;
}

/**
 * Checks a first answer before Discord sees it, which refuses an inline one without a word.
 *
 * @throws {CommandError} `invalid_command` if it is not acceptable; `action` is what could not be done.
 */
export type ResponseCheck = (action: string, response: APIInteractionResponse, use: ResponseUse) => void;

/** What checks answers. */
export interface AnswerChecks {
  /** Checks a first answer. */
  readonly response: ResponseCheck;
  /** Checks that another message may follow, behind so many. */
  readonly followUp: (action: string, payload: APIInteraction, before: number) => void;
}

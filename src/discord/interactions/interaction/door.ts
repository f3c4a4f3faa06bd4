import type { APIInteraction, APIInteractionResponse, APIMessage } from "discord-api-types/v10";
import type { Clock } from "../../../driver/clock/clock.ts";
import type { DiscordGateway } from "../../gateway/client.ts";
import type { CallbackRest } from "../../rest/callback_door.ts";
import type { InteractionCalls } from "../../rest/methods/interaction_calls.ts";
import type { DiscordFile } from "../../rest/routes/table/entry.ts";
import type { Answer } from "./answer.ts";
import type { AwaitedComponent } from "./await_component.ts";

/** What follows an interaction's first answer goes through these. */
export type LaterRest = Pick<
  InteractionCalls,
  "createFollowupMessage" | "deleteWebhookMessage" | "editWebhookMessage" | "getWebhookMessage"
>;

/** What an interaction's answers go through; every `DiscordCalls` has it. */
export type InteractionRest = LaterRest & CallbackRest;

/** What is uploaded with a message, if anything. */
export type Files = readonly DiscordFile[] | undefined;

/** The way out for an interaction's answers. */
export interface Door {
  /** Whether the first answer goes out as the response to a request. */
  readonly isInline: boolean;
  /**
   * Takes the first answer; undefined if it is handed over at once, to whoever delivers it. With `withResponse` it
   * resolves to the message that came of it, where Discord tells that. `refused` is called before it rejects because
   * Discord said no, and so has not taken it.
   *
   * @throws {CommandError} `invalid_command` if a file is not acceptable.
   */
  respond(
    response: APIInteractionResponse,
    files: Files,
    withResponse: boolean,
    refused: () => void,
  ): Promise<APIMessage | undefined> | undefined;
  /** Resolves once Discord can be expected to have the first answer; undefined if it can already. */
  delivered(): Promise<void> | undefined;
  /** It is too late for a first answer: whoever waits for it gets this error. */
  giveUp(error: Error): void;
}

/** What answers need of the outside. */
export interface Outside {
  readonly clock: Clock;
  /** How long Discord has waited already, in milliseconds. */
  readonly age: number;
  /** What later answers go through. */
  readonly rest: () => LaterRest;
  /** Is told of failures that no handler can see any more. */
  readonly report: (error: unknown) => void;
  /** The gateway that it came by. */
  readonly gateway: DiscordGateway | undefined;
  /** Who awaits the use of a component. Not on edge workers, where it would come to another request. */
  readonly awaited: Set<Awaiting>;
}

/** Opens the use of a component for who awaits it; undefined if that is another one, or nobody. */
export type Awaiting = (
  payload: APIInteraction,
  answer: Answer,
) => { readonly i: AwaitedComponent; readonly handler: () => Promise<void> } | undefined;

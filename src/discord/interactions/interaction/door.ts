import type { APIInteractionResponse, APIMessage } from "discord-api-types/v10";
import type { Clock } from "../../../driver/clock.ts";
import type { DiscordGateway } from "../../gateway/client.ts";
import type { InteractionCalls } from "../../rest/methods/interaction_calls.ts";
import type { DiscordFile } from "../../rest/routes/table/entry.ts";
import type { Waiter } from "./await_component.ts";

/** What follows an interaction's first answer goes through these; every `DiscordCalls` has them. */
export type InteractionRest = Pick<
  InteractionCalls,
  | "createInteractionResponse"
  | "createFollowupMessage"
  | "deleteWebhookMessage"
  | "editWebhookMessage"
  | "getWebhookMessage"
>;

/** What is uploaded with a message, if anything. */
export type Files = readonly DiscordFile[] | undefined;

/** The way out for an interaction's answers. */
export interface Door {
  /** What it needs of the outside. */
  readonly outside: Outside;
  /** Whether the first answer goes out as the response to a request. */
  readonly isInline: boolean;
  /**
   * Takes the first answer; undefined if it is handed over at once, to whoever delivers it. With `withResponse` it
   * resolves to the message that came of it, where Discord tells that.
   *
   * @throws {CommandError} `invalid_command` if a file is not acceptable.
   */
  respond(
    response: APIInteractionResponse,
    files: Files,
    withResponse: boolean,
  ): Promise<APIMessage | undefined> | undefined;
  /** Resolves once Discord can be expected to have the first answer. */
  delivered(): Promise<void>;
  /** It is too late for a first answer: whoever waits for it gets this error. */
  giveUp(error: Error): void;
}

/** What answers need of the outside. */
export interface Outside {
  readonly clock: Clock;
  /** How long Discord has waited already, in milliseconds. */
  readonly age: number;
  /** What later answers go through. */
  readonly rest: () => InteractionRest | Promise<InteractionRest>;
  /** Is told of failures that no handler can see any more. */
  readonly report: (error: unknown) => void;
  /** The gateway that it came by. */
  readonly gateway: DiscordGateway | undefined;
  /** Who awaits the use of a component. */
  readonly waiters: Set<Waiter>;
}

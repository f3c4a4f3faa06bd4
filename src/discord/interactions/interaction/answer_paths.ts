import type { APIInteractionResponse } from "discord-api-types/v10";
import type { Clock } from "../../../driver/clock/clock.ts";
import { pauseUntil } from "../../../driver/clock/_pause.ts";
import { formOf, responseWith } from "../../rest/bodies/form.ts";
import type { DiscordFile } from "../../rest/routes/table/entry.ts";
import type { Door } from "./door.ts";

/** The first answer to an interaction, as the response to a request holds it. */
export interface InteractionAnswer {
  /** What Discord wants back. */
  readonly response: APIInteractionResponse;
  /** The same with its files, as the callback endpoint takes them; undefined if there are none. */
  readonly form: FormData | undefined;
}

/**
 * How long Discord is given to take the response to its request before anything else is asked about it, in
 * milliseconds. Nothing tells when it has; what comes earlier is refused as about an unknown webhook, and tried again.
 */
const HEAD_START = 250;

/** Gives the first answer to whoever waits for it, as the response to a request. */
export class InlineDoor implements Door {
  readonly isInline = true;
  /** The first answer. */
  readonly answered: Promise<InteractionAnswer>;
  #resolve: (answer: InteractionAnswer) => void = () => {};
  #reject: (error: Error) => void = () => {};
  readonly #clock: Clock;
  #givenAt = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.answered = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  respond(
    response: APIInteractionResponse,
    files: readonly DiscordFile[] | undefined,
  ): undefined {
    const form = files?.length ? formOf(JSON.stringify(responseWith(response, files)), files) : undefined;
    this.#givenAt = this.#clock.now();
    this.#resolve({ response, form });
  }

  giveUp(error: Error): void {
    this.#reject(error);
  }

  delivered(): Promise<void> | undefined {
    const at = this.#givenAt + HEAD_START;
    return at > this.#clock.now() ? pauseUntil(this.#clock, at) : undefined;
  }
}

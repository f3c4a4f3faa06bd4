import type { APIInteraction, APIInteractionResponse, APIMessage } from "discord-api-types/v10";
import { formOf, responseWith } from "../../rest/bodies/form.ts";
import type { DiscordFile } from "../../rest/routes/table/entry.ts";
import type { Door, Outside } from "./door.ts";

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
  readonly outside: Outside;
  readonly isInline = true;
  /** The first answer. */
  readonly answered: Promise<InteractionAnswer>;
  #resolve: (answer: InteractionAnswer) => void = () => {};
  #reject: (error: Error) => void = () => {};
  #givenAt = 0;

  constructor(outside: Outside) {
    this.outside = outside;
    this.answered = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  respond(response: APIInteractionResponse, files: readonly DiscordFile[] | undefined): undefined {
    const form = files?.length ? formOf(JSON.stringify(responseWith(response, files)), files) : undefined;
    this.#givenAt = this.outside.clock.now();
    this.#resolve({ response, form });
  }

  giveUp(error: Error): void {
    this.#reject(error);
  }

  delivered(): Promise<void> {
    const at = this.#givenAt + HEAD_START;
    if (at <= this.outside.clock.now()) return Promise.resolve();
    return new Promise((resolve) => void this.outside.clock.setTimer(at, resolve));
  }
}

/** Posts the first answer to the callback endpoint. */
export class CallbackDoor implements Door {
  readonly outside: Outside;
  readonly isInline = false;
  readonly #interaction: APIInteraction;
  #sent: Promise<unknown> = Promise.resolve();

  constructor(interaction: APIInteraction, outside: Outside) {
    this.#interaction = interaction;
    this.outside = outside;
  }

  respond(
    response: APIInteractionResponse,
    files: readonly DiscordFile[] | undefined,
    withResponse: boolean,
  ): Promise<APIMessage | undefined> {
    const sent = this.#send(response, { files, withResponse });
    this.#sent = sent;
    return sent;
  }

  async #send(
    response: APIInteractionResponse,
    options: { readonly files: readonly DiscordFile[] | undefined; readonly withResponse: boolean },
  ): Promise<APIMessage | undefined> {
    const { id, token } = this.#interaction;
    const result = await (await this.outside.rest()).createInteractionResponse(id, token, response, options);
    return result?.resource?.message;
  }

  giveUp(): void {
    // Nobody waits here.
  }

  async delivered(): Promise<void> {
    // Whoever gave it is told how that went.
    await this.#sent.catch(() => {});
  }
}

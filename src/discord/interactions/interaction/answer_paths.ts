import type { APIInteraction, APIInteractionResponse, APIMessage } from "discord-api-types/v10";
import type { Clock } from "../../../driver/clock.ts";
import { formOf, responseWith } from "../../rest/bodies/form.ts";
import type { DiscordFile } from "../../rest/routes/table/entry.ts";
import type { Door, InteractionRest } from "./answer.ts";

/** The first answer to an interaction, as the response to a request holds it. */
export interface InteractionAnswer {
  /** What Discord wants back. */
  readonly response: APIInteractionResponse;
  /** The same with its files, as the callback endpoint takes them; undefined if there are none. */
  readonly form: FormData | undefined;
}

/** What any door needs of the outside. */
export interface Outside {
  readonly clock: Clock;
  /** How long Discord has waited already, in milliseconds. */
  readonly age: number;
  readonly rest: () => InteractionRest | Promise<InteractionRest>;
  readonly report: (error: unknown) => void;
}

/**
 * How long Discord is given to take the response to its request before anything else is asked about it, in
 * milliseconds. Nothing tells when it has; what comes earlier is refused as about an unknown webhook, and tried again.
 */
const HEAD_START = 250;

/** Gives the first answer to whoever waits for it, as the response to a request. */
export class InlineDoor implements Door {
  readonly clock: Clock;
  readonly age: number;
  readonly isInline = true;
  readonly rest: Outside["rest"];
  readonly report: Outside["report"];
  /** The first answer. */
  readonly answered: Promise<InteractionAnswer>;
  #resolve: (answer: InteractionAnswer) => void = () => {};
  #reject: (error: Error) => void = () => {};
  #givenAt = 0;

  constructor({ clock, age, rest, report }: Outside) {
    this.clock = clock;
    this.age = age;
    this.rest = rest;
    this.report = report;
    this.answered = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  respond(response: APIInteractionResponse, files: readonly DiscordFile[] | undefined): undefined {
    const form = files?.length ? formOf(JSON.stringify(responseWith(response, files)), files) : undefined;
    this.#givenAt = this.clock.now();
    this.#resolve({ response, form });
  }

  giveUp(error: Error): void {
    this.#reject(error);
  }

  delivered(): Promise<void> {
    const at = this.#givenAt + HEAD_START;
    if (at <= this.clock.now()) return Promise.resolve();
    return new Promise((resolve) => void this.clock.setTimer(at, resolve));
  }
}

/** Posts the first answer to the callback endpoint. */
export class CallbackDoor implements Door {
  readonly clock: Clock;
  readonly age: number;
  readonly isInline = false;
  readonly rest: Outside["rest"];
  readonly report: Outside["report"];
  readonly #interaction: APIInteraction;
  #sent: Promise<unknown> = Promise.resolve();

  constructor(interaction: APIInteraction, { clock, age, rest, report }: Outside) {
    this.#interaction = interaction;
    this.clock = clock;
    this.age = age;
    this.rest = rest;
    this.report = report;
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
    const result = await (await this.rest()).createInteractionResponse(id, token, response, options);
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

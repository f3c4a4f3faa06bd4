import type {
  APIInteraction,
  APIInteractionResponse,
  APIInteractionResponseCallbackData,
  APIMessage,
  APIMessageTopLevelComponent,
  RESTPatchAPIInteractionOriginalResponseJSONBody,
} from "discord-api-types/v10";
import { pauseUntil } from "../../../driver/clock/_pause.ts";
import { NotedPromise } from "../../../driver/client/_noted_promise.ts";
import { ANSWER_WITHIN } from "../../rest/_deadline.ts";
import type { DiscordFile } from "../../rest/routes/table/entry.ts";
import { editOf, withKept } from "./bodies.ts";
import type { Door, Files, LaterRest, Outside } from "./door.ts";
import { refusal } from "./refusal.ts";
import type { AnswerChecks } from "./response_check.ts";

/** How long the token is valid, in milliseconds. */
export const TOKEN_LIFE: number = 15 * 60_000;

/**
 * What Discord does not know yet, it may know soon: how long to wait then, in milliseconds, twice as long each time,
 * for some eight seconds in all.
 */
const EARLY_WAIT = 250;
const LAST_EARLY_WAIT = 4_000;
const UNKNOWN_WEBHOOK = 10015;

/** What the first answer's message is called. */
export const ORIGINAL = "@original";

const MESSAGE = 4;
const DEFERRED_MESSAGE = 5;
const DEFERRED_UPDATE = 6;
const UPDATE = 7;
const MODAL = 9;

type LaterCall<T> = (rest: LaterRest, application: string, token: string) => Promise<T>;

interface WithFiles {
  readonly files?: readonly DiscordFile[] | undefined;
}

/** Takes a first answer, and may resolve to its message. */
export type TakeFirst = (
  action: string,
  response: APIInteractionResponse,
  files: Files,
) => Promise<APIMessage | void>;

/**
 * Where an interaction stands with its answers: one first, and more for as long as its token is valid. What defers by the
 * clock, and what awaits components, are no parts of it: they are linked by who names them.
 */
export class Answer {
  /** What is answered. */
  readonly payload: APIInteraction;
  /** What it needs of the outside. */
  readonly outside: Outside;
  readonly #door: Door;
  readonly #checks: AnswerChecks | undefined;
  /** The components that the reply has, as far as it is known. */
  components: readonly APIMessageTopLevelComponent[] = [];
  /** Called when the handler has ended. */
  readonly onEnd: (() => void)[] = [];
  /** When Discord began to wait. */
  readonly since: number;
  /** The type of the first answer; undefined before. */
  type: number | undefined;
  /** It was deferred, and nothing has come after that. */
  #waits = false;
  /** Takes the handler's first answer, where one was given in its stead and it does not know. */
  takeFirst: TakeFirst | undefined;
  /** Takes the reply, where what was deferred cannot become it. */
  takeReply: ((message: object, files: Files) => Promise<APIMessage>) | undefined;
  /** The message that counts as the reply. */
  reply: string = ORIGINAL;
  /** How many messages it has posted. */
  followUps = 0;
  /** The handler has returned. */
  #left = false;
  #ended = false;
  /** Nobody waits for the first answer any more, and that was told. */
  isGivenUp = false;
  #undoTimer: (() => void) | undefined;
  readonly #calls = new Set<NotedPromise<unknown>>();
  /** What has failed while the handler could still take it. */
  readonly #failed = new Map<NotedPromise<unknown>, unknown>();

  /** Takes what is answered, the way out, what is outside, and what checks answers, if anything. */
  constructor(payload: APIInteraction, door: Door, outside: Outside, checks?: AnswerChecks) {
    this.payload = payload;
    this.outside = outside;
    this.#door = door;
    this.#checks = checks;
    this.since = outside.clock.now() - outside.age;
  }

  /** Whether Discord has its first answer, or the handler believes so. */
  get given(): boolean {
    return this.type !== undefined && !this.takeFirst;
  }

  /** Whether the handler has more to say: an update that it put off itself leaves nobody waiting. */
  get owed(): boolean {
    return this.type === undefined ||
      (this.#waits && (this.type === DEFERRED_MESSAGE || !!(this.takeFirst ?? this.takeReply)));
  }

  /** Gives the first answer, or after a deferral by the clock what serves for it; may resolve to its message. */
  respond(
    action: string,
    response: APIInteractionResponse,
    files?: Files,
    withResponse?: false,
  ): Promise<void>;
  respond(
    action: string,
    response: APIInteractionResponse,
    files: Files,
    withResponse: boolean,
  ): Promise<APIMessage | void>;
  respond(
    action: string,
    response: APIInteractionResponse,
    files?: Files,
    withResponse = false,
  ): Promise<APIMessage | void> {
    if (this.#ended) {
      throw refusal(action, "its handler has ended; await what the answer depends on", "closed");
    }
    if (this.takeFirst) return this.takeFirst(action, response, files);
    if (this.type !== undefined) {
      throw refusal(action, "it has an answer already; call edit or followUp");
    }
    if (this.#isLate) {
      throw refusal(action, "Discord waits no longer than 3 s; call defer first, or use autoDefer", "closed");
    }
    this.check(action, response, files);
    return this.give(response, files, withResponse);
  }

  /** Checks a first answer, if that is wanted. */
  check(action: string, response: APIInteractionResponse, files: Files): void {
    const { attachment_size_limit: sizeLimit, message } = this.payload;
    const attached = response.type === UPDATE
      ? message?.attachments?.map(({ filename }) => filename)
      : undefined;
    this.#checks?.response(action, response, { files, sizeLimit, attached });
  }

  /** Gives the first answer, whoever does. */
  give(response: APIInteractionResponse, files?: Files, withResponse = false): Promise<APIMessage | void> {
    const sent = this.#door.respond(response, files, withResponse, () => {
      // Discord has none, so that another may be given.
      this.type = this.takeFirst = undefined;
      this.#waits = false;
    });
    this.#undoTimer?.();
    this.type = response.type;
    this.#waits = response.type === DEFERRED_MESSAGE || response.type === DEFERRED_UPDATE;
    this.shows(Object(response).data);
    if (sent === undefined) return withResponse ? this.get("get the reply") : Promise.resolve();
    return this.track(async () => {
      const message = await sent;
      return withResponse ? message ?? await this.get("get the reply") : undefined;
    });
  }

  /** Takes note of the components that the reply has. */
  shows(message: unknown): void {
    const { components } = Object(message);
    if (Array.isArray(components)) this.components = components;
  }

  get #isLate(): boolean {
    return this.isGivenUp || this.outside.clock.now() - this.since > ANSWER_WITHIN;
  }

  /** Wakes at a time, once, unless there is an answer by then, or the handler has ended. */
  wakeAt(at: number, wake: () => void): void {
    if (this.type === undefined) this.#undoTimer ??= this.outside.clock.setTimer(at, wake);
  }

  /** Gives up once Discord waits no longer. */
  giveUpLate(error: () => Error): void {
    this.wakeAt(this.since + ANSWER_WITHIN, () => {
      this.isGivenUp = true;
      const late = error();
      this.#door.giveUp(late);
      this.outside.report(late);
    });
  }

  /** Changes a message: the first answer, the message of a component that it updates, or a follow-up. */
  edit(
    action: string,
    message: RESTPatchAPIInteractionOriginalResponseJSONBody & WithFiles,
    id?: string,
  ): Promise<APIMessage> {
    this.checkLater(action, id);
    const { files, ...body } = message;
    if (id === undefined) {
      if (this.takeReply) return this.takeReply(body, files);
      this.shows(body);
    }
    // What was deferred as a message has no files yet, the message of a component those that came along.
    const kept = id !== undefined || !this.#waits
      ? undefined
      : this.type === DEFERRED_MESSAGE
      ? []
      : this.payload.message?.attachments;
    const listed = withKept(body, files, kept);
    return this.say((rest, application, token) =>
      rest.editWebhookMessage(application, token, id ?? this.reply, listed, files && { files })
    );
  }

  /** Posts another message. */
  followUp(action: string, message: APIInteractionResponseCallbackData & WithFiles): Promise<APIMessage> {
    this.checkLater(action);
    if (this.#waits && (this.type === DEFERRED_MESSAGE || this.takeReply)) {
      // "this endpoint will function as Edit Original Interaction Response … The ephemeral flag will be ignored"
      throw refusal(action, "Discord waits for what was deferred; call edit first");
    }
    this.#checks?.followUp(action, this.payload, this.followUps);
    const { files, ...body } = message;
    return this.#post(body, files);
  }

  #post(message: APIInteractionResponseCallbackData, files?: Files): Promise<APIMessage> {
    this.followUps++;
    return this.say((rest, application, token) =>
      rest.createFollowupMessage(application, token, message, files && { files })
    );
  }

  /** Gets a message of this interaction. */
  get(action: string, id?: string): Promise<APIMessage> {
    this.checkLater(action, id);
    return this.#later((rest, application, token) =>
      rest.getWebhookMessage(application, token, id ?? this.reply)
    );
  }

  /** Deletes a message of this interaction. */
  delete(action: string, id?: string): Promise<void> {
    this.checkLater(action, id);
    return this.say((rest, application, token) =>
      rest.deleteWebhookMessage(application, token, id ?? this.reply)
    );
  }

  /** Waits for all that the handler, which has returned, has begun and not awaited; undefined if nothing. */
  leave(): Promise<void> | undefined {
    this.#left = true;
    for (const [work, error] of this.#failed) if (!work.taken) this.outside.report(error);
    this.#failed.clear();
    return this.#calls.size > 0 ? this.#drain() : undefined;
  }

  async #drain(): Promise<void> {
    while (this.#calls.size > 0) {
      await Promise.all(
        [...this.#calls].map((work) => new Promise<void>((ended) => work.settled(ended, () => ended()))),
      );
    }
  }

  /** From now on a first answer comes too late. */
  end(): void {
    this.#ended = true;
    this.#undoTimer?.();
    for (const ended of this.onEnd) ended();
  }

  /** Gives an answer in the handler's stead, where the user waits for one. */
  async settle(
    response: APIInteractionResponse,
    message?: APIInteractionResponseCallbackData,
  ): Promise<void> {
    if (this.type === undefined) {
      // An HTTP request that still waits wants its answer all the same.
      if (!this.#isLate || (this.#door.isInline && !this.isGivenUp)) await this.give(response);
    } else if (this.#waits && message !== undefined) {
      const action = "tell of an error";
      if (this.takeFirst) await this.takeFirst(action, { type: MESSAGE, data: message }, undefined);
      else if (this.takeReply) await this.takeReply(message, undefined);
      else if (this.type === DEFERRED_MESSAGE) await this.edit(action, editOf(message));
      else await this.#post(message);
    }
  }

  /** Waits for work of the handler's before it counts as ended, and tells if it fails. */
  waitUntil(work: Promise<unknown>): void {
    void this.track(() => work.catch((error) => this.outside.report(error)));
  }

  /** Throws where nothing can be said about a message of this interaction, not yet or not any more. */
  checkLater(action: string, id: string = ORIGINAL): void {
    if (this.type === undefined) {
      throw refusal(action, "it has no answer yet; call reply or defer first");
    }
    if (id === ORIGINAL && this.type >= MODAL) {
      throw refusal(action, "its answer is no message");
    }
    if (this.outside.clock.now() - this.since < TOKEN_LIFE) return;
    throw refusal(action, "its token was valid for 15 minutes; create a message in the channel", "closed");
  }

  /** Says more than the first answer; once Discord has it, nobody waits for that any longer. */
  say<T>(call: LaterCall<T>): Promise<T> {
    return this.#later(async (rest, application, token) => {
      const result = await call(rest, application, token);
      this.#waits = false;
      this.takeFirst = undefined;
      return result;
    });
  }

  #later<T>(call: LaterCall<T>): Promise<T> {
    const { application_id, token } = this.payload;
    const { clock } = this.outside;
    return this.track(async () => {
      await this.#door.delivered();
      const rest = this.outside.rest();
      for (let wait = EARLY_WAIT;; wait *= 2) {
        try {
          return await call(rest, application_id, token);
        } catch (error) {
          if (wait > LAST_EARLY_WAIT || !this.#door.isInline || !isUnknownWebhook(error)) throw error;
        }
        await pauseUntil(clock, clock.now() + wait);
      }
    });
  }

  /**
   * Nothing that a handler has begun is left alone: its end waits for it, and what fails and nobody has taken by then
   * is told.
   */
  track<T>(work: () => Promise<T>): Promise<T> {
    const call = NotedPromise.of(work);
    this.#calls.add(call);
    const done = () => this.#calls.delete(call);
    call.settled(done, (error) => {
      done();
      if (!this.#left) this.#failed.set(call, error);
      else if (!call.taken) this.outside.report(error);
    });
    return call;
  }
}

/** Whether Discord knows no such interaction: it has not taken the response to its own request yet, or never will. */
function isUnknownWebhook(error: unknown): boolean {
  return Object(error).discordCode === UNKNOWN_WEBHOOK;
}

import type {
  APIInteraction,
  APIInteractionResponse,
  APIInteractionResponseCallbackData,
  APIMessage,
  APIMessageTopLevelComponent,
  RESTPatchAPIInteractionOriginalResponseJSONBody,
} from "discord-api-types/v10";
import { sleepUntil } from "../../../driver/clock.ts";
import { NotedPromise } from "../../../driver/_noted_promise.ts";
import { CommandError, ParleyError, TimeoutError } from "../../../protocol/errors.ts";
import { ANSWER_WITHIN } from "./_deadline.ts";
import type { DiscordFile } from "../../rest/routes/table/entry.ts";
import type { DiscordGateway } from "../../gateway/client.ts";
import {
  type AwaitComponentOptions,
  type AwaitedComponent,
  disabled,
  type Waiter,
} from "./await_component.ts";
import { EDITABLE_FLAGS, editOf, flagsOf, messageOfEdit, withKept } from "./bodies.ts";
import type { Door, Files, InteractionRest, Outside } from "./door.ts";
import type { ResponseCheck } from "./response_check.ts";

/** How long the token is valid, in milliseconds. */
const TOKEN_LIFE = 15 * 60_000;

/**
 * What Discord does not know yet, it may know soon: how long to wait then, in milliseconds, twice as long each time,
 * for some eight seconds in all.
 */
const EARLY_WAIT = 250;
const LAST_EARLY_WAIT = 4_000;
const UNKNOWN_WEBHOOK = 10015;

const ORIGINAL = "@original";

const MESSAGE = 4;
const DEFERRED_MESSAGE = 5;
const DEFERRED_UPDATE = 6;
const UPDATE = 7;
const MODAL = 9;
const EPHEMERAL = 1 << 6;
const MOST_FOLLOW_UPS = 5;
/** How long before its token expires nothing is awaited any more, in milliseconds: to tidy up takes one more call. */
const TIDY_TIME = 10_000;

type LaterCall<T> = (rest: InteractionRest, application: string, token: string) => Promise<T>;

interface WithFiles {
  readonly files?: readonly DiscordFile[] | undefined;
}

/** Where an interaction stands with its answers: one first, and more for as long as its token is valid. */
export class Answer {
  readonly #payload: APIInteraction;
  readonly #door: Door;
  readonly #outside: Outside;
  readonly #responseCheck: ResponseCheck | undefined;
  /** The components that the reply has, as far as it is known. */
  #components: readonly APIMessageTopLevelComponent[] = [];
  /** Resolves what lasts as long as the handler, if there is such a thing. */
  readonly #onEnd: (() => void)[] = [];
  /** When Discord began to wait. */
  readonly since: number;
  /** The type of the first answer. */
  #type: number | undefined;
  /** It was deferred, and nothing has come after that. */
  #waits = false;
  /** It was deferred by the clock, and the handler does not know. */
  #byClock = false;
  #isPrivate = false;
  /** The message that counts as the reply. */
  #reply = ORIGINAL;
  /** What was deferred cannot become the message that is to come: that is posted anew, with these flags. */
  #anew: { readonly flags: number } | undefined;
  /** What was deferred as a message, "thinking…", was deleted. */
  #isCleared = false;
  /** The handler has returned. */
  #left = false;
  #ended = false;
  /** Nobody waits for the first answer any more, and that was told. */
  #isGivenUp = false;
  #followUps = 0;
  #undoTimer: (() => void) | undefined;
  readonly #calls = new Set<NotedPromise<unknown>>();
  /** What has failed while the handler could still take it. */
  readonly #failed = new Map<NotedPromise<unknown>, unknown>();

  /** Takes what is answered, the way out, and what checks a first answer, if anything. */
  constructor(payload: APIInteraction, door: Door, check?: ResponseCheck) {
    this.#payload = payload;
    this.#door = door;
    this.#responseCheck = check;
    this.#outside = door.outside;
    this.since = door.outside.clock.now() - door.outside.age;
  }

  /** Whether Discord has its first answer, or the handler believes so. */
  get given(): boolean {
    return this.#type !== undefined && !this.#byClock;
  }

  /** The type of the first answer; undefined before. */
  get type(): number | undefined {
    return this.#type;
  }

  /** Whether it was given up, since there was no first answer in time. */
  get isGivenUp(): boolean {
    return this.#isGivenUp;
  }

  /** Whether the handler has more to say: an update that it put off itself leaves nobody waiting. */
  get owed(): boolean {
    return this.#type === undefined ||
      (this.#waits && (this.#byClock || this.#type === DEFERRED_MESSAGE || this.#anew !== undefined));
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
      const fix = "await in the handler what the answer depends on";
      throw new CommandError("closed", `Cannot ${action}: its handler has ended; ${fix}`);
    }
    if (this.#byClock) return this.#respondLate(action, response, files);
    if (this.#type !== undefined) {
      const fix = "an interaction takes one; call edit or followUp after it";
      throw new CommandError("invalid_command", `Cannot ${action}: it has an answer already, and ${fix}`);
    }
    if (this.#isLate) {
      const fix = "call defer first, or use autoDefer";
      const why = `Discord has stopped waiting after ${ANSWER_WITHIN} ms`;
      throw new CommandError("closed", `Cannot ${action}: ${why}; ${fix}`);
    }
    this.#check(action, response, files);
    return this.#give(response, files, withResponse);
  }

  #check(action: string, response: APIInteractionResponse, files: Files): void {
    const { attachment_size_limit: sizeLimit, message } = this.#payload;
    const attached = response.type === UPDATE
      ? message?.attachments?.map(({ filename }) => filename)
      : undefined;
    this.#responseCheck?.(action, response, { files, sizeLimit, attached });
  }

  #give(
    response: APIInteractionResponse,
    files?: Files,
    withResponse = false,
  ): Promise<APIMessage | void> {
    const sent = this.#door.respond(response, files, withResponse);
    this.#undoTimer?.();
    this.#type = response.type;
    this.#waits = response.type === DEFERRED_MESSAGE || response.type === DEFERRED_UPDATE;
    this.#isPrivate = (flagsOf(response) & EPHEMERAL) !== 0;
    this.#shows("data" in response ? response.data : undefined);
    if (sent === undefined) return withResponse ? this.get("get the reply") : Promise.resolve();
    return this.#track(async () => {
      try {
        const message = await sent;
        return withResponse ? message ?? await this.get("get the reply") : undefined;
      } catch (error) {
        if (isRefusal(error)) {
          // Discord has none, so that another may be given.
          this.#type = undefined;
          this.#waits = this.#byClock = false;
        }
        throw error;
      }
    });
  }

  /** Takes note of the components that the reply has. */
  #shows(message: object | null | undefined): void {
    const { components } = Object(message ?? {});
    if (Array.isArray(components)) this.#components = components;
  }

  get #isLate(): boolean {
    return this.#isGivenUp || this.#outside.clock.now() - this.since > ANSWER_WITHIN;
  }

  /** Gives up once Discord waits no longer, unless there is an answer by then, or the handler has ended. */
  giveUpLate(error: () => Error): void {
    this.#undoTimer = this.#outside.clock.setTimer(this.since + ANSWER_WITHIN, () => {
      this.#isGivenUp = true;
      const late = error();
      this.#door.giveUp(late);
      this.#outside.report(late);
    });
  }

  /** Defers at a time, unless there is an answer by then, or the handler has ended. */
  deferAt(at: number, isUpdate: boolean, isEphemeral: boolean): void {
    this.#undoTimer = this.#outside.clock.setTimer(at, () => {
      this.#byClock = true;
      const response: APIInteractionResponse = isUpdate
        ? { type: DEFERRED_UPDATE }
        : { type: DEFERRED_MESSAGE, ...(isEphemeral && { data: { flags: EPHEMERAL } }) };
      this.#give(response).catch((error) => this.#outside.report(error));
    });
  }

  /** The handler answers what the clock has deferred meanwhile: it comes to the same as if it had been in time. */
  #respondLate(
    action: string,
    response: APIInteractionResponse,
    files: Files,
  ): Promise<APIMessage | void> {
    this.#check(action, response, files);
    const isUpdate = this.#type === DEFERRED_UPDATE;
    const flags = flagsOf(response);
    const isPrivate = (flags & EPHEMERAL) !== 0;
    const data = "data" in response && response.type !== MODAL ? response.data : undefined;
    const message: APIInteractionResponseCallbackData = Object(data ?? {});
    switch (response.type) {
      case MESSAGE: {
        this.#byClock = false;
        const isEdit = !isUpdate && isPrivate === this.#isPrivate && !message.tts &&
          (flags & ~(EDITABLE_FLAGS | EPHEMERAL)) === 0;
        return isEdit ? this.edit(action, { ...editOf(message), files }) : this.#post(message, files);
      }
      case UPDATE:
        if (!isUpdate) break;
        this.#byClock = false;
        return this.edit(action, { ...editOf(message), files });
      case DEFERRED_MESSAGE:
        this.#byClock = false;
        if (isUpdate || isPrivate !== this.#isPrivate) this.#anew = { flags };
        return Promise.resolve();
      case DEFERRED_UPDATE:
        if (!isUpdate) break;
        this.#byClock = false;
        return Promise.resolve();
    }
    const fix = "answer sooner with what is no message";
    throw new CommandError("invalid_command", `Cannot ${action}: autoDefer has deferred it; ${fix}`);
  }

  /**
   * Posts the message that is to come where what was deferred cannot become it: public is not private, nor the other
   * way round. Discord gives the first follow-up in place of a deferred message as long as that is there.
   */
  #post(message: APIInteractionResponseCallbackData, files: Files): Promise<APIMessage> {
    this.#followUps++;
    this.#shows(message);
    return this.#say(async (rest, application, token) => {
      if (this.#type === DEFERRED_MESSAGE && !this.#isCleared) {
        await rest.deleteWebhookMessage(application, token, ORIGINAL);
        this.#isCleared = true;
      }
      const posted = await rest.createFollowupMessage(application, token, message, files && { files });
      this.#anew = undefined;
      this.#reply = posted.id;
      return posted;
    });
  }

  /** Changes a message: the first answer, the message of a component that it updates, or a follow-up. */
  edit(
    action: string,
    message: RESTPatchAPIInteractionOriginalResponseJSONBody & WithFiles,
    id?: string,
  ): Promise<APIMessage> {
    this.#checkLater(action, id);
    const { files, ...body } = message;
    if (id === undefined && this.#anew !== undefined) {
      const { flags } = this.#anew;
      return this.#post({ ...messageOfEdit(body), flags: flags | (body.flags ?? 0) }, files);
    }
    if (id === undefined) this.#shows(body);
    // What was deferred as a message has no files yet, the message of a component those that came along.
    const { message: before } = this.#payload;
    const kept = id !== undefined || !this.#waits
      ? undefined
      : this.#type === DEFERRED_MESSAGE
      ? []
      : before?.attachments;
    const listed = withKept(body, files, kept);
    return this.#say((rest, application, token) =>
      rest.editWebhookMessage(application, token, id ?? this.#reply, listed, files && { files })
    );
  }

  /** Posts another message. */
  followUp(action: string, message: APIInteractionResponseCallbackData & WithFiles): Promise<APIMessage> {
    this.#checkLater(action);
    if (this.#waits && (this.#type === DEFERRED_MESSAGE || this.#anew !== undefined)) {
      // "this endpoint will function as Edit Original Interaction Response … The ephemeral flag will be ignored"
      const fix = "call edit first, which gives the deferred message";
      throw new CommandError("invalid_command", `Cannot ${action}: Discord would show it as that; ${fix}`);
    }
    const owners = Object.keys(this.#payload.authorizing_integration_owners ?? {});
    if (owners.length > 0 && owners.every((owner) => owner === "1") && this.#followUps >= MOST_FOLLOW_UPS) {
      const why = `a user's own app may follow up ${MOST_FOLLOW_UPS} times`;
      throw new CommandError("invalid_command", `Cannot ${action}: ${why}`);
    }
    this.#followUps++;
    const { files, ...body } = message;
    return this.#say((rest, application, token) =>
      rest.createFollowupMessage(application, token, body, files && { files })
    );
  }

  /** Gets a message of this interaction. */
  get(action: string, id?: string): Promise<APIMessage> {
    this.#checkLater(action, id);
    return this.#later((rest, application, token) =>
      rest.getWebhookMessage(application, token, id ?? this.#reply)
    );
  }

  /** Deletes a message of this interaction. */
  delete(action: string, id?: string): Promise<void> {
    this.#checkLater(action, id);
    return this.#say((rest, application, token) =>
      rest.deleteWebhookMessage(application, token, id ?? this.#reply)
    );
  }

  /** Waits for all that the handler, which has returned, has begun and not awaited; undefined if nothing. */
  leave(): Promise<void> | undefined {
    this.#left = true;
    for (const [work, error] of this.#failed) if (!work.taken) this.#outside.report(error);
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
    for (const ended of this.#onEnd) ended();
  }

  /** The gateway that it came by. */
  get gateway(): DiscordGateway | undefined {
    return this.#outside.gateway;
  }

  /** Awaits one use of a component of this interaction's messages, which then lasts as long as its own handler. */
  awaitComponent(action: string, options: AwaitComponentOptions): Promise<AwaitedComponent> {
    this.#checkLater(action);
    const { where = () => true, signal, timeout = Infinity, tidy } = options;
    const { clock, waiters, report } = this.#outside;
    const until = Math.min(clock.now() + timeout, this.since + TOKEN_LIFE - TIDY_TIME);
    const { id, message: before } = this.#payload;
    return this.#track(() =>
      new Promise((resolve, reject) => {
        const over = () => {
          waiters.delete(waiter);
          undo();
          signal?.removeEventListener("abort", onAbort);
        };
        const giveUp = async (reason: unknown) => {
          over();
          const edit = tidy ?? (this.#components.length > 0 && { components: disabled(this.#components) });
          if (edit) await this.edit(action, edit).catch(report);
          reject(reason);
        };
        const onAbort = () => void giveUp(signal?.reason);
        const waiter: Waiter = {
          isOf: ({ id: message, interaction_metadata: made }) =>
            made?.id === id || message === before?.id || message === this.#reply,
          where,
          take: (i) => {
            over();
            resolve(i);
            return new Promise((ended) => void this.#onEnd.push(ended));
          },
        };
        waiters.add(waiter);
        const undo = clock.setTimer(until, () =>
          void giveUp(new TimeoutError(`Cannot ${action}: nobody used one in time`)));
        signal?.addEventListener("abort", onAbort, { once: true });
        if (signal?.aborted) {
          onAbort();
        }
      })
    );
  }

  /** Gives an answer in the handler's stead, where the user waits for one. */
  async settle(
    response: APIInteractionResponse,
    message: APIInteractionResponseCallbackData | undefined,
  ): Promise<void> {
    if (this.#type === undefined) {
      // An HTTP request that still waits wants its answer all the same.
      if (!this.#isLate || (this.#door.isInline && !this.#isGivenUp)) await this.#give(response, undefined);
    } else if (this.#waits && message !== undefined) {
      const action = "tell of an error";
      if (this.#byClock) await this.#respondLate(action, { type: MESSAGE, data: message }, undefined);
      else if (this.#type !== DEFERRED_MESSAGE || this.#isCleared) await this.#post(message, undefined);
      else await this.edit(action, editOf(message));
    }
  }

  /** Waits for work of the handler's before it counts as ended, and tells if it fails. */
  waitUntil(work: Promise<unknown>): void {
    void this.#track(() => work.catch((error) => this.#outside.report(error)));
  }

  #checkLater(action: string, id = ORIGINAL): void {
    if (this.#type === undefined) {
      const fix = "call reply or defer first";
      throw new CommandError("invalid_command", `Cannot ${action}: it has no answer yet; ${fix}`);
    }
    if (id === ORIGINAL && this.#type >= MODAL) {
      const fix = "only a message can be edited, got or deleted";
      throw new CommandError("invalid_command", `Cannot ${action}: its answer is no message; ${fix}`);
    }
    if (this.#outside.clock.now() - this.since < TOKEN_LIFE) return;
    const fix = "create a message in the channel instead";
    throw new CommandError("closed", `Cannot ${action}: its token was valid for 15 minutes; ${fix}`);
  }

  /** Says more than the first answer; once Discord has it, nobody waits for that any longer. */
  #say<T>(call: LaterCall<T>): Promise<T> {
    return this.#later(async (rest, application, token) => {
      const result = await call(rest, application, token);
      this.#waits = this.#byClock = false;
      return result;
    });
  }

  #later<T>(call: LaterCall<T>): Promise<T> {
    const { application_id, token } = this.#payload;
    const work = async () => {
      await this.#door.delivered();
      const rest = await this.#outside.rest();
      for (let wait = EARLY_WAIT;; wait *= 2) {
        try {
          return await call(rest, application_id, token);
        } catch (error) {
          if (wait > LAST_EARLY_WAIT || !this.#door.isInline || !isUnknownWebhook(error)) throw error;
        }
        await sleepUntil(this.#outside.clock, this.#outside.clock.now() + wait);
      }
    };
    return this.#track(work);
  }

  /**
   * Nothing that a handler has begun is left alone: its end waits for it, and what fails and nobody has taken by then
   * is told.
   */
  #track<T>(work: () => Promise<T>): Promise<T> {
    const call = NotedPromise.of(work);
    this.#calls.add(call);
    const done = () => this.#calls.delete(call);
    call.settled(done, (error) => {
      done();
      if (!this.#left) this.#failed.set(call, error);
      else if (!call.taken) this.#outside.report(error);
    });
    return call;
  }
}

/** Whether Discord said no, and so has not taken it. */
function isRefusal(error: unknown): boolean {
  return error instanceof ParleyError && (error.code === "http_status" || error.code === "invalid_command") &&
    !("status" in error && Number(error.status) >= 500);
}

/** Whether Discord knows no such interaction: it has not taken the response to its own request yet, or never will. */
function isUnknownWebhook(error: unknown): boolean {
  return error instanceof ParleyError && "discordCode" in error && error.discordCode === UNKNOWN_WEBHOOK;
}

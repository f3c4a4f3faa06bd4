import type {
  APIInteractionResponse,
  APIInteractionResponseCallbackData,
  APIMessage,
} from "discord-api-types/v10";
import { type Answer, ORIGINAL } from "./answer.ts";
import { EDITABLE_FLAGS, editOf, messageOfEdit } from "./bodies.ts";
import type { Files } from "./door.ts";
import { refusal } from "./refusal.ts";
const MESSAGE = 4;
const DEFERRED_MESSAGE = 5;
const DEFERRED_UPDATE = 6;
const UPDATE = 7;
const MODAL = 9;
const EPHEMERAL = 1 << 6;

/**
 * Defers at a time, unless there is an answer by then, or the handler has ended. Whatever the handler then answers comes
 * to the same as if it had been in time.
 */
export function deferAt(answer: Answer, at: number, isUpdate: boolean, isPrivate: boolean): void {
  answer.wakeAt(at, () => {
    const deferral = new Deferral(answer, isUpdate, isPrivate);
    answer.takeFirst = (action, response, files) => deferral.take(action, response, files);
    const response: APIInteractionResponse = isUpdate
      ? { type: DEFERRED_UPDATE }
      : { type: DEFERRED_MESSAGE, ...(isPrivate && { data: { flags: EPHEMERAL } }) };
    answer.give(response).catch((error) => answer.outside.report(error));
  });
}

/** What the clock has deferred, and the handler answers meanwhile. */
class Deferral {
  readonly #answer: Answer;
  readonly #isUpdate: boolean;
  readonly #isPrivate: boolean;
  /** What was deferred as a message, "thinking…", was deleted. */
  #isCleared = false;

  constructor(answer: Answer, isUpdate: boolean, isPrivate: boolean) {
    this.#answer = answer;
    this.#isUpdate = isUpdate;
    this.#isPrivate = isPrivate;
  }

  take(action: string, response: APIInteractionResponse, files: Files): Promise<APIMessage | void> {
    const answer = this.#answer;
    answer.check(action, response, files);
    const { type } = response;
    const data = "data" in response && type !== MODAL ? response.data : undefined;
    const message: APIInteractionResponseCallbackData = Object(data);
    const { flags = 0 } = message;
    const isPrivate = (flags & EPHEMERAL) !== 0;
    const isMessage = type === MESSAGE || type === DEFERRED_MESSAGE;
    if (!isMessage && !(this.#isUpdate && (type === UPDATE || type === DEFERRED_UPDATE))) {
      throw refusal(action, "autoDefer has deferred it; answer sooner with what is no message");
    }
    answer.takeFirst = undefined;
    const isSeenOtherwise = isMessage && (this.#isUpdate || isPrivate !== this.#isPrivate);
    switch (type) {
      case MESSAGE:
        if (isSeenOtherwise || message.tts || (flags & ~(EDITABLE_FLAGS | EPHEMERAL)) !== 0) {
          this.#postInstead(0);
          return this.#post(message, files);
        }
        return answer.edit(action, { ...editOf(message), files });
      case UPDATE:
        return answer.edit(action, { ...editOf(message), files });
      default:
        if (isSeenOtherwise) this.#postInstead(flags);
        return Promise.resolve();
    }
  }

  /** What was deferred cannot become the reply, which is posted anew, with these flags: public is not private. */
  #postInstead(flags: number): void {
    this.#answer.takeReply = (reply, files) => {
      const message = messageOfEdit(reply);
      return this.#post({ ...message, flags: flags | (message.flags ?? 0) }, files);
    };
  }

  /** Posts the reply. Discord gives the first follow-up in place of a deferred message as long as that is there. */
  #post(message: APIInteractionResponseCallbackData, files: Files): Promise<APIMessage> {
    const answer = this.#answer;
    answer.followUps++;
    answer.shows(message);
    return answer.say(async (rest, application, token) => {
      if (!this.#isUpdate && !this.#isCleared) {
        await rest.deleteWebhookMessage(application, token, ORIGINAL);
        this.#isCleared = true;
      }
      const posted = await rest.createFollowupMessage(application, token, message, files && { files });
      answer.takeReply = undefined;
      answer.reply = posted.id;
      return posted;
    });
  }
}

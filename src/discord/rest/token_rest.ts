import { type Clock, systemClock } from "../../driver/clock/clock.ts";
import { pauseUntil } from "../../driver/clock/_pause.ts";
import { LONGEST_ANSWER } from "../../http/exchange.ts";
import { parseJson } from "../../http/parse_json.ts";
import { readPieces } from "../../http/read_pieces.ts";
import { CommandError } from "../../protocol/errors.ts";
import { USER_AGENT } from "./_user_agent.ts";
import { formOf, withAttachments } from "./bodies/form.ts";
import type { DiscordFile } from "./routes/table/entry.ts";
import { DiscordHttpError } from "./errors.ts";
import type { HttpMethod } from "./routes/route.ts";

/** What a call may upload. */
export interface Uploads {
  readonly files?: readonly DiscordFile[] | undefined;
}

const BASE = "https://discord.com/api/v10";
/** How long a failure is waited out at first, in milliseconds; twice as long each time. */
const FIRST_WAIT = 500;
/** How long at last, before the third repetition. */
const LAST_WAIT = 2_000;
/** How long Discord may take to answer, in milliseconds. */
const TIMEOUT = 15_000;
/** What lasts longer is not waited for, in milliseconds. */
const LONGEST_WAIT = 60_000;

/**
 * The few calls that an interaction's own token allows, for a program that needs no others and pays for every byte: what
 * Discord limits is waited for, and what is safe is repeated. A `DiscordRest` does more, and does it for all calls:
 * limits are known beforehand, and bodies are checked.
 *
 * Source: Discord, "Receiving and Responding", Followup Messages.
 */
export class TokenRest {
  readonly #clock: Clock;
  readonly #fetch: (url: string, init: RequestInit) => Promise<Response>;

  /** Takes what tells the time and what makes requests. */
  constructor(
    clock: Clock = systemClock,
    fetch: (url: string, init: RequestInit) => Promise<Response> = (url, init) => globalThis.fetch(url, init),
  ) {
    this.#clock = clock;
    this.#fetch = fetch;
  }

  /** Posts another message. */
  createFollowupMessage<Result>(
    application: string,
    token: string,
    body: object,
    { files = [] }: Uploads = {},
  ): Promise<Result> {
    const path = (token: string) => `/webhooks/${application}/${token}`;
    return this.ask("POST", path, token, withAttachments(body, files), files);
  }

  /** Gets a message. */
  getWebhookMessage<Result>(application: string, token: string, message: string): Promise<Result> {
    return this.ask("GET", messagePath(application, message), token);
  }

  /** Changes a message. */
  editWebhookMessage<Result>(
    application: string,
    token: string,
    message: string,
    body: object,
    { files = [] }: Uploads = {},
  ): Promise<Result> {
    return this.ask("PATCH", messagePath(application, message), token, withAttachments(body, files), files);
  }

  /** Deletes a message. */
  deleteWebhookMessage(application: string, token: string, message: string): Promise<void> {
    return this.ask("DELETE", messagePath(application, message), token);
  }

  /** Makes a request. */
  protected async ask<Result>(
    method: HttpMethod,
    path: (token: string) => string,
    token: string,
    body?: object,
    files: readonly DiscordFile[] = [],
    query = "",
  ): Promise<Result> {
    const route = path(":token");
    const url = `${BASE}${path(encodeURIComponent(token))}${query}`;
    const json = JSON.stringify(body);
    const isForm = files.length > 0;
    const init: RequestInit = {
      method,
      headers: { "User-Agent": USER_AGENT, ...(!isForm && body && { "Content-Type": "application/json" }) },
      // The token is meant for this host only.
      redirect: "manual",
      ...(body && { body: isForm ? formOf(json, files) : json }),
    };
    for (let wait = FIRST_WAIT;; wait *= 2) {
      let status = 0;
      let answer;
      try {
        const response = await this.#fetch(url, { ...init, signal: AbortSignal.timeout(TIMEOUT) });
        const read = await readPieces(response.body?.getReader(), LONGEST_ANSWER);
        if (read !== undefined) {
          answer = parseJson(read);
          status = response.status;
        }
      } catch {
        // What was thrown may name the URL, and so the token.
      }
      // Whoever asks says what Discord answers.
      if (status >= 200 && status < 300) return answer as Result;
      const limit = status === 429 ? 1_000 * Number(Object(answer).retry_after) : 0;
      const isAgain = status === 429
        ? !(limit > LONGEST_WAIT)
        : method !== "POST" && (status === 0 || status >= 500);
      if (!isAgain || wait > LAST_WAIT) {
        if (status > 0) throw new DiscordHttpError({ method, route, status, body: answer });
        throw new CommandError(
          "lost",
          `Lost ${method} ${route}: no answer was read; it may have taken effect`,
        );
      }
      await pauseUntil(this.#clock, this.#clock.now() + (limit || wait));
    }
  }
}

function messagePath(application: string, message: string): (token: string) => string {
  return (token) => `/webhooks/${application}/${token}/messages/${message}`;
}

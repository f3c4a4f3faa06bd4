/** One request that a bot made of Discord's REST API. */
export interface RecordedCall {
  /** The HTTP method. */
  readonly method: string;
  /** The path behind `/api/v10`, such as `/webhooks/2/token/messages/@original`. */
  readonly path: string;
  /** The body, read; undefined if there was none. */
  readonly body: unknown;
  /** The files that came with it. */
  readonly files: readonly File[];
}

/** Which calls are meant: those of a method, and whose path holds a text. */
export interface CallFilter {
  /** Such as `PATCH`. @default any */
  readonly method?: string;
  /** A part of the path, such as an interaction's token. @default any */
  readonly path?: string;
}

/**
 * Stands in for Discord's REST API in tests of interactions: records what a bot asks for after its first
 * answer (edits, follow-ups, deletions, callbacks), and answers as Discord would.
 *
 * @example
 * ```ts
 * import { DiscordRest } from "@parley/parley/discord/rest";
 * import { InteractionRecorder } from "@parley/testing";
 *
 * const discord = new InteractionRecorder();
 * const rest = new DiscordRest({ token: "a.bot.token", fetch: discord.fetch });
 * await rest.editOriginalInteractionResponse("2", "a-token", { content: "done" });
 * discord.calls[0]?.body; // { content: "done" }
 * ```
 */
export class InteractionRecorder {
  readonly #calls: RecordedCall[] = [];
  #waiting: { readonly filter: CallFilter; readonly resolve: (call: RecordedCall) => void }[] = [];
  #nextId = 1;

  /** Everything that was asked, in that order. */
  get calls(): readonly RecordedCall[] {
    return this.#calls;
  }

  /** The calls that a filter leaves. */
  find(filter: CallFilter): readonly RecordedCall[] {
    return this.#calls.filter((call) => fits(call, filter));
  }

  /** The first call that fits, made before or yet to come. Rejects with the signal's reason if it is aborted. */
  wait(filter: CallFilter = {}, options: { readonly signal?: AbortSignal } = {}): Promise<RecordedCall> {
    const { signal } = options;
    const found = this.#calls.find((call) => fits(call, filter));
    if (found !== undefined) return Promise.resolve(found);
    const { promise, resolve, reject } = Promise.withResolvers<RecordedCall>();
    const waiter = { filter, resolve };
    this.#waiting.push(waiter);
    const onAbort = () => {
      this.#waiting = this.#waiting.filter((other) => other !== waiter);
      reject(signal?.reason);
    };
    if (signal?.aborted) onAbort();
    signal?.addEventListener("abort", onAbort, { once: true });
    return promise.finally(() => signal?.removeEventListener("abort", onAbort));
  }

  /** What to give a bot for `fetch`. */
  readonly fetch = async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const request = new Request(input, init);
    const path = new URL(request.url).pathname.replace(/^\/api(\/v\d+)?/, "");
    const call = { method: request.method, path, ...await contentOf(request) };
    this.#calls.push(call);
    const fitting = this.#waiting.filter(({ filter }) => fits(call, filter));
    this.#waiting = this.#waiting.filter((waiter) => !fitting.includes(waiter));
    for (const { resolve } of fitting) resolve(call);
    // A callback without `with_response`, and a deletion, have nothing to tell.
    if (request.method === "DELETE" || path.endsWith("/callback")) return new Response(null, { status: 204 });
    return Response.json({ id: String(this.#nextId++), channel_id: "4", ...Object(call.body) });
  };
}

function fits(call: RecordedCall, { method, path }: CallFilter): boolean {
  return (method === undefined || call.method === method) && (path === undefined || call.path.includes(path));
}

/** What a request or a response carries: JSON, or a form of JSON and files. */
export async function contentOf(
  message: Request | Response,
): Promise<{ readonly body: unknown; readonly files: readonly File[] }> {
  if (message.headers.get("content-type")?.startsWith("multipart/form-data")) {
    const form = await message.formData();
    const payload = form.get("payload_json");
    const files = [...form.values()].filter((value) => value instanceof File);
    return { body: typeof payload === "string" ? JSON.parse(payload) : undefined, files };
  }
  const text = await message.text();
  if (text === "") return { body: undefined, files: [] };
  try {
    return { body: JSON.parse(text), files: [] };
  } catch {
    return { body: text, files: [] };
  }
}

import { type Clock, sleepUntil, systemClock } from "../driver/clock/clock.ts";
import { type Grant, LocalPermits } from "../driver/permits.ts";
import { parseJson } from "../http/parse_json.ts";
import { readBody } from "../http/read_body.ts";
import { OptionError } from "../protocol/errors.ts";
import { isRecord } from "../protocol/data/json_value.ts";
import type { Permit } from "../protocol/permit.ts";
import { checkKinds } from "../protocol/option_checks.ts";

/** What {@linkcode permitServer} takes. */
export interface PermitServerOptions {
  /** What those who ask must know: it is sent as a bearer token. At least 16 characters. */
  readonly secret: string;
  /** How many may wait or hold permits at a time; more are answered 503. @default {10_000} */
  readonly most?: number;
  /** What tells the time and wakes up. @default the runtime's own */
  readonly clock?: Clock;
}

/** How long an ask is held before it is to be asked again, in milliseconds: proxies cut what is silent for a minute. */
export const HELD = 20_000;
/** A process that was not heard of for so long has gone, in milliseconds. */
export const GONE: number = 3 * HELD;
const MOST_BYTES = 4_096;

/** A permit that somebody waits for, or holds. */
interface Place {
  readonly granted: Promise<unknown>;
  readonly controller: AbortController;
  grant: Grant | undefined;
  heardAt: number;
}

/**
 * Grants permits to other processes over HTTP, for {@linkcode HttpPermits}: a handler for `Deno.serve`, `Bun.serve` or
 * Hono. It keeps the limits in memory, so one process must be the one that grants; when that is started again, what was
 * used before counts no more, so let it wait for the longest limit first.
 *
 * A process that is not heard of for a minute is taken for gone: what it waited for is withdrawn, and what it held counts
 * as used.
 *
 * @throws {OptionError} if the secret is too short.
 *
 * @example
 * ```ts
 * import { permitServer } from "@parley/parley/permits";
 *
 * const handler = permitServer({ secret: "a secret of at least 16 characters" });
 * // Deno.serve({ port: 8080 }, handler);
 * const answer = await handler(new Request("http://permits.internal/", { method: "POST" }));
 * console.log(answer.status); // 401
 * ```
 */
export function permitServer(options: PermitServerOptions): (request: Request) => Promise<Response> {
  checkSecret(options);
  const { secret, most = 10_000, clock = systemClock } = options;
  const server = new PermitServer(clock, most);
  const expected = digest(`Bearer ${secret}`);
  return async (request) => {
    if (await digest(request.headers.get("authorization") ?? "") !== await expected) return answer(401);
    const body = await readBody(request, { maxBodyBytes: MOST_BYTES, clock });
    if (typeof body === "object" && "status" in body) return answer(body.status);
    return await server.answer(parseJson(body));
  };
}

/** Checks the secret that those who ask and the one that grants share. @throws {OptionError} if it is too short. */
export function checkSecret(options: { readonly secret: string }): void {
  checkKinds("share permits", options, { secret: ["string"] });
  if (options.secret.length >= 16) return;
  throw new OptionError("Cannot share permits: the secret has fewer than 16 characters");
}

class PermitServer {
  readonly #clock: Clock;
  readonly #most: number;
  readonly #permits: LocalPermits;
  /** By the numbers that those who ask have given them. */
  readonly #places = new Map<string, Place>();
  #undoTimer: (() => void) | undefined = undefined;

  constructor(clock: Clock, most: number) {
    this.#clock = clock;
    this.#most = most;
    this.#permits = new LocalPermits(clock);
  }

  async answer(asked: unknown): Promise<Response> {
    if (!isRecord(asked) || typeof asked["id"] !== "string" || !/^[\w-]{16,64}$/.test(asked["id"])) {
      return answer(400);
    }
    const { id, permit, used } = asked;
    if (typeof used === "boolean") return this.#release(id, used);
    if (permit === undefined) return answer(this.#hear(id) === undefined ? 404 : 204);
    if (!isPermit(permit)) return answer(400);
    const place = this.#hear(id) ?? this.#ask(id, permit);
    if (place === undefined) return answer(503);
    const controller = new AbortController();
    const late = sleepUntil(this.#clock, this.#clock.now() + HELD, controller.signal).catch(() => {});
    await Promise.race([place.granted, late]);
    controller.abort();
    return place.grant === undefined ? answer(202, { waits: id }) : answer(200, { granted: id });
  }

  #hear(id: string): Place | undefined {
    const place = this.#places.get(id);
    if (place !== undefined) place.heardAt = this.#clock.now();
    return place;
  }

  #ask(id: string, permit: Permit): Place | undefined {
    if (this.#places.size >= this.#most) return undefined;
    const controller = new AbortController();
    const granted = this.#permits.acquire(permit, controller.signal).then((grant) => {
      if (controller.signal.aborted) grant.release(false);
      else place.grant = grant;
    }, () => {});
    const place: Place = { granted, controller, grant: undefined, heardAt: this.#clock.now() };
    this.#places.set(id, place);
    this.#watch();
    return place;
  }

  #release(id: string, used: boolean): Response {
    const place = this.#places.get(id);
    if (place === undefined) return answer(404);
    this.#places.delete(id);
    place.controller.abort();
    place.grant?.release(used);
    return answer(204);
  }

  /** Lets go of who has gone. */
  #watch(): void {
    if (this.#undoTimer !== undefined || this.#places.size === 0) return;
    this.#undoTimer = this.#clock.setTimer(this.#clock.now() + HELD, () => {
      this.#undoTimer = undefined;
      for (const [id, { heardAt }] of this.#places) {
        if (this.#clock.now() - heardAt >= GONE) this.#release(id, true);
      }
      this.#watch();
    });
  }
}

function answer(status: number, body?: object): Response {
  return body === undefined ? new Response(null, { status }) : Response.json(body, { status });
}

function isPermit(value: unknown): value is Permit {
  if (!isRecord(value)) return false;
  const { scope, key, limit, per } = value;
  return typeof scope === "string" && typeof key === "string" && isAbove0(limit) && isAbove0(per);
}

function isAbove0(value: unknown): value is number {
  return typeof value === "number" && value > 0 && value < Infinity;
}

/** Texts of which only these are compared tell nothing by how long that takes. */
async function digest(text: string): Promise<string> {
  const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return String.fromCharCode(...new Uint8Array(bytes));
}

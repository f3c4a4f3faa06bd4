import { type Clock, systemClock } from "../driver/clock/clock.ts";
import { OptionError } from "../protocol/errors.ts";
import { readPieces } from "./read_pieces.ts";

/** How the body of a request is read. */
export interface BodyLimits {
  /** How long a body may be, in bytes. @default {1_048_576} */
  readonly maxBodyBytes?: number | undefined;
  /**
   * How long a body may take to come, in milliseconds. Senders wait a few seconds for an answer.
   *
   * @default {3_000}
   */
  readonly bodyTimeout?: number | undefined;
  /** Tells the time and waits. @default {systemClock} */
  readonly clock?: Clock | undefined;
}

/** Why the body of a request was not read to its end. */
export type UnreadBody =
  /** It is longer than allowed: answer 413. */
  | { readonly kind: "too_large"; readonly status: 413 }
  /** It had not come to its end in time: answer 408. */
  | { readonly kind: "too_slow"; readonly status: 408 };

/**
 * Checks how a body is to be read.
 *
 * @throws {OptionError} if a limit is not positive.
 */
export function checkBodyLimits(options: BodyLimits): void {
  const { maxBodyBytes = 1, bodyTimeout = 1 } = options;
  checkAbove0({ maxBodyBytes, bodyTimeout });
}

/**
 * Checks numbers, by their names.
 *
 * @throws {OptionError} if one is not above 0.
 */
export function checkAbove0(numbers: Readonly<Record<string, number>>): void {
  for (const name in numbers) {
    const value = numbers[name] ?? 0;
    if (!(value > 0)) throw new OptionError(`Cannot use a ${name} of "${value}": it must be above 0`);
  }
}

/** @throws {OptionError} if something has read the body before, so that nobody can say who sent it. */
export function checkUnread(request: Request): void {
  if (request.bodyUsed) throw new OptionError(READ_BEFORE);
}

const READ_BEFORE = "Cannot verify the request: its body was read before; verify the request first";
const TOO_LARGE: UnreadBody = { kind: "too_large", status: 413 };
const TOO_SLOW: UnreadBody = { kind: "too_slow", status: 408 };

/** How long a body may take to come, in milliseconds, unless told otherwise. */
const BODY_TIMEOUT = 3_000;
/** How many turns a body that is there already is given to be read, before a timer is set for one that is not. */
const TURNS = 8;
/** How long a body may be, in bytes, unless told otherwise. */
const MAX_BODY_BYTES = 1 << 20;

/**
 * Reads a body to its end, or gives it up once it is longer than the limit, or takes too long.
 *
 * Servers give no more of a body than its declared length, and one of a declared length is read as text, which
 * costs less than reading it by pieces. What is not UTF-8 is no longer what was signed then.
 */
export async function readBody(
  request: Request,
  { maxBodyBytes = MAX_BODY_BYTES, bodyTimeout = BODY_TIMEOUT, clock = systemClock }: BodyLimits,
): Promise<Uint8Array | string | UnreadBody> {
  const declared = lengthOf(request.headers);
  if (declared > maxBodyBytes) {
    request.body?.cancel().catch(() => {});
    return TOO_LARGE;
  }
  if (declared < 0 && request.body?.locked) throw new OptionError(READ_BEFORE);
  const pieces = declared >= 0 ? undefined : request.body?.getReader();
  // It never rejects.
  const work: Promise<Uint8Array | string | UnreadBody> = declared >= 0
    ? readText(request, maxBodyBytes)
    // Where the sender is gone, what came of the body does not verify.
    : readPieces(pieces, maxBodyBytes).then((body) => body ?? TOO_LARGE, () => "");
  let read: Uint8Array | string | UnreadBody | undefined;
  void work.then((body) => read = body);
  // A timer for each request would cost Deno a tenth of what it takes to verify it.
  for (let turn = 0; turn < TURNS; turn++) {
    if (read !== undefined) return read;
    await undefined;
  }
  return await new Promise((resolve) => {
    const undo = clock.setTimer(clock.now() + bodyTimeout, () => {
      resolve(TOO_SLOW);
      pieces?.cancel().catch(() => {});
    });
    void work.then(resolve).finally(undo);
  });
}

/**
 * The length that is declared; -1 if none is, or not as HTTP wants it: two fields arrive as "5, 5" from some
 * servers.
 */
function lengthOf(headers: Headers): number {
  const declared = headers.get("content-length") ?? "";
  return /^\d{1,15}$/.test(declared) && !headers.has("transfer-encoding") ? Number(declared) : -1;
}

async function readText(request: Request, limit: number): Promise<string | UnreadBody> {
  try {
    const text = await request.text();
    return text.length > limit ? TOO_LARGE : text;
  } catch {
    // The sender is gone; what came of the body does not verify.
    return "";
  }
}

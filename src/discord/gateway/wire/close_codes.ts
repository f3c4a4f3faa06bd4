import { closeReason } from "../../../protocol/connection/close_reason.ts";
import type { LossCause } from "../../../protocol/connection/connect_error.ts";
import { AuthenticationError, ConnectionError } from "../../../protocol/errors.ts";
import type { CloseInfo } from "../../../protocol/protocol.ts";
import type { ReconnectCause } from "./event.ts";

/**
 * What to close with so that the session lives on. "If you simply close the TCP connection or use a different
 * close code [than 1000 or 1001], the session will remain active and timeout after a few minutes." Every
 * runtime takes 4000.
 */
export const CLOSE_KEEPING_SESSION = 4000;
/** What to close with for good. */
export const CLOSE_ENDING_SESSION = 1000;

/** What to say when a link is closed for some cause. */
export function closeWords(cause: ReconnectCause): string {
  if (cause === "zombie") return "No heartbeat acknowledgement";
  return cause === "timeout" ? "Timeout" : "Reconnecting";
}

/** The cause in the words of all clients, for what to advise. */
export function lossCause(cause: ReconnectCause): LossCause {
  switch (cause) {
    case "closed":
      return "peer";
    case "zombie":
      return "timeout";
    case "invalid_session":
      return "login";
    case "skipped":
      return "corrupt";
    case "permit":
      return "ask";
    case "asked":
      return "lost";
    default:
      return cause;
  }
}

/** Why a link was given up or lost, for people. */
export function lossReason(cause: ReconnectCause, info: CloseInfo | undefined): string {
  if (info !== undefined) {
    const { code } = info;
    return code > 0 && code !== 1005 && code !== 1006
      ? `${closeReason(info)}, code ${code}`
      : closeReason(info);
  }
  switch (cause) {
    case "timeout":
      return "Discord did not answer in time";
    case "zombie":
      return "no heartbeat was acknowledged";
    case "reconnect":
      return "Discord asked to reconnect";
    case "invalid_session":
      return "Discord declared the session invalid";
    case "skipped":
      return "events are missing";
    case "permit":
      return "no permit to identify could be had";
    case "asked":
      return "it was told to reconnect";
    default:
      return "the link was given up";
  }
}

/** What to do once the server has closed a link: never come back, come back anew, or take up the session. */
export type AfterClose =
  | { readonly kind: "stop"; readonly error: Error }
  | { readonly kind: "identify" }
  | { readonly kind: "resume" };

/** What Discord refuses a shard for: its number or how many there are, or its intents. */
export type RefusedFor = "count" | "intents";

/**
 * Discord will never let a shard in as it is set up. What it was refused for the other shards have, too: those that have
 * their sessions keep them, and may be refused once they have to begin others.
 */
export class ShardRefusedError extends ConnectionError {
  override name = "ShardRefusedError";
  /** The code that Discord closed the link with. */
  readonly closeCode: number;
  /** What it was refused for. */
  readonly refusedFor: RefusedFor;

  /** Takes the code, what it was refused for, and the message for people. */
  constructor(closeCode: number, refusedFor: RefusedFor, message: string) {
    super("not_permitted", message);
    this.closeCode = closeCode;
    this.refusedFor = refusedFor;
  }
}

const notPermitted = (message: string) => (): Error => new ConnectionError("not_permitted", message);
const refused = (code: number, refusedFor: RefusedFor, message: string) => (): Error =>
  new ShardRefusedError(code, refusedFor, message);

// "In order to prevent broken reconnect loops, you should consider some close codes as a signal to stop
// reconnecting."
// https://discord.com/developers/docs/topics/opcodes-and-status-codes#gateway-gateway-close-event-codes
const codes: ReadonlyMap<number, "identify" | "resume" | (() => Error)> = new Map<
  number,
  "identify" | "resume" | (() => Error)
>([
  [4000, "resume"], // unknown error
  [4001, "resume"], // unknown opcode
  [4002, "resume"], // decode error
  [4003, "resume"], // not authenticated
  [
    4004,
    () => new AuthenticationError("Discord does not accept the token: copy the bot's current token anew"),
  ],
  [4005, "resume"], // already authenticated
  [4007, "identify"], // invalid seq: "Reconnect and start a new session"
  [4008, "resume"], // rate limited
  [4009, "identify"], // session timed out: "Reconnect and start a new one"
  [
    4010,
    refused(
      4010,
      "count",
      "Discord refused the shard: the id must be below the count, and the count one it allows",
    ),
  ],
  [
    4011,
    refused(
      4011,
      "count",
      "Discord requires more shards for this bot: take as many as Discord recommends, by `shards` or `reshard`",
    ),
  ],
  [4012, notPermitted("Discord no longer serves this gateway version: update parley")],
  [
    4013,
    refused(4013, "intents", "Discord does not know one of the intents: combine values of `Intents` only"),
  ],
  [
    4014,
    refused(
      4014,
      "intents",
      "Discord does not allow this bot one of the intents: enable the privileged intents in the developer portal, or ask for fewer",
    ),
  ],
]);

/**
 * What follows from a close code. A code that Discord does not document, and none at all, means to resume:
 * if the session is gone the server says so, and asking costs nothing.
 *
 * @see https://discord.com/developers/docs/topics/opcodes-and-status-codes#gateway-gateway-close-event-codes
 *
 * @example
 * ```ts
 * import { afterClose } from "@parley/parley/discord";
 *
 * afterClose(4009).kind; // "identify"
 * afterClose(1006).kind; // "resume"
 * ```
 */
export function afterClose(code: number): AfterClose {
  const row = codes.get(code) ?? "resume";
  return typeof row === "string" ? { kind: row } : { kind: "stop", error: row() };
}

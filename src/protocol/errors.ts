/** What went wrong, for programs; a closed set. The message is for people. */
export type ErrorCode =
  /** An option given to a constructor or to `connect` is not acceptable. */
  | "invalid_option"
  /** A command was refused by parley before anything was sent. */
  | "invalid_command"
  /** The server refused a command. */
  | "refused"
  /** The link died while the command was under way; nobody can know whether it took effect. */
  | "lost"
  /** The server said nothing about a command within its time; nobody can know whether it took effect. */
  | "unconfirmed"
  /** The command was given up before it was sent. */
  | "cancelled"
  /** A newer command took its place before it was sent. */
  | "superseded"
  /** The client or the session has ended. */
  | "closed"
  /** The server does not accept who we are: bad token, bad password, expired login. */
  | "authentication_failed"
  /** The server will never let this client in as it is set up (intents, shards, version, ban), or the runtime not out. */
  | "not_permitted"
  /** No connection could be made in the time, or in as many attempts, as were allowed. */
  | "unreachable"
  /** Another process has taken the session over. */
  | "replaced"
  /** The server shows a certificate that is not to be trusted. */
  | "untrusted"
  /** The signal was aborted. */
  | "aborted"
  /** It took too long. */
  | "timeout"
  /** The peer sent what the protocol does not allow. */
  | "protocol_violation"
  /** An HTTP request was answered with a failure. */
  | "http_status"
  /** A limit of the service would be exceeded. */
  | "rate_limited";

/**
 * The error all of parley's errors are. `code` tells programs what went wrong.
 *
 * @example
 * ```ts
 * import { ParleyError } from "@parley/parley";
 *
 * try {
 *   throw new ParleyError("timeout", "Cannot connect: the server did not answer within 10 s");
 * } catch (error) {
 *   if (error instanceof ParleyError && error.code === "timeout") console.log("try again later");
 * }
 * ```
 */
export class ParleyError extends Error {
  override name = "ParleyError";
  /** What went wrong, for programs. */
  readonly code: ErrorCode;

  /** Takes what went wrong, for programs and for people. */
  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }

  /** Its name, message, code and what else it has; the JSON of any other error leaves its message out. */
  toJSON(): Record<string, unknown> {
    return { ...Object(this), message: this.message };
  }
}

/** An option is not acceptable: wrong type, out of range, or in conflict with another. Thrown at once. */
export class OptionError extends ParleyError {
  override name = "OptionError";
  /** Takes the message for people. */
  constructor(message: string, options?: ErrorOptions) {
    super("invalid_option", message, options);
  }
}

/** What may become of a command that is not done. */
export type CommandErrorCode =
  | "invalid_command"
  | "refused"
  | "lost"
  | "unconfirmed"
  | "cancelled"
  | "superseded"
  | "closed";

/**
 * A command did not take effect, or nobody can know: `invalid_command` (nothing was sent), `refused` by
 * the server, `lost` with its link, `unconfirmed` by a server that said nothing, `cancelled` or `closed`
 * before it was sent.
 */
export class CommandError extends ParleyError {
  override name = "CommandError";
  override readonly code: CommandErrorCode;
  /** Takes what became of the command, for programs and for people. */
  constructor(
    code: CommandErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(code, message, options);
    this.code = code;
  }
}

/** The server does not accept who we are. To try again unchanged is useless. */
export class AuthenticationError extends ParleyError {
  override name = "AuthenticationError";
  /** Takes the message for people; never put the credential into it. */
  constructor(message: string, options?: ErrorOptions) {
    super("authentication_failed", message, options);
  }
}

/**
 * No session can be had: the server is `unreachable` or `untrusted`, another process has taken over (`replaced`), it will
 * never let this client in or the runtime does not let the program use the network (`not_permitted`). To try again unchanged may help for `unreachable` only.
 */
export class ConnectionError extends ParleyError {
  override name = "ConnectionError";
  override readonly code: "unreachable" | "untrusted" | "replaced" | "not_permitted" | "aborted" | "closed";
  /** Takes what became of the connection, for programs and for people. */
  constructor(
    code: "unreachable" | "untrusted" | "replaced" | "not_permitted" | "aborted" | "closed",
    message: string,
    options?: ErrorOptions,
  ) {
    super(code, message, options);
    this.code = code;
  }
}

/** Something took longer than allowed. */
export class TimeoutError extends ParleyError {
  override name = "TimeoutError";
  /** Takes the message for people. */
  constructor(message: string, options?: ErrorOptions) {
    super("timeout", message, options);
  }
}

/** The peer sent what the protocol does not allow. */
export class ProtocolError extends ParleyError {
  override name = "ProtocolError";
  /** Takes the message for people. */
  constructor(message: string, options?: ErrorOptions) {
    super("protocol_violation", message, options);
  }
}

import { isRecord } from "../../protocol/data/json_value.ts";

/** A request, as whoever subscribes to its subject gets it. */
export interface NatsRequest {
  readonly data: Uint8Array;
  /** Answers it. */
  respond(payload: string): boolean;
}

/** The requests of a subject. */
export interface NatsSubscription extends AsyncIterable<NatsRequest> {
  /** Ends them. */
  unsubscribe(): void;
}

/**
 * A connection to NATS that is yours, by its structure: a `NatsConnection` of `@nats-io/nats-core` 3.4 has it.
 *
 * @see https://docs.nats.io/nats-concepts/core-nats/reqreply
 */
export interface NatsConnection {
  /** Sends a request; resolves to the first answer. */
  request(
    subject: string,
    payload: string,
    options: { readonly timeout: number },
  ): Promise<{ readonly data: Uint8Array }>;
  /** Takes the requests of a subject from now on. */
  subscribe(subject: string): NatsSubscription;
}

/** Whether a request reached nobody, for none subscribes to its subject. */
export function isNoResponders(error: unknown): boolean {
  if (!isRecord(error)) return false;
  const { name, cause } = error;
  return name === "NoResponders" || isRecord(cause) && cause["name"] === "NoResponders";
}

/** Whether a request was not sent, for NATS permits whoever asked to publish nothing to its subject. */
export function isNotPermitted(error: unknown): boolean {
  if (!isRecord(error)) return false;
  const { name, cause, operation } = error;
  if (name === "PermissionViolationError") return operation === "publish";
  return cause !== undefined && isNotPermitted(cause);
}

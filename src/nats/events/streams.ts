import { isRecord } from "../../protocol/data/json_value.ts";

/** How a stream is made; times in nanoseconds. */
export interface NatsStreamConfig {
  readonly name: string;
  readonly description: string;
  readonly subjects: string[];
  /** For how long a message is kept. */
  readonly max_age: number;
  /** For how long the ids of messages are remembered. */
  readonly duplicate_window: number;
  readonly num_replicas: number;
}

/** How a consumer is made; times in nanoseconds. */
export interface NatsConsumerConfig {
  readonly durable_name: string;
  readonly filter_subject: string;
  readonly deliver_policy: "by_start_sequence";
  readonly opt_start_seq: number;
  /** An acknowledgement counts for all before, too. */
  readonly ack_policy: "all";
  readonly ack_wait: number;
  readonly max_ack_pending: number;
}

/** How far a consumer is. */
export interface NatsConsumerInfo {
  readonly ack_floor: { readonly stream_seq: number };
  readonly delivered: { readonly stream_seq: number };
  readonly config: { readonly opt_start_seq?: number };
  /** How many messages it was not given yet, and how many it was that are not acknowledged. */
  readonly num_pending: number;
  readonly num_ack_pending: number;
}

/** What a stream is. */
export interface NatsStreamInfo {
  /** For how long a message is kept, in nanoseconds; 0: for ever. */
  readonly config: { readonly description?: string; readonly max_age: number };
  /** The numbers of the first message that is kept, one more than the last where none is, and of the last one that came. */
  readonly state: { readonly first_seq: number; readonly last_seq: number };
}

/** A message of a stream, as a consumer gets it. */
export interface NatsMessage {
  /** Its number in the stream. */
  readonly seq: number;
  readonly data: Uint8Array;
  /** Whether the consumer was sent it before. */
  readonly redelivered: boolean;
  /** `deliverySequence` counts what the consumer was sent, `pending` what it is to be. */
  readonly info: { readonly deliverySequence: number; readonly pending: number };
  /** Acknowledges it. */
  ack(): void;
  /** Acknowledges it, and resolves once the server has taken that. */
  ackAck(): Promise<boolean>;
}

/** A consumer's messages. */
export interface NatsMessages extends AsyncIterable<NatsMessage> {
  /** Ends them. */
  stop(): void;
}

/** What publishes and consumes, by its structure: a `JetStreamClient` of `@nats-io/jetstream` 3.4. */
export interface NatsJetStream {
  /** Stores a message; resolves once the server has it. */
  publish(
    subject: string,
    payload: string,
    options: { readonly msgID?: string; readonly timeout: number },
  ): Promise<{ readonly duplicate: boolean }>;
  readonly consumers: {
    get(stream: string, name: string): Promise<{
      /** `abort_on_missing_resource`: its messages end once the consumer or the stream is gone; else they wait for another. */
      consume(
        options: { readonly max_messages: number; readonly abort_on_missing_resource: boolean },
      ): Promise<NatsMessages>;
    }>;
  };
}

/**
 * What manages streams, by its structure: a `JetStreamManager` of `@nats-io/jetstream` 3.4, as
 * `await jetstreamManager(connection)` makes it of a connection that is yours.
 *
 * @see https://docs.nats.io/nats-concepts/jetstream/streams
 */
export interface NatsStreams {
  readonly streams: {
    add(config: NatsStreamConfig): Promise<unknown>;
    info(name: string): Promise<NatsStreamInfo>;
  };
  readonly consumers: {
    add(stream: string, config: NatsConsumerConfig): Promise<unknown>;
    info(stream: string, name: string): Promise<NatsConsumerInfo>;
    delete(stream: string, name: string): Promise<boolean>;
  };
  /** What publishes and consumes over the same connection. */
  jetstream(): NatsJetStream;
}

// JSStreamNameExistErr
const NAME_IN_USE = 10_058;
// JSConsumerNotFoundErr
const NO_CONSUMER = 10_014;

/** Whether there is such a stream, made otherwise. */
export function isMadeOtherwise(error: unknown): boolean {
  return isRecord(error) && error["code"] === NAME_IN_USE;
}

/** Whether there is no such consumer. */
export function isNoConsumer(error: unknown): boolean {
  return isRecord(error) && error["code"] === NO_CONSUMER;
}

// JSStreamMessageExceedsMaximumErr
const TOO_LARGE = 10_054;

/** Whether a message was refused, for it has more bytes than the stream takes, or the server, which the client knows. */
export function isTooLarge(error: unknown): boolean {
  return isRecord(error) && (error["code"] === TOO_LARGE ||
    typeof error["message"] === "string" && error["message"].includes("max_payload size exceeded"));
}

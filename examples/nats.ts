import { Client, type ClientOptions, type Driver, hostWith } from "@parley/parley/driver";
import {
  ByteBuffer,
  ClientCore,
  type ClientCoreEvent,
  CommandError,
  type Data,
} from "@parley/parley/protocol";
import { dialer } from "@parley/parley/transport";

/** Publishes a text or, without one, subscribes. */
export type NatsCommand = { readonly subject: string; readonly text?: string };
export type NatsEvent =
  | ClientCoreEvent
  | { readonly kind: "MSG"; readonly subject: string; readonly text: string }
  | { readonly kind: "-ERR"; readonly text: string };

const CONNECT = `CONNECT {"verbose":false,"pedantic":false,"lang":"parley","version":"1","protocol":1}\r\n`;
/** What servers take in a payload, unless told otherwise. Of what is not whole, no more is kept. */
const MOST = 1_048_576;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

export class NatsCore extends ClientCore<NatsCommand, NatsEvent> {
  /** What subscribes to a subject; each with a number of ours, as NATS wants it. */
  readonly #subscriptions = new Map<string, string>();
  readonly #bytes = new ByteBuffer();
  /** A message whose payload is still to come. */
  #message: { readonly subject: string; readonly size: number } | undefined;

  command({ subject, text }: NatsCommand, ticket: number, now: number): void {
    if (!/^[^\s\0]{1,1000}$/.test(subject)) throw new CommandError("invalid_command", "That is no subject");
    const size = encoder.encode(text).length;
    if (size > MOST) throw new CommandError("invalid_command", `${size} bytes are more than ${MOST}`);
    const subscribe = this.#subscriptions.get(subject) ?? `SUB ${subject} ${this.#subscriptions.size}\r\n`;
    if (text === undefined) this.#subscriptions.set(subject, subscribe);
    if (!this.ready && text === undefined) return this.outputs.done(ticket); // sent with the login
    if (!this.ready) return this.outputs.failed(ticket, new CommandError("cancelled", "Not connected"));
    this.outputs.send(this.link, text === undefined ? subscribe : `PUB ${subject} ${size}\r\n${text}\r\n`);
    const lost = () => this.outputs.settle(ticket, { kind: "lost" });
    this.pings.request(now, { proven: () => this.outputs.done(ticket), lost });
  }

  protected login(): void {
    this.outputs.send(this.link, CONNECT + [...this.#subscriptions.values()].join(""));
    this.pings.request(this.now, { proven: () => this.established() });
  }

  protected ping(): void {
    this.outputs.send(this.link, "PING\r\n");
  }

  protected read(data: Data): void {
    this.#bytes.push(typeof data === "string" ? encoder.encode(data) : data);
  }

  protected reset(): void {
    this.#bytes.clear();
    this.#message = undefined;
  }

  /** Works through one line, or the payload of one message; false if neither is whole. */
  protected override next(): boolean {
    const message = this.#message;
    const line = message === undefined ? this.#bytes.takeLine() : undefined;
    if (line !== undefined) this.#line(line);
    else if (message !== undefined && this.#bytes.length >= message.size + 2) this.#payload(message);
    else if (this.#bytes.length > MOST + 2) this.malformed("A line that does not end");
    else return false;
    return true;
  }

  #line(line: string): void {
    const [, subject, size] = /^MSG (\S+) \d+ (?:\S+ )?(\d{1,7})$/.exec(line) ?? [];
    if (subject !== undefined && Number(size) <= MOST) this.#message = { subject, size: Number(size) };
    else if (line === "PING") this.outputs.send(this.link, "PONG\r\n");
    else if (line.startsWith("-ERR ")) this.tell({ kind: "-ERR", text: line.slice(5) });
    else if (line === "PONG" && this.pings.answered(undefined, this.now)) return;
    else if (!line.startsWith("INFO ")) this.malformed(line);
  }

  #payload({ subject, size }: { readonly subject: string; readonly size: number }): void {
    const text = decoder.decode(this.#bytes.take(size + 2));
    if (!text.endsWith("\r\n")) return this.malformed("A payload longer than was said");
    this.#message = undefined;
    this.tell({ kind: "MSG", subject, text: text.slice(0, -2) });
  }
}

export class NatsClient extends Client<NatsEvent> {
  readonly #driver: Driver<NatsCommand, NatsEvent>;

  constructor(url: string, options: ClientOptions = {}) {
    // What waits to be sent may be a few of the largest messages before the server counts as one that does not read.
    const host = hostWith(dialer({ maxBuffered: 16 * MOST }), options.runtime);
    super(host, options, "nats");
    this.#driver = this.attach<NatsCommand, never, never>(new NatsCore({ url, random: host.random }));
  }

  /** Resolves once the server has handled it. */
  publish(subject: string, text: string): Promise<void> {
    return this.#perform("publish", { subject, text });
  }

  /** Resolves once the server has handled it; from then on messages come as `MSG`, after a reconnect, too. */
  subscribe(subject: string): Promise<void> {
    return this.#perform("subscribe", { subject });
  }

  #perform(name: string, command: NatsCommand): Promise<void> {
    const { subject: target } = command;
    return this.commanded(
      { command: name, target },
      () => this.#driver.command(command, undefined, () => {}),
    );
  }
}

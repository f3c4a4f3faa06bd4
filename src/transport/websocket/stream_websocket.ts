import { nodeProcess } from "../../node_process.ts";
import { joinBytes } from "../../protocol/data/bytes.ts";
import type { Dial, DialRequest, Link, LinkEvents } from "../../protocol/link.ts";
import { OptionError } from "../../protocol/errors.ts";
import type { CloseInfo, Data } from "../../protocol/protocol.ts";
import { parseUrl, streamOf, unknownScheme } from "../_address.ts";
import { ABNORMAL_CLOSURE, fittingReason, NO_STATUS, sendableCode } from "./_close_code.ts";
import { closeFrame, FrameDecoder, type FrameEvents, messageFrame, pongFrame } from "./_frames.ts";
import { askForUpgrade, type Crypto, readUpgrade, type Upgrade } from "./_upgrade.ts";
import { DEFAULT_MAX_MESSAGE, type DialOptions } from "../options.ts";

/** How long a server may take to end a connection on which both sides have said that they close. */
const LINGER = 1_000;

/**
 * Dials `wss:` and `ws:` by a WebSocket of our own, over the streams that `dialStream` opens. It reads what
 * came in one piece at one go, drops a connection when it is told to, takes all TLS options there are for
 * streams, and tells why something did not open. It offers no compression.
 *
 * `dialStream` may read over the bytes it hands out once `receive` has returned.
 *
 * @throws {OptionError} if the runtime has no `node:crypto`; when dialling, if the URL is none of these, or a
 * subprotocol or header field cannot be sent.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6455
 */
export function streamWebSocket(dialStream: Dial, options: DialOptions = {}): Dial {
  const crypto = nodeProcess()?.getBuiltinModule("node:crypto");
  if (crypto === undefined) throw new OptionError("Cannot make a WebSocket: this runtime has no node:crypto");
  const parts: Crypto = {
    random: (size) => crypto.randomBytes(size).toString("base64"),
    sha1: (text) => crypto.createHash("sha1").update(text).digest("base64"),
  };
  return (request, events) => {
    const { protocol } = parseUrl(request.url);
    if (protocol !== "ws:" && protocol !== "wss:") throw unknownScheme(protocol);
    const upgrade = askForUpgrade(request, options.headers ?? {}, parts);
    return new StreamWebSocketLink(dialStream, request, upgrade, events);
  };
}

function mask(): Uint8Array {
  return globalThis.crypto.getRandomValues(new Uint8Array(4));
}

/** The link of a WebSocket over the link of a stream. */
class StreamWebSocketLink implements Link, LinkEvents, FrameEvents {
  readonly #events: LinkEvents;
  readonly #stream: Link;
  /** What was asked for, until it is answered. */
  #upgrade: Upgrade | undefined;
  /** What has come of the answer. */
  #head: Uint8Array | undefined = undefined;
  readonly #decoder: FrameDecoder;
  /** `closed`: both sides have said that they close, or the connection failed; only the stream is to end. */
  #state: "opening" | "open" | "closing" | "closed" | "gone" = "opening";
  /** How it ended, to be told once the stream has. */
  #info: CloseInfo | undefined = undefined;
  #linger: ReturnType<typeof setTimeout> | undefined = undefined;

  constructor(dialStream: Dial, request: DialRequest, upgrade: Upgrade, events: LinkEvents) {
    this.#events = events;
    this.#upgrade = upgrade;
    this.#decoder = new FrameDecoder(this, request.maxMessage ?? DEFAULT_MAX_MESSAGE);
    this.#stream = dialStream({ url: streamOf(request.url) }, this);
  }

  // What the link's owner wants.

  send(data: Data): void {
    if (this.#state === "open") this.#stream.send(messageFrame(data, mask()));
  }

  close(code: number, reason: string): void {
    if (this.#state === "opening") {
      this.#drop({
        code: ABNORMAL_CLOSURE,
        reason: "Closed before it was open",
        clean: false,
        cause: "refused",
      });
    } else if (this.#state === "open") {
      this.#state = "closing";
      this.#stream.send(closeFrame(sendableCode(code), fittingReason(reason), mask()));
    }
  }

  abort(): void {
    if (this.#state === "gone") return;
    this.#leave();
    this.#stream.abort();
  }

  // What the stream tells.

  opened(): void {
    if (this.#state === "opening" && this.#upgrade) this.#stream.send(this.#upgrade.request);
  }

  receive(data: Data): void {
    if (typeof data === "string" || this.#state === "closed" || this.#state === "gone") return;
    if (this.#upgrade === undefined) this.#decoder.push(data);
    else this.#answer(data, this.#upgrade);
  }

  receiveBatch(batch: readonly Data[]): void {
    for (const data of batch) this.receive(data);
  }

  closed(info: CloseInfo): void {
    if (this.#state === "gone") return;
    const opening = this.#state === "opening";
    this.#leave();
    this.#events.closed(
      this.#info ?? {
        code: ABNORMAL_CLOSURE,
        reason: info.reason || (opening ? "The server closed the connection before it answered" : ""),
        clean: false,
        // A stream that ended, but no WebSocket that was closed.
        cause: info.cause !== "peer" ? info.cause : opening ? "upgrade" : "lost",
        ...(info.status !== undefined && { status: info.status }),
        ...(info.mistake && { mistake: info.mistake }),
      },
    );
  }

  #answer(data: Uint8Array, upgrade: Upgrade): void {
    const head = this.#head === undefined ? data : joinBytes([this.#head, data]);
    const answer = readUpgrade(head, upgrade);
    this.#head = answer === undefined ? head.slice() : undefined;
    if (answer === undefined) return;
    if (answer.kind === "refused") {
      const { cause, reason } = answer;
      this.#drop({ code: ABNORMAL_CLOSURE, reason, clean: false, cause });
      return;
    }
    this.#upgrade = undefined;
    this.#state = "open";
    this.#events.opened({ url: upgrade.url, protocol: answer.protocol });
    if (head.length > answer.size) this.#decoder.push(head.subarray(answer.size));
  }

  // What the frames tell.

  message(data: Data): void {
    this.#events.receive(data);
  }

  messages(batch: readonly Data[]): void {
    this.#events.receiveBatch(batch);
  }

  ping(payload: Uint8Array): void {
    if (this.#state === "open") this.#stream.send(pongFrame(payload, mask()));
  }

  peerCloses(code: number, reason: string): void {
    this.#info = { code, reason, clean: true, cause: "peer" };
    // "If an endpoint receives a Close frame and did not previously send a Close frame, the endpoint MUST
    // send a Close frame in response."
    if (this.#state === "open") {
      const answer = code === NO_STATUS ? undefined : code;
      this.#stream.send(closeFrame(answer, "", mask()));
    }
    this.#end();
  }

  violation(code: number, reason: string): void {
    this.#info = { code: ABNORMAL_CLOSURE, reason, clean: false, cause: "corrupt" };
    if (this.#state === "open") this.#stream.send(closeFrame(code, "", mask()));
    this.#end();
  }

  /** Ends the stream once all has gone out; "the server MUST close the underlying TCP connection first". */
  #end(): void {
    if (this.#state === "gone") return;
    this.#state = "closed";
    this.#stream.close(0, "");
    this.#linger = setTimeout(() => {
      if (this.#info) this.#drop(this.#info);
    }, LINGER);
  }

  #drop(info: CloseInfo): void {
    this.#leave();
    this.#stream.abort();
    this.#events.closed(info);
  }

  #leave(): void {
    this.#state = "gone";
    this.#decoder.end();
    clearTimeout(this.#linger);
  }
}

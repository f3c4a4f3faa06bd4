import { ByteBuffer, joinBytes } from "../../../protocol/data/bytes.ts";
import { errorOf, type Inflated, type Inflater, tooLarge } from "./inflater.ts";

/** So much is given to a stream of the web's at once. */
const AT_ONCE_BY_WEB = 16_384;

/** All that a stream of the web's inflates a piece to, less the first bytes of it. */
async function inflateByWeb(
  format: "deflate" | "deflate-raw",
  deflated: Uint8Array<ArrayBuffer>,
  skipped: number,
  most: number,
): Promise<Uint8Array[]> {
  const stream = new DecompressionStream(format);
  const writer = stream.writable.getWriter();
  // In pieces, since Deno inflates all of what it is given before anybody can count it. What is wrong shows at the
  // other end.
  const writes: Promise<void>[] = [];
  for (let at = 0; at < deflated.length; at += AT_ONCE_BY_WEB) {
    writes.push(writer.write(deflated.subarray(at, at + AT_ONCE_BY_WEB)));
  }
  const written = Promise.allSettled([...writes, writer.close()]);
  const reader = stream.readable.getReader();
  const parts: Uint8Array[] = [];
  let size = -skipped;
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return parts;
      const before = Math.max(-size, 0);
      size += value.length;
      if (size > most) throw tooLarge(most);
      if (size > 0) parts.push(value.subarray(before));
    }
  } catch (error) {
    await reader.cancel().catch(() => {});
    throw error;
  } finally {
    await written;
  }
}

/** Payloads that are compressed each by itself: a stream for each ends with it. */
export class WebPayloadInflater implements Inflater {
  /** Inflates one. */
  inflate(payload: Uint8Array, _last: boolean, most: number, done: (inflated: Inflated) => void): void {
    inflateByWeb("deflate", new Uint8Array(payload), 0, most).then(done, (error) => done(errorOf(error)));
  }

  /** Holds nothing. */
  free(): void {}
}

/** How far back a deflated stream may refer. */
const WINDOW = 32_768;
/** An empty block that is the last. */
const END = [3, 0];

/**
 * One stream by many: a message ends where a byte and a block of deflate's do, and the next refers to nothing but the
 * last 32 KB before it. So each is inflated by a stream of its own, which is given those first, as they are. To await a
 * writer of the web's would not tell that all has come: on Node and workerd it does not.
 *
 * Source: RFC 1950; RFC 1951, sections 2 and 3.2.4.
 */
export class WebStreamInflater implements Inflater {
  #window = new Uint8Array();
  /** What there is of a message that is not whole, as one: it may come in millions of pieces. */
  readonly #pieces = new ByteBuffer();
  #begun = false;

  /** Inflates a message once it is whole. */
  inflate(piece: Uint8Array, last: boolean, most: number, done: (inflated: Inflated) => void): void {
    this.#pieces.push(piece);
    if (!last) return done([]);
    const whole = this.#pieces.take(this.#pieces.length);
    this.#message(whole, most).then(done, (error) => done(errorOf(error)));
  }

  /** Lets go of what the next would refer to. */
  free(): void {
    this.#window = new Uint8Array();
    this.#pieces.clear();
  }

  async #message(deflated: Uint8Array, most: number): Promise<Uint8Array[]> {
    const message = this.#begun ? deflated : withoutHeader(deflated);
    this.#begun = true;
    const { length } = this.#window;
    const stored = length === 0
      ? []
      : [Uint8Array.of(0, length & 255, length >> 8, ~length & 255, ~length >> 8 & 255), this.#window];
    const whole = new Uint8Array(joinBytes([...stored, message, Uint8Array.from(END)]));
    const parts = await inflateByWeb("deflate-raw", whole, length, most);
    this.#window = new Uint8Array(joinBytes([this.#window, ...parts]).slice(-WINDOW));
    return parts;
  }
}

/** A stream of zlib's without the two bytes before what is deflated. */
function withoutHeader(stream: Uint8Array): Uint8Array {
  const [method = 0, flags = 0] = stream;
  if ((method & 15) !== 8 || (method * 256 + flags) % 31 !== 0 || (flags & 32) !== 0) {
    throw new Error("It does not begin as a stream of zlib does");
  }
  return stream.subarray(2);
}

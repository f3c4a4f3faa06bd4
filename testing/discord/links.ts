import { joinBytes } from "@parley/parley/internal";
import type { Data, Link, LinkEvents, OpenInfo } from "@parley/parley/protocol";
import type { Transform } from "node:stream";
import { builtin } from "../world/_builtin.ts";
import type { Acceptor } from "../world/network/listen.ts";

/** How a gateway compresses all of a connection. */
export type TransportCompression = "zlib-stream" | "zstd-stream";

/** What is known of a link whose owner asks for compression: that it gets it. */
export interface CompressedInfo extends OpenInfo {
  /** How what is sent on it is compressed; undefined: not at all. */
  readonly compression?: TransportCompression;
}

/** How links are compressed. */
export interface DiscordServerLinksOptions {
  /** Does what takes real time; in a simulation `world.track`, in which order comes of order. @default calls it */
  readonly work?: <T>(run: () => Promise<T>) => Promise<T>;
  /** Cuts a message of zlib's, which may come in several. @default leaves it whole */
  readonly cut?: (message: Uint8Array) => readonly Uint8Array[];
}

/**
 * A `DiscordServer` behind links that compress what is sent on them, as their URLs ask for: `compress=zlib-stream` or
 * `compress=zstd-stream`. Like Discord, it keeps one stream for each connection, which is flushed behind each payload
 * and never ends. Needs `node:zlib`.
 *
 * @example
 * ```ts
 * import { type Acceptor, discordServerLinks, listenWebSocket } from "@parley/testing";
 *
 * async function serve(driver: Acceptor): Promise<void> {
 *   await using listener = await listenWebSocket(discordServerLinks(driver));
 *   console.log(listener.url); // a client may add ?v=10&encoding=json&compress=zstd-stream
 * }
 * ```
 */
export function discordServerLinks(server: Acceptor, options: DiscordServerLinksOptions = {}): Acceptor {
  return {
    accept(info, attach) {
      const compression = compressionOf(info.url);
      if (compression === undefined) return server.accept(info, attach);
      const compressed: CompressedInfo = { ...info, compression };
      return server.accept(compressed, (events) => new CompressingLink(attach, events, compression, options));
    },
  };
}

function compressionOf(url: string): TransportCompression | undefined {
  const asked = URL.canParse(url) ? new URL(url).searchParams.get("compress") : null;
  return asked === "zlib-stream" || asked === "zstd-stream" ? asked : undefined;
}

/** Compresses what is sent, one message after the other. */
class CompressingLink implements Link {
  readonly #link: Link;
  readonly #stream: Transform & { flush(kind: number, done: () => void): void };
  readonly #flush: number;
  readonly #options: DiscordServerLinksOptions;
  readonly #cuts: boolean;
  readonly #queue: (Data | { readonly code: number; readonly reason: string })[] = [];
  #parts: Uint8Array[] = [];
  #busy = false;
  #gone = false;

  constructor(
    attach: (events: LinkEvents) => Link,
    events: LinkEvents,
    compression: TransportCompression,
    options: DiscordServerLinksOptions,
  ) {
    const zlib = builtin("node:zlib");
    if (zlib === undefined) throw new Error("Cannot compress: this runtime has no node:zlib");
    const isZlib = compression === "zlib-stream";
    this.#options = options;
    this.#cuts = isZlib;
    this.#flush = isZlib ? zlib.constants.Z_SYNC_FLUSH : zlib.constants.ZSTD_e_flush;
    this.#stream = isZlib ? zlib.createDeflate() : zlib.createZstdCompress();
    this.#stream.on("data", (part: Uint8Array) => void this.#parts.push(part));
    this.#stream.on("error", () => this.abort());
    this.#link = attach({
      opened: (info) => events.opened(info),
      receive: (data) => events.receive(data),
      receiveBatch: (batch) => events.receiveBatch(batch),
      closed: (info) => {
        this.#leave();
        events.closed(info);
      },
    });
  }

  send(data: Data): void {
    this.#queue.push(data);
    this.#next();
  }

  close(code: number, reason: string): void {
    this.#queue.push({ code, reason });
    this.#next();
  }

  abort(): void {
    this.#leave();
    this.#link.abort();
  }

  #next(): void {
    if (this.#busy || this.#gone) return;
    const next = this.#queue.shift();
    if (next === undefined) return;
    if (typeof next === "object" && "code" in next) return this.#link.close(next.code, next.reason);
    this.#busy = true;
    const { work = (run) => run() } = this.#options;
    void work(() =>
      new Promise<void>((resolve) => {
        this.#stream.write(next);
        this.#stream.flush(this.#flush, resolve);
      })
    ).then(() => {
      this.#busy = false;
      const message = joinBytes(this.#parts).slice();
      this.#parts = [];
      if (this.#gone) return;
      const { cut } = this.#options;
      for (const piece of this.#cuts && cut ? cut(message) : [message]) this.#link.send(piece);
      this.#next();
    });
  }

  #leave(): void {
    if (this.#gone) return;
    this.#gone = true;
    this.#queue.length = 0;
    this.#stream.destroy();
  }
}

import { Outputs } from "../../src/protocol/core/outputs.ts";
import type { CloseInfo, Data, OpenInfo, Output, Protocol } from "../../src/protocol/protocol.ts";

/** What the echo server tells. */
export type EchoEvent = { readonly kind: "closed"; readonly link: number; readonly info: CloseInfo };

/** A server core that says its URL to whoever comes, and then whatever it is told. */
export class EchoCore implements Protocol<never, EchoEvent> {
  readonly #outputs = new Outputs<EchoEvent>();

  start(): void {}
  opened(link: number, info: OpenInfo): void {
    this.#outputs.send(link, info.url);
  }
  receive(link: number, data: Data): void {
    this.#outputs.send(link, data);
  }
  closed(link: number, info: CloseInfo): void {
    this.#outputs.tell({ kind: "closed", link, info });
  }
  answered(): void {}
  tick(): void {}
  command(): void {}
  cancel(): void {}
  shutdown(): void {
    this.#outputs.end();
  }
  poll(): Output<EchoEvent> | undefined {
    return this.#outputs.shift();
  }
  deadline(): number {
    return Infinity;
  }
}

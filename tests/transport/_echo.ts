import type { Action, CloseInfo, Data, OpenInfo, Protocol } from "../../src/protocol/protocol.ts";

/** What the echo server tells. */
export type EchoEvent = { readonly kind: "closed"; readonly link: number; readonly info: CloseInfo };

/** A server core that says its URL to whoever comes, and then whatever it is told. */
export class EchoCore implements Protocol<Data, never, EchoEvent> {
  readonly #actions: Action<Data>[] = [];
  readonly #events: EchoEvent[] = [];

  start(): void {}
  opened(link: number, info: OpenInfo): void {
    this.#actions.push({ kind: "send", link, data: info.url });
  }
  receive(link: number, data: Data): void {
    this.#actions.push({ kind: "send", link, data });
  }
  closed(link: number, info: CloseInfo): void {
    this.#events.push({ kind: "closed", link, info });
  }
  answered(): void {}
  tick(): void {}
  command(): void {}
  cancel(): void {}
  shutdown(): void {
    this.#actions.push({ kind: "end" });
  }
  action(): Action<Data> | undefined {
    return this.#actions.shift();
  }
  event(): EchoEvent | undefined {
    return this.#events.shift();
  }
  deadline(): number {
    return Infinity;
  }
}

import type { Host } from "../../src/driver/host.ts";
import type { DialRequest, Link, LinkEvents } from "../../src/protocol/link.ts";
import { LocalPermits } from "../../src/driver/permits.ts";
import type { Data } from "../../src/protocol/protocol.ts";
import { VirtualClock } from "../../testing/world/time/virtual_clock.ts";

/** A link a test holds the other end of: what was sent is kept, what comes is the test's to say. */
export class FakeLink implements Link {
  readonly sent: Data[] = [];
  closedWith: number | undefined = undefined;
  aborted = false;
  readonly events: LinkEvents;
  /** What runs inside `close()`, as Bun may call `onclose` there. */
  onClose: () => void = () => {};

  constructor(events: LinkEvents) {
    this.events = events;
  }
  open(): this {
    this.events.opened({ url: "toy://server/", protocol: "" });
    return this;
  }
  lose(): void {
    this.events.closed({ code: 1006, reason: "", clean: false, cause: "lost" });
  }
  send(data: Data): void {
    this.sent.push(data);
  }
  close(code: number): void {
    this.closedWith = code;
    this.onClose();
  }
  abort(): void {
    this.aborted = true;
  }
}

/** A host in virtual time whose dials are kept for the test to answer. */
export class FakeHost implements Host {
  readonly clock: VirtualClock = new VirtualClock();
  readonly permits: LocalPermits = new LocalPermits(this.clock);
  readonly links: FakeLink[] = [];
  readonly requests: DialRequest[] = [];
  readonly random = (): number => 0.5;
  readonly dial = (request: DialRequest, events: LinkEvents): FakeLink => {
    const link = new FakeLink(events);
    this.requests.push(request);
    this.links.push(link);
    return link;
  };
  readonly fetch = (): Promise<Response> => Promise.reject(new Error("no HTTP here"));
  readonly crypto = globalThis.crypto;
  readonly observe: Host["observe"];

  constructor(observe?: Host["observe"]) {
    this.observe = observe;
  }

  /** The link of the latest dial. */
  get link(): FakeLink {
    const link = this.links.at(-1);
    if (link === undefined) throw new Error("nothing was dialled");
    return link;
  }
}

/** Lets every promise that can settle do so. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

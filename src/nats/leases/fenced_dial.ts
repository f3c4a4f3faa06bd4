import type { Dial, Link } from "../../protocol/link.ts";
import type { CloseInfo } from "../../protocol/protocol.ts";

const OVER: CloseInfo = { code: 0, reason: "The lease is over", clean: false, cause: "unknown" };

/**
 * A dial whose links say and tell nothing once a lease is over: who was suspended for longer wakes up to links that are
 * gone, before it has read from them or written to them.
 */
export function fencedDial(dial: Dial, isHeld: () => boolean): Dial {
  return (request, events) => {
    let link: Link | undefined = undefined;
    let over = false;
    /** Whether all may go on. */
    const passes = (): boolean => {
      if (over) return false;
      if (isHeld()) return true;
      over = true;
      link?.abort();
      // Whoever sends expects nothing to be told from within.
      queueMicrotask(() => events.closed(OVER));
      return false;
    };
    const opened = dial(request, {
      opened: (info) => void (passes() && events.opened(info)),
      receive: (data) => void (passes() && events.receive(data)),
      receiveBatch: (batch) => void (passes() && events.receiveBatch(batch)),
      closed(info) {
        if (over) return;
        over = true;
        events.closed(info);
      },
    });
    link = opened;
    return {
      get behind(): boolean {
        return !over && (opened.behind ?? false);
      },
      send: (data) => void (passes() && opened.send(data)),
      close: (code, reason) => void (passes() && opened.close(code, reason)),
      abort() {
        over = true;
        opened.abort();
      },
    };
  };
}

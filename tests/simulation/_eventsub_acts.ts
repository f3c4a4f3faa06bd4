import fc from "fast-check";

/** What EventSub does to a client that is told what happens in so many channels, whatever that is. */
export function eventSubActs(channels: number) {
  const channel = fc.nat(channels - 1);
  return {
    reconnect: fc.constant({ kind: "reconnect" as const }),
    close: fc.record({
      kind: fc.constant("close" as const),
      code: fc.constantFrom(4000, 4001, 4002, 4003, 4004, 4005, 4006, 4007),
    }),
    silence: fc.constant({ kind: "silence" as const }),
    revoke: fc.record({ kind: fc.constant("revoke" as const), channel }),
    toggle: fc.record({ kind: fc.constant("toggle" as const), channel }),
  };
}

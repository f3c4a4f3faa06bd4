import { test } from "node:test";
import { assertEquals } from "@std/assert";
import { fencedDial } from "../../src/nats/leases/fenced_dial.ts";
import type { LinkEvents } from "../../src/protocol/link.ts";

test("fencedDial: a link that has outlived its lease is over for good, though there is another lease", async () => {
  const seen: string[] = [];
  let isHeld = true;
  let told: LinkEvents | undefined;
  const dial = fencedDial((_request, events) => {
    told = events;
    return {
      send: (data) => void seen.push(`send ${data}`),
      close: () => void seen.push("close"),
      abort: () => void seen.push("abort"),
    };
  }, () => isHeld);
  const link = dial({ url: "ws://server.test/" }, {
    opened: () => void seen.push("opened"),
    receive: (data) => void seen.push(`receive ${data}`),
    receiveBatch: () => void seen.push("batch"),
    closed: ({ reason }) => void seen.push(reason),
  });
  told?.opened({ url: "ws://server.test/", protocol: "" });
  link.send("a");
  isHeld = false;
  link.send("b");
  await Promise.resolve();
  isHeld = true;
  link.send("c");
  told?.receive("d");
  told?.closed({ code: 1006, reason: "lost", clean: false, cause: "lost" });
  await Promise.resolve();
  assertEquals(seen, ["opened", "send a", "abort", "The lease is over"]);
});

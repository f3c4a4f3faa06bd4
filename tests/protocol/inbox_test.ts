import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { Inbox } from "../../src/protocol/core/inbox.ts";

test("Inbox: what comes in comes out in its order, a tick no earlier than what was received before it", () => {
  const inbox = new Inbox<{ kind: "token" }>();
  const closed = { code: 1006, reason: "", clean: false, cause: "lost" } as const;
  inbox.opened(1, { url: "", protocol: "" }, 1);
  inbox.receive(1, "PONG", 2);
  inbox.tick(2);
  inbox.answered(7, { kind: "token" }, 3);
  inbox.closed(1, closed, 4);
  assertEquals(inbox.length, 5);
  assertEquals(Array.from({ length: 6 }, () => inbox.shift()), [
    { kind: "opened", link: 1, info: { url: "", protocol: "" }, now: 1 },
    { kind: "received", link: 1, data: "PONG", now: 2 },
    { kind: "tick", now: 2 },
    { kind: "answered", id: 7, answer: { kind: "token" }, now: 3 },
    { kind: "closed", link: 1, info: closed, now: 4 },
    undefined,
  ]);
  inbox.tick(5);
  inbox.clear();
  assertEquals(inbox.length, 0);
});

import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { knownOf, Route } from "../../../src/irc/session/links/route.ts";

test("knownOf: a promise holds for its seconds from now on", () => {
  assertEquals(knownOf({ port: 6697, duration: 60 }, 5_000), { port: 6697, until: 65_000 });
  assertEquals(knownOf(undefined, 5_000), undefined);
});

test("Route: goes by TLS as long as a policy holds, and in the clear from its end on", () => {
  const route = new Route("irc://irc.test:6667");
  const dialled = [4_999, 5_000].map((now) => route.dial(now, { port: 7_000, until: 5_000 }).url);
  assertEquals(dialled, ["ircs://irc.test:7000", "irc://irc.test:6667"]);
});

import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { type HttpMethod, routeOf } from "../../../src/discord/rest/routes/route.ts";

/** What tells limits apart before Discord has told anything. */
function keyOf(method: HttpMethod, path: string): string {
  const { pattern, major } = routeOf(method, path);
  return `${pattern} ${major}`;
}

test("routeOf: requests that share a limit share pattern and top-level resource", () => {
  const shared: [HttpMethod, string, string][] = [
    ["GET", "/channels/1/messages?limit=5", "/channels/1/messages"],
    ["DELETE", "/channels/1/messages/2", "/channels/1/messages/3"],
    ["PUT", "/channels/1/messages/2/reactions/%F0%9F%98%80/@me", "/channels/1/messages/3/reactions/a:4/@me"],
    ["GET", "/users/1", "/users/2"],
    ["GET", "/invites/abc", "/invites/def"],
    ["GET", "/guilds/templates/abc", "/guilds/templates/abc"],
    ["POST", "/applications/1/guilds/2/commands", "/applications/1/guilds/3/commands"],
  ];
  for (const [method, a, b] of shared) assertEquals(keyOf(method, a), keyOf(method, b));
});

test("routeOf: requests with limits of their own are told apart", () => {
  const apart: [HttpMethod, string][] = [
    ["GET", "/channels/1/messages"],
    ["POST", "/channels/1/messages"],
    ["GET", "/channels/2/messages"],
    ["GET", "/guilds/1/members/5"],
    ["GET", "/guilds/2/members/5"],
    ["POST", "/webhooks/1/a"],
    ["POST", "/webhooks/1/b"],
    ["POST", "/interactions/1/a/callback"],
    ["POST", "/interactions/2/b/callback"],
  ];
  const keys = apart.map(([method, path]) => keyOf(method, path));
  assertEquals(new Set(keys).size, keys.length);
});

test("routeOf: the pattern is the same for every top-level resource, ID and token", () => {
  assertEquals(routeOf("GET", "/channels/1/messages").pattern, "GET /channels/:id/messages");
  assertEquals(
    routeOf("PATCH", "/webhooks/1/a/messages/2").pattern,
    "PATCH /webhooks/:id/:token/messages/:id",
  );
  assertEquals(
    routeOf("PUT", "/channels/1/messages/2/reactions/x/@me").pattern,
    "PUT /channels/:id/messages/:id/reactions/:emoji/@me",
  );
});

test("routeOf: the label is the path without query and token", () => {
  assertEquals(routeOf("GET", "/channels/1/messages?limit=5").label, "/channels/1/messages");
  assertEquals(
    routeOf("PATCH", "/webhooks/1/secret/messages/@original").label,
    "/webhooks/1/:token/messages/@original",
  );
  assertEquals(routeOf("POST", "/interactions/1/secret/callback").label, "/interactions/1/:token/callback");
  assertEquals(routeOf("GET", "/webhooks/1").token, undefined);
});

test("routeOf: tells whose global limit counts, and whether the bot's token goes along", () => {
  const interaction = btoa("interaction:846462639134605312:secret").replace(/=+$/, "");
  const cases: [string, boolean | undefined, string, boolean][] = [
    ["/users/@me", undefined, "bot", true],
    ["/gateway", false, "address", false],
    ["/webhooks/1", undefined, "bot", true],
    ["/webhooks/1/secret", undefined, "address", false],
    ["/webhooks/1/secret", true, "bot", true],
    [`/webhooks/1/${interaction}`, undefined, "interactions", false],
    [`/webhooks/1/${interaction}/messages/@original`, undefined, "interactions", false],
    ["/interactions/1/secret/callback", undefined, "interactions", false],
  ];
  for (const [path, auth, domain, withBot] of cases) {
    const route = routeOf("POST", path, auth);
    assertEquals([route.domain, route.auth], [domain, withBot], path);
  }
});

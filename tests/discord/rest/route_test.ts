import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { type HttpMethod, routeOf } from "../../../src/discord/rest/route.ts";

test("routeOf: requests that share a limit share a key", () => {
  const shared: [HttpMethod, string, string][] = [
    ["GET", "/channels/1/messages?limit=5", "/channels/1/messages"],
    ["DELETE", "/channels/1/messages/2", "/channels/1/messages/3"],
    ["PUT", "/channels/1/messages/2/reactions/%F0%9F%98%80/@me", "/channels/1/messages/3/reactions/a:4/@me"],
    ["GET", "/users/1", "/users/2"],
  ];
  for (const [method, a, b] of shared) assertEquals(routeOf(method, a).key, routeOf(method, b).key);
});

test("routeOf: requests with limits of their own have keys of their own", () => {
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
  const keys = apart.map(([method, path]) => routeOf(method, path).key);
  assertEquals(new Set(keys).size, keys.length);
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

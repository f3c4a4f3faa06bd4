import { assertEquals, assertFalse, assertThrows } from "@std/assert";
import { test } from "node:test";
import { fillRoute } from "../../../src/discord/rest/routes/path.ts";
import { CommandError } from "../../../src/protocol/errors.ts";

test("fillRoute: puts parameters where the route names them, URL-encoded", () => {
  const member = fillRoute("PATCH /guilds/{guild.id}/members/{user.id}", { "user.id": "2", "guild.id": "1" });
  assertEquals(member, { method: "PATCH", path: "/guilds/1/members/2" });
  assertEquals(fillRoute("GET /users/@me"), { method: "GET", path: "/users/@me" });
  const params = { "channel.id": "1", "message.id": "2", "emoji.id": { id: "4", name: "wave" } };
  assertEquals(
    fillRoute("GET /channels/{channel.id}/messages/{message.id}/reactions/{emoji.id}", params).path,
    "/channels/1/messages/2/reactions/wave%3A4",
  );
  assertEquals(
    fillRoute("GET /invites/{invite.code}", { "invite.code": "a?b#c" }).path,
    "/invites/a%3Fb%23c",
  );
  assertEquals(
    fillRoute("GET /channels/{channel.id}/polls/{message.id}/answers/{answer_id}", {
      "channel.id": "1",
      "message.id": "2",
      answer_id: 3,
    }).path,
    "/channels/1/polls/2/answers/3",
  );
  const original = { "webhook.id": "1", "webhook.token": "t/=", "message.id": "@original" };
  assertEquals(
    fillRoute("GET /webhooks/{webhook.id}/{webhook.token}/messages/{message.id}", original).path,
    "/webhooks/1/t%2F%3D/messages/@original",
  );
});

test("fillRoute: refuses what is missing, unknown, empty, or would make another path", () => {
  const refused: [route: string, params: Record<string, unknown>][] = [
    ["GET /channels/{channel.id}", {}],
    ["GET /channels/{channel.id}", { "channel.id": "1", "guild.id": "2" }],
    ["GET /users/@me", { "user.id": "1" }],
    ...["", "0", "@me", "general", "1/messages", "1\r\n", " 1", "1".repeat(21), undefined, null, 1, {}].map(
      (id): [string, Record<string, unknown>] => ["GET /channels/{channel.id}", { "channel.id": id }],
    ),
    ["GET /channels/{channel.id}/messages/{message.id}", { "channel.id": "1", "message.id": "@original" }],
    ...["", ".", "..", "a/b", "a\\b", "a\r\nb", "a b", "\ud800", "x".repeat(201), NaN, null].map(
      (code): [string, Record<string, unknown>] => ["GET /invites/{invite.code}", { "invite.code": code }],
    ),
    ["GET", {}],
    ["GET channels", {}],
    ["get /users/@me", {}],
    ["GET /users/@me ", {}],
  ];
  for (const [route, params] of refused) {
    const error = assertThrows(() => fillRoute(route, params), CommandError, "Cannot ", route);
    assertEquals(error.code, "invalid_command");
  }
  const toString = { toString: () => "GET /users/@me" };
  assertThrows(() => fillRoute("GET /guilds/{guild.id}", Object.create({ "guild.id": "1" })), CommandError);
  assertThrows(() => fillRoute("GET /guilds/{guild.id}", { "guild.id": toString }), CommandError);
});

test("fillRoute: shows no token that it refuses", () => {
  const params = { "webhook.id": "1", "webhook.token": "a secret" };
  const error = assertThrows(
    () => fillRoute("GET /webhooks/{webhook.id}/{webhook.token}", params),
    CommandError,
  );
  assertFalse(error.message.includes("secret"));
});

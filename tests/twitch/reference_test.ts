import { test } from "node:test";
import { assertEquals } from "@std/assert";
import type { TwitchEndpoint, TwitchEndpoints } from "../../src/twitch/api/endpoints.ts";
import { TWITCH_GRANTS } from "../../src/twitch/api/grants.ts";
import type { EventSubTypes } from "../../src/twitch/eventsub/wire/types.ts";
import { EVENTSUB_VERSIONS } from "../../src/twitch/eventsub/wire/versions.ts";
import { reference } from "./_reference.ts";
import { subscriptionTypes } from "./_subscription_types.ts";

type Reference = typeof reference;

/** What a request to an endpoint may hold in its query or body, by our types. */
type Names<Endpoint extends TwitchEndpoint, Part extends "query" | "body"> = TwitchEndpoints[Endpoint] extends
  { readonly [Name in Part]?: infer Value } ? NamesOf<NonNullable<Value>> : never;

type NamesOf<Value> = Value extends readonly unknown[] ? "[]" : unknown extends Value ? never : keyof Value;

/** The endpoints whose types have other names than Twitch's reference. */
type Wrong<Part extends "query" | "body"> = {
  [Endpoint in TwitchEndpoint & keyof Reference]: [Names<Endpoint, Part>] extends
    [Reference[Endpoint][Part][number]]
    ? [Reference[Endpoint][Part][number]] extends [Names<Endpoint, Part>] ? never : Endpoint
    : Endpoint;
}[TwitchEndpoint & keyof Reference];

test("TwitchEndpoints: are all that Twitch's reference has, and no other", () => {
  assertEquals(Object.keys(TWITCH_GRANTS).sort(), Object.keys(reference).sort());
});

test("TwitchEndpoints: take the query and the body that Twitch's reference has", () => {
  // The type checker says which are wrong.
  const wrong: readonly [Wrong<"query">, Wrong<"body">][] = [];
  assertEquals(wrong satisfies readonly [never, never][], []);
});

test("TwitchApi.request: knows whose token and which scopes each endpoint needs", () => {
  const known = Object.entries(TWITCH_GRANTS).map((
    [endpoint, [tokens, ...scopes]],
  ) => [endpoint, { tokens, scopes }]);
  const named = Object.entries(reference).map(([endpoint, { tokens, scopes }]) => [
    endpoint,
    { tokens, scopes: [...scopes] },
  ]);
  assertEquals(Object.fromEntries(known), Object.fromEntries(named));
});

type Types = typeof subscriptionTypes;

type KeysOfAny<Value> = Value extends unknown ? keyof Value : never;

/** What Twitch's examples tell, and our types do not. */
type Untyped = {
  [Type in keyof EventSubTypes & keyof Types]: Exclude<
    Types[Type]["event"][number],
    KeysOfAny<EventSubTypes[Type]>
  > extends infer Name extends string ? `${Type} ${Name}` : never;
}[keyof EventSubTypes & keyof Types];

test("EventSubTypes: are all types that Twitch's reference has, in all their versions", () => {
  const versions = Object.entries(subscriptionTypes).map(([type, { versions }]) => [type, [...versions]]);
  assertEquals(EVENTSUB_VERSIONS, Object.fromEntries(versions));
});

test("EventSubTypes: have all that Twitch's examples tell", () => {
  // The type checker says what is missing.
  const untyped: readonly Untyped[] = [];
  assertEquals(untyped satisfies readonly never[], []);
});

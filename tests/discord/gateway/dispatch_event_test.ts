import { test } from "node:test";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { DispatchEvent, parsePayload, Payload } from "../../../src/discord/gateway/mod.ts";
import { dispatchEvent } from "../../../src/discord/gateway/wire/event.ts";
import { ProtocolError } from "../../../src/protocol/errors.ts";
import { logged } from "../../_logged.ts";

const TOKEN = "aW50ZXJhY3Rpb24";

function eventOf(text: string) {
  const payload = parsePayload(text);
  assert(payload instanceof Payload && payload.name !== null && payload.sequence !== null);
  return dispatchEvent(payload, payload.name, 1, "session", payload.sequence);
}

const interaction = () =>
  eventOf(`{"t":"INTERACTION_CREATE","s":3,"op":0,"d":{"id":"1","token":"${TOKEN}"}}`);

test("DispatchEvent: shows its data when it is spread, cloned, logged or turned into JSON", () => {
  const data = { id: "1", token: TOKEN };
  const whole = { kind: "INTERACTION_CREATE", shard: 1, session: "session", sequence: 3, data };
  assertEquals<unknown>({ ...interaction() }, whole);
  assertEquals<unknown>(structuredClone(interaction()), whole);
  assertEquals(JSON.parse(JSON.stringify(interaction())), whole);
  assertEquals(logged(interaction()), logged(whole));
});

test("DispatchEvent: is not parsed by who looks at anything else, or passes it on", () => {
  const event = interaction();
  const { kind, shard, sequence } = event;
  assertEquals([kind, shard, sequence, Object.keys(event).includes("data")], [
    "INTERACTION_CREATE",
    1,
    3,
    true,
  ]);
  assert(DispatchEvent.unread(event) > 0);
  JSON.stringify(event);
  assertEquals(DispatchEvent.unread(event), 0);
});

test("DispatchEvent: of which the data cannot be read is logged all the same", () => {
  const event = eventOf('{"t":"TYPING_START","s":3,"op":0,"d":{oops}}');
  assertThrows(() => JSON.stringify(event), ProtocolError, "Cannot read the data");
  assert(logged(event).includes("Cannot read the data"));
  assert(logged([event]).includes("TYPING_START"));
});

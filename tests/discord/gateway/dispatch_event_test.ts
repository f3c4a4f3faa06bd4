import { test } from "node:test";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { DispatchEvent, parsePayload, Payload, snowflakeTime } from "../../../src/discord/gateway/mod.ts";
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
  const whole = {
    kind: "INTERACTION_CREATE",
    shard: 1,
    session: "session",
    sequence: 3,
    replayed: false,
    data,
  };
  assertEquals<unknown>({ ...interaction() }, whole);
  assertEquals<unknown>(structuredClone(interaction()), whole);
  const more = { ...whole, happenedAt: snowflakeTime("1") };
  assertEquals(JSON.parse(JSON.stringify(interaction())), more);
  assertEquals(logged(interaction()), logged(more));
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

test("DispatchEvent.happenedAt: is of what has just been made, and not of what was changed or may be old", () => {
  const id = "175928847299117063";
  const at = (kind: string, data: unknown) => {
    const event = eventOf(JSON.stringify({ t: kind, s: 1, op: 0, d: data }));
    return event instanceof DispatchEvent ? event.happenedAt : assert(false);
  };
  assertEquals(at("MESSAGE_CREATE", { id }), 1_462_015_105_796);
  assertEquals(at("GUILD_AUDIT_LOG_ENTRY_CREATE", { id }), 1_462_015_105_796);
  for (const kind of ["MESSAGE_UPDATE", "GUILD_CREATE", "THREAD_CREATE"]) {
    assertEquals(at(kind, { id }), undefined);
  }
  for (const data of [{ id: "none" }, { id: 1 }, {}, null]) {
    assertEquals(at("MESSAGE_CREATE", data), undefined);
  }
});

import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { Flood } from "../../../src/irc/session/sending/flood.ts";
import { FLOOD_PRESETS } from "../../../src/irc/session/sending/flood_presets.ts";

test("FLOOD_PRESETS: let as many lines through, at once and in a second, as the servers' own settings say", () => {
  const rates = Object.entries(FLOOD_PRESETS).map(([name, { line, ahead }]) => [
    name,
    { atOnce: Number(ahead) / Number(line), aSecond: 1_000 / Number(line) },
  ]);
  assertEquals(Object.fromEntries(rates), {
    ergo: { atOnce: 5, aSecond: 2 },
    inspircd: { atOnce: 10, aSecond: 1 },
    ircu: { atOnce: 5, aSecond: 0.5 },
    ngircd: { atOnce: 3, aSecond: 2.5 },
    solanum: { atOnce: 5, aSecond: 2 },
    unrealircd: { atOnce: 10, aSecond: 1 },
  });
});

test("FLOOD_PRESETS: have a second for each so many bytes where servers do", () => {
  const bytes = Object.entries(FLOOD_PRESETS).flatMap(([name, { byte }]) =>
    byte === undefined ? [] : [[name, Math.round(1_000 / byte)]]
  );
  assertEquals(Object.fromEntries(bytes), { ircu: 120, unrealircd: 90 });
});

test("Flood: without a limit nothing waits, however much was sent", () => {
  const flood = new Flood(false);
  flood.add(0, new Array<string>(20_000).fill("PRIVMSG #a :x"));
  assertEquals(flood.readyAt(0, ["PRIVMSG #a :x"]), 0);
});

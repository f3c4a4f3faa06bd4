import { assert, assertEquals } from "@std/assert";
import { test } from "node:test";
import { DiscordHttpError } from "../../../src/discord/rest/mod.ts";

function errorOf(body: unknown): DiscordHttpError {
  return new DiscordHttpError({ method: "POST", route: "/channels/1/messages", status: 400, body });
}

/** What `errors` say, as Discord nests it. */
function saidOf(errors: unknown): string {
  return errorOf({ errors }).message.replace("Cannot POST /channels/1/messages: Discord answered 400", "");
}

const wrong = (message: string) => ({ _errors: [{ code: "BASE_TYPE_REQUIRED", message }] });

test("DiscordHttpError: names the first five fields, in the order in which Discord does", () => {
  const errors = {
    ...wrong("all"),
    a: wrong("1"),
    embeds: { 0: { title: wrong("2"), url: wrong("3") }, 1: wrong("4") },
    z: wrong("never"),
  };
  assertEquals(saidOf(errors), ": all; a: 1; embeds.0.title: 2; embeds.0.url: 3; embeds.1: 4");
});

test("DiscordHttpError: however deep the answer is, and however long, it is an error of bounded length", () => {
  let deep: unknown = wrong("deep");
  for (let level = 0; level < 200_000; level++) deep = { a: deep };
  assertEquals(saidOf(deep), "");
  assertEquals(saidOf({ ["k".repeat(1_000)]: wrong("long") }), "");
  const wide = Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [i, wrong("x".repeat(1_000))]));
  assert(saidOf(wide).length < 2_000);
  const error = errorOf({ message: "y".repeat(100_000), code: 1, errors: null });
  assert(error.message.length < 500);
  assertEquals(error.discordMessage?.length, 100_000);
});

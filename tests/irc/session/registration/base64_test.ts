import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { fromBase64 } from "../../../../src/irc/session/registration/scram.ts";

test("fromBase64: takes no white space, which atob would pass over, and nothing that is not of it", () => {
  assertEquals(fromBase64("aGk="), new TextEncoder().encode("hi"));
  for (const text of ["aG k=", " aGk=", "aGk=\n", "aGk===", "aGk*", "a"]) {
    assertEquals(fromBase64(text), undefined, JSON.stringify(text));
  }
});

import { assertEquals, assertThrows } from "@std/assert";
import { test } from "node:test";
import { command } from "../../../src/discord/interactions/mod.ts";
import { OptionError } from "../../../src/protocol/errors.ts";

test("command: takes the names Discord takes", () => {
  for (
    const name of ["ping", "a", "x".repeat(32), "sub-command_2", "l'heure", "проверка", "नमस्ते", "ภาษาไทย"]
  ) {
    assertEquals(command(name, "Does it", () => {}).name, name);
  }
});

test("command: refuses the names and descriptions Discord refuses", () => {
  for (const name of ["", "x".repeat(33), "two words", "Ping", "ÉTÉ", "a/b", "😀"]) {
    assertThrows(() => command(name, "Does it", () => {}), OptionError, `command "${name}"`);
  }
  for (const description of ["", "x".repeat(101)]) {
    assertThrows(() => command("ping", description, () => {}), OptionError, "1 to 100");
  }
});

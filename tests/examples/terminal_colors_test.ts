import { test } from "node:test";
import { assert, assertEquals } from "@std/assert";
import {
  type Background,
  backgroundOf,
  BACKGROUNDS,
  contrast,
  harmless,
  paint,
  readable,
  wantsColor,
} from "../../examples/_terminal_colors.ts";

test("wantsColor: on a terminal, unless NO_COLOR or TERM says otherwise; elsewhere by FORCE_COLOR", () => {
  const wanted = (isTerminal: boolean, env: Record<string, string>) => wantsColor({ isTerminal, env });
  assertEquals([wanted(true, {}), wanted(false, {})], [true, false]);
  assertEquals([wanted(true, { NO_COLOR: "1" }), wanted(true, { NO_COLOR: "" })], [false, true]);
  assertEquals([wanted(true, { TERM: "dumb" }), wanted(true, { FORCE_COLOR: "0" })], [false, false]);
  assertEquals(wanted(false, { FORCE_COLOR: "1" }), true);
  assertEquals(wanted(true, { FORCE_COLOR: "1", NO_COLOR: "1" }), false);
});

test("backgroundOf: is what the terminal tells, else dark", () => {
  const background = (env: Record<string, string>) => backgroundOf({ isTerminal: true, env });
  assertEquals(["0;15", "0;default;7", "15;0", "12;8"].map((COLORFGBG) => background({ COLORFGBG })), [
    "light",
    "light",
    "dark",
    "dark",
  ]);
  assertEquals(background({}), "dark");
});

test("readable: every colour can be read on both backgrounds, and those that can stay as they are", () => {
  assertEquals(readable("#FF7F50", "dark"), [255, 127, 80]);
  assertEquals(readable("#0000FF", "light"), [0, 0, 255]);
  const steps = [0, 51, 102, 153, 204, 255];
  const hex = (part: number) => part.toString(16).padStart(2, "0");
  for (const background of ["dark", "light"] satisfies Background[]) {
    for (const red of steps) {
      for (const green of steps) {
        for (const blue of steps) {
          const color = readable(`#${hex(red)}${hex(green)}${hex(blue)}`, background);
          assert(contrast(color, BACKGROUNDS[background]) >= 4.5, `${red} ${green} ${blue} on ${background}`);
        }
      }
    }
  }
});

test("readable: a colour that is made lighter keeps its hue", () => {
  const [red, green, blue] = readable("#0000FF", "dark");
  assertEquals(red, green);
  assert(blue > red);
});

test("contrast: is 21 between black and white, and 1 of a colour to itself", () => {
  assertEquals(Math.round(contrast([0, 0, 0], [255, 255, 255])), 21);
  assertEquals(contrast([1, 2, 3], [1, 2, 3]), 1);
});

test("paint: is 24-bit colour, taken back behind the text", () => {
  assertEquals(paint([1, 2, 3], "ronni"), "\x1b[38;2;1;2;3mronni\x1b[39m");
});

test("harmless: leaves nothing that a terminal would obey", () => {
  assertEquals(harmless("a\x1b[2Jb\x07\x9bc\r\n"), "a\ufffd[2Jb\ufffd\ufffdc\ufffd\ufffd");
  assertEquals(harmless("Grüße 👨‍👩‍👧 世界"), "Grüße 👨‍👩‍👧 世界");
});

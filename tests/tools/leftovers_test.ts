import { test } from "node:test";
import { assertEquals } from "@std/assert";
import { Leftovers } from "../../tools/suite/leftovers.ts";

test("Leftovers: what is open goes back to the test since which there were never fewer", () => {
  const leftovers = new Leftovers();
  leftovers.note(1);
  leftovers.note(3, "leaves two, one of which ends in the next");
  leftovers.note(2, "leaves nothing");
  leftovers.note(3, "leaves one that ends later");
  leftovers.note(4, "leaves one");
  assertEquals(leftovers.by(1), []);
  assertEquals(leftovers.by(2), ["leaves two, one of which ends in the next"]);
  assertEquals(leftovers.by(4), [
    "leaves two, one of which ends in the next",
    "leaves one that ends later",
    "leaves one",
  ]);
});

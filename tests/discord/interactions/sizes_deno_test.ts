import { assert } from "@std/assert";
import { test } from "node:test";
import { PROGRAMS, sizeOf, VERIFY } from "../../../bench/_interaction_programs.ts";

test("sizes: what answers Discord over HTTP is as small as it is meant to be", () => {
  const held = PROGRAMS.filter(({ most }) => most !== undefined);
  assert(held.length >= 2, "programs are held");
  for (const { name, does, source, most = 0 } of held) {
    const size = sizeOf(source, false);
    assert(size <= most, `what ${does}, of ${name}, has ${size} bytes, gzipped, in place of ${most}`);
  }
});

test("sizes: what verifies is not larger than discord-interactions", () => {
  const sizes = PROGRAMS.filter(({ does }) => does === VERIFY).map(({ source }) => sizeOf(source, false));
  const [ours = Infinity, theirs = 0] = sizes;
  assert(ours <= theirs, `${ours} bytes beside ${theirs}`);
});

import { test } from "node:test";
import { assertEquals } from "@std/assert";
import { LazyRecord } from "../../src/protocol/data/lazy_record.ts";
import { logged } from "../_logged.ts";

class Line extends LazyRecord {
  readonly raw: string;
  static reads = 0;

  constructor(raw: string) {
    super();
    this.raw = raw;
  }

  get words(): readonly string[] {
    Line.reads++;
    return this.raw.split(" ");
  }

  get tags(): ReadonlyMap<string, string> {
    return new Map([["__proto__", "a"]]);
  }

  get missing(): undefined {
    return undefined;
  }
}

class Sender extends Line {
  get nick(): string {
    if (this.raw === "") throw new TypeError("There is none");
    return this.words[0] ?? "";
  }
}

test("LazyRecord.toJSON: has the fields of all its classes, and a Map as an object", () => {
  const tags = JSON.parse('{"__proto__":"a"}');
  assertEquals(JSON.parse(JSON.stringify(new Sender("dan hi"))), {
    raw: "dan hi",
    words: ["dan", "hi"],
    tags,
    nick: "dan",
  });
  assertEquals({ ...new Line("dan").toJSON() }, { raw: "dan", words: ["dan"], tags });
});

test("LazyRecord: shows its fields when it is logged, also within others, and reads none before", () => {
  const line = new Line("hello world");
  Line.reads = 0;
  structuredClone(line);
  assertEquals(Line.reads, 0);
  const shown = logged({ line });
  assertEquals([shown.includes("hello"), shown.includes("words"), shown.includes("missing")], [
    true,
    true,
    false,
  ]);
});

test("LazyRecord: shows what a field throws in its place when it is logged", () => {
  const shown = logged(new Sender(""));
  assertEquals([shown.includes("TypeError: There is none"), shown.includes("words")], [true, true]);
});

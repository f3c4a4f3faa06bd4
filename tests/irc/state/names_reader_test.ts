import { test } from "node:test";
import { assertEquals } from "@std/assert";
import { Folding } from "../../../src/irc/state/folding.ts";
import { NamesReader } from "../../../src/irc/state/names_reader.ts";
import { endOfNick } from "../../../src/irc/state/people.ts";
import { seededRandom } from "../../../testing/world/random.ts";

const folding = new Folding("rfc1459");

/** Each name in a text: its signs, its nick, and all of it. */
function read(text: string, signs: string, reader: NamesReader = new NamesReader()): string[][] {
  reader.read(text, signs, folding);
  return Array.from({ length: reader.count }, (_, index) => {
    const [from, start, nickEnd] = [reader.from(index), reader.start(index), reader.nickEnd(index)];
    assertEquals(reader.hash(index), folding.hash(text, start, nickEnd));
    return [text.slice(from, start), text.slice(start, nickEnd), text.slice(start, reader.end(index))];
  });
}

test("NamesReader.read: tells signs, nick and source of each name apart", () => {
  assertEquals(read("@dan @+Eve!e@h ann@host a@b!u@h  bob @ !x ", "~@+"), [
    ["@", "dan", "dan"],
    ["@+", "Eve", "Eve!e@h"],
    ["", "ann", "ann@host"],
    ["", "a@b", "a@b!u@h"],
    ["", "bob", "bob"],
  ]);
  assertEquals(read("", "@"), []);
});

test("NamesReader.read: takes any sign that the server has, and comes to an end whatever it is", () => {
  const reader = new NamesReader();
  assertEquals(read("é@dan", "é@", reader), [["é@", "dan", "dan"]]);
  assertEquals(read("é@dan", "@", reader), [["", "é", "é@dan"]]);
  assertEquals(read("a  @", " @", reader), [["", "a", "a"]]);
  assertEquals(read("@dan", "", reader), []);
});

test("NamesReader.read: a nick ends where it does for who looks at it alone, and is found by the same hash", () => {
  const random = seededRandom(1, "names");
  const draw = (from: string) => from.charAt(Math.floor(random() * from.length));
  const reader = new NamesReader();
  for (let n = 0; n < 300; n++) {
    const text = Array.from({ length: Math.floor(random() * 400) }, () => draw("aB[{^é!@  +x")).join("");
    reader.read(text, "+@", folding);
    for (let index = 0; index < reader.count; index++) {
      assertEquals(reader.nickEnd(index), endOfNick(text, reader.start(index)), text);
      const nick = text.slice(reader.start(index), reader.nickEnd(index));
      assertEquals(reader.hash(index), folding.hash(folding.fold(nick), 0, nick.length), text);
    }
  }
});

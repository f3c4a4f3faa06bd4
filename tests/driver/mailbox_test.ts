import { test } from "node:test";
import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { Mailbox } from "../../src/driver/mailbox.ts";
import { OptionError } from "../../src/protocol/errors.ts";

const mailbox = (capacity: number, left?: () => void) =>
  new Mailbox<string>(capacity, (missed) => `missed ${missed}`, left);

test("Mailbox: hands items out in order, to readers that wait and to those that come later", async () => {
  const box = mailbox(3);
  const [a, b] = [box.next(), box.next()];
  for (const item of ["a", "b", "c"]) box.push(item);
  assertEquals([await a, await b, await box.next()].map(({ value }) => value), ["a", "b", "c"]);
});

test("Mailbox: when it overflows, the oldest go and the reader is told in their place", async () => {
  const box = mailbox(2);
  for (const item of ["a", "b", "c", "d"]) box.push(item);
  assertEquals((await box.next()).value, "missed 2");
  assertEquals((await box.next()).value, "c");
  box.push("e");
  assertEquals([(await box.next()).value, (await box.next()).value], ["d", "e"]);
});

test("Mailbox.missed: counts what another had missed that it goes on for", async () => {
  const before = mailbox(1);
  for (const item of ["a", "b", "c"]) before.push(item);
  const box = mailbox(1);
  box.fill(before);
  box.push("d");
  assertEquals([box.missed, (await box.next()).value, (await box.next()).value], [3, "missed 3", "d"]);
});

test("Mailbox.end: what is in it can still be read, then comes the end, or the error once", async () => {
  const box = mailbox(2);
  box.push("a");
  const failed = mailbox(2);
  const reading = failed.next();
  box.end();
  failed.end(new Error("gone"));
  box.push("late");
  assertEquals(await box.next(), { done: false, value: "a" });
  assertEquals(await box.next(), { done: true, value: undefined });
  await assertRejects(() => reading, Error, "gone");
  assertEquals((await failed.next()).done, true);
});

test("Mailbox.end: what was missed until then is told before the end, and before the error", async () => {
  for (const error of [undefined, new Error("gone")]) {
    const box = mailbox(2);
    for (const item of ["a", "b", "c"]) box.push(item);
    box.end(error);
    const read: string[] = [];
    const reading = (async () => {
      for await (const item of box) read.push(item);
    })();
    if (error === undefined) await reading;
    else await assertRejects(() => reading, Error, "gone");
    assertEquals(read, ["missed 1", "b", "c"]);
  }
});

test("Mailbox.return: leaving a loop drops what is left and says so", async () => {
  let left = 0;
  const box = mailbox(5, () => left++);
  for (const item of ["a", "b"]) box.push(item);
  for await (const item of box) {
    assertEquals(item, "a");
    break;
  }
  assertEquals([left, box.take()], [1, undefined]);
  const full = mailbox(1);
  for (const item of ["a", "b"]) full.push(item);
  await full.return();
  assertEquals([await full.next(), [...full.unfinished()]], [{ done: true, value: undefined }, []]);
});

test("Mailbox: checks its capacity", () => {
  for (const capacity of [0, -1, 1.5, NaN, Infinity]) assertThrows(() => mailbox(capacity), OptionError);
});

test("Mailbox: holds so many bytes, of which the oldest go first, but always the newest item", async () => {
  const box = new Mailbox<string>(4, (missed) => `missed ${missed}`, undefined, {
    most: 10,
    of: (item) => item.length,
  });
  const take = (count: number) => Array.from({ length: count }, () => box.take());
  for (const item of ["aaaa", "bbbb", "cc"]) box.push(item);
  assertEquals(take(4), ["aaaa", "bbbb", "cc", undefined]);
  for (const item of ["aaaa", "bbbb", "cc", "d"]) box.push(item);
  assertEquals(take(5), ["missed 1", "bbbb", "cc", "d", undefined]);
  for (const item of ["a", "b", "c".repeat(1_000)]) box.push(item);
  assertEquals(take(3), ["missed 2", "c".repeat(1_000), undefined]);
  for (const item of ["a", "b", "c", "d", "e"]) box.push(item);
  assertEquals(take(6), ["missed 1", "b", "c", "d", "e", undefined]);
  // What a reader waits for takes no room.
  const waiting = box.next();
  for (const item of ["a".repeat(10), "b".repeat(10)]) box.push(item);
  assertEquals([(await waiting).value, ...take(2)], ["a".repeat(10), "b".repeat(10), undefined]);
  box.push("a".repeat(10));
  await box.return();
});

test("Mailbox: checks its number of bytes", () => {
  for (const most of [0, -1, 1.5, NaN, Infinity]) {
    assertThrows(
      () => new Mailbox<string>(1, () => "", undefined, { most, of: () => 1 }),
      OptionError,
      "bytes",
    );
  }
});

test("Mailbox.unfinished: what the consumer took last, until it comes back, and what waits for it", async () => {
  const mailbox = new Mailbox<string>(4, (missed) => `missed ${missed}`);
  const unfinished = () => [...mailbox.unfinished()];
  const early = mailbox.next();
  mailbox.push("a");
  mailbox.push("b");
  assertEquals(unfinished(), ["a", "b"]);
  await early;
  assertEquals(unfinished(), ["a", "b"]);
  await mailbox.next();
  assertEquals(unfinished(), ["b"]);
  for (const item of ["c", "d", "e", "f"]) mailbox.push(item);
  assertEquals(unfinished(), ["b", "c", "d", "e", "f"]);
  mailbox.push("g");
  assertEquals(unfinished(), ["b", "missed 1", "d", "e", "f", "g"]);
  for (let n = 0; n < 5; n++) await mailbox.next();
  mailbox.end();
  await mailbox.next();
  assertEquals(unfinished(), []);
  const left = new Mailbox<string>(4, (missed) => `missed ${missed}`);
  left.push("a");
  left.push("b");
  await left.next();
  await left.return();
  assertEquals([...left.unfinished()], []);
});

import { test } from "node:test";
import { assertEquals } from "@std/assert";
import { Deliveries } from "../../src/http/deliveries.ts";

for (const acknowledge of ["first", "after"] as const) {
  test(`Deliveries: handles an event acknowledged ${acknowledge} where nothing keeps a worker alive`, async () => {
    const deliveries = new Deliveries<{ readonly id: string }>({ acknowledge }, "test");
    const handled: string[] = [];
    const event = { id: "1" };
    const isDone = await deliveries.deliver(event, () => handled.push(event.id), undefined);
    // What is handled behind the answer has begun with it.
    await new Promise((resolve) => setTimeout(resolve));
    assertEquals([isDone, handled], [true, ["1"]]);
  });
}

test("Deliveries: what an onError rejects with that is asynchronous is printed, and goes no further", async () => {
  const printed: unknown[] = [];
  const { error } = console;
  console.error = (...args) => void printed.push(args.at(-1));
  try {
    const onError = () => Promise.reject(new Error("the log is full"));
    const deliveries = new Deliveries<{ readonly id: string }>({ onError }, "test");
    const works: Promise<unknown>[] = [];
    const fail = () => Promise.reject(new Error("boom"));
    await deliveries.deliver({ id: "1" }, fail, (work) => works.push(work));
    await Promise.all(works);
    await new Promise((resolve) => setTimeout(resolve));
  } finally {
    console.error = error;
  }
  assertEquals(printed.map(String), ["Error: the log is full"]);
});

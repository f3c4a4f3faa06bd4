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

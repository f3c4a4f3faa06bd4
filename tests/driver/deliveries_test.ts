import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { Deliveries } from "../../src/driver/client/_deliveries.ts";
import { Mailbox } from "../../src/driver/mailbox.ts";

test("Deliveries: is over once its consumer has left and is done with all that it was given", async () => {
  let over = 0;
  const box = new Mailbox<{ readonly kind: string }>(4, () => ({ kind: "lagged" }));
  const deliveries = new Deliveries(box, () => over++);
  for (const kind of ["a", "b", "c"]) box.push({ kind });
  const [a, b] = [(await deliveries.next()).value, (await deliveries.next()).value];
  a?.done();
  assertEquals([over, [...deliveries.unfinished()]], [0, [{ kind: "b" }]]);
  await deliveries.return();
  assertEquals(over, 0);
  b?.done();
  assertEquals([over, [...deliveries.unfinished()]], [1, []]);
});

import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { Core } from "../../src/protocol/core/core.ts";
import { CorePool } from "../../src/protocol/core/core_pool.ts";
import type { Input } from "../../src/protocol/core/inbox.ts";
import { Outputs } from "../../src/protocol/core/outputs.ts";
import { Hand } from "../_hand.ts";

/** Has one link, which it closes politely at the end if it is open; ends as soon as it has none. */
class Member extends Core<never, never> {
  #link = 0;
  #isOpen = false;

  start(): void {
    this.#link = this.outputs.dial({ url: "tcp://h:1" });
  }
  command(): void {}
  cancel(): void {}
  shutdown(): void {
    if (this.#isOpen) this.outputs.close(this.#link, 1000, "");
    else this.outputs.end();
  }
  deadline(): number {
    return Infinity;
  }
  protected take(input: Input): void {
    if (input.kind === "opened") this.#isOpen = true;
    if (input.kind !== "closed") return;
    this.#isOpen = false;
    this.outputs.end(input.info.cause === "peer" ? undefined : new Error("lost"));
  }
}

class Pair extends CorePool<never, never, never, never, Member> {
  constructor() {
    super();
    for (let count = 0; count < 2; count++) this.add(new Member(new Outputs(this.numbers)));
  }
  protected memberFor(): Member {
    throw new Error("There are no commands");
  }
}

/** A pool of which the second member has a link. */
function pair(): Hand<never, never> {
  const hand = new Hand<never, never>(new Pair()).start().open(2);
  hand.taken();
  return hand;
}

test("CorePool: told to end twice, it waits for those that have not ended", () => {
  const hand = pair().shutdown().shutdown();
  assertEquals(hand.taken().map(({ kind }) => kind), ["close", "close"]);
  hand.close({ cause: "peer" }, 2);
  assertEquals(hand.taken(), [{ kind: "end" }]);
});

test("CorePool: a member that ends with an error ends the others, each politely, and then the whole", () => {
  const hand = pair().close({}, 1);
  assertEquals(hand.taken().map(({ kind }) => kind), ["close"]);
  hand.close({ cause: "peer" }, 2);
  assertEquals(hand.taken(), [{ kind: "end", error: new Error("lost") }]);
});

import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { Core } from "../../src/protocol/core/core.ts";
import type { Input } from "../../src/protocol/core/inbox.ts";
import type { Instant } from "../../src/protocol/protocol.ts";

type Heard = { readonly kind: "heard"; readonly word: string };

/** Hears words, of which one message may bring several; is due at 10. */
class Listener extends Core<never, Heard> {
  readonly #words: string[] = [];
  last = "";

  start(): void {}
  command(): void {}
  cancel(): void {}
  shutdown(): void {}
  deadline(): Instant {
    return 10;
  }
  protected take(input: Input): void {
    if (input.kind === "received") this.#words.push(...String(input.data).split(" "));
    else this.outputs.tell({ kind: "heard", word: input.kind });
  }
  protected override next(): boolean {
    const word = this.#words.shift();
    if (word === undefined) return false;
    this.last = word;
    this.outputs.tell({ kind: "heard", word });
    this.outputs.send(1, word);
    return true;
  }
}

test("Core: one message at a time, what comes of it in order, and no input before those that came earlier", () => {
  const core = new Listener();
  const closed = { code: 1006, reason: "", clean: false, cause: "lost" } as const;
  core.receive(1, "a b", 9);
  core.tick(10);
  core.closed(1, closed, 10);
  const seen: string[] = [];
  for (let output = core.poll(); output !== undefined; output = core.poll()) {
    seen.push(output.kind === "event" ? `${output.event.word} while at ${core.last}` : output.kind);
  }
  assertEquals(seen, [
    "a while at a",
    "send",
    "b while at b",
    "send",
    "tick while at b",
    "closed while at b",
  ]);
});

test("Core: a tick that is early has no effect", () => {
  const core = new Listener();
  core.tick(9);
  assertEquals(core.poll(), undefined);
});

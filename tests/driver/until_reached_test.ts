import { assertRejects } from "@std/assert";
import { test } from "node:test";
import { untilReached } from "../../src/driver/until_reached.ts";
import { ConnectionError } from "../../src/protocol/errors.ts";
import { VirtualClock } from "../../testing/world/time/virtual_clock.ts";
import { turn } from "./_fakes.ts";

test("untilReached: what an ask makes of being given up is not why nobody was reached", async () => {
  const clock = new VirtualClock();
  const asking = untilReached({
    ask: (signal) =>
      new Promise<never>((_, reject) => {
        signal.addEventListener("abort", () => reject(new ConnectionError("unreachable", "it was cut off")));
      }),
    url: "https://example.org/",
    clock,
    random: () => 0.5,
    backoff: undefined,
    connectTimeout: 5_000,
    signal: new AbortController().signal,
    failed: () => {},
  });
  const rejects = assertRejects(() => asking, ConnectionError, "within 5 s: nobody answered in time");
  await turn();
  clock.advance(5_000);
  await rejects;
});

import { assert, assertEquals } from "@std/assert";
import { test } from "node:test";
import { MemoryBucket } from "../../src/nats/local/memory_buckets.ts";
import { VirtualClock } from "../../testing/mod.ts";

test("MemoryBucket: keeps no more of what lasts no longer than of what does", () => {
  const clock = new VirtualClock(0);
  const bucket = new MemoryBucket(clock, 1_000);
  bucket.create("lease", "a");
  for (let n = 0; n < 10_000; n++) {
    bucket.create(`request.${n}`, "a");
    bucket.update("lease", "a", bucket.get("lease")?.revision ?? 0);
    clock.advance(100);
  }
  assert(bucket.size < 100, `${bucket.size} are kept, of which 11 last`);
  assertEquals(bucket.get("request.9999")?.operation, "PUT");
  assertEquals(bucket.get("request.9000"), null);
});

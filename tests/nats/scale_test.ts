import { readFileSync } from "node:fs";
import { assert, assertEquals } from "@std/assert";
import { replaceTable } from "../../tools/shared/markdown_tables.ts";
import { test } from "node:test";
import { testOnce } from "../_engines.ts";
import { Fleets } from "./_fleets.ts";
import { costOf, scaleTable } from "./_scale.ts";

const SCALE = { shards: 64, processes: 8, maxConcurrency: 16, lease: 6_000, saveEvery: 2_000, lost: 1 / 4 };

testOnce("Fleet: what is reckoned of a large fleet holds for a small one in virtual time", async () => {
  const { shards, processes, maxConcurrency, lease } = SCALE;
  const cost = costOf(SCALE);
  const fleets = new Fleets(shards, lease);
  /** When each began its session, which whoever runs it later resumes. */
  const began = new Map<number, number>();
  for (let at = 0; at < processes; at++) {
    fleets.join(`process ${at}`, {
      run(slot, { permits }) {
        const identify = async () => {
          if (began.has(slot)) return;
          const key = `bot ${slot % maxConcurrency}`;
          const grant = await permits?.acquire({ scope: "discord.identify", key, limit: 1, per: 5_000 });
          began.set(slot, fleets.world.clock.now());
          grant?.release(true);
        };
        return { ready: identify(), stop: () => Promise.resolve() };
      },
    });
  }
  await fleets.run(cost.start * 1_000 + 15_000);
  assertEquals([began.size, fleets.doubled], [shards, []]);
  const start = Math.max(...began.values()) / 1_000;
  // Who waits for a place asks for it four times a second, and somebody else may be first.
  assert(start >= cost.start && start < 1.2 * cost.start + 2, `${start} s, reckoned as ${cost.start} s`);
  const before = fleets.nats.requests;
  await fleets.run(30_000);
  const perSecond = (fleets.nats.requests - before) / 30;
  assert(
    Math.abs(perSecond - cost.renewals) < 0.15 * cost.renewals,
    `${perSecond} requests, ${cost.renewals}`,
  );
  for (let at = 0; at < processes * SCALE.lost; at++) fleets.world.freeze(`process ${at}`, 3_600_000);
  await fleets.run(cost.lostFor * 1_000);
  const left = fleets.counts.slice(processes * SCALE.lost);
  assertEquals([left.reduce((sum, count) => sum + count, 0), fleets.doubled], [shards, []]);
});

test("docs/many-processes.md: has the table of what a large fleet costs (deno task fleet-cost --write)", () => {
  const page = readFileSync(new URL("../../docs/many-processes.md", import.meta.url), "utf8");
  assertEquals(page, replaceTable(page, scaleTable()));
});

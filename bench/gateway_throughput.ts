/**
 * Measures a Discord gateway client against the runtime's own WebSocket. A server in its own process
 * sends realistic dispatches of about 1 KB over loopback, as fast as they are taken, to parley, to other
 * libraries and to two floors: a bare WebSocket whose every message is parsed, and one whose messages are
 * only looked at, and one in ten parsed. Every contender runs in a process of its own, on Deno, Bun and
 * Node 24, one after the other in each round; what it delivered must be the same as was sent. Printed are ratios to the floor of
 * the same round, medians over the rounds, and whether the targets hold. As many events as are measured go
 * before, in which the runtimes compile what is hot: Bun needs most of them.
 *
 *     deno task bench gateway [--rounds N] [--events N] [--warm-up N] [--runtime NAME]... [--only NAME]...
 *                             [--compression zlib-stream|zstd-stream] [--encoding etf] [--beside FOLDER]
 *     deno task bench gateway --heap [--rounds N] [--runtime NAME]...
 *
 * With `--compression` or `--encoding`, floors and contenders inflate, one message after the other, and speak ETF; those
 * that cannot are left out, those that do not survive it are said to die. The floors read ETF by npm's etf.js, the
 * quickest in JavaScript there: erlpack is a native addon, which Deno and Bun need not have, and what only parsed the
 * same as JSON would read something else. Beside the CPU that it takes is printed the traffic that it saves, and what
 * parley takes of both where nothing is compressed.
 *
 * With `--beside`, another version of this repository is measured, too, which is there with its `node_modules`: of CPU,
 * medians of the ratios within a round tell what a change costs where the machine is too noisy for times.
 *
 * With `--heap`, the memory that an idle shard takes instead, against a bare WebSocket's: by the heap on Deno and
 * Node. Bun's heap shows next to nothing of its own sockets, so that there resident memory decides, which shows
 * nothing of a few.
 *
 * @module
 */
import { parseArgs, stripVTControlCharacters } from "node:util";
import { root } from "../tools/shared/config.ts";
import { Progress } from "../tools/shared/progress.ts";
import { find, RUNTIMES } from "../tools/shared/runtimes.ts";
import type { Heap, Run } from "./_gateway_contender.ts";
import {
  COMPRESSED_VARIETY,
  expectedSum,
  FIRST_SEQUENCE,
  makeDispatches,
  VARIETY,
} from "./_gateway_dispatches.ts";
import type { BenchWire } from "./_gateway_wire.ts";
import { measured } from "./_figures.ts";
import { type Command, commands, contend, median, MOST_BESIDE, timesOf, verdict } from "./_harness.ts";

const { values } = parseArgs({
  args: Deno.args,
  options: {
    rounds: { type: "string", default: "7" },
    events: { type: "string", default: "200000" },
    "warm-up": { type: "string", default: "200000" },
    seed: { type: "string", default: "1" },
    runtime: { type: "string", multiple: true, default: [...RUNTIMES] },
    only: { type: "string", multiple: true },
    heap: { type: "boolean", default: false },
    compression: { type: "string", default: "none" },
    encoding: { type: "string", default: "json" },
    beside: { type: "string" },
  },
});
const rounds = Number(values.rounds);
const progress = new Progress();
const PLAIN: BenchWire = { encoding: "json", compression: "none" };
const wire = wireOf(values.encoding, values.compression);
const isPlain = wire.encoding === "json" && wire.compression === "none";

function wireOf(encoding: string, compression: string): BenchWire {
  const known = (encoding === "json" || encoding === "etf") &&
    (compression === "none" || compression === "zlib-stream" || compression === "zstd-stream");
  if (!known) throw new Error(`There is no benchmark of "${encoding}" with "${compression}"`);
  return { encoding, compression };
}

/** A floor that inflates as nobody documents it: to compare with, and no target, which is what a runtime documents. */
const AT_ONCE = "floor, at once";

/** Each beside what it is compared with: the first column names a contender, the second its floor. */
const all: readonly (readonly [name: string, floor: string])[] = [
  ["floor", "floor"],
  [AT_ONCE, "floor"],
  ["parley", "floor"],
  ["floor, one in ten", "floor, one in ten"],
  ["parley, one in ten", "floor, one in ten"],
  ["@discordjs/ws", "floor"],
  ["@discordeno/gateway", "floor"],
  ["oceanic.js", "floor"],
  ["seyfert", "floor"],
];
/** Stands before what is of another version. */
const BESIDE = "beside: ";
/** What parley takes where nothing is compressed. */
const UNCOMPRESSED = "parley, uncompressed";
const peers: Readonly<Record<string, readonly string[]>> = {
  "json none": ["@discordjs/ws", "@discordeno/gateway", "seyfert"],
  "json zlib-stream": ["@discordjs/ws", "@discordeno/gateway", "oceanic.js"],
  "json zstd-stream": ["@discordeno/gateway", "oceanic.js"],
};
const isPeer = (name: string) => Object.values(peers).flat().includes(name);
/** With parley's of another version each behind its own. */
function withBeside(pairs: typeof all): typeof all {
  if (values.beside === undefined) return pairs;
  return pairs.flatMap(([name, floor]) =>
    name.startsWith("parley") ? [[name, floor], [`${BESIDE}${name}`, floor]] : [[name, floor]]
  );
}

/** Whether a contender speaks what is measured. */
const speaks = (name: string) =>
  isPeer(name)
    ? peers[`${wire.encoding} ${wire.compression}`]?.includes(name) ?? false
    : name === AT_ONCE
    ? wire.compression !== "none"
    : wire.encoding === "json" || !name.endsWith("one in ten");
const isWanted = (name: string) => values.only?.some((part) => name.includes(part)) ?? true;
const compared = [
  ...withBeside(all).filter(([name]) =>
    isWanted(name) || all.some(([of, floor]) => floor === name && isWanted(of))
  )
    .filter(([name]) => speaks(name)),
  ...isPlain ? [] : [[UNCOMPRESSED, "floor"] as const],
];

/** The least speed against a floor, at which the target holds. */
const leastSpeeds: readonly (readonly [name: string, floor: string, least: number])[] = [
  ["parley", "floor", isPlain ? 0.95 : 0.9],
  ["parley, one in ten", "floor, one in ten", 0.9],
];
const SHARDS = [1, 10, 100, 1_000];
const MOST_MEMORY = 2.5;
/** Below so many, resident memory shows the blocks that a runtime takes at once more than it does shards. */
const LEAST_RESIDENT = 1_000;

const CONTENDER = "_gateway_contender.ts";
/** Others that have lost a message wait for it for ever; so long they get, in milliseconds. */
const OTHERS_LIMIT = 30_000;

const scratch = await Deno.makeTempDir({ prefix: "parley-" });

/** Starts the server; returns its port and what stops it. */
async function serve(node: string, heartbeatInterval: number, wire = PLAIN): Promise<Server> {
  const server = new Deno.Command(node, {
    args: [
      `--import=${root}/tools/suite/node_hook.ts`,
      `${root}/bench/_gateway_server.ts`,
      values.seed,
      String(heartbeatInterval),
      JSON.stringify(wire),
      String(wholes(values["warm-up"]) + wholes(values.events)),
    ],
    stdin: "null",
    stdout: "piped",
  }).spawn();
  const reader = server.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const { value = "" } = await reader.read();
  reader.releaseLock();
  const [port = "", mean = ""] = value.trim().split(" ");
  return { port, mean: Number(mean), stop: () => server.kill() };
}

interface Server {
  readonly port: string;
  /** How many bytes a dispatch takes, where it is not the plain JSON. */
  readonly mean: number;
  stop(): void;
}

/** So many events, in tens. */
function wholes(count: string): number {
  return Math.ceil(Number(count) / 10) * 10;
}

async function measureThroughput(
  runtimes: readonly Command[],
  { port, mean }: Server,
  plain: Server,
): Promise<boolean> {
  const warmUp = wholes(values["warm-up"]);
  const events = wholes(values.events);
  const dispatches = makeDispatches(Number(values.seed), isPlain ? VARIETY : COMPRESSED_VARIETY);
  const size =
    dispatches.reduce((sum, { head, tail }) => sum + head.length + tail.length, 0) / dispatches.length +
    String(FIRST_SEQUENCE).length;
  const sums = [true, false].map((wantedOnly) => expectedSum(dispatches, warmUp + events, wantedOnly));
  console.log(
    `${rounds} rounds of ${events} events (mean ${size.toFixed(0)} bytes) after ${warmUp} to warm up`,
  );
  if (!isPlain) {
    const saved = (1 - mean / size) * 100;
    console.log(
      `${wire.encoding}, ${wire.compression}: ${mean.toFixed(0)} bytes an event in place of ${
        size.toFixed(0)
      }, ` +
        `${saved.toFixed(0)} % of the traffic saved`,
    );
  }
  const checkDelivered = (name: string, run: Run) => {
    const share = name.endsWith("one in ten") ? 10 : 1;
    const isRight = name === UNCOMPRESSED || run.sum === sums[share === 10 ? 0 : 1];
    if (run.delivered === (warmUp + events) / share && isRight) return;
    throw new Error(`${name} did not deliver what was sent: ${JSON.stringify(run)}`);
  };
  let held = true;
  for (const runtime of runtimes) {
    const results = new Map<string, Run[]>();
    const dead = new Map<string, string>();
    for (let round = 0; round < rounds; round++) {
      // There and back again, so that nobody always runs first.
      const order = round % 2 === 0 ? compared : compared.toReversed();
      for (const [name] of order) {
        if (dead.has(name)) continue;
        progress.show(() => `${runtime.name}, round ${round + 1} of ${rounds}: ${name}`);
        const isCompared = name !== UNCOMPRESSED;
        const args = [
          "throughput",
          isCompared ? name : "parley",
          isCompared ? port : plain.port,
          String(warmUp),
          String(events),
          JSON.stringify(isCompared ? wire : PLAIN),
          values.beside ?? "",
        ];
        let run: Run;
        try {
          run = await contend<Run>(runtime, CONTENDER, args, !isPeer(name) ? undefined : OTHERS_LIMIT);
          checkDelivered(name, run);
        } catch (error) {
          if (isPlain || !isPeer(name)) throw error;
          // Others lose messages, or die of them.
          dead.set(name, reasonOf(error));
          continue;
        }
        results.set(name, [...results.get(name) ?? [], run]);
      }
    }
    progress.end();
    const of = (name: string) => results.get(name) ?? [];
    // Of the same round, so that what slows the machine down slows both.
    const ratio = (name: string, floor: string, figure: (run: Run) => number) =>
      median(of(name).map((run, i) => figure(run) / figure(of(floor)[i] ?? run)));
    const speedOf = (name: string, floor: string) => 1 / ratio(name, floor, ({ seconds }) => seconds);
    const rows = compared.filter(([name]) => !dead.has(name)).map(([name, floor]) => ({
      name,
      speed: speedOf(name, floor),
      cpu: ratio(name, floor, ({ cpuSeconds }) => cpuSeconds),
      each: median(of(name).map(({ cpuSeconds }) => cpuSeconds / events * 1e6)),
      rate: median(of(name).map(({ seconds }) => events / seconds / 1_000)),
    }));
    console.log(`\n${runtime.name} ${runtime.version}`);
    console.log(
      `  ${"".padEnd(26)}${"events/s, to floor".padStart(20)}${"CPU, to floor".padStart(16)}` +
        `${"µs CPU each".padStart(14)}${"1000/s".padStart(9)}`,
    );
    for (const { name, speed, cpu, each, rate } of rows) {
      console.log(
        `  ${name.padEnd(26)}${speed.toFixed(2).padStart(20)}${cpu.toFixed(2).padStart(16)}` +
          `${each.toFixed(2).padStart(14)}${rate.toFixed(0).padStart(9)}`,
      );
    }
    for (const [name] of compared) {
      const reason = dead.get(name);
      if (reason !== undefined) console.log(`  ${name.padEnd(26)}dies, or loses messages: ${reason}`);
    }
    const parley = rows.find(({ name }) => name === "parley");
    for (const [name, floor, least] of leastSpeeds) {
      if (of(name).length === 0 || of(floor).length === 0) continue;
      const speed = speedOf(name, floor);
      const what = `Discord events per second (${name}), to "${floor}" on a bare socket`;
      measured(runtime, { what, value: speed, better: "more", target: least });
      held = verdict(`${name}: at least ${least} of "${floor}": ${speed.toFixed(2)}`, speed >= least) && held;
    }
    for (const { name } of rows) {
      if (!name.startsWith(BESIDE)) continue;
      const ours = name.slice(BESIDE.length);
      const times = ratio(ours, name, ({ cpuSeconds }) => cpuSeconds);
      held = verdict(`${ours}: ${timesOf(times)} of the other version`, times <= MOST_BESIDE) && held;
    }
    for (const { name, each } of rows) {
      if (parley === undefined || !isPeer(name)) continue;
      held = verdict(`parley takes no more CPU per event than ${name}`, parley.each <= each) && held;
    }
  }
  return held;
}

/** Why a contender gave no result, in one line: what it counted, or how it ended and the first error that it printed. */
function reasonOf(error: unknown): string {
  const [what = "", ...printed] = stripVTControlCharacters(
    String(error instanceof Error ? error.message : error),
  )
    .split("\n");
  const why = printed.find((line) => /error|panic/i.test(line))?.trim();
  const short = what.replace(/^No result of .*?\(([^()]*)\):$/, "$1");
  return why === undefined ? short : `${short}, ${why}`;
}

async function measureHeap(runtimes: readonly Command[], port: string): Promise<boolean> {
  let held = true;
  for (const runtime of runtimes) {
    console.log(`\n${runtime.name} ${runtime.version}: KB per idle shard`);
    console.log(
      `  ${"shards".padStart(6)}${"heap".padStart(10)}${"bare socket".padStart(14)}` +
        `${"resident".padStart(14)}${"bare socket".padStart(14)}`,
    );
    for (const shards of SHARDS) {
      const figures: Record<string, Heap> = {};
      for (const name of ["floor", "parley"]) {
        const runs: Heap[] = [];
        for (let round = 0; round < rounds; round++) {
          progress.show(() => `${runtime.name}, ${shards} shards, round ${round + 1} of ${rounds}: ${name}`);
          runs.push(await contend<Heap>(runtime, CONTENDER, ["heap", name, port, String(shards)]));
        }
        progress.end();
        figures[name] = {
          heap: median(runs.map(({ heap }) => heap)) / 1_024,
          resident: median(runs.map(({ resident }) => resident)) / 1_024,
        };
      }
      const { parley, floor } = figures;
      if (parley === undefined || floor === undefined) continue;
      const by = runtime.name === "bun" ? "resident" : "heap";
      const ratio = parley[by] / floor[by];
      console.log(
        `  ${String(shards).padStart(6)}${parley.heap.toFixed(1).padStart(10)}${
          floor.heap.toFixed(1).padStart(14)
        }` +
          `${parley.resident.toFixed(1).padStart(14)}` +
          `${floor.resident.toFixed(1).padStart(14)}`,
      );
      if (by === "resident" && shards < LEAST_RESIDENT) continue;
      const what = `memory of an idle Discord shard of ${shards}, to a bare socket's`;
      if (shards === SHARDS.at(-1)) {
        measured(runtime, { what, value: ratio, better: "less", target: MOST_MEMORY });
      }
      const figure = `${shards} shards: at most ${MOST_MEMORY} times a bare socket's ${by}`;
      held = verdict(`${figure}: ${ratio.toFixed(2)}`, ratio <= MOST_MEMORY) && held;
    }
  }
  return held;
}

let held = false;
try {
  const runtimes = await commands(values.runtime, scratch);
  const node = await find("node");
  if (node === undefined) throw new Error("Cannot find node, which runs the server");
  const plain = await serve(node.path, values.heap ? 41_250 : 1_000);
  const server = isPlain ? plain : await serve(node.path, 1_000, wire);
  try {
    held = values.heap
      ? await measureHeap(runtimes, plain.port)
      : await measureThroughput(runtimes, server, plain);
  } finally {
    plain.stop();
    if (!isPlain) server.stop();
  }
} finally {
  await Deno.remove(scratch, { recursive: true });
}
Deno.exit(held ? 0 : 1);

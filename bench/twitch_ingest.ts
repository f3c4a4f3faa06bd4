/**
 * Measures a Twitch client over a real socket at full rate: a server in a process of its own says lines of chat over
 * loopback, each in a WebSocket message, as fast as they are taken, to parley's `TwitchClient`, to `tmi.js`,
 * `@twurple/chat` and (over TCP) `@mastondzn/dank-twitch-irc`, and to the floor: the runtime's own WebSocket, of which what comes is
 * split into lines and nothing else. Of each message channel, login and text are read, which must come to the same. Every
 * contender runs in a process of its own, on Deno, Bun and Node 24, turn by turn. Printed is the processor time of a
 * message, its ratio to the floor of the same round, medians over the rounds, and whether what is reached holds: within 1.5 of
 * the floor, 1.7 on Bun, and ahead of every peer. All warm up for 300,000 lines, before which JavaScriptCore is not done
 * compiling.
 *
 *     deno task bench twitch-ingest [--rounds N] [--lines N] [--warm-up N] [--seed N] [--runtime NAME]... [--only NAME]...
 *
 * @module
 */
import { parseArgs } from "node:util";
import { root } from "../tools/shared/config.ts";
import { find, RUNTIMES } from "../tools/shared/runtimes.ts";
import { measured } from "./_figures.ts";
import { type Command, commands, contend, median, type Run, verdict } from "./_harness.ts";

const { values } = parseArgs({
  args: Deno.args,
  options: {
    rounds: { type: "string", default: "5" },
    lines: { type: "string", default: "200000" },
    "warm-up": { type: "string", default: "300000" },
    seed: { type: "string", default: "1" },
    runtime: { type: "string", multiple: true, default: [...RUNTIMES] },
    only: { type: "string", multiple: true },
  },
});

/** How much more processor time than the floor parley may take for a message. */
const MOST = { deno: 1.5, bun: 1.7, node: 1.5 };
const FLOOR = "floor";
const PEERS = ["tmi.js", "@twurple/chat", "@mastondzn/dank-twitch-irc"];
const contenders = [FLOOR, "parley", ...PEERS].filter((name) => {
  return name === FLOOR || (values.only?.some((part) => name.includes(part)) ?? true);
});
const [rounds, warmUp, count] = [values.rounds, values["warm-up"], values.lines].map(Number) as [
  number,
  number,
  number,
];

async function serve(node: string): Promise<{ readonly ports: readonly string[]; stop(): void }> {
  const server = new Deno.Command(node, {
    args: [
      `--import=${root}/tools/suite/node_hook.ts`,
      `${root}/bench/_ingest_server.ts`,
      values.seed,
      // A little more, for who misses the first.
      String(warmUp + count + 1_000),
    ],
    stdin: "null",
    stdout: "piped",
  }).spawn();
  const reader = server.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const { value = "" } = await reader.read();
  reader.releaseLock();
  return { ports: value.trim().split(" "), stop: () => server.kill() };
}

async function measure(runtime: Command, ports: readonly string[]): Promise<boolean> {
  const runs = new Map<string, Run[]>(contenders.map((name) => [name, []]));
  let sum: number | undefined;
  for (let round = 0; round < rounds; round++) {
    // There and back again, so that nobody always runs first.
    for (const name of round % 2 === 0 ? contenders : contenders.toReversed()) {
      const args = [name, ...ports, String(warmUp), String(count)];
      const run = await contend<Run>(runtime, "_ingest_contender.ts", args);
      if (name !== FLOOR) sum ??= run.sum;
      if (name !== FLOOR && run.sum !== sum) {
        throw new Error(`${name} on ${runtime.name} read other values than others did`);
      }
      runs.get(name)?.push(run);
    }
  }
  const of = (name: string) => runs.get(name) ?? [];
  /** The processor time of a message as a multiple of another's in the same round. */
  const ratio = (name: string, to: string) => {
    return median(of(name).map(({ cpuSeconds }, round) => cpuSeconds / (of(to)[round]?.cpuSeconds ?? NaN)));
  };
  console.log(`\n${runtime.name} ${runtime.version}\n  ${"".padEnd(28)}   µs CPU   to floor   messages/s`);
  for (const name of contenders) {
    const cpu = median(of(name).map(({ cpuSeconds }) => cpuSeconds / count * 1e6));
    const rate = median(of(name).map(({ seconds }) => count / seconds));
    console.log(
      `  ${name.padEnd(28)}${cpu.toFixed(2).padStart(9)}${ratio(name, FLOOR).toFixed(2).padStart(11)}` +
        `${rate.toFixed(0).padStart(13)}`,
    );
  }
  if (!contenders.includes("parley")) return true;
  const floor = ratio("parley", FLOOR);
  const what = "CPU of a Twitch message over a socket, to a bare socket's";
  const target = MOST[runtime.name];
  measured(runtime, { what, value: floor, better: "less", target });
  let held = verdict(`at most ${target} of the floor: ${floor.toFixed(2)}`, floor <= target);
  for (const peer of contenders.filter((name) => PEERS.includes(name))) {
    const least = ratio(peer, "parley");
    held = verdict(`ahead of ${peer}, which takes as much as ${least.toFixed(1)} of it`, least > 1) && held;
  }
  return held;
}

const scratch = await Deno.makeTempDir({ prefix: "parley-" });
const node = await find("node");
if (node === undefined) throw new Error("Cannot find Node, which runs the server");
const server = await serve(node.path);
let held = true;
try {
  console.log(`${rounds} rounds of ${count} lines after ${warmUp} to warm up, seed ${values.seed}`);
  for (const runtime of await commands(values.runtime, scratch)) {
    held = await measure(runtime, server.ports) && held;
  }
} finally {
  server.stop();
  await Deno.remove(scratch, { recursive: true });
}
Deno.exit(held ? 0 : 1);

/**
 * Measures what it takes to know who is there: a client comes into 200 channels of 2,000 members each, whom the server
 * names with user and host (`userhost-in-names`, `multi-prefix`), beside irc-framework with its channels. Each contender
 * runs in a process of its own, on Deno, Bun and Node, turn by turn, once with people who are in four channels each, and
 * once with none in two. Printed are medians: the processor time of all threads from what a socket brings to what is
 * known, for the first burst of a process and for a second one, by another client, as after a reconnect; how much the
 * heap has grown, with buffers; and what a hundred QUITs take, for which irc-framework looks through every list and parley
 * keeps an index.
 *
 *     deno task bench irc-names [--rounds N] [--channels N] [--members N] [--runtime NAME]...
 *
 * @module
 */
import { parseArgs } from "node:util";
import { RUNTIMES } from "../tools/shared/runtimes.ts";
import { measured } from "./_figures.ts";
import { type Command, commands, contend, median, verdict } from "./_harness.ts";

const { values } = parseArgs({
  args: Deno.args,
  options: {
    rounds: { type: "string", default: "3" },
    channels: { type: "string", default: "200" },
    members: { type: "string", default: "2000" },
    runtime: { type: "string", multiple: true, default: [...RUNTIMES] },
  },
});

interface Result {
  readonly milliseconds: number;
  /** The same, of the second burst. */
  readonly again: number;
  readonly megabytes: number;
  readonly members: number;
  /** Processor time of a hundred QUITs, in milliseconds. */
  readonly quits: number;
}

const CONTENDERS = ["parley", "irc-framework"] as const;
const all = Number(values.channels) * Number(values.members);

async function measure(runtime: Command, people: number): Promise<boolean> {
  console.log(`\n${runtime.name} ${runtime.version}, ${all} members who are ${people} people`);
  const results = { parley: [] as Result[], "irc-framework": [] as Result[] };
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const name of CONTENDERS) {
      const args = [name, values.channels, values.members, String(people)];
      const result = await contend<Result>(runtime, "_irc_names_contender.ts", args);
      if (result.members !== all) throw new Error(`${name} knows ${result.members} members of ${all}`);
      results[name].push(result);
    }
  }
  const of = (name: keyof typeof results, figure: "milliseconds" | "again" | "megabytes" | "quits") =>
    median(results[name].map((result) => result[figure]));
  for (const name of CONTENDERS) {
    const [time, memory] = [of(name, "milliseconds").toFixed(0), of(name, "megabytes").toFixed(1)];
    const again = of(name, "again").toFixed(0);
    const quits = of(name, "quits").toFixed(1);
    console.log(
      `  ${name.padEnd(16)}${time.padStart(8)} ms${again.padStart(8)} ms again${memory.padStart(10)} MB${
        quits.padStart(10)
      } ms for 100 QUITs`,
    );
  }
  const faster = of("irc-framework", "milliseconds") / of("parley", "milliseconds");
  const fasterAgain = of("irc-framework", "again") / of("parley", "again");
  const smaller = of("irc-framework", "megabytes") / of("parley", "megabytes");
  const left = of("irc-framework", "quits") / of("parley", "quits");
  const inFour = people === all ? "" : ", each in four";
  const figures = [
    ["time", faster],
    ["time once more", fasterAgain],
    ["memory", smaller],
    ["time of leaving", left],
  ] as const;
  for (const [which, value] of figures) {
    const what = `200 IRC channels' members${inFour}, ${which}: irc-framework's to ours`;
    measured(runtime, { what, value, better: "more", target: 1 });
  }
  const holds = [
    verdict(`less time than irc-framework: by ${faster.toFixed(1)}`, faster > 1),
    verdict(`less time once more: by ${fasterAgain.toFixed(1)}`, fasterAgain > 1),
  ].every((one) => one);
  const isSmaller = verdict(`less memory than irc-framework: by ${smaller.toFixed(1)}`, smaller > 1);
  return verdict(`less time for who leaves: by ${left.toFixed(0)}`, left > 1) && isSmaller && holds;
}

const scratch = await Deno.makeTempDir({ prefix: "parley-" });
let held = true;
try {
  for (const runtime of await commands(values.runtime, scratch)) {
    for (const people of [all / 4, all]) held = await measure(runtime, people) && held;
  }
} finally {
  await Deno.remove(scratch, { recursive: true });
}
Deno.exit(held ? 0 : 1);

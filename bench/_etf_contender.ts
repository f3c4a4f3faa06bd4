/**
 * One contender of the benchmark of encodings, in a process of its own, on Deno, Bun or Node:
 *
 *     _etf_contender.ts <contender> <what> <seed> <warm-up> <count>
 *
 * Prints one line of JSON.
 *
 * @module
 */
import { pack, unpack } from "etf.js";
import process from "node:process";
import { encodeTerm } from "../src/discord/gateway/wire/etf/term_writer.ts";
import { jsonCodec } from "../src/discord/gateway/wire/encoding.ts";
import { decodeTerm, etfCodec } from "../src/discord/gateway/wire/etf/etf.ts";
import { Payload } from "../src/discord/gateway/wire/payload.ts";
import { writeEtf } from "../testing/discord/gateway/_etf.ts";
import { add, makeDispatches, type Readable, valueOf, WANTED } from "./_gateway_dispatches.ts";
import type { Run } from "./_harness.ts";

/** What is measured: all of a payload read, one in ten read and the rest looked at, a payload written. */
export const TASKS = ["read", "read one in ten", "write"] as const;

/** One of them. */
export type Task = typeof TASKS[number];

/** A payload, in each way that somebody may want it. */
interface Sent {
  readonly json: string;
  readonly term: Uint8Array;
  readonly value: unknown;
}

const MOST_BYTES = 1_000_000;

interface Whole {
  readonly t: string;
  readonly d: Readable;
}

const whole = (payload: unknown) => {
  const { t, d }: Whole = Object(payload);
  return valueOf(t, d);
};

/** Reads one in ten by a codec of parley's. */
const oneInTen = (payload: ReturnType<typeof etfCodec.read>) => {
  if (!(payload instanceof Payload)) throw new Error(payload.reason);
  return payload.name === WANTED ? valueOf(payload.name, Object(payload.data)) : 0;
};

/** Who does what; each returns a figure that shows that it was done. */
const contenders: Readonly<Record<string, Partial<Readonly<Record<Task, (sent: Sent) => number>>>>> = {
  "parley": {
    "read": ({ term }) => whole(decodeTerm(term, MOST_BYTES)),
    "read one in ten": ({ term }) => oneInTen(etfCodec.read(term, MOST_BYTES)),
    "write": ({ value }) => encodeTerm(value).length > 0 ? 1 : 0,
  },
  "etf.js": {
    "read": ({ term }) => whole(unpack(term)),
    "read one in ten": ({ term }) => {
      const payload: Whole = Object(unpack(term));
      return payload.t === WANTED ? whole(payload) : 0;
    },
    "write": ({ value }) => pack(value).length > 0 ? 1 : 0,
  },
  "JSON": {
    "read": ({ json }) => whole(JSON.parse(json)),
    "read one in ten": ({ json }) => oneInTen(jsonCodec.read(json, MOST_BYTES)),
    "write": ({ value }) => JSON.stringify(value).length > 0 ? 1 : 0,
  },
};

function measure(name: string, task: Task, seed: number, warmUp: number, count: number): Run {
  const contender = contenders[name]?.[task];
  if (contender === undefined) throw new Error(`There is no contender "${name}" for "${task}"`);
  const sent = makeDispatches(seed).map(({ head, tail }, index): Sent => {
    const json = `${head}${index}${tail}`;
    const value: unknown = JSON.parse(json);
    return { json, term: writeEtf(value), value };
  });
  let sum = 0;
  const run = (times: number) => {
    for (let i = 0; i < times; i++) {
      const one = sent[i % sent.length];
      if (one !== undefined) sum = add(sum, contender(one));
    }
  };
  run(warmUp);
  sum = 0;
  const cpu = process.cpuUsage();
  const began = performance.now();
  run(count);
  const seconds = (performance.now() - began) / 1_000;
  const { user, system } = process.cpuUsage(cpu);
  return { sum, seconds, cpuSeconds: (user + system) / 1_000_000 };
}

const [name = "", task = "", seed = "", warmUp = "", count = ""] = process.argv.slice(2);
const known = TASKS.find((one) => one === task);
if (known === undefined) throw new Error(`There is nothing to measure called "${task}"`);
const result = measure(name, known, Number(seed), Number(warmUp), Number(count));
process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit(0));

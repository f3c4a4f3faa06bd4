import { asTable } from "../../tools/shared/markdown_tables.ts";

/** A fleet, as far as its cost depends on it; times in milliseconds. */
export interface Scale {
  readonly shards: number;
  readonly processes: number;
  /** How many IDENTIFYs Discord takes in 5 s. */
  readonly maxConcurrency: number;
  readonly lease: number;
  readonly saveEvery: number;
  /** Which part of the processes is lost at once. */
  readonly lost: number;
}

/** What it costs. */
export interface Cost {
  /** From the first process's start until every shard has begun its session, in seconds. */
  readonly start: number;
  /** What resumes elsewhere, and when it does at the latest, in seconds. */
  readonly lostShards: number;
  readonly lostFor: number;
  /** What its shards take that cannot resume, in seconds more. */
  readonly lostSessions: number;
  /** Renewals that NATS stores in a second, and those that it tells of. */
  readonly renewals: number;
  readonly told: number;
  /** Saves in a second, while events come in every shard; each after a look at what is stored. */
  readonly saves: number;
  /** What each process keeps of the others, in megabytes. */
  readonly memory: number;
}

const IDENTIFY_EVERY = 5;
/** A process renews its lease so often in its time. */
const RENEWALS = 3;
/** A process takes so many shards at once; each batch takes about a second. */
const AT_ONCE = 16;
const BATCH = 2;
/** What a slot and a process take in a table, about, in bytes. */
const SLOT = 200;
const MEMBER = 300;

/** Reckons what a fleet costs. */
export function costOf({ shards, processes, maxConcurrency, lease, saveEvery, lost }: Scale): Cost {
  const renewals = processes * RENEWALS / (lease / 1_000);
  const lostShards = Math.round(shards * lost);
  const left = processes * (1 - lost);
  const identifying = (count: number) => (Math.ceil(count / maxConcurrency) - 1) * IDENTIFY_EVERY;
  return {
    start: identifying(shards),
    lostShards,
    lostFor: lease / 1_000 + BATCH * Math.ceil(lostShards / left / AT_ONCE),
    lostSessions: identifying(lostShards),
    renewals,
    told: renewals * processes,
    saves: shards / (saveEvery / 1_000),
    memory: (shards * SLOT + processes * MEMBER) / 1e6,
  };
}

const BIG = { shards: 16_000, processes: 500, lease: 30_000, lost: 1 / 3 };

/** What 16,000 shards in 500 processes cost. */
export function scaleTable(): string {
  const rows = [
    { ...BIG, maxConcurrency: 16, saveEvery: 2_000 },
    { ...BIG, maxConcurrency: 64, saveEvery: 2_000 },
    { ...BIG, maxConcurrency: 128, saveEvery: 30_000 },
    { ...BIG, shards: 160, processes: 5, maxConcurrency: 16, saveEvery: 2_000 },
  ].map((scale) => {
    const cost = costOf(scale);
    const number = (value: number) => Math.round(value).toLocaleString("en-US");
    return [
      `${number(scale.shards)} in ${scale.processes}`,
      String(scale.maxConcurrency),
      `${number(cost.start)} s`,
      `${number(cost.lostShards)} shards for ${number(cost.lostFor)} s`,
      `${number(cost.lostSessions)} s`,
      `${cost.renewals < 10 ? cost.renewals : number(cost.renewals)} / ${number(cost.told)}`,
      `${number(cost.saves)} (each ${scale.saveEvery / 1_000} s)`,
      `${cost.memory.toFixed(2)} MB`,
    ];
  });
  return asTable([
    "shards in processes",
    "`max_concurrency`",
    "first start",
    "a third is lost",
    "and must begin anew",
    "renewals a second, stored / told",
    "saves a second",
    "memory of a process",
  ], rows);
}

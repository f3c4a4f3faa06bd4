import fc from "fast-check";
import { isRecord } from "../../src/protocol/data/json_value.ts";
import type { Fault } from "../../testing/world/faults.ts";
import type { World } from "../../testing/world/checking/search.ts";
import { asTable } from "../../tools/shared/markdown_tables.ts";

const TWO = "two on one store";

/** Everything that can go wrong by a plan, told apart as far as worlds differ in what of it they draw. */
export const faultNames = [
  "reset",
  "reset: corrupt, unknown",
  "stall",
  "silence",
  "partition",
  "refuse",
  "slow",
  "narrow",
  "coalesce",
  "http",
  "freeze",
  "skew",
  "part: throw",
  "part: hang",
  "part: slow",
  "part: stale",
  TWO,
] as const;

/** What can go wrong. */
export type FaultName = typeof faultNames[number];

const NO_HTTP = "asks nothing by HTTP";
const NO_LINKS = "has no links";
const NO_SESSIONS = "keeps no session";
const IN_THE_CLIENTS = "in the client's world";
const IN_THE_BOTS = "in the bot's world";
const IN_THE_SHARDS = "in the world of bare shards";
const NATS = "NATS fails in its stead";
const IN_THE_TOKENS = "in the world of tokens";
// A token that is refused again and again ends a client, as it is to.
const STALE_TOKEN = "an old token is the end";

const OF_BARE_SHARDS: Readonly<Partial<Record<FaultName, string>>> = {
  http: IN_THE_BOTS,
  "part: throw": IN_THE_BOTS,
  "part: hang": IN_THE_BOTS,
  "part: slow": IN_THE_BOTS,
  "part: stale": IN_THE_BOTS,
  [TWO]: IN_THE_BOTS,
};

const NO_PROPERTY = "no property draws it";
const OF_BOTS: Readonly<Partial<Record<FaultName, string>>> = {
  "reset: corrupt, unknown": NO_PROPERTY,
  http: NO_PROPERTY,
  skew: NO_PROPERTY,
  "part: throw": NO_PROPERTY,
  "part: hang": NO_PROPERTY,
  "part: slow": NO_PROPERTY,
  "part: stale": NO_PROPERTY,
  [TWO]: NO_PROPERTY,
};

/** Why a world does not draw what it does not draw. */
const undrawn: Readonly<Record<string, Readonly<Partial<Record<FaultName, string>>>>> = {
  irc: { http: NO_HTTP, skew: IN_THE_CLIENTS, [TWO]: NO_SESSIONS },
  "irc client": { http: NO_HTTP, [TWO]: NO_SESSIONS },
  twitch: { http: IN_THE_CLIENTS, "part: stale": STALE_TOKEN, [TWO]: NO_SESSIONS },
  "twitch client": {
    freeze: "in the core's world",
    skew: "in the core's world",
    "part: slow": "HTTP is slow",
    "part: stale": STALE_TOKEN,
    [TWO]: NO_SESSIONS,
  },
  "twitch tokens": {
    "reset: corrupt, unknown": NO_LINKS,
    narrow: NO_LINKS,
    coalesce: NO_LINKS,
    "part: stale": STALE_TOKEN,
    [TWO]: NO_SESSIONS,
  },
  "twitch helix": {
    "reset: corrupt, unknown": NO_LINKS,
    narrow: NO_LINKS,
    coalesce: NO_LINKS,
    "part: throw": IN_THE_TOKENS,
    "part: hang": IN_THE_TOKENS,
    "part: slow": IN_THE_TOKENS,
    "part: stale": STALE_TOKEN,
    [TWO]: NO_SESSIONS,
  },
  "twitch eventsub": {
    "part: throw": IN_THE_TOKENS,
    "part: hang": IN_THE_TOKENS,
    "part: slow": IN_THE_TOKENS,
    "part: stale": STALE_TOKEN,
    [TWO]: NO_SESSIONS,
  },
  "twitch eventsub chat": {
    "part: throw": IN_THE_TOKENS,
    "part: hang": IN_THE_TOKENS,
    "part: slow": IN_THE_TOKENS,
    "part: stale": STALE_TOKEN,
    [TWO]: NO_SESSIONS,
  },
  discord: OF_BARE_SHARDS,
  "discord rest": {
    "reset: corrupt, unknown": NO_LINKS,
    narrow: NO_LINKS,
    coalesce: NO_LINKS,
    freeze: IN_THE_BOTS,
    skew: IN_THE_BOTS,
    "part: throw": IN_THE_BOTS,
    "part: hang": IN_THE_BOTS,
    "part: slow": IN_THE_BOTS,
    "part: stale": IN_THE_BOTS,
    [TWO]: NO_SESSIONS,
  },
  "discord wire": OF_BARE_SHARDS,
  fleet: {
    "reset: corrupt, unknown": IN_THE_SHARDS,
    narrow: IN_THE_SHARDS,
    coalesce: IN_THE_SHARDS,
    http: IN_THE_BOTS,
    "part: throw": NATS,
    "part: hang": NATS,
    "part: slow": NATS,
    "part: stale": NATS,
    [TWO]: "a lease has one holder",
  },
  "chat fleet": {
    "reset: corrupt, unknown": IN_THE_CLIENTS,
    narrow: IN_THE_CLIENTS,
    coalesce: IN_THE_CLIENTS,
    http: IN_THE_CLIENTS,
    "part: throw": NATS,
    "part: hang": NATS,
    "part: slow": NATS,
    "part: stale": NATS,
    [TWO]: "a lease has one holder",
  },
  "kit discord": OF_BOTS,
  "kit irc": OF_BOTS,
  "kit twitch": OF_BOTS,
  "discord reshard": { skew: IN_THE_BOTS, "part: stale": IN_THE_BOTS, [TWO]: IN_THE_BOTS },
};

/** In plans of how many seeds whatever a world draws is to be found. */
const PLANS = 600;

/** What a world draws, as its plans show. */
function drawnBy(world: World<unknown>): ReadonlySet<string> {
  return new Set(fc.sample(world.plans, { seed: 1, numRuns: PLANS }).flat().map(nameOf));
}

function nameOf(fault: Fault<unknown>): string {
  if (fault.kind === "act") return isOverlap(fault.act) ? TWO : fault.kind;
  if (fault.kind === "reset") return fault.cause === undefined ? "reset" : "reset: corrupt, unknown";
  return fault.kind === "part" ? `part: ${fault.trouble}` : fault.kind;
}

function isOverlap(act: unknown): boolean {
  return isRecord(act) && act.kind === "stop" && act.how === "overlap";
}

/** What is drawn and has a reason not to be, or is not and has none. */
export function mistakes(worlds: readonly World<unknown>[]): string[] {
  return worlds.flatMap((world) => {
    const drawn = drawnBy(world);
    return faultNames.flatMap((name) => {
      const reason = undrawn[world.name]?.[name];
      if (drawn.has(name) === (reason === undefined)) return [];
      return [
        reason === undefined
          ? `"${world.name}" does not draw "${name}", and _drawn.ts does not say why`
          : `"${world.name}" draws "${name}", though _drawn.ts says why not: ${reason}`,
      ];
    });
  });
}

/** Which world draws what, and why not. */
export function drawnTable(worlds: readonly World<unknown>[]): string {
  const rows = faultNames.map((name) => [
    `\`${name}\``,
    ...worlds.map((world) => undrawn[world.name]?.[name] ?? "yes"),
  ]);
  return asTable(["drawn", ...worlds.map(({ name }) => name)], rows);
}

import { isRecord } from "@parley/parley/internal";
import type { BotFault } from "./plan.ts";

type Kind = BotFault["kind"] | "server";

/** What there is, and what each needs beside `at`, as what. */
const NEEDS: Readonly<Record<Kind, Readonly<Record<string, "number" | "object" | "string">>>> = {
  reset: {},
  stall: { ms: "number", directions: "object" },
  silence: { directions: "object" },
  partition: { ms: "number" },
  refuse: { ms: "number" },
  slow: { ms: "number", latency: "number" },
  coalesce: { ms: "number", every: "number" },
  narrow: { ms: "number", perSecond: "number" },
  http: { ms: "number", trouble: "object" },
  freeze: { ms: "number" },
  restart: { how: "string", after: "number" },
  server: { command: "object" },
};

/** What is wrong with what is to be a fault, but of none of the kinds that are left out; undefined: nothing. */
export function wrongIn(fault: unknown, leftOut: readonly string[] = []): string | undefined {
  const given: Readonly<Record<string, unknown>> = isRecord(fault) ? fault : {};
  const kinds = new Map<unknown, object>(Object.entries(NEEDS).filter(([kind]) => !leftOut.includes(kind)));
  const needs = kinds.get(given.kind);
  if (needs === undefined) return `its kind must be one of ${[...kinds.keys()].join(", ")}`;
  const all = Object.entries({ at: "number", ...needs });
  const isGiven = all.every(([name, kind]) => {
    const value = given[name];
    return typeof value === kind && value !== null && !(typeof value === "number" && !(value >= 0));
  });
  return isGiven ? undefined : `"${given.kind}" needs ${all.map(([name]) => `"${name}"`).join(", ")}`;
}

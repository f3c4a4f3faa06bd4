/**
 * What benchmarks have measured, for the table and the chart of all: each adds a line of JSON to the file that
 * `PARLEY_BENCH_FIGURES` names, if there is one.
 *
 * @module
 */
import { appendFileSync } from "node:fs";
import { loadavg } from "node:os";
import process from "node:process";
import type { Command } from "./_harness.ts";

/** A ratio that was measured on a runtime. */
export interface Figure {
  readonly kind: "figure";
  /** What it is, for people: `Discord events per second, to a bare socket's`. */
  readonly what: string;
  readonly runtime: string;
  readonly version: string;
  readonly value: number;
  /** Whether more of it is better, or less. */
  readonly better: "more" | "less";
  /** What it is to be at least, or at most. */
  readonly target?: number | undefined;
  /** How busy the machine was: its load average over a minute. The benchmarks alone make 1 to 2. */
  readonly load?: number;
}

/** A table of what is no ratio. */
export interface FigureTable {
  readonly kind: "table";
  readonly what: string;
  /** In Markdown. */
  readonly text: string;
}

/** What a benchmark tells. */
export type Measured = Figure | FigureTable;

/** Tells a figure. */
export function measured(
  { name, version }: Pick<Command, "name" | "version">,
  figure: Omit<Figure, "kind" | "load" | "runtime" | "version">,
): void {
  add({ kind: "figure", runtime: name, version, load: loadavg()[0] ?? 0, ...figure });
}

/** Tells a table. */
export function measuredTable(what: string, text: string): void {
  add({ kind: "table", what, text });
}

function add(line: Measured): void {
  const file = process.env.PARLEY_BENCH_FIGURES;
  if (file) appendFileSync(file, `${JSON.stringify(line)}\n`);
}

/** Whether a figure is what it is to be. */
export function holds({ value, better, target }: Figure): boolean {
  return target === undefined || (better === "more" ? value >= target : value <= target);
}

import { asTable } from "../tools/shared/markdown_tables.ts";
import { type Figure, holds, type Measured } from "./_figures.ts";

/** Where and how it was measured. */
export interface Occasion {
  /** `2026-11-22`. */
  readonly date: string;
  /** The processor, and how many of its cores there were. */
  readonly machine: string;
  /** The command that measured it. */
  readonly command: string;
  /** What others' packages were, with their versions. */
  readonly peers: readonly string[];
  /** Benchmarks that ended without a figure. */
  readonly broken: readonly string[];
}

/** The same thing measured, by runtime. */
interface Row {
  readonly what: string;
  readonly figures: ReadonlyMap<string, Figure>;
}

const NAMES: Readonly<Record<string, string>> = { deno: "Deno", bun: "Bun", node: "Node" };

function figuresOf(all: readonly Measured[]): readonly Figure[] {
  return all.filter((one) => one.kind === "figure");
}

/** Each runtime once, in the order in which they were measured, with its version. */
function runtimesOf(all: readonly Measured[]): ReadonlyMap<string, string> {
  return new Map(
    figuresOf(all).map(({ runtime, version }) => [runtime, `${NAMES[runtime] ?? runtime} ${version}`]),
  );
}

function rowsOf(all: readonly Measured[]): readonly Row[] {
  const figures = figuresOf(all);
  return [...new Set(figures.map(({ what }) => what))].map((what) => ({
    what,
    figures: new Map(figures.filter((one) => one.what === what).map((one) => [one.runtime, one])),
  }));
}

/** A value with as many digits as mean something. */
export function shown(value: number): string {
  return value >= 10 ? value.toFixed(0) : value >= 2 ? value.toFixed(1) : value.toFixed(2);
}

/** What the figures of one row are held to, and on which runtimes, where that differs. */
function targetOf(figures: Row["figures"]): string {
  const runtimesOf = new Map<string, string[]>();
  for (const { target, better, runtime } of figures.values()) {
    if (target === undefined) continue;
    const text = `${better === "more" ? "at least" : "at most"} ${shown(target)}`;
    runtimesOf.set(text, [...runtimesOf.get(text) ?? [], NAMES[runtime] ?? runtime]);
  }
  if (runtimesOf.size < 2) return [...runtimesOf.keys()].join();
  return [...runtimesOf].map(([text, runtimes]) => `${text} (${runtimes.join(", ")})`).join(", ");
}

/** All figures as a table in Markdown: a row for each thing, a column for each runtime; `!` where a target is missed. */
export function figureTable(all: readonly Measured[]): string {
  const runtimes = runtimesOf(all);
  const cell = (figure: Figure | undefined) =>
    figure === undefined ? "" : `${shown(figure.value)}${holds(figure) ? "" : " !"}`;
  const rows = rowsOf(all).map(({ what, figures }) => {
    return [what, ...[...runtimes.keys()].map((runtime) => cell(figures.get(runtime))), targetOf(figures)];
  });
  return asTable(["", ...runtimes.values(), "target"], rows);
}

/** The page `bench/RESULTS.md`. */
export function resultsPage(all: readonly Measured[], occasion: Occasion): string {
  const { date, machine, command, peers, broken } = occasion;
  const tables = all.filter((one) => one.kind === "table").map(({ what, text }) => `## ${what}\n\n${text}\n`);
  const lost = broken.length === 0 ? "" : `\nWithout a figure: ${broken.join(", ")}.\n`;
  const loads = figuresOf(all).map(({ load = 0 }) => load);
  const load = `${shown(Math.min(...loads))} to ${shown(Math.max(...loads))}`;
  return `# What was measured

On ${date}, by \`${command}\`, on ${machine}, whose load average was ${load} then: the benchmarks alone make 1 to 2,
and more says that others were at work. Each figure is a ratio to what ran beside it in the same round, and the median of
the rounds; \`!\` says that it misses its target.

![The figures as bars, by runtime](./results.svg)

${figureTable(all)}
${lost}
Others' packages: ${peers.join(", ")}.

${tables.join("\n")}`.trimEnd() + "\n";
}

const BAR = 12;
const GAP = 18;
const LEFT = 520;
const WIDTH = 1_000;
const SCALE = WIDTH - LEFT - 70;
const MOST = 8;

/**
 * The figures as bars, light or dark as who looks at it prefers. A bar ends at ${MOST}: what is more is written at its end.
 */
export function chart(all: readonly Measured[], date: string): string {
  const runtimes = [...runtimesOf(all)];
  const top = 64;
  let y = top;
  const parts: string[] = [];
  const x = (value: number) => LEFT + Math.min(value, MOST) / MOST * SCALE;
  for (const { what, figures } of rowsOf(all)) {
    const [first] = figures.values();
    const height = runtimes.length * BAR;
    const better = first?.better === "less" ? "less is better" : "more is better";
    parts.push(
      `<text class="what" x="${LEFT - 10}" y="${y + height / 2}" text-anchor="end">${escaped(what)}</text>`,
      `<text class="better" x="${LEFT - 10}" y="${y + height / 2 + 13}" text-anchor="end">${better}</text>`,
    );
    runtimes.forEach(([runtime], index) => {
      const figure = figures.get(runtime);
      if (figure === undefined) return;
      const at = y + index * BAR;
      const end = x(figure.value);
      parts.push(
        `<rect class="r${index}" x="${LEFT}" y="${at}" width="${(end - LEFT).toFixed(1)}" height="${
          BAR - 2
        }"/>`,
        `<text class="value" x="${(end + 5).toFixed(1)}" y="${at + BAR - 3}">${shown(figure.value)}</text>`,
      );
    });
    y += height + GAP;
  }
  const legend = runtimes.map(([, name], index) => {
    const at = LEFT + index * 140;
    return `<rect class="r${index}" x="${at}" y="34" width="10" height="10"/>` +
      `<text class="value" x="${at + 16}" y="43">${escaped(name)}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${
    y + 10
  }" role="img" aria-label="Ratios by runtime, ${date}">
<style>
  svg { background: #fff; font: 12px system-ui, sans-serif; }
  text { fill: #1f2328; }
  .title { font-size: 15px; font-weight: 600; }
  .better, .value { fill: #59636e; font-size: 11px; }
  .one { stroke: #8c959f; stroke-dasharray: 3 3; }
  .r0 { fill: #0969da; } .r1 { fill: #bc4c00; } .r2 { fill: #1a7f37; }
  @media (prefers-color-scheme: dark) {
    svg { background: #0d1117; }
    text { fill: #e6edf3; }
    .better, .value { fill: #9198a1; }
    .r0 { fill: #4493f8; } .r1 { fill: #f0883e; } .r2 { fill: #3fb950; }
  }
</style>
<text class="title" x="10" y="22">parley, to what ran beside it (${date})</text>
${legend.join("\n")}
<line class="one" x1="${x(1).toFixed(1)}" y1="${top - 8}" x2="${x(1).toFixed(1)}" y2="${y - GAP + 4}"/>
${parts.join("\n")}
</svg>
`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}

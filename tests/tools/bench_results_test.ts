import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { describe, it } from "node:test";
import type { Measured } from "../../bench/_figures.ts";
import { chart, figureTable, resultsPage } from "../../bench/_results.ts";

const MEASURED: readonly Measured[] = [
  {
    kind: "figure",
    what: "lines",
    runtime: "deno",
    version: "2.9.6",
    value: 5.04,
    better: "more",
    target: 4.5,
  },
  {
    kind: "figure",
    what: "lines",
    runtime: "bun",
    version: "1.4.5",
    value: 3.96,
    better: "more",
    target: 4.5,
  },
  {
    kind: "figure",
    what: "CPU, to <a socket>",
    runtime: "bun",
    version: "1.4.5",
    value: 12.2,
    better: "less",
  },
  { kind: "table", what: "How large", text: "| entry | size |" },
];

describe("bench/_results.ts", () => {
  it("figureTable: a row for each thing, a column for each runtime, and what misses its target", () => {
    const rows = figureTable(MEASURED).split("\n").map((row) =>
      row.split("|").slice(1, -1).map((cell) => cell.trim())
    );
    assertEquals(rows[0], ["", "Deno 2.9.6", "Bun 1.4.5", "target"]);
    assertEquals(rows.slice(2), [
      ["lines", "5.0", "4.0 !", "at least 4.5"],
      ["CPU, to <a socket>", "", "12", ""],
    ]);
  });

  it("figureTable: names the runtimes where targets differ", () => {
    const rows = figureTable(
      MEASURED.map((one) =>
        one.kind === "figure" && one.runtime === "bun" && one.target !== undefined
          ? { ...one, target: 4 }
          : one
      ),
    ).split("\n");
    assertEquals(rows[2]?.split("|").at(-2)?.trim(), "at least 4.5 (Deno), at least 4.0 (Bun)");
  });

  it("resultsPage: says when, where, by what and beside what it was measured, and what could not be", () => {
    const page = resultsPage(MEASURED, {
      date: "2026-11-22",
      machine: "2 cores of a kind",
      command: "deno task bench",
      peers: ["ws 8.1.0"],
      broken: ["sizes"],
    });
    for (
      const text of [
        "2026-11-22",
        "2 cores of a kind",
        "`deno task bench`",
        "ws 8.1.0",
        "Without a figure: sizes",
      ]
    ) {
      assertStringIncludes(page, text);
    }
    assertStringIncludes(page, "## How large\n\n| entry | size |\n");
  });

  it("chart: a bar for each figure, dark where that is preferred, and nothing that is no XML", () => {
    const svg = chart(MEASURED, "2026-11-22");
    assertEquals(svg.match(/<rect class="r\d" x="520" y="(?!34)/g)?.length, 3);
    assertMatch(svg, /@media \(prefers-color-scheme: dark\)/);
    assertStringIncludes(svg, "CPU, to &lt;a socket>");
    assert(!svg.includes("NaN"));
  });
});

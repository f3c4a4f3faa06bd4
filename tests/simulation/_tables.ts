/** A table as Markdown, its columns as wide as what is in them. */
export function asTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((name, at) => Math.max(name.length, ...rows.map((row) => row[at]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(" | ")} |`;
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)].join("\n");
}

/**
 * A page with a table in place of the one that has the same first column and as many others.
 *
 * @throws {Error} if there is none.
 */
export function replaceTable(page: string, table: string): string {
  const headOf = (text: string) =>
    /^\|[^\n]*/.exec(text)?.[0].split("|").map((cell) => cell.trim()).join("|");
  const old = page.match(/^(?:\|[^\n]*\n?)+/gm)?.find((one) => headOf(one) === headOf(table));
  if (old === undefined) {
    throw new Error("Cannot put the table into the page: there is none with the same head");
  }
  return page.replace(old, () => `${table}\n`);
}

/** The seeds at which planted bugs are known to show, as the module that holds them. */
export function asModule(known: Readonly<Record<string, Readonly<Record<string, number>>>>): string {
  const lines = Object.entries(known).flatMap(([world, bugs]) => [
    `  ${JSON.stringify(world)}: {`,
    ...Object.entries(bugs).map(([bug, seed]) => `    ${JSON.stringify(bug)}: ${seed},`),
    "  },",
  ]);
  return [
    "/**",
    " * A seed at which each planted bug is known to show, which the tests try first. Made by",
    " * `deno task simulate --bugs --from 1 --write`; one that no longer shows it costs time, and nothing else.",
    " */",
    "export const shownAt: Readonly<Record<string, Readonly<Record<string, number>>>> = {",
    ...lines,
    "};",
    "",
  ].join("\n");
}

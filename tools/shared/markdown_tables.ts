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

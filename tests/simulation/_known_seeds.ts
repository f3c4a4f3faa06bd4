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

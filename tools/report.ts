/** How many tests did what. */
export interface Counts {
  /** Tests that passed. */
  readonly passed: number;
  /** Tests that failed. */
  readonly failed: number;
  /** Tests that were skipped. */
  readonly skipped: number;
}

const TEST_CASE = /<testcase\b([^>]*?)(?:\/>|>(.*?)<\/testcase>)/gs;

/**
 * Counts the tests in a JUnit report as Deno, Bun and Node write it: tests only, not the groups they are in,
 * so that the three can be compared.
 */
export function countTests(xml: string): Counts {
  const cases = [...xml.matchAll(TEST_CASE)].map(([, attributes = "", body = ""]) => ({
    name: /(?:^|\s)name="([^"]*)"/.exec(attributes)?.[1] ?? "",
    body,
  }));
  // Deno lists a group as a test of its own, before or after "group > test"; the others nest.
  const groups = new Set<string>();
  for (const { name } of cases) {
    for (let at = name.indexOf(" &gt; "); at !== -1; at = name.indexOf(" &gt; ", at + 1)) {
      groups.add(name.slice(0, at));
    }
  }
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const { name, body } of cases) {
    if (groups.has(name)) continue;
    if (/<(failure|error)\b/.test(body)) counts.failed++;
    else if (/<skipped\b/.test(body)) counts.skipped++;
    else counts.passed++;
  }
  return counts;
}

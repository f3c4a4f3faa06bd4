/** How a test went. */
export interface TestResult {
  /** Its groups' names and its own, joined by " > ". */
  readonly name: string;
  /** Its file, from the root of the repository; undefined if the report does not say. */
  readonly file: string | undefined;
  /** How long it took, in seconds. */
  readonly seconds: number;
  /** How it went. */
  readonly outcome: "passed" | "failed" | "skipped";
}

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
 * Reads a JUnit report as Deno, Bun and Node write it: tests only, not the groups they are in, so that the
 * three can be compared.
 *
 * @param root The root of the repository, which is left out of what files are called. @default {""}
 * @param fileOf The file of a test that the report does not tell the file of, by its name. @default none
 */
export function readReport(
  xml: string,
  root: string = "",
  fileOf: (name: string) => string | undefined = () => undefined,
): TestResult[] {
  const cases = [...xml.matchAll(TEST_CASE)].map(([, attributes = "", body = ""]) => {
    const attribute = (name: string) =>
      unescape(new RegExp(`(?:^|\\s)${name}="([^"]*)"`).exec(attributes)?.[1] ?? "");
    const path = attribute("file");
    const file = path.startsWith(`${root}/`) ? path.slice(root.length + 1) : path;
    const name = attribute("name");
    const failed = /<(failure|error)\b/.test(body);
    return {
      name,
      file: file === "" ? fileOf(name) : file,
      seconds: Number(attribute("time")) || 0,
      outcome: failed ? "failed" as const : /<skipped\b/.test(body) ? "skipped" as const : "passed" as const,
    };
  });
  // Deno lists a group as a test of its own, before or after "group > test"; the others nest.
  const groups = new Set<string>();
  for (const { name } of cases) {
    for (let at = name.indexOf(" > "); at !== -1; at = name.indexOf(" > ", at + 1)) {
      groups.add(name.slice(0, at));
    }
  }
  return cases.filter(({ name }) => !groups.has(name));
}

/** Counts how tests went. */
export function countTests(results: readonly TestResult[]): Counts {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const { outcome } of results) counts[outcome]++;
  return counts;
}

/** The files whose tests took longest, longest first, and how many seconds they took in sum. */
export function slowestFiles(
  results: readonly TestResult[],
  count: number,
): { readonly file: string; readonly seconds: number }[] {
  const taken = new Map<string, number>();
  for (const { file, seconds } of results) {
    if (file !== undefined) taken.set(file, (taken.get(file) ?? 0) + seconds);
  }
  const files = [...taken].map(([file, seconds]) => ({ file, seconds }));
  return files.sort((a, b) => b.seconds - a.seconds).slice(0, count);
}

const ENTITIES: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

function unescape(text: string): string {
  return text.replace(/&(?:#(\d+)|#x([\da-f]+)|(\w+));/gi, (entity, decimal, hexadecimal, name) => {
    if (name !== undefined) return ENTITIES[name] ?? entity;
    return String.fromCodePoint(decimal === undefined ? parseInt(hexadecimal, 16) : Number(decimal));
  });
}

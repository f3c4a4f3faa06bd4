import { assert, assertEquals } from "@std/assert";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");

/** What a page shows beside another library's programs. */
export interface Beside {
  /** The page. */
  readonly page: string;
  /** The other library. */
  readonly library: string;
  /** The programs of parley's, by the headings that they stand under. */
  readonly programs: Readonly<Record<string, string>>;
  /** Whether imports count, too. @default {false}: they are of one package there and of several entries here */
  readonly imports?: boolean;
  /** What more must be true of each. */
  readonly check?: (program: string) => void;
}

/** Tests that a page shows these programs and no others, and that none takes more lines than the other library's. */
export function testBeside({ page, library, programs, imports = false, check }: Beside): void {
  const text = read(page);
  for (const [title, path] of Object.entries(programs)) {
    test(`${page}: ${title.toLowerCase()} is ${path}, and takes no more lines`, () => {
      const section = text.split(/^## /m).find((section) => section.startsWith(`${title}\n`)) ?? "";
      const ours = exampleIn(section, "ts");
      assertEquals(ours, read(path).replace(/^\/\*\*.*?\*\/\n/s, ""));
      check?.(ours);
      const [few, many] = [linesOf(ours, imports), linesOf(exampleIn(section, "js"), imports)];
      assert(few <= many, `${few} lines of parley's beside ${many} of ${library}'s`);
    });
  }

  test(`${page}: has no other bots`, () => {
    assertEquals([...text.matchAll(/^## (.*)$/gm)].map(([, title]) => title), Object.keys(programs));
  });
}

/** The last example of a language in a text. */
function exampleIn(text: string, language: string): string {
  const [, code] = new RegExp(`\`\`\`${language}[^\\n]*\\n(.*?)\`\`\`\\n`, "s").exec(text) ?? [];
  assert(code !== undefined, `an example in ${language}`);
  return code;
}

/** How many lines a program has, with its imports or without. */
function linesOf(code: string, imports: boolean): number {
  const own = imports ? code : code.replaceAll(/^import [^;]*;$/gm, "");
  return own.split("\n").filter((line) => line.trim() !== "" && !/^\s*(\/\/|\/?\*)/.test(line)).length;
}

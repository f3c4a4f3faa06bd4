import { assert, assertEquals } from "@std/assert";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
const page = read("docs/coming-from-discordjs.md");

/** The bots of the page, by the headings that they stand under, and the programs that they are. */
const BOTS: Readonly<Record<string, string>> = {
  "A moderation bot": "examples/moderation_bot.ts",
  "A welcome bot": "examples/welcome_bot.ts",
  "A slash command, a modal and a button": "examples/ideas_bot.ts",
  "A presence that changes": "examples/presence_bot.ts",
  "A bot in four processes": "examples/four_processes_bot.ts",
};

/** The last example of a language in a text. */
function exampleIn(text: string, language: string): string {
  const [, code] = new RegExp(`\`\`\`${language}[^\\n]*\\n(.*?)\`\`\`\\n`, "s").exec(text) ?? [];
  assert(code !== undefined, `an example in ${language}`);
  return code;
}

/** The lines of a program, without its imports, which are of one package there and of several entries here. */
function linesOf(code: string): string[] {
  const own = code.replaceAll(/^import [^;]*;$/gm, "");
  return own.split("\n").filter((line) => line.trim() !== "" && !/^\s*(\/\/|\/?\*)/.test(line));
}

for (const [title, path] of Object.entries(BOTS)) {
  test(`docs/coming-from-discordjs.md: ${title.toLowerCase()} is ${path}, and takes no more lines`, () => {
    const section = page.split(/^## /m).find((section) => section.startsWith(`${title}\n`)) ?? "";
    const ours = exampleIn(section, "ts");
    assertEquals(ours, read(path).replace(/^\/\*\*.*?\*\/\n/s, ""));
    assert(!/\.raw\(/.test(ours), "asks Discord by typed requests");
    const [few, many] = [linesOf(ours).length, linesOf(exampleIn(section, "js")).length];
    assert(few <= many, `${few} lines of parley's beside ${many} of discord.js's`);
  });
}

test("docs/coming-from-discordjs.md: has no other bots", () => {
  assertEquals([...page.matchAll(/^## (.*)$/gm)].map(([, title]) => title), Object.keys(BOTS));
});

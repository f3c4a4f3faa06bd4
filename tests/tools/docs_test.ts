import { test } from "node:test";
import { assert, assertEquals, assertMatch } from "@std/assert";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { findExamples } from "../../tools/examples.ts";

const root = new URL("../../", import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), "utf8");

/** What the tests are called, as patterns: what a title takes from its test's values may be anything. */
function titles(): RegExp[] {
  const files = readdirSync(new URL("tests/", root), { recursive: true, encoding: "utf8" });
  return files.filter((path) => path.endsWith(".ts")).flatMap((path) =>
    titlesOf(`tests/${path.replaceAll("\\", "/")}`)
  );
}

function titlesOf(path: string): RegExp[] {
  const found = read(path).matchAll(/\b(?:test|testOnce|it)\(\s*(["`])(.+?)\1,/g);
  return [...found].map(([, , title = ""]) => pattern(title));
}

function pattern(title: string): RegExp {
  const parts = title.split(/\$\{.*?\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".+")}$`);
}

/** How many tests each page names at least, in the last column of its tables. */
const PAGES = {
  "docs/discord.md": 60,
  "docs/interactions.md": 70,
  "docs/irc.md": 120,
  "docs/security.md": 10,
  "docs/twitch.md": 150,
};

for (const [page, least] of Object.entries(PAGES)) {
  test(`${page}: every test it names is there`, () => {
    const named = read(page).split("\n").flatMap((line) =>
      /\| `([^|`]+: [^|]+)`\s*\|$/.exec(line)?.[1] ?? []
    );
    assert(named.length >= least, `${named.length}`);
    const there = titles();
    assertEquals(named.filter((name) => !there.some((title) => title.test(name))), []);
  });
}

test("docs/security.md: every test it names is in the file it names", () => {
  const named = [...read("docs/security.md").matchAll(/`(tests\/[\w/]+_test\.ts)`\s*\| `([^`|]+)`/g)];
  assert(named.length >= 25, `${named.length}`);
  const missing = named.filter(([, file = "", title = ""]) =>
    !titlesOf(file).some((there) => there.test(title))
  );
  assertEquals(missing.map(([, ...file]) => file), []);
});

test("README.md: tells how large each entry is that users have", () => {
  const { exports }: { exports: Record<string, string> } = JSON.parse(read("deno.json"));
  const told = read("README.md").split("\n").flatMap((line) =>
    /^\| `(\..*?)` +\| [\d.]+ kB/.exec(line)?.[1] ?? []
  );
  // ./internal is for the testing kit alone.
  assertEquals(told, Object.keys(exports).filter((entry) => entry !== "./internal"));
});

test("mod.ts: its doc has the programs of the README, unchanged", () => {
  const [inReadme, inDoc] = ["README.md", "mod.ts"].map((path) => findExamples(read(path)));
  assertEquals(inDoc?.map(({ code }) => code), inReadme?.map(({ code }) => code));
  assertEquals(inDoc?.length, 4);
});

test("README.md: every link is absolute, so that it holds on JSR and npm, and what it names of ours is here", () => {
  for (const page of ["README.md", "testing/README.md"]) {
    const links = [...read(page).matchAll(/\]\(([^)]+)\)/g)].map(([, link = ""]) => link);
    assert(links.length > 0, page);
    for (const link of links) {
      assertMatch(link, /^https:\/\//, page);
      const [, path] = /parley-js\/parley\/(?:blob\/)?main\/([^#]+)/.exec(link) ?? [];
      if (path !== undefined) assert(existsSync(new URL(path, root)), `${page}: ${link}`);
    }
  }
});

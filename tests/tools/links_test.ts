import { assertEquals } from "@std/assert";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { brokenLinks, brokenMarkdownLinks, idOf } from "../../tools/shared/links.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** A folder with files in it, as long as something runs. */
function withFiles<T>(
  files: Readonly<Record<string, string>>,
  run: (folder: string) => T,
): T {
  const folder = mkdtempSync(join(tmpdir(), "parley-"));
  try {
    for (const [name, text] of Object.entries(files)) {
      writeFileSync(join(folder, name), text);
    }
    return run(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test("brokenMarkdownLinks: every link of the pages leads to a file, and to a heading that is there", () => {
  const pages = readdirSync(join(root, "docs")).filter((name) => name.endsWith(".md")).map((name) =>
    `docs/${name}`
  );
  const all = [
    ...pages,
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "SECURITY.md",
    "CODE_OF_CONDUCT.md",
  ];
  assertEquals(all.flatMap((page) => brokenMarkdownLinks(root, page)), []);
});

test("brokenMarkdownLinks: tells a file and a heading that are not there, and leaves code alone", () => {
  const page = "# One two\n[a](b.md) [c](#one-two) [d](#three) [e](https://example.org)\n```\n[f](g)\n```\n";
  const found = withFiles(
    { "a.md": page },
    (folder) => brokenMarkdownLinks(folder, "a.md"),
  );
  assertEquals(found.map(({ link }) => link), ["b.md", "#three"]);
});

test("brokenLinks: tells a page and a place that are not there, of a site", () => {
  const page =
    '<h1 id="one">1</h1><a href="/b.html">b</a><a href="#one">1</a><a href="./a.html#two">2</a><img src="c.svg">';
  const found = withFiles(
    { "a.html": page },
    (folder) => brokenLinks(folder, ["a.html"]),
  );
  assertEquals(found.map(({ link }) => link), [
    "/b.html",
    "./a.html#two",
    "c.svg",
  ]);
});

test("brokenLinks: reads what HTML escapes, and leaves out what was not built", () => {
  const found = withFiles(
    { "a.html": '<h1 id="a&#x2F;b">1</h1><a href="#a&#x2F;b">1</a><a href="/api/x.html">2</a>' },
    (folder) => [brokenLinks(folder, ["a.html"]), brokenLinks(folder, ["a.html"], "api/")],
  );
  assertEquals(found.map((links) => links.map(({ link }) => link)), [["/api/x.html"], []]);
});

test("idOf: is what GitHub makes of a heading", () => {
  assertEquals(
    idOf("The open internet, at the HTTP door"),
    "the-open-internet-at-the-http-door",
  );
  assertEquals(idOf("What `close()` does"), "what-close-does");
});

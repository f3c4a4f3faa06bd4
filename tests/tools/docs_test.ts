import { test } from "node:test";
import { assert, assertEquals, assertMatch } from "@std/assert";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { findExamples } from "../../tools/shared/examples.ts";
import { brokenMarkdownLinks } from "../../tools/shared/links.ts";
import { REPOSITORY, withAbsoluteLinks } from "../../tools/shared/repository.ts";

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

test("README.md: every link leads to what is here, by its path, as GitHub and JSR resolve it", () => {
  assertEquals(brokenMarkdownLinks(fileURLToPath(root), "README.md"), []);
  // JSR resolves the links of all packages against the root of the repository: here there are none.
  for (const page of ["testing/README.md", "cli/README.md"]) {
    for (const [, link = ""] of read(page).matchAll(/\]\(([^)]+)\)/g)) assertMatch(link, /^https:\/\//, page);
  }
});

test("withAbsoluteLinks: what npm shows of the README has no relative link", () => {
  const links = (page: string) => [...page.matchAll(/\]\(([^)]+)\)/g)].map(([, link = ""]) => link);
  const [ours, absolute] = [read("README.md"), withAbsoluteLinks(read("README.md"))].map(links);
  assert(ours?.includes("docs/index.md") && ours.includes("docs/demo.svg"));
  assertEquals(absolute?.filter((link) => !link.startsWith("https://")), []);
  assertEquals(
    withAbsoluteLinks("![a](docs/a.svg) [b](docs/b.md#c) [d](https://e.test) [f](#g)"),
    `![a](${REPOSITORY.replace("github.com", "raw.githubusercontent.com")}/HEAD/docs/a.svg) ` +
      `[b](${REPOSITORY}/blob/HEAD/docs/b.md#c) [d](https://e.test) [f](#g)`,
  );
});

test("REPOSITORY: no other file says where the repository is", () => {
  const folders = [".github/", "cli/", "docs/", "examples/", "site/", "src/", "testing/", "tools/"];
  const files = [
    ...readdirSync(root).filter((name) => /\.(md|ts|json)$/.test(name)),
    ...folders.flatMap((folder) =>
      readdirSync(new URL(folder, root), { recursive: true, encoding: "utf8" })
        .filter((name) => /\.\w+$/.test(name)).map((name) => `${folder}${name}`)
    ),
  ];
  assert(files.includes("README.md") && files.includes(".github/workflows/publish.yml"));
  const name = REPOSITORY.slice("https://github.com/".length);
  assertEquals(files.filter((file) => read(file).includes(name)), ["tools/shared/repository.ts"]);
});

/** Other libraries of npm's, by what pages call them. */
const OTHERS: Readonly<Record<string, RegExp>> = {
  "@discordeno/gateway": /discordeno/,
  "@discordjs/ws": /@discordjs\/ws/,
  "@mastondzn/dank-twitch-irc": /dank-twitch-irc/,
  "@twurple/chat": /Twurple|@twurple\//,
  "discord-hono": /discord-hono/,
  "discord-interactions": /discord-interactions/,
  "discord.js": /discord\.js/,
  "etf.js": /etf\.js/,
  "irc-framework": /irc-framework/,
  "irc-message": /irc-message/,
  "oceanic.js": /Oceanic/,
  "seyfert": /seyfert/,
  "slash-create": /slash-create/,
  "tekko": /tekko/,
  "tmi.js": /tmi\.js/,
};

test("docs: a page that tells of another library says of which version, and that is the one that is pinned", () => {
  const { specifiers }: { specifiers: Record<string, string> } = JSON.parse(read("deno.lock"));
  // What benchmarks alone need is pinned apart.
  const { dependencies }: { dependencies: Record<string, string> } = JSON.parse(
    read("bench/peers/package.json"),
  );
  const locked = Object.entries(specifiers).map(([key, version]): [string, string] => [
    /^npm:(@?[^@]+)/.exec(key)?.[1] ?? key,
    version.replace(/_.*/, ""),
  ]);
  const versions = new Map([...locked, ...Object.entries(dependencies)]);
  const pinned = (name: string) => versions.get(name) ?? `${name}, which is not pinned`;
  const silent = [...readdirSync(new URL("docs/", root)).map((name) => `docs/${name}`), "README.md"]
    .filter((path) => path.endsWith(".md")).flatMap((path) => {
      // A link to the page that tells of it tells nothing itself.
      const text = read(path).replaceAll(/\[[^\]]*\]\([^)]*\)/g, "");
      return Object.entries(OTHERS).filter(([name, called]) =>
        called.test(text) && !text.includes(pinned(name))
      )
        .map(([name]) => `${path}: ${name} ${pinned(name)}`);
    });
  assertEquals(silent, []);
});

test("docs/durable-object.md: its program is examples/durable_object.ts", () => {
  const program = findExamples(read("docs/durable-object.md"))[0]?.code.replace("// durable_object.ts\n", "");
  assertEquals(program, read("examples/durable_object.ts").replace(/^\/\*\*.*?\*\/\n/s, ""));
});

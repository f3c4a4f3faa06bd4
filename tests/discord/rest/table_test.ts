import { assert, assertEquals } from "@std/assert";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import ts from "typescript";

/** What Discord says its API has, as a list of facts. */
interface Operations {
  readonly source: string;
  /** When Discord published it. */
  readonly date: string;
  readonly operations: {
    /** Those that take a bot's token, or none. */
    readonly bot: readonly string[];
    /** Those that take a user's OAuth2 token only. */
    readonly userOnly: readonly string[];
  };
}

const { source, date, operations }: Operations = JSON.parse(
  readFileSync(new URL("./openapi_operations.json", import.meta.url), "utf8"),
);
const folder = new URL("../../../src/discord/rest/routes/table/", import.meta.url);

/** What a bot could use, and the table does not have, by why. */
const MISSING: Readonly<Record<string, string>> = {};

/** What the table has, and the document does not, by why. */
const BEYOND: Readonly<Record<string, string>> = {
  "GET /applications/{}/skus": "documented on the page of SKUs",
  "PATCH /guilds/{}/members/@me/nick": "documented, and deprecated",
};

/** The interfaces of the table's files: the names of their routes, and which others they are made of. */
function readTable(): { readonly routes: ReadonlyMap<string, readonly string[]>; readonly joined: string[] } {
  const routes = new Map<string, readonly string[]>();
  const joined: string[] = [];
  for (const name of readdirSync(folder)) {
    const text = readFileSync(new URL(name, folder), "utf8");
    for (const node of ts.createSourceFile(name, text, ts.ScriptTarget.Latest).statements) {
      if (!ts.isInterfaceDeclaration(node) || !node.name.text.endsWith("Routes")) continue;
      const names = node.members.flatMap(({ name }) => name && ts.isStringLiteral(name) ? [name.text] : []);
      assertEquals(names.length, node.members.length, `${node.name.text}: every route is a string`);
      if (node.name.text !== "DiscordRoutes") routes.set(node.name.text, names);
      const bases = node.heritageClauses?.flatMap(({ types }) => [...types]) ?? [];
      joined.push(
        ...bases.flatMap(({ expression }) => ts.isIdentifier(expression) ? [expression.text] : []),
      );
    }
  }
  return { routes, joined };
}

const bare = (route: string) => route.replaceAll(/\{[^}]*\}/g, "{}");

test(`DiscordRoutes: has every operation that ${source} had on ${date} for bots`, () => {
  const { routes, joined } = readTable();
  assertEquals(joined.toSorted(), [...routes.keys()].sort());
  const named = [...routes.values()].flat();
  assertEquals(named.filter((route, at) => named.indexOf(route) !== at), []);
  const known = new Set(named.map(bare));
  const wanted = new Set(operations.bot.map(bare));
  assert(wanted.size > 230);
  assertEquals([...wanted].filter((operation) => !known.has(operation)), Object.keys(MISSING));
  assertEquals([...known].filter((route) => !wanted.has(route)).sort(), Object.keys(BEYOND).sort());
  // A bot has no token of a user's to send.
  assertEquals(operations.userOnly.map(bare).filter((operation) => known.has(operation)), []);
});

test("DiscordRoutes: is nothing but types, so that no route that is not called takes a byte", () => {
  for (const name of readdirSync(folder)) {
    const { outputText } = ts.transpileModule(readFileSync(new URL(name, folder), "utf8"), {
      compilerOptions: {
        target: ts.ScriptTarget.ESNext,
        module: ts.ModuleKind.ESNext,
        removeComments: true,
        verbatimModuleSyntax: true,
      },
    });
    assertEquals(outputText.trim(), "export {};", name);
  }
});

import { assertEquals } from "@std/assert";
import { readdirSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { checkModuleState } from "./_module_state.ts";

const root = new URL("../", import.meta.url);

/** The sources of a folder. */
function read(folder: string): [path: string, text: string][] {
  return readdirSync(new URL(folder, root), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}${entry.name}`;
    if (entry.isDirectory()) return read(`${path}/`);
    return entry.name.endsWith(".ts") ? [[path, readFileSync(new URL(path, root), "utf8")]] : [];
  });
}

const KEEPS: readonly [why: string, text: string, name?: string][] = [
  ["a map", "const pool = new Map();", "pool"],
  ["a map that is exported", "export const pool: Map<string, number> = new Map();", "pool"],
  ["a map behind a readonly name", "const pool: Readonly<Pool> = new Pool();", "pool"],
  ["a map in an object", "const shared = { at: 1, pool: new Map() };", "shared"],
  ["a weak map", "const cache = new WeakMap<object, string>();", "cache"],
  ["a variable", "let timeout: number | undefined;", "timeout"],
  ["a list", "const queue: string[] = [];", "queue"],
  ["a list that is written to", "const queue = ['a'];\nfunction f() { queue.push('b'); }", "queue"],
  ["an object that is written to", "const last = { at: 0 };\nconst f = () => { last.at = 1; };", "last"],
  ["a counter in an object", "const count = { of: 0 };\nconst f = () => count.of++;", "count"],
  ["a promise", "const ready = Promise.resolve();", "ready"],
  ["a module that is being loaded", `const loading = import("./a.ts");`, "loading"],
  ["what was awaited", `const key: Readonly<Key> = await importKey();`, "key"],
  ["what a function makes", "const host = hostWith(dialer());", "host"],
  ["what a function may make", "const host = isServer() ? shared() : undefined;", "host"],
  ["permits", "const permits = new LocalPermits(systemClock);", "permits"],
  ["a static field", "class A { static readonly pool = new Map(); }", "A.pool"],
  ["a static variable", "class A { static last = 0; }", "A.last"],
  ["a timer", "setInterval(() => {}, 1_000);", "setInterval(() => {}, 1_000);"],
  ["a timer in a static block", "class A { static { setTimeout(f, 1); } }", "setTimeout(f, 1);"],
];

const KEEPS_NOT: readonly string[] = [
  "const most = 10; const name = `a${most}`; const pattern = /a/;",
  "const encoder = new TextEncoder();",
  "const known: ReadonlySet<string> = new Set(['a']);",
  "const NONE: readonly string[] = [];",
  "const TYPES = { a: 1, b: [2, 3] };",
  "export const first: number = placeOf('a');",
  "export const systemClock: Clock = { now: () => 1, setTimer(at) { let left = at; left--; return () => {}; } };",
  "function f() { const pool = new Map(); let last = 0; pool.set(1, last++); }",
  "class A { readonly pool = new Map(); static readonly MOST = 5; }",
  "declare let outside: number;",
];

describe("what modules keep", () => {
  it("modules: keep nothing for all that share an isolate, but what is listed with a reason", () => {
    assertEquals(checkModuleState(new Map([...read("src/"), ["mod.ts", ""]])), []);
  });

  for (const [why, text, name] of KEEPS) {
    it(`checkModuleState: finds ${why}`, () => {
      const problems = checkModuleState(new Map([["src/a.ts", text]]), {});
      assertEquals(problems, [
        `src/a.ts:1 keeps "${name}" for all that share the module: list it, and why it may be`,
      ]);
      assertEquals(checkModuleState(new Map([["src/a.ts", text]]), { [`src/a.ts: ${name}`]: "it may" }), []);
    });
  }

  it("checkModuleState: finds nothing in constants, functions and classes", () => {
    for (const text of KEEPS_NOT) assertEquals(checkModuleState(new Map([["src/a.ts", text]]), {}), [], text);
  });

  it("checkModuleState: finds what is listed and not there any more", () => {
    assertEquals(checkModuleState(new Map(), { "src/a.ts: pool": "it may" }), [
      "src/a.ts: pool is listed and not there",
    ]);
  });
});

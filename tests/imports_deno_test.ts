import { assertEquals, assertStringIncludes } from "@std/assert";
import { readdirSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { checkImports, unfollowedArrows } from "./_imports.ts";

const root = new URL("../", import.meta.url);

const config: { name: string; exports: Record<string, string> } = JSON.parse(
  readFileSync(new URL("deno.json", root), "utf8"),
);

function read(folder: string): [path: string, text: string][] {
  return readdirSync(new URL(folder, root), { withFileTypes: true }).flatMap((entry) => {
    if (entry.name === "node_modules") return [];
    const path = `${folder}${entry.name}`;
    if (entry.isDirectory()) return read(`${path}/`);
    return entry.name.endsWith(".ts") ? [[path, readFileSync(new URL(path, root), "utf8")]] : [];
  });
}

describe("the import graph", () => {
  it("imports: every arrow of this package points the right way, and no core reaches the outside", () => {
    const files = new Map([...read("src/"), ...read("testing/"), ...read("cli/"), ...read("examples/")]);
    files.set("mod.ts", readFileSync(new URL("mod.ts", root), "utf8"));
    const sources = { files, name: config.name, exports: config.exports };
    assertEquals(checkImports(sources), []);
    assertEquals(unfollowedArrows(sources), []);
  });

  it("imports: tools and benchmarks import nothing of the tests", () => {
    const importing = [...read("tools/"), ...read("bench/")].filter(([, text]) =>
      /from "[./]+\/tests\//.test(text)
    );
    assertEquals(importing.map(([path]) => path), []);
  });
});

/** Small sources that are right; each case makes one thing wrong. */
const RIGHT: Readonly<Record<string, string>> = {
  "mod.ts": `export { IrcClient } from "./src/irc/client.ts";`,
  "src/protocol/connection/backoff.ts": `export const x = 1;`,
  "src/driver/driver.ts": `import { x } from "../protocol/connection/backoff.ts"; setTimeout(() => x, 1);`,
  "src/driver/host.ts":
    `export interface Host { now(): number }\nexport const now = () => performance.now();`,
  "src/transport/dial.ts": `export const dial = async () => await import("./node_net.ts");`,
  "src/transport/node_net.ts": `import type net from "node:net"; export type Connect = typeof net.connect;`,
  "src/irc/mod.ts": `export * from "./wire/message.ts";\nexport * from "./client.ts";`,
  "src/irc/wire/message.ts": `export const parse = (text: string) => text;`,
  "src/irc/wire/messages/_framing.ts":
    `import { x } from "../../../protocol/connection/backoff.ts"; export const frame = x;`,
  "src/irc/session/session.ts": `import { frame } from "../wire/messages/_framing.ts";`,
  "src/irc/host/answers.ts": `export const answer = () => Promise.resolve(setTimeout(() => {}, 1));`,
  "src/irc/client.ts":
    `import { now } from "../driver/host.ts"; import { dial } from "../transport/dial.ts"; export type { Host } from "../driver/host.ts"; import "./session/session.ts"; import "./host/answers.ts"; export const connect = () => setTimeout(() => {}, 1); export interface Waits { ms: number } export class IrcClient {}`,
  "src/twitch/session/pool.ts": `import { parse } from "../../irc/wire/message.ts";`,
  "src/discord/gateway/wire/command.ts": `import type { Snowflake } from "discord-api-types/globals";`,
  "src/discord/gateway/client.ts": `import { Rest } from "../rest/client.ts";`,
  "src/discord/rest/client.ts": `export class Rest {}`,
  "src/discord/interactions/routing/router.ts": `import { Rest } from "../../rest/client.ts";`,
  "src/hono/interactions.ts": `import "../discord/interactions/routing/router.ts"; export const door = 1;`,
  "testing/world/simulation.ts": `import { generate } from "selfsigned"; setTimeout(() => {}, 1);`,
  "testing/irc/server.ts":
    `import { parse } from "@parley/parley/irc"; import { x } from "@parley/parley/protocol";`,
  "examples/bot.ts":
    `import { IrcClient } from "@parley/parley/irc"; import { delay } from "node:timers/promises";`,
};

function problems(changes: Readonly<Record<string, string>>): string[] {
  const files = new Map(Object.entries({ ...RIGHT, ...changes }));
  const exports = {
    ".": "./mod.ts",
    "./irc": "./src/irc/mod.ts",
    "./protocol": "./src/protocol/connection/backoff.ts",
    "./hono": "./src/hono/interactions.ts",
  };
  return checkImports({ files, name: "@parley/parley", exports });
}

const WRONG: readonly [why: string, path: string, text: string, problem: string][] = [
  [
    "protocol to driver",
    "src/protocol/link.ts",
    `import type { Host } from "../driver/host.ts";`,
    "src/protocol/link.ts:1 imports src/driver/host.ts: src/protocol may import src/protocol",
  ],
  [
    "a session to the driver, even for a type",
    "src/irc/session/session.ts",
    `import type { Host } from "../../driver/host.ts";`,
    "src/irc/session/session.ts:1 imports src/driver/host.ts: src/irc/session may import src/protocol",
  ],
  [
    "a type by import()",
    "src/irc/session/session.ts",
    `type H = import("../../driver/host.ts").Host;`,
    "imports src/driver/host.ts",
  ],
  [
    "a re-export",
    "src/irc/wire/message.ts",
    `export * from "../../twitch/session/pool.ts";`,
    "imports src/twitch/session/pool.ts",
  ],
  [
    "a dynamic import",
    "src/irc/wire/nick.ts",
    `await import("../../twitch/session/pool.ts");`,
    "imports src/twitch/session/pool.ts",
  ],
  [
    "a client to a transport but dial.ts",
    "src/irc/client.ts",
    `import "../transport/node_net.ts";`,
    "src/irc/host, src/driver, src/transport/dial.ts",
  ],
  [
    "the driver to a transport",
    "src/driver/host.ts",
    `import "../transport/dial.ts";`,
    "imports src/transport/dial.ts",
  ],
  [
    "rest to interactions",
    "src/discord/rest/client.ts",
    `import "../interactions/routing/router.ts";`,
    "imports src/discord/interactions/routing/router.ts",
  ],
  [
    "interactions to the gateway",
    "src/discord/interactions/routing/a.ts",
    `import "../../gateway/wire/command.ts";`,
    "interactions/routing may",
  ],
  [
    "anything to testing",
    "src/irc/client.ts",
    `import "../../testing/irc/server.ts";`,
    "imports testing/irc/server.ts",
  ],
  [
    "anything to hono",
    "testing/irc/server.ts",
    `import { door } from "@parley/parley/hono";`,
    "imports src/hono/interactions.ts",
  ],
  [
    "the front door to testing",
    "mod.ts",
    `export * from "./testing/irc/server.ts";`,
    "imports testing/irc/server.ts",
  ],
  [
    "the testing kit to a file of ours",
    "testing/irc/server.ts",
    `import { parse } from "../../src/irc/wire/message.ts";`,
    "imports src/irc/wire/message.ts: it is another package's, which is imported by its name",
  ],
  [
    "a name to a room it may not know",
    "testing/twitch/server.ts",
    `import { IrcClient } from "@parley/parley/irc";`,
    "imports src/irc/client.ts: testing/twitch may import",
  ],
  [
    "what a server core takes by name",
    "testing/irc/server.ts",
    `import { connect } from "@parley/parley/irc";`,
    "reaches a timer (setTimeout) at src/irc/client.ts:1, by testing/irc/server.ts → src/irc/client.ts",
  ],
  ["to a mod.ts", "src/twitch/session/session.ts", `import "../../irc/mod.ts";`, "not a front door"],
  [
    "to the package by name",
    "src/twitch/wire/a.ts",
    `import "@parley/parley/protocol";`,
    "import the file itself",
  ],
  [
    "a wire to its session",
    "src/irc/wire/message.ts",
    `import "../session/session.ts";`,
    "src/irc/wire may import nothing",
  ],
  [
    "a session to what answers it",
    "src/irc/session/session.ts",
    `import "../host/answers.ts";`,
    "src/irc/session may import src/protocol, src/irc/wire",
  ],
  [
    "a front door to what users do not see",
    "src/irc/mod.ts",
    `export * from "./wire/messages/_framing.ts";`,
    "whose name says that users do not see it",
  ],
  ["to what is not there", "src/irc/session/session.ts", `import "./nowhere.ts";`, "does not exist"],
  [
    "a mod.ts that does more",
    "src/irc/mod.ts",
    `export * from "./wire/message.ts";\nconst x = 1;`,
    "src/irc/mod.ts:2 does more",
  ],
  ["a file in no room", "src/telegram/client.ts", "", "is in no room"],
  ["a package", "src/irc/client.ts", `import _ from "lodash";`, `imports "lodash"`],
  ["a package by URL", "testing/world/a.ts", `import "npm:lodash";`, `imports "npm:lodash"`],
  [
    "values of a package of types",
    "src/discord/gateway/wire/a.ts",
    `import { A } from "discord-api-types/v10";`,
    "as a value",
  ],
  [
    "node:* when run",
    "src/transport/node_net.ts",
    `export const open = async () => (await import("node:net")).connect;`,
    `mod.ts reaches "node:net" at src/transport/node_net.ts:1`,
  ],
  [
    "node:* when loaded",
    "src/irc/client.ts",
    `import "node:net";`,
    `mod.ts reaches "node:net" at src/irc/client.ts:1`,
  ],
  [
    "@std reachable from an export",
    "src/irc/client.ts",
    `import "@std/async";`,
    `mod.ts reaches "@std/async"`,
  ],
  [
    "@std reachable from an example",
    "examples/bot.ts",
    `import { delay } from "@std/async";`,
    `reaches "@std/async"`,
  ],
  ["JSR", "src/irc/client.ts", `import("jsr:@std/async");`, `reaches "jsr:@std/async"`],
  [
    "a timer in a session file",
    "src/irc/session/session.ts",
    `export function wait() {\n  setTimeout(() => {}, 1);\n}`,
    "src/irc/session/session.ts reaches a timer (setTimeout) at src/irc/session/session.ts:2",
  ],
  [
    "a timer in what a core imports",
    "testing/irc/server.ts",
    `import "../world/simulation.ts";`,
    "reaches a timer (setTimeout) at testing/world/simulation.ts:1, by testing/irc/server.ts → testing/world/simulation.ts",
  ],
  [
    "a timer in a pool",
    "src/twitch/session/pool.ts",
    `setTimeout(() => {}, 1);`,
    "src/twitch/session/pool.ts reaches a timer (setTimeout)",
  ],
  [
    "a timer in a server core",
    "testing/irc/server.ts",
    `setTimeout(() => {}, 1);`,
    "testing/irc/server.ts reaches a timer (setTimeout)",
  ],
  [
    "a timer in any file of a session",
    "src/discord/gateway/session/heartbeat.ts",
    `setTimeout(() => {}, 1);`,
    "a timer (setTimeout)",
  ],
  ["a promise", "src/irc/session/session.ts", `Promise.resolve();`, "a promise (Promise)"],
  ["an async function", "src/irc/session/session.ts", `const f = async () => {};`, "a promise (async)"],
  ["Date.now", "src/irc/wire/message.ts", `Date.now();`, "a clock (Date)"],
  ["new Date()", "src/irc/wire/message.ts", `new Date();`, "a clock (Date)"],
  ["Date by another name", "src/irc/wire/message.ts", `const D = Date; D.now();`, "a clock (Date)"],
  ["performance", "src/irc/wire/message.ts", `performance.now();`, "a clock (performance)"],
  ["Math.random", "src/irc/wire/message.ts", `Math.random();`, "randomness (Math)"],
  ["Math taken apart", "src/irc/wire/message.ts", `const { random } = Math;`, "randomness (Math)"],
  ["crypto", "src/irc/wire/message.ts", `crypto.randomUUID();`, "randomness (crypto)"],
  ["fetch", "src/twitch/wire/command.ts", `const get = fetch;`, "fetch (fetch)"],
  ["fetch in an object", "src/twitch/wire/command.ts", `const host = { fetch };`, "fetch (fetch)"],
  ["WebSocket", "src/irc/session/session.ts", `class A extends WebSocket {}`, "a socket (WebSocket)"],
  [
    "Deno",
    "src/irc/session/session.ts",
    `declare const Deno: { now(): number };\nDeno.now();`,
    "the runtime (Deno) at src/irc/session/session.ts:2",
  ],
  [
    "globalThis",
    "src/irc/session/session.ts",
    `globalThis["set" + "Timeout"];`,
    "the global object (globalThis)",
  ],
  [
    "node:* in a core",
    "src/irc/session/session.ts",
    `import { setTimeout } from "node:timers/promises";`,
    `reaches "node:timers/promises"`,
  ],
  [
    "a dynamic import in a core",
    "src/irc/session/session.ts",
    `import("../wire/message.ts");`,
    `reaches "../wire/message.ts"`,
  ],
  [
    "an import that is no literal",
    "src/irc/session/session.ts",
    `const a = "node:net"; import(a);`,
    "no literal",
  ],
];

const FINE: readonly [why: string, path: string, text: string][] = [
  [
    "a time that is given",
    "src/irc/session/session.ts",
    `const read = (at: string) => [new Date(at), Date.parse(at)];`,
  ],
  ["arithmetic", "src/irc/session/session.ts", `Math.min(1, 2);`],
  ["a name of one's own", "src/irc/session/session.ts", `function f(fetch: () => void) { fetch(); }`],
  [
    "a property of that name",
    "src/irc/session/session.ts",
    `const o = { fetch: 1, self() {} }; o.fetch; o.self();`,
  ],
  [
    "a type of that name",
    "src/irc/session/session.ts",
    `type T = typeof fetch; let d: Date | undefined; interface A { s: WebSocket }`,
  ],
  ["a comment", "src/irc/session/session.ts", `/** import("../driver/host.ts") and Date.now() */`],
  [
    "types that reach a clock",
    "testing/irc/server.ts",
    `import type { Waits } from "@parley/parley/irc"; import { type Waits as W } from "@parley/parley/irc";`,
  ],
  [
    "to take what is pure from where a clock is, too",
    "testing/irc/server.ts",
    `import { parse } from "@parley/parley/irc";`,
  ],
];

describe("checkImports", () => {
  it("checkImports: finds nothing in sources that are right", () => assertEquals(problems({}), []));

  it("unfollowedArrows: leaves out the arrows that imports follow", () => {
    const arrows = unfollowedArrows({
      files: new Map(Object.entries(RIGHT)),
      name: "@parley/parley",
      exports: {},
    });
    const kept = ["src/driver → src/protocol", "src/irc → src/irc/state"].map((arrow) =>
      arrows.includes(arrow)
    );
    assertEquals(kept, [false, true]);
  });

  for (const [why, path, text, problem] of WRONG) {
    it(`checkImports: finds ${why}`, () =>
      assertStringIncludes(problems({ [path]: text }).join("\n"), problem));
  }

  for (const [why, path, text] of FINE) {
    it(`checkImports: allows ${why}`, () => assertEquals(problems({ [path]: text }), []));
  }
});

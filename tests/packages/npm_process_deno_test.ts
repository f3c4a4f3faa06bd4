import { assertEquals, assertGreater, assertLess, assertMatch, assertRejects } from "@std/assert";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { bundle } from "../../tools/shared/bundle.ts";
import { root } from "../../tools/shared/config.ts";
import type { Runtime } from "../../tools/shared/runtimes.ts";
import { TwitchServer } from "../../testing/twitch/server.ts";
import { listenWebSocket } from "../../testing/world/network/listen.ts";
import { chromium, Page } from "../browser/_chromium.ts";
import { serve } from "../interop/_serve.ts";
import { serveBundle } from "../workers/_workerd.ts";
import { FEATURES, testFeatures, type Use } from "./_features.ts";
import {
  assertPrinted,
  emptyProject,
  installed,
  lastLine,
  pack,
  type Packed,
  pathOf,
  run,
} from "./_project.ts";
import { stepsOf } from "./_steps.ts";

const programs = join(import.meta.dirname ?? "", "programs");

/** Every runtime that installs from npm, at the oldest version that is promised and at the newest. */
const ENGINES: readonly [runtime: Runtime, version?: string][] = [
  ["node", "22.15"],
  ["node", "24"],
  ["bun", "1.2.18"],
  ["bun"],
];

const WITH_DOM = "with the DOM library";
const WITHOUT_DOM = "without the DOM library, with Node's types";

/** The oldest TypeScript that is promised, and the newest: under each kind of resolution, with and without the DOM. */
const COMPILERS = [
  ["5.7", "node16", WITHOUT_DOM],
  ["5.7", "nodenext", WITH_DOM],
  ["5.7", "bundler", WITH_DOM],
  ["5.7", "bundler", WITHOUT_DOM],
  ["newest", "bundler", WITH_DOM],
  ["newest", "nodenext", WITHOUT_DOM],
] as const;

/** What bundles `page.mjs` for browsers into `by-NAME/page.js`, as `npx` takes it. */
const BUNDLERS: Readonly<Record<string, readonly string[]>> = {
  esbuild: [
    "esbuild@0.28",
    "page.mjs",
    "--bundle",
    "--format=esm",
    "--minify",
    "--outfile=by-esbuild/page.js",
  ],
  vite: ["vite@7", "build", "--logLevel=error"],
  webpack: [
    ...["-p", "webpack@5", "-p", "webpack-cli@6", "webpack", "build"],
    ...["--mode=production", "--target=web", "--entry=./page.mjs", "--output-global-object=globalThis"],
    ...["--output-path=by-webpack", "--output-filename=page.js", "--output-public-path=/"],
  ],
};

const nameOf = ([runtime, version = "newest"]: typeof ENGINES[number]) => `${runtime} ${version}`;

describe("packages for npm", () => {
  let scratch = "";
  let packed: Packed;
  let project = "";
  let types = "";

  before(async () => {
    scratch = await Deno.makeTempDir({ prefix: "parley-" });
    packed = await pack(scratch);
    project = emptyProject(scratch, "both");
    await run("npm", ["install", "--prefer-offline", "--no-audit", packed.parley, packed.testing], project);
    for (const { name } of Deno.readDirSync(programs)) {
      Deno.copyFileSync(join(programs, name), join(project, name));
    }
  });

  /** Installs the package where it is compiled against, once. */
  async function installTypes(): Promise<void> {
    if (types !== "") return;
    types = emptyProject(scratch, "types");
    const typescript = [
      "typescript-5.7@npm:typescript@5.7",
      "typescript-newest@npm:typescript@latest",
      "@types/node@22",
    ];
    const args = [
      "install",
      "--prefer-offline",
      "--no-audit",
      "--legacy-peer-deps",
      packed.parley,
      packed.testing,
      ...typescript,
    ];
    await run("npm", args, types);
    Deno.copyFileSync(join(programs, "types.mts"), join(types, "types.mts"));
  }

  after(() => Deno.remove(scratch, { recursive: true }));

  it("npm install: brings nothing but discord-api-types", async () => {
    const empty = emptyProject(scratch, "by-npm");
    await run("npm", ["install", "--prefer-offline", "--no-audit", packed.parley], empty);
    assertEquals(installed(empty), ["@parley/parley", "discord-api-types"]);
    const { size } = Deno.statSync(packed.parley);
    assertLess(size, 1_050_000);
  });

  for (const name of ["parley", "testing"] as const) {
    it(`npm pack: of ${name} lists modules with their declarations, and what says what they are`, async () => {
      const files = (await run("tar", ["tzf", packed[name]], scratch)).trim().split("\n");
      const others = files.filter((file) => !/\.(js|d\.ts)$/.test(file)).sort();
      assertEquals(others, ["package/LICENSE", "package/README.md", "package/package.json"]);
      const undeclared = files.filter((file) =>
        file.endsWith(".js") && !files.includes(file.replace(/\.js$/, ".d.ts"))
      );
      assertEquals(undeclared, []);
    });
  }

  it("bun add: brings nothing but discord-api-types", async () => {
    const empty = emptyProject(scratch, "by-bun");
    await run(await pathOf("bun"), ["add", packed.parley], empty);
    assertEquals(installed(empty), ["@parley/parley", "discord-api-types"]);
  });

  it("deno run: loads every entry from node_modules", async () => {
    const empty = emptyProject(scratch, "by-deno");
    const manifest = {
      name: "by-deno",
      private: true,
      dependencies: { "@parley/parley": `file:${packed.parley}` },
    };
    await Deno.writeTextFile(join(empty, "package.json"), JSON.stringify(manifest));
    await run("npm", ["install", "--prefer-offline", "--no-audit"], empty);
    await Deno.copyFile(join(programs, "entries.mjs"), join(empty, "entries.mjs"));
    const printed = await run(
      Deno.execPath(),
      ["run", "-A", "--node-modules-dir=manual", "entries.mjs"],
      empty,
    );
    assertGreater(JSON.parse(printed)["./irc"], 0);
  });

  for (const engine of ENGINES) {
    const [runtime, version] = engine;
    it(`${nameOf(engine)}: import and require() load every entry`, async () => {
      const path = await pathOf(runtime, version);
      const imported: Record<string, number> = JSON.parse(await run(path, ["entries.mjs"], project));
      assertPrinted(await run(path, ["entries.cjs"], project), imported);
      for (const [entry, names] of Object.entries(imported)) assertGreater(names, 0, entry);
    });

    testFeatures(nameOf(engine), FEATURES, async (names, env) => {
      return lastLine(await run(await pathOf(runtime, version), ["clients.mjs", ...names], project, env));
    });

    it(`${nameOf(engine)}: a bot on each network, against servers of @parley/testing`, async () => {
      assertPrinted(await run(await pathOf(runtime, version), ["bots.mjs"], project), BOTS);
    });
  }

  it("node 20: is told that it is too old, and what is needed", async () => {
    const program =
      `import { TwitchClient } from "@parley/parley/twitch"; new TwitchClient({ channels: ["#a"] });`;
    const running = run(await pathOf("node", "20"), ["--input-type=module", "--eval", program], project);
    const { message } = await assertRejects(() => running, Error);
    assertMatch(
      message,
      /^Error: Cannot run here, this runtime is too old: parley needs .* Node 22\.15 or later$/m,
    );
  });

  it("package.json: an older runtime is told so by its installer", async () => {
    const { engines } = JSON.parse(
      await Deno.readTextFile(join(project, "node_modules/@parley/parley/package.json")),
    );
    assertEquals(engines, { node: ">=22.15", bun: ">=1.2.18", deno: ">=2.5" });
  });

  for (const [name, modules, lib] of COMPILERS) {
    it(`types: hold with TypeScript ${name}, under ${modules}, ${lib}`, async () => {
      await installTypes();
      const without = lib === WITHOUT_DOM;
      const module = modules === "bundler" ? "esnext" : modules;
      const compilerOptions = {
        noEmit: true,
        strict: true,
        skipLibCheck: false,
        exactOptionalPropertyTypes: true,
        target: "es2022",
        lib: without ? ["es2023"] : ["es2022", "dom"],
        types: without ? ["node"] : [],
        module,
        moduleResolution: modules,
      };
      const config = join(types, `${name}-${modules}-${without}.json`);
      await Deno.writeTextFile(config, JSON.stringify({ compilerOptions, files: ["types.mts"] }));
      const tsc = `node_modules/typescript-${name}/bin/tsc`;
      await run(await pathOf("node", "24"), [tsc, "--project", config], types);
    });
  }

  for (const [bundler, command] of Object.entries(BUNDLERS)) {
    it(`${bundler}: a program that it has bundled works, and has no TCP of servers`, async () => {
      await run("npx", ["--yes", ...command], project);
      const out = join(project, `by-${bundler}`);
      const code = [...Deno.readDirSync(out)].filter(({ name }) => name.endsWith(".js"))
        .map(({ name }) => Deno.readTextFileSync(join(out, name))).join("");
      // What opens TCP on Deno, Bun and Node.
      assertEquals(/closeWrite|allowHalfOpen|createSecureContext|Proxy-Authorization/.exec(code), null);
      assertMatch(
        await run(await pathOf("node", "24"), [join(out, "page.js")], project, {}),
        /^heard hello$/m,
      );
    });
  }

  it("docs/browser.md: its page, bundled as it says, shows chat in Chromium", {
    skip: chromium === undefined,
  }, async () => {
    if (chromium === undefined) return;
    const folder = emptyProject(scratch, "page");
    await run("npm", ["install", "--prefer-offline", "--no-audit", packed.parley, packed.testing], folder);
    for (const step of stepsOf(await Deno.readTextFile(join(root, "docs/browser.md")))) {
      if (step.kind === "write") await Deno.writeTextFile(join(folder, step.file), step.text);
      // What it installs is there, by where it comes from here; its own test is run by `deno task follow`.
      else if (step.kind === "run" && step.command.startsWith("npx ")) {
        await run("sh", ["-c", step.command], folder, { npm_config_yes: "true" });
      }
    }
    await using twitch = await serve(new TwitchServer(), (server) => listenWebSocket(server));
    const site = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, async ({ url }) => {
      const path = new URL(url).pathname.replace(/\/$/, "/index.html");
      const type = path.endsWith(".js") ? "text/javascript" : "text/html";
      return new Response(await Deno.readFile(join(folder, path)), { headers: { "content-type": type } });
    });
    try {
      const query = new URLSearchParams({ channel: "dallas", url: twitch.listener.url });
      await using page = await Page.open(chromium, `http://127.0.0.1:${site.addr.port}/?${query}`);
      await page.until("document.querySelector('#state')?.textContent", (state) => state === "on");
      await twitch.command({ kind: "say", channel: "#dallas", login: "ronni", text: "<b>hello</b>" });
      await page.until("document.querySelector('#lines').innerText", (text) => text.includes("<b>hello</b>"));
      assertEquals(page.uncaught, []);
    } finally {
      await site.shutdown();
    }
  });

  /** Bundles a program as Wrangler does it. */
  function bundleWorker(program: string): string {
    const { files } = bundle("", {
      absWorkingDir: project,
      stdin: { contents: program, resolveDir: project },
      conditions: ["workerd", "worker", "browser"],
      external: ["node:*"],
    });
    return new TextDecoder().decode(files.get("main.js")?.contents);
  }

  it("workerd: import loads every entry", async () => {
    const manifest = await Deno.readTextFile(join(project, "node_modules/@parley/parley/package.json"));
    const entries = Object.keys(JSON.parse(manifest).exports).filter((entry) => entry !== "./package.json");
    const imports = entries.map((entry, index) =>
      `import * as e${index} from "@parley/parley${entry.slice(1)}";\n`
    );
    const all = entries.map((entry, index) => `${JSON.stringify(entry)}: Object.keys(e${index}).length`);
    await using workerd = await serveBundle(bundleWorker(
      `${imports.join("")}export default { fetch: () => Response.json({ ${all.join(", ")} }) };`,
    ));
    const counts: Record<string, number> = await (await fetch(workerd.origin)).json();
    assertEquals(Object.keys(counts), entries);
    for (const [entry, names] of Object.entries(counts)) assertGreater(names, 0, entry);
  });

  const inWorkerd = (flags: readonly string[]): Use => async (names, bindings) => {
    const worker = bundleWorker('export { default } from "./worker.mjs";');
    await using workerd = await serveBundle(worker, { bindings, flags });
    const query = new URLSearchParams(names.map((name) => ["feature", name]));
    return await (await fetch(`${workerd.origin}/?${query}`)).json();
  };
  testFeatures("workerd", ["Twitch", "IRC by WebSocket", "Discord", "interactions"], inWorkerd([]));
  testFeatures("workerd, with nodejs_compat", ["IRC by TCP"], inWorkerd(["nodejs_compat"]));
});

const heard = "hello";
const BOTS = [
  { heard, said: "over IRC" },
  { heard, said: "over Twitch" },
  { heard, said: "over Discord" },
  { said: "over HTTP" },
];

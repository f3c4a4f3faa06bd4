import { assert, assertEquals, assertGreater, assertLess } from "@std/assert";
import { join } from "node:path";
import { describe, it } from "node:test";
import { root } from "../../tools/shared/config.ts";
import { run } from "./_project.ts";

/** What `deno doc --json` says of a module. */
interface Documented {
  readonly module_doc?: { readonly doc?: string; readonly tags?: readonly unknown[] };
  readonly symbols: readonly {
    readonly name: string;
    readonly declarations: readonly {
      readonly kind: string;
      readonly declarationKind: string;
      readonly jsDoc?: object;
      readonly def?: { readonly hasBody?: boolean };
    }[];
  }[];
}

const read = (path: string) => Deno.readTextFileSync(join(root, path));

async function documentationOf(folder: string): Promise<Readonly<Record<string, Documented>>> {
  const { exports }: { exports: string | Record<string, string> } = JSON.parse(
    read(join(folder, "deno.json")),
  );
  const paths = typeof exports === "string" ? [exports] : Object.values(exports);
  const args = ["doc", "--json", "--config", "deno.offline.json", "--no-lock"];
  return JSON.parse(await run(Deno.execPath(), [...args, ...paths.map((path) => join(folder, path))], root))
    .nodes;
}

/** Tables whose fields are named as a specification names them, or a library, which each table links to. */
const TABLES =
  /^src\/(twitch\/(api\/endpoints|eventsub\/wire)|nats\/events\/streams|irc\/wire\/(\w+\/)?(event_fields|answers)|discord\/types\/enums)/;
/** How many others there may be; there were more once, and there shall be fewer. */
const OTHERS = 210;

it("deno doc --lint: complains of other packages, of tables, of names that say it, and of few others", async () => {
  const { exports }: { exports: Record<string, string> } = JSON.parse(read("deno.json"));
  const args = ["doc", "--lint", "--config", "deno.offline.json", "--no-lock", ...Object.values(exports)];
  const env = { NO_COLOR: "1" };
  const { stderr } = await new Deno.Command(Deno.execPath(), { args, cwd: root, env, stdout: "null" })
    .output();
  const complaints = new TextDecoder().decode(stderr).split(/\n(?=error\[)/).filter((text) =>
    text.startsWith("error[")
  );
  assertGreater(complaints.length, 0);
  const others = complaints.filter((text) => {
    const [, file = ""] = /--> (\S+?):\d+:\d+/.exec(text) ?? [];
    const path = file.slice(root.length + 1);
    const [, line = ""] = /^ *\d+ \| +(.*)$/m.exec(text) ?? [];
    const saysItself = /^(override |readonly |protected )*(kind|name|shard|session|beforeHandOut)\b/.test(
      line,
    );
    return path.startsWith("src/") && !TABLES.test(path) && !saysItself;
  });
  assertLess(others.length, OTHERS, others.slice(0, 10).join("\n"));
});

// What JSR counts, as its source says it (api/src/analysis.rs and api/src/api/types.rs in August 2026): a README with an
// example, a doc of each entry, 80 % of what is exported documented, no slow types (`deno publish --dry-run` says so, in
// `deno task ok`); and what only publishing can meet: provenance, a description, two runtimes.
for (const folder of ["", "testing"]) {
  describe(`JSR's score of ./${folder}`, () => {
    it(`score of ./${folder}: a README, with an example`, () => {
      assert(read(join(folder, "README.md")).includes("```"));
    });

    it(`score of ./${folder}: each entry has a doc, and all that it exports`, async () => {
      const nodes = await documentationOf(folder);
      const bare = Object.entries(nodes).filter(([, { module_doc }]) =>
        (module_doc?.doc ?? "") === "" && (module_doc?.tags ?? []).length === 0
      );
      assertEquals(bare.map(([path]) => path), []);
      const undocumented: string[] = [];
      let all = 0;
      for (const [path, { symbols }] of Object.entries(nodes)) {
        for (const { name, declarations } of symbols) {
          const seen = declarations.filter(({ declarationKind }) => declarationKind !== "private");
          const overloads = seen.length > 1 && seen.every(({ kind }) => kind === "function");
          for (const { jsDoc, def } of seen) {
            if (overloads && def?.hasBody) continue;
            all++;
            if (jsDoc === undefined) undocumented.push(`${path.split("/").slice(-2).join("/")} ${name}`);
          }
        }
      }
      assertGreater(1 - undocumented.length / all, 0.8, undocumented.slice(0, 20).join("\n"));
    });
  });
}

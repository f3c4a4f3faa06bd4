/**
 * Lets Node 22 run this repository's TypeScript, which Node 24 reads as it is: the types of all, and `await using`.
 *
 * Used as `NODE_OPTIONS=--import=…/tools/suite/node_compile.mjs`, so that processes which tests start have it, too.
 *
 * @module
 */
import { readFileSync } from "node:fs";
import { registerHooks } from "node:module";
import { fileURLToPath } from "node:url";
import { transformSync } from "esbuild";

/** Node 22 has the symbols, and no stacks; esbuild compiles `await using`, and no globals. */
class Stack {
  #undo = [];

  use(resource) {
    this.#undo.push(() => (resource?.[Symbol.asyncDispose] ?? resource?.[Symbol.dispose])?.call(resource));
    return resource;
  }

  adopt(value, undo) {
    this.#undo.push(() => undo(value));
    return value;
  }

  defer(undo) {
    this.#undo.push(undo);
  }

  move() {
    const moved = new Stack();
    moved.#undo = this.#undo.splice(0);
    return moved;
  }

  async disposeAsync() {
    const errors = [];
    for (const undo of this.#undo.splice(0).reverse()) {
      try {
        await undo();
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw errors.length === 1 ? errors[0] : new AggregateError(errors);
  }

  async [Symbol.asyncDispose]() {
    await this.disposeAsync();
  }
}

globalThis.AsyncDisposableStack ??= Stack;

registerHooks({
  load(url, context, next) {
    if (!/^file:.*\.ts$/.test(url)) return next(url, context);
    const path = fileURLToPath(url);
    const { code } = transformSync(readFileSync(path, "utf8"), {
      loader: "ts",
      format: "esm",
      keepNames: true,
      target: "node22.15",
      sourcemap: "inline",
      sourcefile: path,
      tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } },
    });
    return { format: "module", source: code, shortCircuit: true };
  },
});

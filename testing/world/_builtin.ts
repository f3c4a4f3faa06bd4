interface Builtins {
  "node:async_hooks": typeof import("node:async_hooks");
  "node:crypto": typeof import("node:crypto");
  "node:fs": typeof import("node:fs");
  "node:zlib": typeof import("node:zlib");
}

/** A module of Node's that Deno and Bun have, too; undefined where there is none. No bundler sees it. */
export function builtin<Id extends keyof Builtins>(id: Id): Builtins[Id] | undefined {
  const process: unknown = Reflect.get(globalThis, "process");
  return loadsBuiltins(process) ? process.getBuiltinModule(id) : undefined;
}

function loadsBuiltins(
  process: unknown,
): process is { getBuiltinModule<Id extends keyof Builtins>(id: Id): Builtins[Id] } {
  return typeof process === "object" && process !== null && "getBuiltinModule" in process;
}

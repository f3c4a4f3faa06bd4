/** What parley uses of Node's `process`. */
export interface NodeProcess {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly execArgv?: readonly string[];
  readonly versions?: { readonly node?: string };
  getBuiltinModule(id: "node:crypto"): typeof import("node:crypto");
  getBuiltinModule(id: "node:diagnostics_channel"): typeof import("node:diagnostics_channel");
  getBuiltinModule(id: "node:fs/promises"): typeof import("node:fs/promises");
  getBuiltinModule(id: "node:net"): typeof import("node:net");
  getBuiltinModule(id: "node:path"): typeof import("node:path");
  getBuiltinModule(id: "node:timers"): typeof import("node:timers");
  getBuiltinModule(id: "node:tls"): typeof import("node:tls");
  getBuiltinModule(id: "node:worker_threads"): typeof import("node:worker_threads");
  getBuiltinModule(id: "node:zlib"): typeof import("node:zlib");
}

function isNodeProcess(value: unknown): value is NodeProcess {
  return typeof value === "object" && value !== null &&
    "getBuiltinModule" in value && typeof value.getBuiltinModule === "function";
}

/**
 * The process, if the runtime is of the Node family (Node 22.3, Bun, Deno, workerd with `nodejs_compat`): it
 * loads what is built in. Not by `import`: a bundler for browsers fails on a `node:` specifier, even on one
 * that is never reached.
 */
export function nodeProcess(): NodeProcess | undefined {
  const value: unknown = Reflect.get(globalThis, "process");
  return isNodeProcess(value) ? value : undefined;
}

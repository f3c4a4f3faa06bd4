import { join } from "node:path";
import { root } from "../../tools/shared/config.ts";

/** A `workerd` that serves a worker on loopback. */
export interface Workerd extends AsyncDisposable {
  /** Where it is, without a path. */
  readonly origin: string;
  /** What it has warned of so far: what was resolved from, or belongs to, another request or object. */
  readonly crossings: readonly string[];
}

/** What a worker is given. */
export interface WorkerOptions {
  /** Texts, by name. */
  readonly bindings?: Readonly<Record<string, string>>;
  /**
   * The classes of Durable Objects, for each of which there is a namespace, also bound, under its own name or the one
   * it is given.
   */
  readonly objects?: readonly string[] | Readonly<Record<string, string>>;
  /** Compatibility flags. @default {[]} */
  readonly flags?: readonly string[];
}

/** Bundles a module and serves it, as {@linkcode serveBundle} does. */
export async function serveWorker(module: string, options: WorkerOptions = {}): Promise<Workerd> {
  const scratch = await Deno.makeTempDir({ prefix: "parley-" });
  try {
    const output = join(scratch, "worker.js");
    const config = join(root, "deno.offline.json");
    const how = ["--quiet", "--platform=browser", "--config", config];
    await run(Deno.execPath(), ["bundle", ...how, `--output=${output}`, module]);
    return await serveBundle(await Deno.readTextFile(output), options);
  } finally {
    await Deno.remove(scratch, { recursive: true });
  }
}

/** Serves a worker that is one module; it may connect to loopback. Once disposed of, nothing of it is left. */
export async function serveBundle(code: string, options: WorkerOptions = {}): Promise<Workerd> {
  const scratch = await Deno.makeTempDir({ prefix: "parley-" });
  try {
    await Deno.writeTextFile(join(scratch, "worker.js"), code);
    const capnp = join(scratch, "config.capnp");
    // On disk, where what an object has stored, its alarm too, outlives its eviction.
    const disk = join(scratch, "disk");
    await Deno.mkdir(disk);
    await Deno.writeTextFile(capnp, configOf(options, disk));
    const server = new Deno.Command(await findWorkerd(), {
      args: ["serve", capnp, "--control-fd=1", "--verbose"],
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    let printed = "";
    const listening = server.stderr.pipeThrough(new TextDecoderStream()).pipeTo(
      new WritableStream({ write: (text) => void (printed += text) }),
    );
    try {
      const reader = server.stdout.pipeThrough(new TextDecoderStream()).getReader();
      let said = "";
      while (!said.includes("\n")) {
        const { done, value } = await reader.read();
        if (done) throw new Error(`workerd ended before it listened:\n${printed}`);
        said += value;
      }
      const { port } = JSON.parse(said.slice(0, said.indexOf("\n")));
      return {
        origin: `http://127.0.0.1:${port}`,
        get crossings() {
          return printed.split("\n").filter((line) =>
            /different (request|durable object)|hung|cross-request/i.test(line)
          );
        },
        async [Symbol.asyncDispose]() {
          server.kill("SIGKILL");
          await server.status;
          await reader.cancel();
          await listening;
          await Deno.remove(scratch, { recursive: true });
        },
      };
    } catch (error) {
      server.kill("SIGKILL");
      await server.status;
      await listening;
      throw error;
    }
  } catch (error) {
    await Deno.remove(scratch, { recursive: true });
    throw error;
  }
}

function configOf(
  { bindings = {}, objects: named = [], flags = [] }: WorkerOptions,
  disk: string,
): string {
  const objects = Array.isArray(named) ? named.map((name) => [name, name]) : Object.entries(named);
  const bound = [
    ...Object.entries(bindings).map(([name, text]) => `(name = "${name}", text = ${JSON.stringify(text)})`),
    ...objects.map(([name, of]) => `(name = "${name}", durableObjectNamespace = "${of}")`),
  ];
  const namespaces = objects.map(([, of]) => `(className = "${of}", uniqueKey = "${of}", enableSql = true)`);
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = (
      modules = [(name = "worker", esModule = embed "worker.js")],
      compatibilityDate = "2026-01-01",
      compatibilityFlags = [${flags.map((flag) => `"${flag}"`).join(", ")}],
      bindings = [${bound.join(", ")}],
      durableObjectNamespaces = [${namespaces.join(", ")}],
      durableObjectStorage = (localDisk = "disk"),
    )),
    (name = "disk", disk = (path = "${disk}", writable = true)),
    (name = "internet", network = (allow = ["private"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);
`;
}

/** The binary itself: to kill what npm puts in front of it would leave it alive. */
async function findWorkerd(): Promise<string> {
  const ask = "process.env.PATH.split(':')[0]";
  const bin = (await run("npx", ["--yes", "-p", "workerd@1", "node", "-p", ask])).trim();
  const os = Deno.build.os === "darwin" ? "darwin" : "linux";
  const arch = Deno.build.arch === "aarch64" ? "arm64" : "64";
  return join(bin, "..", "@cloudflare", `workerd-${os}-${arch}`, "bin", "workerd");
}

async function run(command: string, args: readonly string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(command, { args: [...args] }).output();
  const decoder = new TextDecoder();
  if (!success) throw new Error(`Cannot run ${command} ${args.join(" ")}:\n${decoder.decode(stderr)}`);
  return decoder.decode(stdout);
}

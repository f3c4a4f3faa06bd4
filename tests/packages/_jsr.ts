import { globSync } from "node:fs";
import { join, relative } from "node:path";
import { root } from "../../tools/shared/config.ts";
import { run } from "./_project.ts";

/** A version of a package, as `deno publish` has uploaded it. */
interface Version {
  readonly version: string;
  readonly exports: unknown;
  readonly files: ReadonlyMap<string, Uint8Array<ArrayBuffer>>;
}

/** A registry like JSR, on loopback: takes what `deno publish` sends, and gives it to `deno add`. */
export class LocalJsr implements AsyncDisposable {
  readonly #scratch: string;
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  readonly #packages = new Map<string, Version>();

  /** Keeps what it is sent in a folder. */
  constructor(scratch: string) {
    this.#scratch = scratch;
    const options = { port: 0, hostname: "127.0.0.1", onListen: () => {} };
    this.#server = Deno.serve(options, (request) => this.#answer(request));
  }

  /** What makes Deno use it. */
  get env(): Readonly<Record<string, string>> {
    return { JSR_URL: `http://127.0.0.1:${this.#server.addr.port}/` };
  }

  /** Publishes the package in a folder of the repository, as it would be published. */
  async publish(folder: string): Promise<void> {
    const args = ["publish", "--no-check", "--allow-dirty", "--no-provenance", "--token=any"];
    await run(Deno.execPath(), [...args, `--config=${join(folder, "deno.json")}`], root, this.env);
  }

  /** The text of every module that was published of a package, by its path. */
  modules(name: string): ReadonlyMap<string, string> {
    const files = this.#packages.get(name)?.files ?? [];
    return new Map(
      [...files].filter(([path]) => path.endsWith(".ts")).map(([path, bytes]) => [
        path,
        new TextDecoder().decode(bytes),
      ]),
    );
  }

  /** The `deno.json` of a package that was published. */
  config(name: string): string {
    return new TextDecoder().decode(this.#packages.get(name)?.files.get("/deno.json"));
  }

  async #answer(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    const [, scope = "", name = "", version] =
      /^\/api\/scopes\/(\w+)\/packages\/(\w+)(?:\/versions\/([\d.]+))?$/
        .exec(pathname) ?? [];
    if (request.method === "POST" && version !== undefined) {
      await this.#take(`@${scope}/${name}`, version, new Uint8Array(await request.arrayBuffer()));
      const at = "2026-01-01T00:00:00Z";
      const task = {
        packageScope: scope,
        packageName: name,
        packageVersion: version,
        createdAt: at,
        updatedAt: at,
      };
      return Response.json({ id: crypto.randomUUID(), status: "success", error: null, ...task });
    }
    if (name !== "" && version === undefined) return Response.json({ scope, name });
    return await this.#give(pathname) ??
      Response.json({ code: "notFound", message: "No such thing" }, { status: 404 });
  }

  async #take(name: string, version: string, archive: Uint8Array): Promise<void> {
    const folder = join(this.#scratch, name);
    Deno.mkdirSync(folder, { recursive: true });
    Deno.writeFileSync(`${folder}.tgz`, archive);
    await run("tar", ["xzf", `${folder}.tgz`, "-C", folder], this.#scratch);
    const files = new Map(filesOf(folder).map((path) => [path, Deno.readFileSync(folder + path)]));
    const { exports } = JSON.parse(new TextDecoder().decode(files.get("/deno.json")));
    this.#packages.set(name, { version, exports, files });
  }

  async #give(pathname: string): Promise<Response | undefined> {
    const [, name = "", file = ""] = /^\/(@\w+\/\w+)\/(.+)$/.exec(pathname) ?? [];
    const found = this.#packages.get(name);
    if (found === undefined) return undefined;
    const { version, exports, files } = found;
    if (file === "meta.json") return Response.json({ latest: version, versions: { [version]: {} } });
    if (file === `${version}_meta.json`) {
      const manifest = await Promise.all([...files].map(async ([path, bytes]) => {
        const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
        return [path, { size: bytes.length, checksum: `sha256-${digest.toHex()}` }] as const;
      }));
      const all = typeof exports === "string" ? { ".": exports } : exports;
      return Response.json({ manifest: Object.fromEntries(manifest), exports: all });
    }
    const bytes = files.get(file.slice(version.length));
    return bytes && new Response(bytes, { headers: { "content-type": "text/typescript" } });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }
}

/** Every file under a folder, as a path from it that begins with a slash. */
function filesOf(folder: string): string[] {
  return globSync("**/*", { cwd: folder, withFileTypes: true }).filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => `/${relative(folder, join(parentPath, name))}`);
}

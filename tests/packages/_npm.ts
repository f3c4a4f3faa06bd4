import { delay } from "@std/async";

/** How long an answer that is passed on may take, in milliseconds: twice that is within the time of who runs npm. */
const PATIENCE = 40_000;
/** How often it is asked for. */
const TRIES = 3;

/** A registry like npm's, on loopback: gives what was packed here, and passes on what else is asked for. */
export class LocalNpm implements AsyncDisposable {
  readonly #upstream: string;
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  readonly #archives = new Map<string, Uint8Array<ArrayBuffer>>();
  readonly #manifests = new Map<string, { readonly version: string }>();

  /** Takes where it passes on to. */
  constructor(upstream: string) {
    this.#upstream = upstream;
    const options = { port: 0, hostname: "127.0.0.1", onListen: () => {} };
    this.#server = Deno.serve(options, (request) => this.#answer(request));
  }

  /** What makes npm and Bun use it. */
  get env(): Readonly<Record<string, string>> {
    return { npm_config_registry: this.#origin, BUN_CONFIG_REGISTRY: this.#origin };
  }

  /** Takes a package that `npm pack` made, and its `package.json`. */
  publish(archive: string, manifest: { readonly name: string; readonly version: string }): void {
    this.#archives.set(`${manifest.name}.tgz`, Deno.readFileSync(archive));
    this.#manifests.set(manifest.name, manifest);
  }

  get #origin(): string {
    return `http://127.0.0.1:${this.#server.addr.port}/`;
  }

  async #answer({ url }: Request): Promise<Response> {
    const { pathname } = new URL(url);
    const name = decodeURIComponent(pathname.slice(1));
    const archive = this.#archives.get(name);
    if (archive !== undefined) return new Response(archive);
    const manifest = this.#manifests.get(name);
    if (manifest === undefined) {
      return await this.#passOn(pathname);
    }
    const packed = this.#archives.get(`${name}.tgz`) ?? new Uint8Array();
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-512", packed));
    const dist = { tarball: `${this.#origin}${name}.tgz`, integrity: `sha512-${digest.toBase64()}` };
    const { version } = manifest;
    return Response.json({
      name,
      "dist-tags": { latest: version },
      versions: { [version]: { ...manifest, dist } },
    });
  }

  /** What the other registry says, whole: half of it would be told to npm as a package that is not what it should be. */
  async #passOn(pathname: string): Promise<Response> {
    let why: unknown;
    for (let tries = 0; tries < TRIES; tries++) {
      try {
        const signal = AbortSignal.timeout(PATIENCE);
        const answer = await fetch(new URL(pathname, this.#upstream), { signal });
        const body = await answer.bytes();
        if (answer.status < 500) return new Response(body, { status: answer.status });
        why = answer.status;
      } catch (error) {
        why = error;
      }
      await delay(1_000 * 2 ** tries);
    }
    return new Response(`The registry does not answer: ${why}`, { status: 502 });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }
}

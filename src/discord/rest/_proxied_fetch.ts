import type { Host } from "../../driver/host.ts";
import { OptionError } from "../../protocol/errors.ts";
import { unescaped } from "../../http/reason.ts";
import { quote, shownUrl } from "../../protocol/data/quote.ts";

interface DenoProxy {
  readonly url: string;
  readonly basicAuth?: { readonly username: string; readonly password: string };
}

/** What Deno and Bun have for proxies, beyond the web's `fetch`. */
interface Runtimes {
  readonly Deno?: { readonly createHttpClient?: (options: { readonly proxy: DenoProxy }) => unknown };
  readonly Bun?: unknown;
}

/**
 * The runtime's `fetch`, by way of a proxy.
 *
 * @throws {OptionError} if it is no URL of one, or the runtime's `fetch` cannot go by one; it shows no password.
 */
export function proxiedFetch(proxy: string, runtimes: object = globalThis): Host["fetch"] {
  const url = URL.canParse(proxy) ? new URL(proxy) : undefined;
  const cannot = (why: string) => new OptionError(`Cannot go by the proxy ${quote(shownUrl(proxy))}: ${why}`);
  if (url?.protocol !== "http:" && url?.protocol !== "https:") {
    throw cannot("it must be an http: or https: URL");
  }
  const { Deno, Bun }: Runtimes = runtimes;
  if (Deno?.createHttpClient !== undefined) {
    const { username, password } = url;
    const basicAuth = { username: unescaped(username), password: unescaped(password) };
    url.username = url.password = "";
    const way = { url: url.href, ...(username !== "" && { basicAuth }) };
    const client = Deno.createHttpClient({ proxy: way });
    return (input, init) => globalThis.fetch(input, Object.assign({}, init, { client }));
  }
  if (Bun !== undefined) {
    return (input, init) => globalThis.fetch(input, Object.assign({}, init, { proxy }));
  }
  throw cannot(
    "this runtime's fetch takes none; on Node set HTTPS_PROXY and NODE_USE_ENV_PROXY=1, or pass a `fetch` that goes by it",
  );
}

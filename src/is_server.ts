/**
 * True on Deno, Bun and Node: not in a browser, and not on an edge worker, whatever it has of Node. Only there may
 * what was made for one caller serve another. An edge isolate is shared by requests and objects: a timer dies
 * with the request that set it, and who waits for a promise of another's may wait for ever.
 */
export function isServer(): boolean {
  return /^(Deno|Bun|Node\.js)\//.test(globalThis.navigator?.userAgent ?? "");
}

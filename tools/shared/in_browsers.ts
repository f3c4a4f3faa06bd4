/**
 * What bundles for browsers have in place of a module of the package, both by their paths: what opens no TCP, and has no
 * words for how that fails. The other module exports the same names.
 */
export const IN_BROWSERS: Readonly<Record<string, string>> = {
  "src/transport/dial.ts": "src/transport/browser_dial.ts",
  "src/protocol/connection/_causes.ts": "src/protocol/connection/_causes_anywhere.ts",
  "src/driver/clock/_process_clock.ts": "src/driver/clock/_page_clock.ts",
};

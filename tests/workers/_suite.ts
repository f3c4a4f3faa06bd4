import type { BuildOptions } from "esbuild";
import { root } from "../../tools/shared/config.ts";
import { bundle } from "../../tools/shared/bundle.ts";
import { testFiles } from "../../tools/shared/files.ts";

/** What no worker has, as a pattern of what is imported; and why it is imported. */
const NEEDS: readonly (readonly [imported: RegExp, why: string])[] = [
  [/^node:child_process$/, "starts processes"],
  [/^node:worker_threads$/, "starts threads"],
  [/^node:fs(\/promises)?$/, "reads the disk"],
  [/^node:module$/, "loads what is CommonJS"],
  [/^node:(http|net)$|^ws$/, "listens, or is about what speaks over TCP"],
  [/^(esbuild|typescript)$/, "compiles"],
  [
    /^@(discordeno|discordjs|twurple)\/|^(irc-framework|tmi\.js|discord-interactions)$/,
    "is about others' clients",
  ],
];

const ON_ONE = "means the same on every engine, and runs on one";

/** Files that import nothing of that and have no place in a worker all the same, and why. */
const NOT_THERE: Readonly<Record<string, string>> = {
  "tests/discord/gateway/loopback_test.ts": "listens",
  "tests/nats/discord_fleet_test.ts": ON_ONE,
  "tests/nats/fan_out_test.ts": ON_ONE,
  "tests/nats/remote_gateway_test.ts": ON_ONE,
  "tests/nats/reshard_test.ts": ON_ONE,
  "tests/testing/twitch_service_test.ts": "listens",
  "tests/twitch/loopback_test.ts": "listens",
};

const BY_REQUEST = "each request keeps to Discord's limits by itself, for it may not wait for another's";
const NO_CERTIFICATES = "nobody makes certificates there";
const NO_CURVE = "keys are exported without the name of their curve";

/** Tests that fail in a worker, by the names of the file and the test, and why that is right. */
export const FAIL_THERE: Readonly<Record<string, string>> = {
  "tests/discord/rest/limits_property_test.ts: DiscordRest: no interleaving of requests and answers exceeds a bucket, or changes a line's order":
    BY_REQUEST,
  "tests/discord/rest/limits_test.ts: request: holds the next request of a route while its bucket is spent":
    BY_REQUEST,
  "tests/discord/rest/limits_test.ts: request: keeps the order of one route, one at a time": BY_REQUEST,
  "tests/discord/rest/limits_test.ts: request: who gives up in the queue lets nobody overtake": BY_REQUEST,
  "tests/discord/rest/limits_test.ts: request: lines that turn out to share a bucket are joined, each in its order":
    BY_REQUEST,
  "tests/discord/rest/limits_test.ts: request: follows a route to another bucket": BY_REQUEST,
  "tests/testing/discord_limits_test.ts: DiscordRest at DiscordServer > DiscordRest: keeps to the headers, and is never refused":
    BY_REQUEST,
  "tests/testing/discord_limits_test.ts: DiscordRest at DiscordServer > DiscordRest: says everything, though a global limit lower than Discord's refuses some of it":
    BY_REQUEST,
  "tests/examples/interactions_bot_test.ts: examples/register.ts: shows what would change, changes it, and has nothing left to do":
    "there is no parseArgs",
  "tests/irc/host/ecdsa_signer_test.ts: ecdsaSigner: signs the challenge itself, not a hash of it, with a key in either form":
    NO_CURVE,
  "tests/irc/host/ecdsa_signer_test.ts: ecdsaSigner: never signs twice with the same random number": NO_CURVE,
  "tests/testing/certificate_test.ts: selfSignedCertificate > hosts: are localhost and 127.0.0.1 unless others are named":
    NO_CERTIFICATES,
  "tests/testing/fake_timers_test.ts: Simulation: lives while node:test mocks the timers":
    "there are no timers to mock",
};

/** Of other runtimes only, or of a process of its own. */
const OF_OTHERS = /_(process|deno|bun|node)_test\.ts$/;

const OPTIONS: BuildOptions = {
  // As Wrangler does it.
  conditions: ["workerd", "worker", "browser"],
  // Tests look at the names of functions and classes.
  keepNames: true,
  external: ["node:*", "ws", "selfsigned"],
  alias: {
    "@std/assert": `${root}/tests/std/assert.ts`,
    "@std/async": `${root}/tests/std/async.ts`,
    "node:test": `${root}/tests/workers/_node_test.ts`,
  },
};

/** Every test file that is not for certain runtimes or of a process of its own, and why it cannot run in a worker, if so. */
export function filesAndWhyNot(): Map<string, string | undefined> {
  const files = testFiles("node", []).filter((file) => !OF_OTHERS.test(file));
  const program = files.map((file) => `import "./${file}";\n`).join("");
  const { inputs } = bundle(program, { ...OPTIONS, packages: "external" });
  return new Map(files.map((file) => {
    const reached = new Set([file]);
    for (const path of reached) {
      const imports = inputs[path]?.imports ?? [];
      for (const { path, kind } of imports) if (kind !== "dynamic-import") reached.add(path);
    }
    const [, why] = NEEDS.find(([imported]) => [...reached].some((path) => imported.test(path))) ?? [];
    return [file, why ?? NOT_THERE[file]];
  }));
}

/** Whether the list of files names one that is not there, or that is left out anyway. */
export function checkNotThere(files: ReadonlyMap<string, string | undefined>): string[] {
  return Object.entries(NOT_THERE).filter(([file, why]) => files.get(file) !== why).map(([file]) => file);
}

/**
 * Bundles test files into a worker that runs the one that a request names, and answers how each of its tests went. A
 * file is loaded when it is asked for: what is at the top of it may do there what only requests may.
 */
export function suiteWorker(files: readonly string[]): string {
  const loads = files.map((file) => `${JSON.stringify(file)}: () => import("./${file}"),\n`).join("");
  const { files: bundled } = bundle(
    `import { runTests } from "./tests/workers/_node_test.ts";
const files = {
${loads}};
export default {
  async fetch(request) {
    return Response.json(await runTests(files[new URL(request.url).searchParams.get("file")]));
  },
};
`,
    OPTIONS,
  );
  return new TextDecoder().decode(bundled.get("main.js")?.contents);
}

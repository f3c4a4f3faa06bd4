/** The runtimes that tests run on. */
export const RUNTIMES = ["deno", "bun", "node"] as const;

/** The name of a runtime. */
export type Runtime = typeof RUNTIMES[number];

/** The oldest versions that are promised to work, as `package.json` says it. */
export const ENGINES: Readonly<Record<Runtime, string>> = { node: ">=22.15", bun: ">=1.2.18", deno: ">=2.5" };

/** The oldest versions themselves on which a part of the tests runs. On the oldest Node all of them do. */
export const OLDEST: readonly string[] = ["deno@2.5", "bun@1.2.18"];

/**
 * What runs on these: all that needs no server of the tests' own, for those are made for the newest. With real sockets,
 * `tests/packages/` does.
 */
export const OLDEST_PATHS: readonly string[] = [
  "tests/protocol",
  "tests/storage",
  "tests/driver/driver_test.ts",
  "tests/driver/mailbox_test.ts",
  "tests/driver/client_test.ts",
  "tests/driver/clock_test.ts",
  "tests/driver/permits_test.ts",
  "tests/driver/timers_test.ts",
  "tests/irc/session/session_test.ts",
  "tests/irc/session/staying_up_test.ts",
  "tests/irc/session/registration",
  "tests/irc/wire/event_test.ts",
  "tests/irc/wire/message_test.ts",
  "tests/twitch/client_test.ts",
  "tests/twitch/session_test.ts",
  "tests/twitch/pool_test.ts",
  "tests/discord/gateway/client_test.ts",
  "tests/discord/gateway/session_test.ts",
  "tests/discord/gateway/session_store_test.ts",
  "tests/discord/rest/rest_test.ts",
  "tests/discord/rest/limits_test.ts",
  "tests/discord/interactions/answer_test.ts",
  "tests/discord/interactions/endpoint_test.ts",
  "tests/discord/interactions/router_test.ts",
  "tests/discord/interactions/verify_test.ts",
  "tests/hono/interactions_test.ts",
];

/** A runtime that was found. */
export interface Found {
  /** Where its executable is. */
  readonly path: string;
  /** Its version. */
  readonly version: string;
}

const TELL = "console.log(JSON.stringify({ path: process.execPath, version: process.versions.";

const wanted = {
  deno: {
    least: [2],
    npm: "deno",
    newest: "2",
    tell: ["eval", `import process from "node:process"; ${TELL}deno }))`],
  },
  bun: { least: [1, 3], npm: "bun", newest: "1", tell: ["-e", `${TELL}bun }))`] },
  node: { least: [24], npm: "node", newest: "24", tell: ["-e", `${TELL}node }))`] },
} as const;

/** A runtime, of a certain version if one is named. */
export interface Engine {
  readonly runtime: Runtime;
  /** As npm takes it: "22", "1.2.18". */
  readonly version?: string;
}

/** Reads "node" or "node@22.15"; undefined if there is no such runtime. */
export function parseEngine(text: string): Engine | undefined {
  const [, name, version] = /^(\w+)(?:@(\d+(?:\.\d+){0,2}))?$/.exec(text) ?? [];
  const runtime = RUNTIMES.find((runtime) => runtime === name);
  return runtime && { runtime, ...(version !== undefined && { version }) };
}

async function ask(command: string, args: readonly string[]): Promise<Found | undefined> {
  try {
    const { success, stdout } = await new Deno.Command(command, { args: [...args], stderr: "null" }).output();
    return success ? JSON.parse(new TextDecoder().decode(stdout)) : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a version is at least this one. */
export function isNewEnough(version: string, least: readonly number[]): boolean {
  const parts = version.split(".").map(Number);
  for (const [i, wants] of least.entries()) {
    const has = parts[i] ?? 0;
    if (has !== wants) return has > wants;
  }
  return true;
}

/**
 * Finds a runtime. Without a version: this Deno; a Bun or Node in the path if it is new enough, else the one from npm.
 * With one, that from npm.
 */
export async function find(runtime: Runtime, version?: string): Promise<Found | undefined> {
  const { least, npm, newest, tell } = wanted[runtime];
  if (version === undefined) {
    if (runtime === "deno") return { path: Deno.execPath(), version: Deno.version.deno };
    const own = await ask(runtime, tell);
    if (own !== undefined && isNewEnough(own.version, least)) return own;
  }
  // Only to learn where npm put it: killing an npx would leave alive what it started.
  const npx = Deno.build.os === "windows" ? "npx.cmd" : "npx";
  return await ask(npx, ["--yes", `${npm}@${version ?? newest}`, ...tell]);
}

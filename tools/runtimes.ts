/** The runtimes that tests run on. */
export const RUNTIMES = ["deno", "bun", "node"] as const;

/** The name of a runtime. */
export type Runtime = typeof RUNTIMES[number];

/** A runtime that was found. */
export interface Found {
  /** Where its executable is. */
  readonly path: string;
  /** Its version. */
  readonly version: string;
}

const TELL = "console.log(JSON.stringify({ path: process.execPath, version: process.versions.";

const wanted = {
  bun: { least: [1, 3], npm: "bun@1", tell: ["-e", `${TELL}bun }))`] },
  node: { least: [24], npm: "node@24", tell: ["-e", `${TELL}node }))`] },
} as const;

async function ask(command: string, args: readonly string[]): Promise<Found | undefined> {
  try {
    const { success, stdout } = await new Deno.Command(command, { args: [...args], stderr: "null" }).output();
    return success ? JSON.parse(new TextDecoder().decode(stdout)) : undefined;
  } catch {
    return undefined;
  }
}

function isNewEnough(version: string, least: readonly number[]): boolean {
  const parts = version.split(".").map(Number);
  for (const [i, wants] of least.entries()) {
    const has = parts[i] ?? 0;
    if (has !== wants) return has > wants;
  }
  return true;
}

/** Finds a runtime: this Deno; a Bun or Node in the path if it is new enough, else the one from npm. */
export async function find(runtime: Runtime): Promise<Found | undefined> {
  if (runtime === "deno") return { path: Deno.execPath(), version: Deno.version.deno };
  const { least, npm, tell } = wanted[runtime];
  const own = await ask(runtime, tell);
  if (own !== undefined && isNewEnough(own.version, least)) return own;
  // Only to learn where npm put it: killing an npx would leave alive what it started.
  return await ask(Deno.build.os === "windows" ? "npx.cmd" : "npx", ["--yes", npm, ...tell]);
}

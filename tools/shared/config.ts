import { join } from "node:path";

/** The root of the repository. */
export const root: string = join(import.meta.dirname ?? ".", "../..");

/** The config a run uses, and the arguments that make Deno use it. */
export interface Config {
  /** Whether `@std/*` are the real ones, from JSR. */
  readonly jsr: boolean;
  /**
   * The arguments. The lock file is a copy: the npm packages are those of `deno.lock`, and what a run
   * would add to it (JSR's packages, another config's imports) leaves no change in the tree.
   */
  readonly args: readonly string[];
}

/** Whether the JSR registry answers. Deno's own `JSR_URL` is honoured. */
export async function jsrAnswers(
  url: string = Deno.env.get("JSR_URL") || "https://jsr.io",
): Promise<boolean> {
  const base = url.endsWith("/") ? url : `${url}/`;
  try {
    const response = await fetch(new URL("@std/assert/meta.json", base), {
      signal: AbortSignal.timeout(2_000),
    });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}

/**
 * Chooses `deno.json`, or where JSR does not answer `deno.offline.json`, and says so.
 *
 * @param scratch A folder of this run, which takes the copy of the lock file.
 */
export async function chooseConfig(scratch: string): Promise<Config> {
  const jsr = await jsrAnswers();
  console.log(
    jsr
      ? "JSR answers: using deno.json"
      : "JSR does not answer: falling back to deno.offline.json, with tests/std for @std/*",
  );
  const lock = join(scratch, "deno.lock");
  await Deno.copyFile(join(root, "deno.lock"), lock);
  return { jsr, args: ["--config", join(root, jsr ? "deno.json" : "deno.offline.json"), "--lock", lock] };
}

import { join } from "node:path";
import { root } from "../shared/config.ts";
import { startsProcesses, testFiles } from "../shared/files.ts";
import { BASE_VARIABLE } from "../shared/fresh_base.ts";
import { find } from "../shared/runtimes.ts";
import { type Mutant, SWITCH, weave } from "./mutants.ts";

/** What became of a mutant. */
export interface Verdict {
  /** Whether every test passed in spite of it. */
  readonly survived: boolean;
  /** How many test files come by it. */
  readonly seen: number;
  /** The first of the files among which one failed. @default none did */
  readonly by?: string;
}

/** What a test file does where nothing is changed. */
interface Measured {
  readonly passed: boolean;
  readonly seconds: number;
  /** The mutants that it comes by. */
  readonly hits: readonly number[];
}

/** How much a process may take, as a multiple of what it takes without a mutant, and beside that, in seconds of a processor. */
const SLOWER = 4;
const BESIDE = 15;
/** How long a test may wait for something that never comes, in milliseconds, and a process, as a multiple of the above. */
const WAIT = 30_000;
const WALL = 20;
/** How many seconds of tests a process runs: few at first, since most mutants fall soon. */
const BATCHES = [2, 6, 20, Infinity];

/** The preload of a mutated tree: which mutant is awake, or which are come by. */
const PRELOAD = `import { appendFileSync } from "node:fs";
const awake = Number(process.env.PARLEY_MUTANT ?? -1);
const hits = process.env.PARLEY_MUTANT_HITS;
const seen = new Set();
globalThis.${SWITCH} = (number) => {
  if (hits !== undefined && !seen.has(number)) {
    seen.add(number);
    appendFileSync(hits, number + "\\n");
  }
  return number === awake;
};
`;

/**
 * A copy of the tree that has all mutants in it, asleep, and runs tests with one of them awake. Bun runs them, which
 * starts fastest.
 */
export class Laboratory {
  readonly #folder: string;
  readonly #bun: string;
  readonly #mutants: readonly Mutant[];
  readonly #jobs: number;
  #measured = new Map<string, Measured>();
  readonly #verdicts = new Map<number, Verdict>();
  /** How many mutants of a source a test file has killed: it is tried early with others. */
  readonly #kills = new Map<string, number>();

  private constructor(folder: string, bun: string, mutants: readonly Mutant[], jobs: number) {
    this.#folder = folder;
    this.#bun = bun;
    this.#mutants = mutants;
    this.#jobs = jobs;
  }

  /**
   * Opens the laboratory in a folder, or one that is there already.
   *
   * @throws {Error} if there is no Bun, or the folder is that of other mutants.
   */
  static async open(folder: string, mutants: readonly Mutant[], jobs: number): Promise<Laboratory> {
    const bun = await find("bun");
    if (bun === undefined) {
      throw new Error("Mutants are tried on Bun, which is neither in the path nor in npm");
    }
    const laboratory = new Laboratory(folder, bun.path, mutants, jobs);
    const drawn = JSON.stringify(mutants);
    const kept = readIfThere(laboratory.#path("mutants.json"));
    if (kept !== undefined && kept !== drawn) {
      throw new Error(
        `"${folder}" holds other mutants, or those of another tree: remove it, or name another`,
      );
    }
    if (kept === undefined) await laboratory.#make(drawn);
    laboratory.#measured = new Map(
      Object.entries(JSON.parse(readIfThere(laboratory.#path("measured.json")) ?? "{}")),
    );
    for (const line of readIfThere(laboratory.#path("verdicts.jsonl"))?.trim().split("\n") ?? []) {
      const { number, ...verdict }: Verdict & { readonly number: number } = JSON.parse(line);
      laboratory.#note(number, verdict);
    }
    return laboratory;
  }

  async #make(drawn: string): Promise<void> {
    const list = new Deno.Command("git", {
      args: ["ls-files", "-z", "--cached", "--others", "--exclude-standard"],
      cwd: root,
    });
    const files = new TextDecoder().decode((await list.output()).stdout).split("\0").filter((file) =>
      file !== ""
    );
    const woven = Map.groupBy(this.#mutants.entries(), ([, { path }]) => path);
    for (const file of files) {
      const to = this.#path("tree", file);
      await Deno.mkdir(join(to, ".."), { recursive: true });
      const numbered = woven.get(file);
      if (numbered === undefined) await Deno.copyFile(join(root, file), to);
      else await Deno.writeTextFile(to, weave(await Deno.readTextFile(join(root, file)), new Map(numbered)));
    }
    await Deno.symlink(join(root, "node_modules"), this.#path("tree", "node_modules"));
    await Deno.writeTextFile(this.#path("tree", "preload.mjs"), PRELOAD);
    await Deno.writeTextFile(this.#path("mutants.json"), drawn);
  }

  /** Runs every test file without a mutant, to learn which it comes by, and how long it takes. */
  async measure(progress: (done: number, of: number) => void): Promise<void> {
    const files = testFiles("bun", []).filter((file) => !startsProcesses(file));
    const waiting = files.filter((file) => !this.#measured.has(file));
    await this.#each(waiting, async (file) => {
      const hits = this.#path(`hits-${files.indexOf(file)}`);
      const began = performance.now();
      const passed = await this.#passes([file], 120, { PARLEY_MUTANT_HITS: hits });
      const seconds = (performance.now() - began) / 1_000;
      const numbers = readIfThere(hits)?.trim().split("\n").map(Number) ?? [];
      this.#measured.set(file, { passed, seconds, hits: numbers });
      await Deno.writeTextFile(
        this.#path("measured.json"),
        JSON.stringify(Object.fromEntries(this.#measured)),
      );
      progress(this.#measured.size, files.length);
    });
  }

  /** The test files that tell nothing, since they fail without a mutant. */
  get unfit(): readonly string[] {
    return [...this.#measured].filter(([, { passed, hits }]) => !passed && hits.length > 0).map(([file]) =>
      file
    );
  }

  /** Tries every mutant that was not tried before. */
  async tryAll(
    progress: (verdicts: ReadonlyMap<number, Verdict>) => void,
  ): Promise<ReadonlyMap<number, Verdict>> {
    const waiting = [...this.#mutants.keys()].filter((number) => !this.#verdicts.has(number));
    await this.#each(waiting, async (number) => {
      const verdict = await this.#try(number);
      this.#note(number, verdict);
      const line = `${JSON.stringify({ number, ...verdict })}\n`;
      await Deno.writeTextFile(this.#path("verdicts.jsonl"), line, { append: true });
      progress(this.#verdicts);
    });
    return this.#verdicts;
  }

  async #try(number: number): Promise<Verdict> {
    const source = this.#mutants[number]?.path ?? "";
    const kills = (file: string) => this.#kills.get(`${source} ${file}`) ?? 0;
    const seeing = [...this.#measured].filter(([, { passed, hits }]) => passed && hits.includes(number))
      .sort(([a, { seconds: secondsOfA }], [b, { seconds: secondsOfB }]) =>
        kills(b) - kills(a) || secondsOfA - secondsOfB
      );
    const seen = seeing.length;
    for (const limit of BATCHES) {
      const batch: string[] = [];
      let sum = 0;
      for (
        let next;
        (next = seeing[0]) && (batch.length === 0 || sum + next[1].seconds <= limit);
        seeing.shift()
      ) {
        batch.push(next[0]);
        sum += next[1].seconds;
      }
      if (batch.length === 0) break;
      const passed = await this.#passes(batch, BESIDE + SLOWER * sum, { PARLEY_MUTANT: String(number) });
      if (!passed) return { survived: false, seen, by: batch[0] ?? "" };
    }
    return { survived: true, seen };
  }

  #note(number: number, verdict: Verdict): void {
    this.#verdicts.set(number, verdict);
    if (verdict.by === undefined) return;
    const key = `${this.#mutants[number]?.path} ${verdict.by}`;
    this.#kills.set(key, (this.#kills.get(key) ?? 0) + 1);
  }

  /** Whether test files pass, within so many seconds of a processor. */
  async #passes(files: readonly string[], seconds: number, env: Record<string, string>): Promise<boolean> {
    const test = [
      "test",
      "--preload=./preload.mjs",
      `--timeout=${WAIT}`,
      "--bail=1",
      ...files.map((file) => `./${file}`),
    ];
    const child = new Deno.Command("sh", {
      // What loops for ever ends by its own time, not by that of a machine that may be busy.
      args: ["-c", `ulimit -t ${Math.ceil(seconds)}; exec "$@"`, "sh", this.#bun, ...test],
      cwd: this.#path("tree"),
      // All that would run on another engine runs here, but what plants bugs, which says nothing of those drawn here.
      env: { NO_COLOR: "1", PARLEY_ONE_ENGINE: "yes", PARLEY_PLANTED: "no", [BASE_VARIABLE]: "1", ...env },
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    const limit = setTimeout(() => child.kill("SIGKILL"), seconds * WALL * 1_000);
    const { success } = await child.status;
    clearTimeout(limit);
    return success;
  }

  /** Does something with each, so many at a time. */
  async #each<T>(all: readonly T[], act: (one: T) => Promise<void>): Promise<void> {
    const waiting = all.values();
    const work = async () => {
      for (const one of waiting) await act(one);
    };
    await Promise.all(Array.from({ length: this.#jobs }, work));
  }

  #path(...parts: readonly string[]): string {
    return join(this.#folder, ...parts);
  }
}

function readIfThere(path: string): string | undefined {
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

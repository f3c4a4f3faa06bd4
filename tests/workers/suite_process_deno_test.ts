import { assert, assertEquals } from "@std/assert";
import { after, before, describe, it } from "node:test";
import type { Outcome } from "./_node_test.ts";
import { checkNotThere, FAIL_THERE, filesAndWhyNot, suiteWorker } from "./_suite.ts";
import { serveBundle, type Workerd } from "./_workerd.ts";

/** As many isolates, each of which runs one file after the other. */
const WORKERS = 2;

const files = filesAndWhyNot();
const running = [...files].flatMap(([file, whyNot]) => whyNot === undefined ? [file] : []);

describe("the suite in workerd", () => {
  const workers: Workerd[] = [];
  const outcomes = new Map(running.map((file) => [file, Promise.withResolvers<Outcome[]>()]));
  let all: Promise<unknown>;

  before(async () => {
    const code = suiteWorker(running);
    const left = [...outcomes];
    const run = async ({ origin }: Workerd) => {
      for (let next = left.shift(); next !== undefined; next = left.shift()) {
        const [file, outcome] = next;
        await fetch(`${origin}/?file=${file}`).then(readOutcomes).then(outcome.resolve, outcome.reject);
      }
    };
    for (let index = 0; index < WORKERS; index++) {
      workers.push(await serveBundle(code, { flags: ["nodejs_compat"] }));
    }
    all = Promise.all(workers.map(run));
  });

  after(async () => {
    for (const worker of workers) await worker[Symbol.asyncDispose]();
    await all;
  });

  for (const [file, whyNot] of files) {
    if (whyNot !== undefined) {
      it(`${file}: is left out, it ${whyNot}`, { skip: true }, () => {});
      continue;
    }
    // Behind all others.
    it(file, { timeout: 240_000 }, async () => {
      const told = await outcomes.get(file)?.promise ?? [];
      assert(told.length > 0, "there is no test in it");
      const wrong = told.filter(({ name, error }) => error !== undefined && !isListed(file, name));
      assertEquals(wrong.map(({ name, error }) => `${name}\n${error}`), []);
    });
  }

  it("no promise was resolved from the context of another request", async () => {
    await all;
    assertEquals(workers.flatMap(({ crossings }) => crossings), []);
  });

  it("what is listed as failing in workerd, or as left out: is there, and does", async () => {
    const passed: string[] = [];
    for (const [key, why] of Object.entries(FAIL_THERE)) {
      const [file = "", name = ""] = split(key);
      const found = (await outcomes.get(file)?.promise)?.find((outcome) => outcome.name === name);
      if (found?.error === undefined) passed.push(`${key}, which is said to fail: ${why}`);
    }
    assertEquals(passed, []);
    assertEquals(checkNotThere(files), []);
  });
});

const isListed = (file: string, name: string): boolean => Object.hasOwn(FAIL_THERE, `${file}: ${name}`);

function split(key: string): [file: string, name: string] {
  const at = key.indexOf(": ");
  return [key.slice(0, at), key.slice(at + 2)];
}

async function readOutcomes(response: Response): Promise<Outcome[]> {
  const text = await response.text();
  if (!response.ok) throw new Error(`The worker fails: ${text}`);
  return JSON.parse(text);
}

import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { assertEquals, assertRejects } from "@std/assert";
import { FileStsStore } from "../../../src/irc/host/file_sts_store.ts";
import { OptionError } from "../../../src/protocol/errors.ts";

const POLICY = { port: 6697, duration: 300, expires: 1_800_000_000_000 };

async function inFolder(run: (path: string, folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "parley-sts-"));
  try {
    await run(join(folder, "sts.json"), folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

test("FileStsStore: what one run saves the next one loads", () =>
  inFolder(async (path, folder) => {
    const store = new FileStsStore(path);
    assertEquals(await store.load("irc.test"), undefined);
    await Promise.all([
      store.save("irc.test", POLICY),
      store.save("other.test", { ...POLICY, port: 7000 }),
      store.save("third.test", POLICY),
      store.save("third.test", undefined),
    ]);
    const next = new FileStsStore(path);
    assertEquals(await next.load("irc.test"), POLICY);
    assertEquals((await next.load("other.test"))?.port, 7000);
    assertEquals(await next.load("third.test"), undefined);
    assertEquals(await readdir(folder), ["sts.json"]);
  }));

test("FileStsStore: forgets no policy because the file cannot be understood", () =>
  inFolder(async (path) => {
    for (
      const text of [
        "",
        "null",
        "[]",
        '{"a":1}',
        '{"a":{"port":0,"duration":1,"expires":1}}',
        '{"a":{"port":1',
      ]
    ) {
      await writeFile(path, text);
      const store = new FileStsStore(path);
      await assertRejects(() => store.load("a"), OptionError, "holds something else");
      await assertRejects(() => store.save("a", POLICY), OptionError, "holds something else");
      assertEquals(await readFile(path, "utf8"), text);
    }
  }));

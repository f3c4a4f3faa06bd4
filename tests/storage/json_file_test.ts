import { assertEquals, assertRejects } from "@std/assert";
import {
  chmod,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  symlink,
  utimes,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import { JsonFile } from "../../src/storage/json_file.ts";

const WINDOWS = process.platform === "win32";

async function inFolder(run: (path: string, folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "parley-json-"));
  try {
    await run(join(folder, "a.json"), folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

function fileAt(path: string): JsonFile<number> {
  return new JsonFile(path, "a number", (value) => typeof value === "number");
}

const modeOf = async (path: string) => ((await lstat(path)).mode & 0o777).toString(8);

test(
  "JsonFile: follows no link that somebody has put beside it",
  { skip: WINDOWS },
  () =>
    inFolder(async (path, folder) => {
      const victim = join(folder, "victim");
      await writeFile(victim, "precious");
      await symlink(victim, `${path}.new`);
      await fileAt(path).write(() => 1);
      assertEquals([await readFile(victim, "utf8"), await readFile(path, "utf8")], ["precious", "1"]);
      // Nor one in its own place: that is what is replaced.
      await rm(path);
      await symlink(victim, path);
      await fileAt(path).write(() => 2);
      assertEquals([await readFile(victim, "utf8"), await readFile(path, "utf8")], ["precious", "2"]);
      assertEquals((await lstat(path)).isSymbolicLink(), false);
    }),
);

test(
  "JsonFile: nobody else can read it, whatever was there before",
  { skip: WINDOWS },
  () =>
    inFolder(async (path) => {
      for (const at of [path, `${path}.new`]) {
        await writeFile(at, "0");
        await chmod(at, 0o666);
      }
      await fileAt(path).write(() => 1);
      assertEquals([await modeOf(path), await readFile(path, "utf8")], ["600", "1"]);
    }),
);

test("JsonFile: what crashes have left is removed, and nothing else", () =>
  inFolder(async (path, folder) => {
    const uuid = "0b7a1ea5-0f1f-4a6e-9a4e-3f2d6a7c1b90";
    const old = [`a.json.${uuid}.new`];
    const kept = [`b.json.${uuid}.new`, "a.json.new", `a.json.${uuid}`, `a.json.${uuid}.new.bak`];
    for (const name of [...old, ...kept]) {
      await writeFile(join(folder, name), "");
      await utimes(join(folder, name), 1, 1);
    }
    const underWay = `a.json.${uuid.replace("0", "1")}.new`;
    await writeFile(join(folder, underWay), "");
    const file = fileAt(path);
    for (let value = 0; value < 3; value++) await file.write(() => value);
    assertEquals((await readdir(folder)).sort(), ["a.json", ...kept, underWay].sort());
  }));

test("JsonFile: a write that fails leaves nothing behind", () =>
  inFolder(async (path, folder) => {
    await mkdir(join(path, "in the way"), { recursive: true });
    await assertRejects(() => fileAt(path).write(() => 1), Error);
    assertEquals(await readdir(folder), ["a.json"]);
  }));

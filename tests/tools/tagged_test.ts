import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { REPOSITORY } from "../../tools/shared/repository.ts";
import { faultsOf } from "../../tools/tagged.ts";

const RIGHT = {
  tag: "v0.2.0",
  versions: { "@parley/parley": "0.2.0", "@parley/testing": "0.2.0" },
  changelog: "# Changelog\n\n## 0.2.0 · 2026-11-22\n",
  repository: REPOSITORY,
};

test("faultsOf: a tag of the version that all packages have, and the changelog dates, may be published", () => {
  assertEquals(faultsOf(RIGHT), []);
});

test("faultsOf: another version, or one that the changelog does not date, may not", () => {
  const versions = { ...RIGHT.versions, "@parley/testing": "0.3.0" };
  assertEquals(faultsOf({ ...RIGHT, tag: "v0.3.0", versions, changelog: "## 0.3.0 · 2026-11-22\n" }), [
    "@parley/parley is of version 0.2.0, and the tag is v0.3.0",
  ]);
  assertEquals(faultsOf({ ...RIGHT, changelog: "## Unreleased\n" }), [
    'CHANGELOG.md has no heading "## 0.2.0 · YYYY-MM-DD"',
  ]);
});

test("faultsOf: a tag in another repository than the packages name may not, nor in none", () => {
  for (const repository of ["https://github.com/somebody/parley", ""]) {
    assertEquals(faultsOf({ ...RIGHT, repository }), [
      `The packages say that they are of ${REPOSITORY}, and this is "${repository}": set tools/shared/repository.ts`,
    ]);
  }
});

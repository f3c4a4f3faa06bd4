import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { faultsOf } from "../../tools/tagged.ts";

const versions = { "@parley/parley": "0.2.0", "@parley/testing": "0.2.0" };

test("faultsOf: a tag of the version that all packages have, and the changelog dates, may be published", () => {
  assertEquals(
    faultsOf("v0.2.0", versions, "# Changelog\n\n## 0.2.0 · 2026-11-22\n"),
    [],
  );
});

test("faultsOf: another version, or one that the changelog does not date, may not", () => {
  assertEquals(
    faultsOf(
      "v0.3.0",
      { ...versions, "@parley/testing": "0.3.0" },
      "## 0.3.0 · 2026-11-22\n",
    ),
    [
      "@parley/parley is of version 0.2.0, and the tag is v0.3.0",
    ],
  );
  assertEquals(faultsOf("v0.2.0", versions, "## Unreleased\n"), [
    'CHANGELOG.md has no heading "## 0.2.0 · YYYY-MM-DD"',
  ]);
});

import { assert, assertEquals } from "@std/assert";
import { describe, it } from "node:test";
import { directOf, isUsable, type Lock, reachedFrom, readLock, readNpmLock } from "../../tools/supply.ts";

const LOCK: Lock = {
  specifiers: { "npm:ws@^8.0.0": "8.1.0", "npm:@a/b@1": "1.2.0_ws@8.1.0", "jsr:@std/assert@1": "1.0.0" },
  npm: {
    "ws@8.1.0": {},
    "ws@7.0.0": {},
    "@a/b@1.2.0_ws@8.1.0": { dependencies: ["once", "ws@8.1.0"] },
    "once@1.4.0": { optionalDependencies: ["far"] },
    "far@1.0.0": { os: ["plan9"] },
    "alone@1.0.0": {},
  },
};

describe("tools/supply.ts", () => {
  it("readLock: knows each package, what it needs, and whether it is for this system", () => {
    const packages = readLock(LOCK);
    assertEquals(packages.get("@a/b@1.2.0_ws@8.1.0"), {
      name: "@a/b",
      version: "1.2.0",
      needs: ["once@1.4.0", "ws@8.1.0"],
      isForHere: true,
    });
    assertEquals(packages.get("far@1.0.0")?.isForHere, false);
  });

  it("readNpmLock: what npm has pinned, by licence, wherever it is installed", () => {
    const packages = {
      "": {},
      "node_modules/@a/b": { version: "1.0.0", license: "MIT" },
      "node_modules/@a/b/node_modules/c": { version: "2.0.0", license: "MIT" },
      "node_modules/d": { version: "3.0.0" },
    };
    assertEquals([...readNpmLock({ packages })], [
      ["MIT", ["@a/b 1.0.0", "c 2.0.0"]],
      ["none that is named", ["d 3.0.0"]],
    ]);
  });

  it("directOf, reachedFrom: what is asked for, in the version that is, and all that this needs", () => {
    const direct = directOf(LOCK);
    assertEquals([...direct.keys()], ["ws", "@a/b"]);
    const reached = reachedFrom(readLock(LOCK), direct.get("@a/b") ?? []);
    assertEquals([...reached].sort(), ["@a/b@1.2.0_ws@8.1.0", "far@1.0.0", "once@1.4.0", "ws@8.1.0"]);
  });

  it("isUsable: takes what one may choose, and nothing that is not listed", () => {
    for (const licence of ["MIT", "(MIT OR GPL-3.0)", "(MIT AND Zlib)"]) assert(isUsable(licence), licence);
    for (const licence of ["GPL-3.0", "MIT AND GPL-3.0", "none that is named"]) {
      assert(!isUsable(licence), licence);
    }
  });
});

import { test } from "node:test";
import { checkReload } from "./_reload.ts";

test("SessionStore: bun --hot resumes at each reload, and hears everything", () => checkReload(["--hot"]));

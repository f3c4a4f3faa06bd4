import { test } from "node:test";
import { checkReload } from "./_reload.ts";

test("SessionStore: deno run --watch resumes at each reload, and hears everything", () =>
  checkReload(["run", "-A", "--watch", "--no-check", "--no-config", "--no-lock", "--cached-only"]));

#!/usr/bin/env node
/**
 * The command line of parley: shows what happens on IRC, Twitch and Discord, says things there, and finds out why that does
 * not work.
 *
 * ```sh
 * deno run -A jsr:@parley/cli doctor
 * npx @parley/cli tail twitch '#forsen'
 * bunx @parley/cli say irc irc.libera.chat '#deno' hello
 * ```
 *
 * @module
 */
import process from "node:process";
import { processIo } from "./process_io.ts";
import { run } from "./run.ts";

// Exits at once: what a runtime keeps open for HTTP is no reason to wait.
process.exit(await run(process.argv.slice(2), processIo()));

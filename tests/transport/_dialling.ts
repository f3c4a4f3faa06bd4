import { onBun, onDeno } from "./_harness.ts";

/** The arguments by which this runtime, with no permission but the network and these, dials URLs and tells how it went. */
export function dialling(urls: readonly string[], allowed: readonly string[] = []): string[] {
  const args = onDeno
    ? ["run", "--no-prompt", "--allow-net", "--no-check", "--config", "deno.offline.json", ...allowed]
    : onBun
    ? []
    : ["--import=./tools/suite/node_hook.ts"];
  return [...args, "tests/transport/_dialling_child.ts", ...urls];
}

/**
 * Writes the diagram of a Discord session's states in `docs/discord.md` anew, from the table of transitions.
 *
 * ```sh
 * deno run -A tools/state_diagram.ts
 * ```
 *
 * @module
 */
import { type GatewayTransition, gatewayTransitions } from "../src/discord/gateway/session/state.ts";

const BEGIN = "<!-- tools/state_diagram.ts -->";
const END = "<!-- end -->";

/** The Mermaid text of a table of transitions. */
export function stateDiagram(transitions: readonly GatewayTransition[]): string {
  const lines = transitions.map(({ from, to, why }) => `    ${name(from)} --> ${name(to)}: ${why}`);
  return ["```mermaid", "stateDiagram-v2", ...lines, "```"].join("\n");
}

/** Mermaid's own start and end. */
function name(state: string): string {
  return state === "idle" || state === "ended" ? "[*]" : state;
}

/** The page with the diagram of the table in its place. */
export function withDiagram(page: string): string {
  const [before, rest] = page.split(BEGIN);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined) throw new Error("The page has no place for the diagram");
  return `${before}${BEGIN}\n\n${stateDiagram(gatewayTransitions)}\n\n${END}${after}`;
}

if (import.meta.main) {
  const page = new URL("../docs/discord.md", import.meta.url);
  await Deno.writeTextFile(page, withDiagram(await Deno.readTextFile(page)));
}

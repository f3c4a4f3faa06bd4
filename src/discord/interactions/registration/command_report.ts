import { printable } from "../../../protocol/data/quote.ts";
import type { CommandDiff } from "./command_diff.ts";

/** How a difference is described. */
export interface DescribeCommandDiffOptions {
  /** Whether it is coloured, by ANSI escapes: for a terminal only. @default {false} */
  readonly colors?: boolean;
}

const GREEN = 32;
const YELLOW = 33;
const RED = 31;
const TYPES: Readonly<Record<number, string>> = { 2: "user", 3: "message", 4: "entry point" };

/**
 * Describes a difference for people: a line for each command that would be created (`+`), changed (`~`, with
 * what) or deleted (`-`), and how many stay.
 *
 * @example
 * ```ts
 * import { describeCommandDiff, diffCommands } from "@parley/parley/discord/interactions";
 *
 * const diff = diffCommands([{ name: "ping", description: "Answers pong" }], []);
 * describeCommandDiff(diff); // "+ /ping: "Answers pong"\n0 unchanged"
 * ```
 */
export function describeCommandDiff(diff: CommandDiff, options: DescribeCommandDiffOptions = {}): string {
  const paint = (color: number, text: string) => options.colors ? `\x1b[${color}m${text}\x1b[0m` : text;
  const lines: string[] = [];
  for (const command of diff.create) {
    const description = "description" in command && command.description
      ? `: ${shown(command.description)}`
      : "";
    lines.push(paint(GREEN, `+ ${nameOf(command)}${description}`));
  }
  for (const { command, changes } of diff.edit) {
    lines.push(paint(YELLOW, `~ ${nameOf(command)}`));
    for (const { path, from, to } of changes) {
      lines.push(
        from === undefined
          ? `    ${path}: ${paint(GREEN, `+ ${shown(to)}`)}`
          : to === undefined
          ? `    ${path}: ${paint(RED, `- ${shown(from)}`)}`
          : `    ${path}: ${paint(RED, shown(from))} → ${paint(GREEN, shown(to))}`,
      );
    }
  }
  for (const command of diff.delete) lines.push(paint(RED, `- ${nameOf(command)}`));
  const kept = diff.kept.length === 0 ? "" : `; kept: ${diff.kept.map(nameOf).join(", ")}`;
  lines.push(`${diff.unchanged.length} unchanged${kept}`);
  return lines.join("\n");
}

/** `/ping`, or `"High Five" (user)`; quoted, so that no control character reaches the terminal. */
function nameOf({ type, name }: { readonly type?: number | undefined; readonly name: string }): string {
  const kind = TYPES[type ?? 1];
  return kind === undefined ? `/${name.replace(/\p{Cc}/gu, "")}` : `${shown(name)} (${kind})`;
}

function shown(value: unknown): string {
  return printable(JSON.stringify(value) ?? "nothing");
}

const FENCE = /^[ \t]*(?:\*[ \t]*)?```(.*)$/;

/** A TypeScript example in a doc comment or in a Markdown file. */
export interface Example {
  /** The line it starts at. */
  readonly line: number;
  /** The program. */
  readonly code: string;
  /**
   * Whether it can be run by itself. Those that connect to somewhere real, which is not in a world of the testing kit, or declare what their reader has, or
   * are marked `no-eval` after their language, only make sense in their reader's hands.
   */
  readonly runnable: boolean;
}

/**
 * Finds the examples in a module or a Markdown file. (Not by Deno's own `--doc`, which puts a program's
 * exports before what they are made of.)
 */
export function findExamples(source: string): Example[] {
  const found: Example[] = [];
  let open: { line: number; info: string[]; code: string } | undefined;
  for (const [i, text] of source.split("\n").entries()) {
    const fence = FENCE.exec(text);
    if (fence === null) {
      if (open !== undefined) open.code += `${text.replace(/^ *\* ?/, "")}\n`;
    } else if (open === undefined) {
      open = { line: i + 1, info: (fence[1] ?? "").trim().split(/[\s,]+/), code: "" };
    } else {
      const { line, info: [language, ...marks], code } = open;
      const connects = /\.connect\(/.test(code) &&
        !/\bnew Simulation\(|\b(discord|irc|twitch)World\b/.test(code);
      const alone = !connects && !/\bdeclare (const|function)\b/.test(code);
      if (language === "ts" && !marks.includes("ignore")) {
        found.push({ line, code, runnable: alone && !marks.includes("no-eval") });
      }
      open = undefined;
    }
  }
  return found;
}

import process from "node:process";
import type { NetworkName } from "./networks.ts";

const COLOURS: Readonly<Record<NetworkName | "dim" | "bad" | "good", string>> = {
  irc: "36",
  twitch: "35",
  discord: "34",
  dim: "2",
  bad: "31",
  good: "32",
};

/** Writes lines: in colour on a terminal that wants it, plain elsewhere. */
export class Screen {
  readonly #coloured: boolean;
  readonly #began = performance.now();

  constructor() {
    const { NO_COLOR } = process.env;
    this.#coloured = Boolean(process.stdout.isTTY) && (NO_COLOR === undefined || NO_COLOR === "");
  }

  /** One thing that happened on a network. */
  event(name: NetworkName, text: string, tone?: "dim" | "bad" | "good"): void {
    const seconds = ((performance.now() - this.#began) / 1_000).toFixed(1).padStart(5);
    this.line(
      `${this.paint("dim", `${seconds} s`)}  ${this.paint(name, name.padEnd(7))}  ${
        tone === undefined ? text : this.paint(tone, text)
      }`,
    );
  }

  /** A line as it stands. */
  line(text = ""): void {
    process.stdout.write(`${text}\n`);
  }

  /** Rows under a heading, in columns: numbers to the right, words to the left. */
  table(rows: readonly (readonly string[])[]): void {
    const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ??
      [];
    rows.forEach((row, index) => {
      const cells = row.map((cell, column) => {
        const width = widths[column] ?? 0;
        return column === 0 || column === row.length - 1 ? cell.padEnd(width) : cell.padStart(width);
      });
      this.line(index === 0 ? this.paint("dim", cells.join("  ").trimEnd()) : cells.join("  ").trimEnd());
    });
  }

  /** The text in a colour, where colours are wanted. */
  paint(colour: keyof typeof COLOURS, text: string): string {
    return this.#coloured ? `\x1b[${COLOURS[colour]}m${text}\x1b[0m` : text;
  }
}

import type { Io } from "../io.ts";
import { type Paint, painter } from "../painter.ts";
import type { NetworkName } from "./networks.ts";

/** Writes lines: in colour on a terminal that wants it, plain elsewhere. */
export class Screen {
  readonly paint: Paint;
  readonly #io: Io;
  readonly #began = performance.now();

  constructor(io: Io) {
    this.#io = io;
    this.paint = painter(io, io.out);
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
    void this.#io.out.write(`${text}\n`);
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
}

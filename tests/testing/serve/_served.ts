import { Program, runArgs } from "../../_program.ts";

/** A `serve` in a process of its own. */
export class ServedProcess extends Program {
  /** Starts it, as with `npx @parley/testing serve …`. */
  constructor(...args: readonly string[]) {
    super(runArgs("testing/serve.ts", "serve", ...args), {}, { input: true });
  }

  /** Waits for where something is, such as `REST API`. */
  async address(what: string): Promise<string> {
    await this.prints(what, (line) => line.startsWith(`${what} `));
    return this.lines.find((line) => line.startsWith(`${what} `))?.slice(what.length + 1) ?? "";
  }

  /** Tells it the last lines it gets; resolves to its exit code. */
  async plays(script: string): Promise<number | null> {
    this.tells(script, { end: true });
    // Each line waits as long as it may, which the test limits as a whole.
    return await this.exited;
  }
}

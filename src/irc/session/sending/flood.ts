import { OptionError } from "../../../protocol/errors.ts";
import type { Instant } from "../../../protocol/protocol.ts";
import { MOST_OWED } from "../../wire/bounds.ts";
import { FLOOD_PRESETS, type FloodOptions, type FloodPreset } from "./flood_presets.ts";

const encoder = new TextEncoder();

/** A server's penalty for what we send, as we reckon it. */
export class Flood {
  readonly #asked: FloodOptions | FloodPreset | false | undefined;
  #limits!: Required<FloodOptions>;
  /** When all that was sent will be paid for. */
  #paid: Instant = 0;

  /** Takes what lines cost; undefined: what the server is known to make them cost. */
  constructor(asked: FloodOptions | FloodPreset | false | undefined) {
    if (typeof asked === "string" && !Object.hasOwn(FLOOD_PRESETS, asked)) {
      const names = Object.keys(FLOOD_PRESETS).map((name) => `"${name}"`).join(", ");
      throw new OptionError(`Cannot use the flood limits "${asked}": there are ${names}`);
    }
    this.#asked = asked;
    this.known(undefined);
  }

  /** What the server is has become known; undefined: nothing is. */
  known(preset: FloodPreset | undefined): void {
    const asked = this.#asked ?? preset ?? {};
    const limits = asked === false ? {} : typeof asked === "string" ? FLOOD_PRESETS[asked] : asked;
    this.#limits = checked(limits);
  }

  /** When lines may be sent, together; what must not wait, PONG and PING, keeps the room of one line. */
  readyAt(now: Instant, lines: readonly string[]): Instant {
    const room = this.#limits.ahead - this.#limits.line;
    // What costs more than there can be room for waits until all else is paid for.
    const cost = Math.min(this.#costs(lines), room);
    return Math.max(now, this.#paid + cost - room);
  }

  /** Counts lines that were sent. What did not wait adds up to so much and no more. */
  add(now: Instant, lines: readonly string[]): void {
    const owed = Math.max(this.#limits.ahead, MOST_OWED);
    this.#paid = Math.min(Math.max(now, this.#paid) + this.#costs(lines), now + owed);
  }

  /** Another link, and nothing owed. */
  clear(): void {
    this.#paid = 0;
    this.known(undefined);
  }

  #costs(lines: readonly string[]): number {
    return lines.reduce((sum, line) => sum + this.#cost(line), 0);
  }

  #cost(text: string): number {
    if (this.#asked === false) return 0;
    const { line, byte, commands } = this.#limits;
    // Tags are beside what servers count.
    const bare = text.startsWith("@") ? text.slice(text.indexOf(" ") + 1) : text;
    const command = /^[^ ]*/.exec(bare)?.[0].toUpperCase() ?? "";
    const lines = (Object.hasOwn(commands, command) ? commands[command] : undefined) ?? 1;
    return lines * line + (byte === 0 ? 0 : (encoder.encode(bare).length + 2) * byte);
  }
}

function checked(
  { line = 2_000, byte = 0, ahead = 10_000, commands = {} }: FloodOptions,
): Required<FloodOptions> {
  if (!(line > 0 && byte >= 0 && line < Infinity && byte < Infinity)) {
    throw new OptionError(
      `Cannot let a line cost "${line}" ms and a byte "${byte}": need finite costs, line > 0`,
    );
  }
  // Room for a line, and for the PING that proves it.
  if (!(ahead >= 2 * line)) {
    throw new OptionError(
      `Cannot run "${ahead}" ms ahead: need at least twice what a line costs, ${2 * line}`,
    );
  }
  for (const [command, lines] of Object.entries(commands)) {
    if (!(lines >= 0 && lines < Infinity)) {
      throw new OptionError(`Cannot let ${command} cost "${lines}" lines: need a finite number, 0 or more`);
    }
  }
  return { line, byte, ahead, commands };
}

import type { Instant } from "../../protocol/protocol.ts";
import type { TwitchGapEvent } from "../wire/event.ts";

/** The time in which no link was in the wanted channels. */
export class Absence {
  #from: Instant | undefined;
  readonly #channels = new Set<string>();

  /** The link that was in these channels is lost; it last brought something at `from`. */
  begin(from: Instant, channels: readonly string[]): void {
    this.#from ??= from;
    for (const channel of channels) this.#channels.add(channel);
  }

  /** The wanted channels are restored: what to tell of the time away, if there was any. */
  end(now: Instant): TwitchGapEvent | undefined {
    if (this.#from === undefined) return undefined;
    const gap: TwitchGapEvent = { kind: "gap", from: this.#from, to: now, channels: [...this.#channels] };
    this.#from = undefined;
    this.#channels.clear();
    return gap;
  }
}

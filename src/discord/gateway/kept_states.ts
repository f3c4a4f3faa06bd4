import { CommandError } from "../../protocol/errors.ts";
import type { BotOptions } from "./session/options.ts";
import type { DispatchName } from "./wire/dispatch_names.ts";
import type { GatewayEvent } from "./wire/event.ts";
import { Intents } from "./wire/intents.ts";

/** What is known by a gateway's events: a `GuildState`, say. */
export interface KeptState {
  /** The events that it takes. */
  readonly events: readonly DispatchName[];
  /** The intents that bring them. */
  readonly intents: number;
  /** Takes an event; it may pass over any. */
  take(event: GatewayEvent): void;
}

/** The states that a gateway feeds. */
export class KeptStates {
  // Replaced, never changed: a state that is added while events are handed out hears of the next.
  #states: readonly { readonly state: KeptState }[] = [];

  /**
   * Adds one; returns what undoes it.
   *
   * @throws {CommandError} `invalid_command` if the gateway is not told of what the state is made of.
   */
  add(state: KeptState, { intents, wanted }: Pick<BotOptions, "intents" | "wanted">): () => void {
    if (typeof state?.take !== "function" || !Array.isArray(state.events)) {
      const fix = "give what takes them, such as a GuildState";
      throw new CommandError("invalid_command", `Cannot hand on events: ${fix}`);
    }
    const refuse = (why: string) => {
      throw new CommandError("invalid_command", `Cannot hand on the events that are asked for: ${why}`);
    };
    const absent = Object.entries(Intents).filter(([, bit]) => (state.intents & ~intents & bit) !== 0);
    if (absent.length > 0) {
      refuse(
        `add ${absent.map(([name]) => `\`Intents.${name}\``).join(", ")} to the intents, which bring it`,
      );
    }
    const missing = state.events.filter((name) => wanted?.has(name) === false);
    if (missing.length > 0) refuse(`add ${missing.join(", ")} to \`events\``);
    const added = { state };
    this.#states = [...this.#states, added];
    return () => void (this.#states = this.#states.filter((other) => other !== added));
  }

  /** Whether there are none. */
  get isEmpty(): boolean {
    return this.#states.length === 0;
  }

  /** Hands an event to each; one that throws is told of, and keeps it from nobody else. */
  take(event: GatewayEvent, failed: (error: unknown) => void): void {
    for (const { state } of this.#states) {
      try {
        state.take(event);
      } catch (error) {
        failed(error);
      }
    }
  }
}

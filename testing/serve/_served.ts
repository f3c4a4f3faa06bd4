import type { Duration } from "../kit/time/duration.ts";
import type { Setting } from "../kit/_setting.ts";
import type { Listener } from "../world/network/listen.ts";
import type { Network } from "../world/network/network.ts";
import type { Given, Verb } from "./_words.ts";

/** What somebody who is played can do. */
export interface Deed extends Verb {
  act(person: string, given: Given): Promise<unknown>;
}

/** What writes deeds down, of people who are found by name. */
export function deedsOf<User>(
  find: (person: string) => User,
): (usage: string, does: string, act: (user: User, given: Given) => Promise<unknown>) => Deed {
  return (usage, does, act) => ({ usage, does, act: (person, given) => act(find(person), given) });
}

/** Resolves once there are no links any more. */
export async function goneFrom(listener: Listener): Promise<void> {
  while (listener.connections > 0) await new Promise((resolve) => setTimeout(resolve, 10));
}

/** Where people are played beside real bots, and what goes wrong there. */
export interface ServeSetting extends Setting {
  readonly network: Network;
  /** The port to listen on; 0: a free one. */
  readonly port: number;
}

/** A network that listens. */
export interface Served {
  /** Where it is reached, a line each. */
  readonly addresses: readonly string[];
  readonly deeds: readonly Deed[];
  /** What expects the bot to say something somewhere, or nothing. */
  expect(place: string): {
    toSay(wanted: string | RegExp, options?: { readonly within?: Duration }): Promise<unknown>;
    toStayQuiet(duration?: Duration): Promise<void>;
  };
  /** Whether a bot is in a place. */
  isIn(place: string): boolean;
  /** Gives the server a command. */
  command(command: Readonly<Record<string, unknown>>): Promise<unknown>;
  /** Says goodbye to whoever is connected, and stops listening. */
  close(): Promise<void>;
}

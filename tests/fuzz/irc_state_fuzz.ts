import { IrcState } from "../../src/irc/state/irc_state.ts";
import { IrcNetwork } from "./_irc_network.ts";
import type { Draw, Fuzzer } from "./_fuzzer.ts";

/** A network whose server says what a server may say: who is where must come out as it is. */
export const ircState: Fuzzer = {
  name: "irc_state",
  inSuite: 150,
  feed: (draw) => judge(draw, new IrcState({ nick: "bot" })),
};

/** Tells a state what happens on a network, and throws where it believes something else. */
export function judge(draw: Draw, state: IrcState): void {
  const network = new IrcNetwork(draw, state);
  for (let steps = draw.integer(1, 120); steps > 0; steps--) network.step();
}

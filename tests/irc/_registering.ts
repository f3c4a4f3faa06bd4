import { answerIrc } from "../../src/irc/host/answers.ts";
import type { IrcAnswer, IrcAsk } from "../../src/irc/session/ask.ts";
import type { IrcCommand } from "../../src/irc/wire/commands/command.ts";
import type { IrcEvent } from "../../src/irc/wire/events/event.ts";
import type { IrcSessionOptions } from "../../src/irc/session/options.ts";
import type { SaslOptions } from "../../src/irc/session/registration/sasl.ts";
import { IrcSession } from "../../src/irc/session/session.ts";
import { MemoryStsStore } from "../../src/irc/host/sts_store.ts";
import { Hand } from "../_hand.ts";

export const URL = "ircs://irc.test:6697";

/** An IRC session driven by hand, whose asks are answered when that is asked for. */
export class IrcHand extends Hand<IrcCommand, IrcEvent, IrcAsk, IrcAnswer> {
  readonly session: IrcSession;
  readonly sts: MemoryStsStore = new MemoryStsStore();
  readonly #sign: SaslOptions["sign"];
  #answered = 0;

  constructor(options: Partial<IrcSessionOptions> = {}) {
    const session = new IrcSession({ url: URL, nick: "bot", random: () => 0.5, ...options });
    super(session);
    this.session = session;
    this.#sign = options.sasl?.sign;
  }

  /** Answers everything it has asked. */
  async answerAll(): Promise<this> {
    const answer = answerIrc({ sts: this.sts, sign: this.#sign, wall: () => this.now });
    while (this.#answered < this.actions.length) {
      const action = this.actions[this.#answered++];
      if (action?.kind !== "ask" || action.ask.kind === "permit") continue;
      const { id, ask } = action;
      try {
        this.answer(id, await answer(ask));
      } catch (error) {
        this.answer(id, { kind: "error", error: error instanceof Error ? error : new Error(String(error)) });
      }
    }
    return this;
  }

  /** Opens the link and tells what the server offers; what was sent for that is out of the way. */
  offers(capabilities: string): this {
    this.open().sent();
    return this.lines(`:irc.test CAP * LS :${capabilities}`);
  }

  /** The error it ended with, if it has ended. */
  get failure(): Error | undefined {
    const end = this.actions.at(-1);
    return end?.kind === "end" ? end.error : undefined;
  }

  get ended(): boolean {
    return this.actions.at(-1)?.kind === "end";
  }

  /** The lines whose recording is forbidden. */
  get secrets(): string[] {
    return this.actions.flatMap((action) =>
      action.kind === "send" && action.secret ? [String(action.data).trimEnd()] : []
    );
  }
}

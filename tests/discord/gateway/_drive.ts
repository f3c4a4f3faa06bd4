import type { Action, CloseInfo, Data } from "../../../src/protocol/protocol.ts";
import type { GatewayCommand } from "../../../src/discord/gateway/wire/command.ts";
import type { GatewayEvent } from "../../../src/discord/gateway/wire/event.ts";
import type { GatewaySessionOptions } from "../../../src/discord/gateway/session/options.ts";
import { type GatewayState, gatewayTransitions } from "../../../src/discord/gateway/session/state.ts";
import { GatewaySession } from "../../../src/discord/gateway/session/session.ts";

const allowed = new Set(gatewayTransitions.map(({ from, to }) => `${from} → ${to}`));

/** The transitions that the tests of this process have seen. */
export const seenTransitions: Set<string> = new Set<string>();

/** Holds a session against the table of transitions. */
export function watchTransition(from: GatewayState, to: GatewayState): void {
  const transition = `${from} → ${to}`;
  if (!allowed.has(transition)) throw new Error(`Not in the table: ${transition}`);
  seenTransitions.add(transition);
}

export type Output = Action | GatewayEvent;

/** A session driven by hand, in time that only moves when it is told to. */
export class Hand {
  readonly session: GatewaySession;
  readonly outputs: Output[] = [];
  now = 0;
  link = 0;
  #grant: boolean;
  #lastTicket = 0;

  constructor(options: Partial<GatewaySessionOptions> & { grant?: boolean } = {}) {
    const { grant = true, ...rest } = options;
    this.#grant = grant;
    this.session = new GatewaySession({
      token: "a.token",
      intents: 513,
      random: () => 0.5,
      transition: watchTransition,
      ...rest,
    });
  }

  /** Starts, and goes as far as READY. */
  static ready(options: Partial<GatewaySessionOptions> = {}): Hand {
    const hand = new Hand(options).start().open().hello().readyEvent();
    hand.took();
    return hand;
  }

  start(): this {
    this.session.start(this.now);
    return this.drain();
  }
  open(): this {
    this.session.opened(this.link, { url: "", protocol: "" }, this.now);
    return this.drain();
  }
  hello(interval = 40_000): this {
    return this.say({ op: 10, d: { heartbeat_interval: interval }, s: null, t: null });
  }
  readyEvent(session = "one", url = "wss://gateway-us-east1-b.discord.gg"): this {
    return this.dispatch(1, "READY", { session_id: session, resume_gateway_url: url, guilds: [] });
  }
  dispatch(s: number, t: string, d: unknown = {}): this {
    return this.say({ op: 0, s, t, d });
  }
  message(s: number): this {
    return this.dispatch(s, "MESSAGE_CREATE", { content: String(s) });
  }
  ack(): this {
    return this.say({ op: 11 });
  }
  say(payload: unknown): this {
    return this.raw(JSON.stringify(payload));
  }
  raw(data: Data): this {
    this.session.receive(this.link, data, this.now);
    return this.drain();
  }
  closed(code: number, cause: CloseInfo["cause"] = "peer"): this {
    this.session.closed(this.link, { code, reason: "", clean: cause === "peer", cause }, this.now);
    return this.drain();
  }
  lost(): this {
    return this.closed(1006, "lost");
  }
  answer(id: number, error?: Error): this {
    this.session.answered(id, error === undefined ? { kind: "permit" } : { kind: "error", error }, this.now);
    return this.drain();
  }
  command(command: GatewayCommand): number {
    const ticket = ++this.#lastTicket;
    this.session.command(command, ticket, this.now);
    this.drain();
    return ticket;
  }
  shutdown(mode: "end" | "resumable" = "end"): this {
    this.session.shutdown(mode, this.now);
    return this.drain();
  }

  /** Lets time pass, ticking at every deadline on the way. */
  wait(ms: number): this {
    const until = this.now + ms;
    for (let at = this.session.deadline(); at <= until; at = this.session.deadline()) {
      this.now = Math.max(this.now, at);
      this.session.tick(this.now);
      this.drain();
    }
    this.now = until;
    return this;
  }

  /** Lets time pass until the next link is dialled. */
  redial(): this {
    while (this.session.state === "waiting" || this.session.state === "closing") {
      this.wait(this.session.deadline() - this.now);
    }
    return this;
  }

  /** Lets time pass with nobody awake; what is due then waits, as it does for a driver. */
  sleep(ms: number): this {
    const since = this.now;
    this.now += ms;
    this.session.stalled(since, this.now);
    return this.drain();
  }

  drain(): this {
    for (let output = this.session.poll(); output !== undefined; output = this.session.poll()) {
      if (output.kind === "event") this.outputs.push(output.event);
      else this.#perform(output);
    }
    return this;
  }

  #perform(action: Action): void {
    this.outputs.push(action);
    if (action.kind === "dial") this.link = action.link;
    if (action.kind === "ask" && this.#grant) {
      this.session.answered(action.id, { kind: "permit" }, this.now);
    }
  }

  /** What came out since the last call, in words; heartbeats and acknowledgements are left out. */
  took(): string[] {
    return this.outputs.splice(0).map(words).filter((word) => word !== "" && word !== "send 1");
  }
}

function words(output: Output): string {
  switch (output.kind) {
    case "dial":
      return `dial ${output.url}`;
    case "send":
      return `send ${JSON.parse(String(output.data)).op}${output.secret ? " secretly" : ""}`;
    case "close":
      return `close ${output.code}`;
    case "release":
      return `release ${output.used ? "used" : "unused"}`;
    case "settle":
      return `settle ${output.ticket} ${output.outcome.kind}`;
    case "end":
      return `end${output.error ? ` ${output.error.name}` : ""}`;
    case "reconnecting":
      return `reconnecting ${output.cause}`;
    case "gap":
      return `gap ${output.resumed ? "resumed" : "lost"}`;
    case "malformed":
      return `malformed ${output.reason}`;
    case "MESSAGE_CREATE":
      return `MESSAGE_CREATE ${output.sequence}`;
    case "heartbeat_ack":
      return "";
    default:
      return output.kind;
  }
}

export const FIRST_URL = "wss://gateway.discord.gg/?v=10&encoding=json";
export const RESUME_URL = "wss://gateway-us-east1-b.discord.gg/?v=10&encoding=json";

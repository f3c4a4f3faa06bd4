import type { GatewayCommand } from "../../src/discord/gateway/wire/command.ts";
import type { GatewayEvent } from "../../src/discord/gateway/wire/event.ts";
import { deriveIntents } from "../../src/discord/gateway/wire/event_intents.ts";
import { Intents } from "../../src/discord/gateway/wire/intents.ts";
import type { GatewaySessionOptions } from "../../src/discord/gateway/session/options.ts";
import type { GatewaySession } from "../../src/discord/gateway/session/session.ts";
import type { Clock } from "../../src/driver/clock/clock.ts";
import type { Permits } from "../../src/driver/permits.ts";
import type { Action, CloseInfo, Instant, Protocol } from "../../src/protocol/protocol.ts";
import { RESUME } from "./_discord_service.ts";
import { Tampered, type Tampering } from "./_tampered.ts";
import type { PlantedBug } from "../../testing/world/checking/search.ts";

/** A wrong variant of the core. */
interface Bug extends PlantedBug {
  readonly core?: (session: GatewaySession) => Protocol<GatewayCommand, GatewayEvent>;
  readonly permits?: Permits;
  readonly clock?: (clock: Clock) => Clock;
  readonly options?: (options: GatewaySessionOptions) => GatewaySessionOptions;
}

type Tamper = Tampering<GatewayCommand, GatewayEvent, never>;
type Core = Tampered<GatewayCommand, GatewayEvent>;

const tampered = (caught: string, tamper: (session: GatewaySession) => Tamper): Bug => ({
  caught,
  core: (session): Core => new Tampered<GatewayCommand, GatewayEvent>(session, tamper(session)),
});
const text = (action: Action) => action.kind === "send" ? String(action.data) : "";
const isHeartbeat = (action: Action) => text(action).startsWith('{"op":1,');

/** Takes every close for one after which to resume. */
class Undaunted extends Tampered<GatewayCommand, GatewayEvent> {
  readonly #codes: readonly number[];
  constructor(session: GatewaySession, codes: readonly number[], tampering: Tamper) {
    super(session, tampering);
    this.#codes = codes;
  }
  override closed(link: number, info: CloseInfo, now: Instant): void {
    super.closed(link, this.#codes.includes(info.code) ? { ...info, code: 4000 } : info, now);
  }
}

/** Wrong variants of the core, each of which a checker must catch. */
export const discordBugs: Readonly<Record<string, Bug>> = {
  "loses the sequence in its heartbeats": tampered("heartbeat_sequence", () => ({
    action: (action) =>
      isHeartbeat(action) && action.kind === "send" ? [{ ...action, data: '{"op":1,"d":null}' }] : [action],
  })),
  "loses the sequence when it resumes": tampered("resume_sequence", () => ({
    action: (action) =>
      text(action).includes('"op":6') && action.kind === "send"
        ? [{ ...action, data: text(action).replace(/"seq":\d+/, '"seq":1') }]
        : [action],
  })),
  "swallows an event now and then": tampered("out_of_sequence", () => {
    let count = 0;
    return { event: (event) => event.kind === "MESSAGE_CREATE" && ++count % 50 === 0 ? [] : [event] };
  }),
  "delivers an event twice after a resume": tampered("out_of_sequence", () => {
    let again = false;
    return {
      event: (event) => {
        if (event.kind === "resumed") again = true;
        if (event.kind !== "MESSAGE_CREATE" || !again) return [event];
        again = false;
        return [event, event];
      },
    };
  }),
  "always resumes": {
    caught: "resume_of_ended",
    core: (session): Core =>
      new Undaunted(session, [4007, 4009], {
        receive: (data) => String(data).includes('"op":9') ? '{"op":9,"d":true}' : data,
      }),
  },
  "begins anew where it could resume": tampered("session_ended", () => ({
    receive: (data) => String(data).includes('"op":9') ? '{"op":9,"d":false}' : data,
  })),
  "dials again after a fatal close": {
    caught: "fatal_ignored",
    core: (session): Core => new Undaunted(session, [4004, 4010, 4011, 4012, 4013, 4014], {}),
  },
  "notices no zombie": tampered("zombie", (session) => ({
    action: (action, now) => {
      if (isHeartbeat(action) && action.kind === "send") session.receive(action.link, '{"op":11}', now);
      return [action];
    },
  })),
  "identifies without a permit": {
    caught: "identify_limit",
    permits: { acquire: () => Promise.resolve({ release() {}, isHeld: () => true }) },
  },
  "sends a heartbeat while it is closing": tampered("sent_while_closed", () => ({
    action: (action) =>
      action.kind === "close"
        ? [action, { kind: "send", link: action.link, data: '{"op":1,"d":null}' }]
        : [action],
  })),
  "answers no request for a heartbeat": tampered("heartbeat_request", () => ({
    receive: (data) => String(data).includes('"op":1,') ? undefined : data,
  })),
  "resumes on the first URL": tampered("resume_url", () => {
    let first: string | undefined;
    return {
      action: (action) => action.kind === "dial" ? [{ ...action, url: first ??= action.url }] : [action],
    };
  }),
  "resumes without the query parameters": tampered("misconduct", () => ({
    action: (action) =>
      action.kind === "dial" && action.url.startsWith(RESUME) ? [{ ...action, url: RESUME }] : [action],
  })),
  "takes what it reads after it stood still for what comes then": {
    ...tampered("gap_begin", () => ({ stalled: () => false })),
    shownBy: "freeze",
  },
  "waits by the clock on the wall": {
    caught: "heartbeat_time",
    shownBy: "skew",
    clock: (clock) => ({
      now: () => clock.wall(),
      wall: () => clock.wall(),
      setTimer: (at, wake) => clock.setTimer(clock.now() + at - clock.wall(), wake),
    }),
  },
  "hides the gap": tampered("gap_missing", () => ({
    event: (event) => event.kind === "gap" && !event.resumed ? [] : [event],
  })),
  "ends sessions when it closes": tampered("session_ended", () => ({
    action: (action) => action.kind === "close" ? [{ ...action, code: 1000 }] : [action],
  })),
  "ends sessions that it is told to leave": tampered("session_kept", () => ({
    action: (action) => action.kind === "close" ? [{ ...action, code: 1000 }] : [action],
  })),
  "does not end when it is told to": tampered("not_ended", () => ({
    action: (action) => action.kind === "end" && action.error === undefined ? [] : [action],
  })),
  "never dials again": tampered("no_session", () => ({
    action: (action) => action.kind === "dial" && action.link > 1 ? [] : [action],
  })),
  "ignores the rate limit": tampered("send_limit", () => ({
    action: (action) =>
      text(action).startsWith('{"op":8,') ? [action, ...Array(3).fill(nameless(action))] : [action],
  })),
  "ignores the limit on presences": tampered("presence_limit", () => ({
    action: (action) => text(action).startsWith('{"op":3,') ? [action, nameless(action)] : [action],
  })),
  "begins with the presence from yesterday": tampered("presence_stale", () => {
    let shown: unknown;
    return {
      action: (action) => {
        if (text(action).startsWith('{"op":3,')) shown = JSON.parse(text(action)).d;
        if (action.kind !== "send" || !text(action).startsWith('{"op":2,')) return [action];
        const { op, d } = JSON.parse(text(action));
        return [{ ...action, data: JSON.stringify({ op, d: { ...d, presence: shown } }) }];
      },
    };
  }),
  "leaves a presence lost with its link": tampered("presence_lost", () => {
    const sent = new Set<string>();
    return {
      action: (action) => {
        if (!text(action).startsWith('{"op":3,')) return [action];
        if (sent.has(text(action))) return [];
        sent.add(text(action));
        return [action];
      },
    };
  }),
  "settles a command twice": tampered("settled_twice", () => ({
    action: (action) => action.kind === "settle" ? [action, action] : [action],
  })),
  "spins while it cannot connect": {
    caught: "dial_rate",
    options: (options) => ({ ...options, backoff: { base: 1, cap: 1 } }),
  },
  "tells of events that nobody wants": {
    caught: "unwanted_event",
    options: ({ events, ...options }) => events ? { ...options, intents: deriveIntents(events) } : options,
  },
  "does not count events that nobody wants": tampered("resume_sequence", (session) => ({
    receive: (data) =>
      String(data).startsWith('{"t":"MESSAGE_UPDATE"') && !session.tells("MESSAGE_UPDATE") ? undefined : data,
  })),
  "asks for too few intents": {
    caught: "intents_missing",
    options: (options) => options.events ? { ...options, intents: Intents.Guilds } : options,
  },
  "asks for more intents than its events need": {
    caught: "intents_excess",
    options: (options) =>
      options.events
        ? { ...options, intents: deriveIntents(options.events) | Intents.GuildMessageTyping }
        : options,
  },
};

function nameless(action: Action): Action {
  return action.kind === "send"
    ? { ...action, data: text(action).replace(/says \d+/, "says it again") }
    : action;
}

/**
 * Where a session stands:
 * - `idle`: not started
 * - `waiting`: no link, until it is time for the next
 * - `dialling`: a link is being opened
 * - `greeting`: the link is open, HELLO is awaited
 * - `queued`: HELLO has come, a permit to IDENTIFY is awaited, or to resume
 * - `identifying`: IDENTIFY was sent, READY is awaited
 * - `resuming`: RESUME was sent, RESUMED is awaited
 * - `ready`: events come, commands go
 * - `closing`: we are closing the link
 * - `ended`: for good
 */
export type GatewayState =
  | "idle"
  | "waiting"
  | "dialling"
  | "greeting"
  | "queued"
  | "identifying"
  | "resuming"
  | "ready"
  | "closing"
  | "ended";

/** A change from one state to another, and what brings it about. */
export interface GatewayTransition {
  /** Where the session stood. */
  readonly from: GatewayState;
  /** Where it stands then. */
  readonly to: GatewayState;
  /** Why, in a few words. */
  readonly why: string;
}

/**
 * Every change of state there is. The session is held against this table in all its tests, and the diagram in
 * `docs/discord.md` is made of it.
 */
export const gatewayTransitions: readonly GatewayTransition[] = [
  { from: "idle", to: "dialling", why: "start" },
  { from: "idle", to: "ended", why: "shut down" },
  { from: "dialling", to: "greeting", why: "link open" },
  { from: "dialling", to: "waiting", why: "refused or too late" },
  { from: "dialling", to: "ended", why: "shut down, or too many attempts" },
  { from: "greeting", to: "queued", why: "HELLO, no session, or one to ask for" },
  { from: "greeting", to: "resuming", why: "HELLO, a session" },
  { from: "greeting", to: "waiting", why: "link lost" },
  { from: "greeting", to: "closing", why: "op 7, op 9, no HELLO, asked, shut down" },
  { from: "greeting", to: "ended", why: "fatal close code" },
  { from: "queued", to: "identifying", why: "permit: IDENTIFY" },
  { from: "queued", to: "resuming", why: "permit: RESUME" },
  { from: "queued", to: "waiting", why: "link lost" },
  { from: "queued", to: "closing", why: "op 7, op 9, no ACK, no permit, asked, shut down" },
  { from: "queued", to: "ended", why: "fatal close code" },
  { from: "identifying", to: "ready", why: "READY" },
  { from: "identifying", to: "waiting", why: "link lost" },
  { from: "identifying", to: "closing", why: "op 7, op 9, no ACK, no READY, asked, shut down" },
  { from: "identifying", to: "ended", why: "fatal close code" },
  { from: "resuming", to: "ready", why: "RESUMED" },
  { from: "resuming", to: "waiting", why: "link lost" },
  { from: "resuming", to: "closing", why: "op 7, op 9, no ACK, no RESUMED, a hole, asked, shut down" },
  { from: "resuming", to: "ended", why: "fatal close code" },
  { from: "ready", to: "waiting", why: "link lost" },
  { from: "ready", to: "closing", why: "op 7, op 9, no ACK, a hole, asked, shut down" },
  { from: "ready", to: "ended", why: "fatal close code" },
  { from: "closing", to: "waiting", why: "link gone, or too late" },
  { from: "closing", to: "ended", why: "link gone after shut down, or a fatal close code" },
  { from: "waiting", to: "dialling", why: "time for the next link, or asked" },
  { from: "waiting", to: "ended", why: "shut down" },
];

/**
 * Where a session stands:
 * - `idle`: not started
 * - `waiting`: no link, until it is time for the next
 * - `dialling`: a link is being opened
 * - `greeting`: the link is open, HELLO is awaited
 * - `queued`: HELLO has come, a permit to IDENTIFY is awaited
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

import type { Clock } from "../../src/driver/clock/clock.ts";
import type { Observation } from "../../src/driver/host.ts";

/** How long Twitch takes to notice that nobody is there, in milliseconds. */
const NOTICED = 30_000;

/** Has a server notice, in a while, that a client's link is gone of which the network has swallowed the end. */
export class NoticedLinks {
  readonly #clock: Pick<Clock, "now" | "setTimer">;
  readonly #drop: (link: number) => void;
  /** The client's links that have opened, in order, and the server's. */
  readonly #opened: number[] = [];
  readonly #accepted: number[] = [];

  /** Takes the world's clock, and what drops a link of the server's. */
  constructor(clock: Pick<Clock, "now" | "setTimer">, drop: (link: number) => void) {
    this.#clock = clock;
    this.#drop = drop;
  }

  /** Sees what the server does. */
  ofServer(observation: Observation): void {
    if (observation.kind === "opened") this.#accepted.push(observation.link);
  }

  /** Sees what the client does. */
  ofClient(observation: Observation): void {
    if (observation.kind === "opened") this.#opened.push(observation.link);
    if (observation.kind !== "abort" && observation.kind !== "closed") return;
    const link = this.#accepted[this.#opened.indexOf(observation.link)];
    if (link !== undefined) this.#clock.setTimer(this.#clock.now() + NOTICED, () => this.#drop(link));
  }
}

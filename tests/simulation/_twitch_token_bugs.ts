import type { Clock } from "../../src/driver/clock/clock.ts";
import type { Host } from "../../src/driver/host.ts";
import type { TwitchTokenStore } from "../../src/twitch/auth/tokens.ts";
import type { PlantedBug } from "../../testing/world/checking/search.ts";

/** A wrong variant of an account's tokens. */
export interface TokenBug extends PlantedBug {
  readonly fetch?: (fetch: Host["fetch"]) => Host["fetch"];
  readonly clock?: (clock: Clock) => Clock;
  readonly store?: (store: TwitchTokenStore) => TwitchTokenStore;
  /** Whether each user has an account object of its own. */
  readonly isSeparate?: boolean;
  /** Whether whose token was refused is told. */
  readonly tellsRefused?: boolean;
}

/** A clock some of whose timers never ring. */
const without = (isMeant: (ms: number) => boolean) => (clock: Clock): Clock => ({
  now: () => clock.now(),
  wall: () => clock.wall(),
  setTimer: (at, wake) => isMeant(at - clock.now()) ? () => {} : clock.setTimer(at, wake),
});

/** Wrong variants, each of which a checker must catch. */
export const twitchTokenBugs: Readonly<Record<string, TokenBug>> = {
  "takes a service that is unwell for a refusal": {
    caught: "ended_wrongly",
    shownBy: "http",
    fetch: (fetch) => async (input, init) => {
      const response = await fetch(input, init);
      // In words such as Twitch's own, for nothing else is taken for its refusal.
      return response.status < 500
        ? response
        : Response.json({ status: 400, message: "Invalid refresh token" }, { status: 400 });
    },
  },
  "refreshes for each who asks": { caught: "refreshed_together", isSeparate: true },
  "gives the token again that was refused": { caught: "gave_refused", tellsRefused: false },
  "waits for the service for ever": { caught: "ask_endless", clock: without((ms) => ms === 10_000) },
  "saves its tokens once": {
    caught: "not_saved",
    store: (store) => {
      let count = 0;
      return {
        load: () => store.load(),
        save: (tokens) => count++ === 0 ? store.save(tokens) : undefined,
      };
    },
  },
  "validates its token no more": {
    caught: "not_validated",
    clock: without((ms) => ms > 1_800_000),
  },
};

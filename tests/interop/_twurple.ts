import type { TwitchService } from "../../testing/twitch/service/service.ts";

/** Has Twurple ask this service where it would ask Twitch, and lets no other request leave the machine, until disposed of. */
export function asTwitch(service: TwitchService): Disposable {
  const { fetch } = globalThis;
  globalThis.fetch = (input, init) => {
    const url = input instanceof Request ? input.url : String(input);
    const isTwitch = url.startsWith("https://id.twitch.tv/") || url.startsWith("https://api.twitch.tv/");
    if (!isTwitch) throw new Error(`Nothing may ask for ${url}`);
    return service.fetch(input, init);
  };
  return { [Symbol.dispose]: () => void (globalThis.fetch = fetch) };
}

/**
 * Clears the timers that are set from here on and left, once disposed of. Twurple remembers each of its messages by a timer
 * of ten minutes, and tries to come back after it was stopped: nothing ends either.
 */
export function clearingTimers(): Disposable {
  const { setTimeout } = globalThis;
  const set = new Set<ReturnType<typeof setTimeout>>();
  globalThis.setTimeout = Object.assign((...args: Parameters<typeof setTimeout>) => {
    const timer = setTimeout(...args);
    set.add(timer);
    return timer;
  }, setTimeout);
  return {
    [Symbol.dispose]() {
      globalThis.setTimeout = setTimeout;
      for (const timer of set) clearTimeout(timer);
    },
  };
}

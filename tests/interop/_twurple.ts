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

/** The same client, where it is wanted by a package that brings a copy of its class. */
export function asPeer<Client>(client: object): Client {
  return client as Client;
}

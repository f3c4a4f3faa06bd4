import { StaticAuthProvider } from "@twurple/auth";
import { ChatClient, LogLevel } from "@twurple/chat";
import { clearingTimers } from "../_twurple.ts";

/** A bot that pongs, as Twurple's documentation has it. */
export function twurpleBot(chat: string): Promise<AsyncDisposable> {
  const { host } = new URL(chat);
  const timers = clearingTimers();
  const restore = asking(host);
  const client = new ChatClient({
    authProvider: new StaticAuthProvider("client", "any", ["chat:read", "chat:edit"]),
    // There is no option for the port. What Twurple adds, `:80`, becomes the path.
    hostName: `${host}/`,
    ssl: false,
    channels: ["dallas"],
    rejoinChannelsOnReconnect: true,
    logger: { minLevel: LogLevel.CRITICAL },
  });
  client.onMessage(async (channel, _, text) => {
    if (text === "!ping") await client.say(channel, "pong");
  });
  client.connect();
  return Promise.resolve({
    [Symbol.asyncDispose]() {
      client.quit();
      restore();
      timers[Symbol.dispose]();
      return Promise.resolve();
    },
  });
}

/** Has Twurple, which takes no other address, ask there about its token. */
function asking(host: string): () => void {
  const { fetch } = globalThis;
  globalThis.fetch = (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    return fetch(`http://${host}${url.pathname}${url.search}`, input instanceof Request ? input : init);
  };
  return () => void (globalThis.fetch = fetch);
}

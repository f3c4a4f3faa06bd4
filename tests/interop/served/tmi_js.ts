import tmi from "tmi.js";

/** What we use of tmi.js, which comes without types. */
interface Client {
  reconnect: boolean;
  connect(): Promise<unknown>;
  disconnect(): Promise<unknown>;
  readyState(): string;
  say(channel: string, text: string): Promise<unknown>;
  on(event: "message", listener: (channel: string, tags: unknown, text: string) => void): void;
}

/** A bot that pongs, as tmi.js's README has it. */
export async function tmiJsBot(chat: string): Promise<AsyncDisposable> {
  const { hostname: server, port } = new URL(chat);
  const made: Client = new tmi.Client({
    options: { skipUpdatingEmotesets: true },
    connection: { server, port: Number(port), secure: false, reconnectInterval: 100 },
    identity: { username: "bot", password: "oauth:any" },
    channels: ["#dallas"],
    logger: { info: () => {}, warn: () => {}, error: () => {} },
  });
  made.on("message", (channel, _, text) => {
    if (text === "!ping") void made.say(channel, "pong");
  });
  await made.connect();
  return {
    async [Symbol.asyncDispose]() {
      made.reconnect = false;
      if (made.readyState() === "OPEN") await made.disconnect();
    },
  };
}

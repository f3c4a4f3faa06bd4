import irc from "irc-framework";

/** What we use of irc-framework, which comes without types. */
interface Client {
  connect(options: Readonly<Record<string, unknown>>): void;
  join(channel: string): void;
  quit(reason: string): void;
  on(event: "registered" | "close", listener: () => void): void;
  on(event: "message", listener: (event: Message) => void): void;
}

interface Message {
  readonly message: string;
  reply(text: string): void;
}

const { Client }: { readonly Client: new () => Client } = irc;

/** A bot that logs in by SASL and pongs, as irc-framework's README has it. */
export function ircFrameworkBot(url: string): Promise<AsyncDisposable> {
  const { hostname: host, port } = new URL(url);
  const client = new Client();
  const closed = new Promise<void>((resolve) => client.on("close", resolve));
  client.on("registered", () => client.join("#deno"));
  client.on("message", (event) => {
    if (event.message === "!ping") event.reply("pong");
  });
  const account = { account: "bot", password: "sesame" };
  client.connect({
    host,
    port: Number(port),
    nick: "bot",
    account,
    auto_reconnect: false,
  });
  return Promise.resolve({
    async [Symbol.asyncDispose]() {
      client.quit("");
      await closed;
    },
  });
}

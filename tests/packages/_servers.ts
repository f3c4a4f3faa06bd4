import { X509Certificate } from "node:crypto";
import { dialer } from "../../src/transport/dial.ts";
import { Driver } from "../../src/driver/driver.ts";
import { hostWith } from "../../src/driver/host.ts";
import {
  DiscordServer,
  type DiscordServerCommand,
  type DiscordServerEvent,
  discordServerFetch,
  gatewayInteractions,
  InteractionClient,
  IrcServer,
  type IrcServerCommand,
  type IrcServerEvent,
  listenTcp,
  listenWebSocket,
  selfSignedCertificate,
  TwitchServer,
  type TwitchServerCommand,
  type TwitchServerEvent,
} from "../../testing/mod.ts";

const CHANNEL = "81384788765712384";
// Where Discord's API says that the gateway is, if servers have names.
const GATEWAY = "wss://gateway.discord.gg";
const host = hostWith(dialer());

/** A server of each network on loopback, which says hello to the bot that comes; Discord's cuts it off once. */
export interface Servers extends AsyncDisposable {
  /** Where they are, as `programs/features.mjs` reads it. */
  readonly env: Readonly<Record<string, string>>;
  /** What bots have said. */
  readonly said: readonly string[];
  /** Uses a command over Discord's gateway; resolves to what is answered, and rejects if nobody answers. */
  slash(name: string): Promise<string>;
}

/** What servers say, and how they are reached. */
export interface ServersOptions {
  /** What bots hear. @default {"hello"} */
  readonly hello?: string;
  /** The names in their certificate, if all are to be spoken to by TLS, and found by the names of the real ones. @default {IRC alone, at localhost} */
  readonly hosts?: readonly string[];
}

/** Starts them. */
export async function startServers({ hello = "hello", hosts }: ServersOptions = {}): Promise<Servers> {
  const said: string[] = [];
  const stack = new AsyncDisposableStack();

  const irc = new Driver<IrcServerCommand, IrcServerEvent>(new IrcServer(), {
    host,
    label: "irc",
    deliver: (event) => {
      if (event.kind !== "line") return;
      if (event.message.command === "JOIN") {
        void irc.command({ kind: "say", nick: "ann", channel: event.message.param(0), text: hello });
      }
      if (event.message.command === "PRIVMSG") said.push(`IRC: ${event.message.text}`);
    },
  });
  irc.start();
  const certificate = await selfSignedCertificate(hosts && { hosts });
  const tls = hosts && certificate;
  const ircAt = stack.use(await listenTcp(irc, { tls: certificate, scheme: "irc" }));
  const ircPlain = stack.use(await listenTcp(irc, { scheme: "irc" }));
  const ircOverWebSocket = stack.use(await listenWebSocket(irc, { protocols: ["text.ircv3.net"] }));

  const twitch = new Driver<TwitchServerCommand, TwitchServerEvent>(
    new TwitchServer({ accounts: { bot: "token" } }),
    {
      host,
      label: "twitch",
      deliver: (event) => {
        if (event.kind !== "line") return;
        if (event.message.command === "JOIN") {
          void twitch.command({ kind: "say", login: "ann", channel: event.message.param(0), text: hello });
        }
        if (event.message.command === "PRIVMSG") said.push(`Twitch: ${event.message.text}`);
      },
    },
  );
  twitch.start();
  const twitchAt = stack.use(await listenWebSocket(twitch, { ...tls && { tls } }));

  const named = hosts && { url: GATEWAY, resumeUrl: GATEWAY };
  const discord = new Driver<DiscordServerCommand, DiscordServerEvent>(new DiscordServer(named), {
    host,
    label: "discord",
    deliver: (event) => {
      if (event.kind === "identified") {
        void discord.command({ kind: "message", channel: CHANNEL, content: hello });
      }
      if (event.kind === "message" && event.bot) {
        said.push(`Discord: ${event.message.content}`);
        discordAt.cut();
      }
    },
  });
  discord.start();
  const discordAt = stack.use(
    await listenWebSocket(discord, { fetch: discordServerFetch(discord), ...tls && { tls } }),
  );

  return {
    env: {
      IRC: ircAt.url,
      IRC_CERTIFICATE: certificate.cert,
      IRC_FINGERPRINT: new X509Certificate(certificate.cert).fingerprint256,
      IRC_PLAIN: ircPlain.url,
      IRC_OVER_WEBSOCKET: ircOverWebSocket.url,
      TWITCH: twitchAt.url,
      GATEWAY: discordAt.url,
      DISCORD: `${discordAt.url.replace(/^ws/, "http")}/api`,
    },
    said,
    async slash(name) {
      // An ID tells when it happened, and the bot asks nobody what is minutes old: since 2015 began.
      const id = String(BigInt(Date.now() - 1_420_070_400_000) << 22n);
      const ada = new InteractionClient({ handler: gatewayInteractions(discord), extra: { id } });
      return (await ada.command(name)).content ?? "";
    },
    async [Symbol.asyncDispose]() {
      for (const server of [irc, twitch, discord]) server.shutdown("end");
      await stack.disposeAsync();
    },
  };
}

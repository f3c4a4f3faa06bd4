import process from "node:process";
import { Driver } from "../../src/driver/driver.ts";
import { hostWith } from "../../src/driver/host.ts";
import { dialer } from "../../src/transport/dial.ts";
import { IrcServer } from "../../testing/irc/server.ts";
import { TwitchServer } from "../../testing/twitch/server.ts";
import { listenTcp, listenWebSocket } from "../../testing/world/network/listen.ts";

// Servers in a process of their own: they answer while that of their clients is blocked.
const options = { host: hostWith(dialer()), label: "server", deliver: () => {} };
const irc = new Driver(new IrcServer(), options);
const twitch = new Driver(new TwitchServer({ accounts: { bot: "t" } }), options);
irc.start();
twitch.start();
const sockets = await listenWebSocket(twitch);
const streams = await listenTcp(irc);
console.log(JSON.stringify({ twitch: sockets.url, irc: streams.url.replace("tcp:", "irc:") }));
// Should nobody end it.
setTimeout(() => process.exit(1), 60_000);

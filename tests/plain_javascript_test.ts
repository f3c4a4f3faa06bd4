import { assert, assertEquals } from "@std/assert";
import { test } from "node:test";
import { command, CommandRouter } from "../src/commands/mod.ts";
import { DiscordGateway, FileSessionStore } from "../src/discord/gateway/mod.ts";
import * as ui from "../src/discord/interactions/mod.ts";
import { DiscordRest } from "../src/discord/rest/mod.ts";
import { interactions } from "../src/hono/mod.ts";
import type { ClientEvent } from "../src/driver/mod.ts";
import { FileStsStore, formatMessage, IrcClient, type IrcEvent } from "../src/irc/mod.ts";
import { HttpPermits, permitServer } from "../src/permits/mod.ts";
import { ParleyError } from "../src/protocol/errors.ts";
import { dialer } from "../src/transport/mod.ts";
import { TwitchApi } from "../src/twitch/api/mod.ts";
import { TwitchEventSub } from "../src/twitch/eventsub/mod.ts";
import {
  deviceLogin,
  FileTokenStore,
  TwitchAppAuth,
  TwitchAuth,
  TwitchClient,
  type TwitchEvent,
} from "../src/twitch/mod.ts";

/** A function as plain JavaScript sees it, which knows no types. */
type Loose = (...args: readonly unknown[]) => unknown;

/** Makes one of a class, or calls a function, as plain JavaScript does. */
const make = (what: unknown, ...args: readonly unknown[]): unknown => Reflect.construct(what as Loose, args);
const call = (what: unknown, ...args: readonly unknown[]): unknown => (what as Loose)(...args);

const gateway = () => new DiscordGateway({ token: "a.bot.token", intents: 1 });
const irc = () => new IrcClient({ host: "irc.example.org", nick: "a" });
const auth = { clientId: "a", accessToken: () => Promise.resolve("b") };
const KEY = "a".repeat(64);

/** What somebody writes whom no compiler corrects, and what they are told. */
const MISTAKES: readonly (readonly [message: string, () => unknown])[] = [
  ["Cannot make an IrcClient: give its options", () => make(IrcClient)],
  ["Cannot make an IrcClient: `nick` is missing; give a string", () => make(IrcClient, { host: "a" })],
  ["Cannot connect: give a host, or a url", () => make(IrcClient, { nick: "a" })],
  [
    "Cannot log in: give sasl.username and sasl.password, or tls.cert for EXTERNAL",
    () => make(IrcClient, { host: "a", nick: "a", sasl: { user: "a", pass: "b" } }),
  ],
  [
    "Cannot make an IrcClient: `nick` is a number; give a string",
    () => make(IrcClient, { host: "a", nick: 3 }),
  ],
  [
    "Cannot make an IrcClient: `channels` is a string; give an array",
    () => make(IrcClient, { host: "a", nick: "a", channels: "#deno" }),
  ],
  [
    "Cannot make an IrcClient: `sasl` is a string; give an object",
    () => make(IrcClient, { host: "a", nick: "a", sasl: "sesame" }),
  ],
  [
    "Cannot make an IrcClient: `tls` is a string; give a boolean or an object",
    () => make(IrcClient, { host: "a", nick: "a", tls: "no" }),
  ],
  [
    "Cannot make an IrcClient: `beforeJoin` is a string; give a function",
    () => make(IrcClient, { host: "a", nick: "a", beforeJoin: "x" }),
  ],
  [
    "Cannot make an IrcClient: `connectTimeout` is a string; give a number",
    () => make(IrcClient, { host: "a", nick: "a", connectTimeout: "1" }),
  ],
  [
    "Cannot make an IrcClient: there is no option `channel`; did you mean `channels`?",
    () => make(IrcClient, { host: "a", nick: "a", channel: ["#deno"] }),
  ],
  [
    "Cannot make an IrcClient: there is no option `rejoinOnkick`; did you mean `rejoinOnKick`?",
    () => make(IrcClient, { host: "a", nick: "a", rejoinOnkick: true }),
  ],
  [
    "Cannot make an IrcClient: `alternativeNicks` is a string; give an array or a function",
    () => make(IrcClient, { host: "a", nick: "a", alternativeNicks: "b" }),
  ],
  [
    "Cannot make an IrcClient: `timeouts` is a number; give an object",
    () => make(IrcClient, { host: "a", nick: "a", timeouts: 5 }),
  ],
  [
    "Cannot send JOIN: the channels is missing",
    () => make(IrcClient, { host: "a", nick: "a", channels: [undefined] }),
  ],
  [
    "Cannot send CAP: the capability is no string",
    () => make(IrcClient, { host: "a", nick: "a", capabilities: [7] }),
  ],
  [
    "Cannot use a handler of lines that is no function",
    () => make(IrcClient, { host: "a", nick: "a", use: ["log"] }),
  ],
  ["Cannot use a handler of lines that is no function", () => call(irc().use.bind(irc()))],
  [
    "Cannot connect to a host: it is a number; give a string",
    () => make(IrcClient, { host: [7], nick: "a" }),
  ],
  ["Cannot send JOIN: the channels is missing", () => call(irc().join.bind(irc()))],
  ["Cannot send PART: the channel is no string", () => call(irc().part.bind(irc()), [undefined])],
  ["Cannot send INVITE: the nick is no string", () => call(irc().invite.bind(irc()), null, "#a")],
  ["Cannot send KICK: the nicks is no string", () => call(irc().kick.bind(irc()), "#a", null)],
  ['Cannot set +o in "#a": nobody is named', () => call(irc().op.bind(irc()), "#a")],
  ['Cannot set +b in "#a": nobody is named', () => call(irc().ban.bind(irc()), "#a")],
  ['Cannot send CTCP "undefined": that is no command', () => call(irc().ctcp.bind(irc()), "dan")],
  ["Cannot send WHO: the fields are not letters", () => call(irc().who.bind(irc()), "#a", { fields: 5 })],
  [
    "Cannot ask for history: the server needs the",
    () => irc().history("#a", { after: JSON.parse("null") }).next(),
  ],
  [
    'Cannot send "X": parameter 1 is no string',
    () => formatMessage(JSON.parse('{"command":"X","params":[5]}')),
  ],
  [
    'Cannot send "X": the value of tag "a" is no string',
    () => formatMessage(JSON.parse('{"command":"X","tags":{"a":5}}')),
  ],
  ["Cannot dial: give its options", () => call(dialer, "x")],
  [
    "Cannot dial: there is no option `maxBufered`; did you mean `maxBuffered`?",
    () => call(dialer, { maxBufered: 1 }),
  ],
  [
    "Cannot speak TLS: there is no option `caCert`; did you mean `caCerts`?",
    () => call(dialer, { tls: { caCert: ["x"] } }),
  ],
  ["Cannot speak TLS: `caCerts` is a string; give an array", () => call(dialer, { tls: { caCerts: "x" } })],
  ['Cannot use the flood limits "fast"', () => make(IrcClient, { host: "a", nick: "a", flood: "fast" })],
  [
    'Cannot listen to "PRIVMSG": give a function, not undefined',
    () => call(irc().on.bind(irc()), "PRIVMSG"),
  ],
  [
    "Cannot make a TwitchClient: `channels` is a string; give an array",
    () => make(TwitchClient, { channels: "#a" }),
  ],
  ['Cannot use channel "7"', () => make(TwitchClient, { channels: [7] })],
  ["Cannot make a TwitchClient: `auth` is a string; give an object", () => make(TwitchClient, { auth: "x" })],
  ["Cannot make a TwitchClient: `api` is a string; give an object", () => make(TwitchClient, { api: "x" })],
  ["Cannot make a TwitchAuth: give its options", () => make(TwitchAuth)],
  [
    "Cannot make a TwitchAuth: `store` is a string; give an object",
    () => make(TwitchAuth, { clientId: "a", store: "./tokens.json" }),
  ],
  [
    "Cannot make a TwitchAppAuth: `clientSecret` is missing; give a string",
    () => make(TwitchAppAuth, { clientId: "a" }),
  ],
  ["Cannot make a TwitchApi: `auth` is missing; give an object", () => make(TwitchApi, {})],
  ["Cannot make a TwitchApi: `auth` is a string; give an object", () => make(TwitchApi, { auth: "token" })],
  ["Cannot make a TwitchEventSub: `api` is missing; give an object", () => make(TwitchEventSub, {})],
  [
    "Cannot make a TwitchEventSub: `subscriptions` is a string; give an array",
    () => make(TwitchEventSub, { api: new TwitchApi({ auth }), subscriptions: "channel.follow" }),
  ],
  ["Cannot log in: `clientId` is missing; give a string", () => call(deviceLogin, {})],
  ["Cannot keep tokens in a file: give its path", () => make(FileTokenStore)],
  ["Cannot keep sessions in a file: give its path", () => make(FileSessionStore)],
  ["Cannot keep STS policies in a file: give its path", () => make(FileStsStore)],
  ["Cannot make a DiscordGateway: give its options", () => make(DiscordGateway)],
  [
    "Cannot make a DiscordGateway: `store` is a string; give an object",
    () => make(DiscordGateway, { token: "a", intents: 1, store: "./sessions.json" }),
  ],
  [
    "Cannot keep sessions in this store: give one with `load` and `save`, such as a FileSessionStore",
    () => make(DiscordGateway, { token: "a", intents: 1, store: { get: () => {}, set: () => {} } }),
  ],
  [
    "Cannot hand on events: give what takes them, such as a GuildState",
    () => call(gateway().keep.bind(gateway()), new Map()),
  ],
  [
    "Cannot make a DiscordGateway: `events` is a string; give an array or an object",
    () => make(DiscordGateway, { token: "a", events: "MESSAGE_CREATE" }),
  ],
  [
    "Cannot make a DiscordGateway: there is no option `intent`; did you mean `intents`?",
    () => make(DiscordGateway, { token: "a", intent: 1 }),
  ],
  [
    "Cannot make a DiscordGateway: there is no option `onEvents`; did you mean `events`?",
    () => make(DiscordGateway, { token: "a", intents: 1, onEvents: ["MESSAGE_CREATE"] }),
  ],
  [
    "Cannot make a DiscordGateway: `checkShardsEvery` is a string; give a number",
    () => make(DiscordGateway, { token: "a", intents: 1, checkShardsEvery: "1h" }),
  ],
  [
    "Cannot make a DiscordRest: there is no option `timeOut`; did you mean `timeout`?",
    () => make(DiscordGateway, { token: "a", intents: 1, rest: { timeOut: 1 } }),
  ],
  [
    'Cannot run these shards: give a number, "recommended", or { count, ids }',
    () => make(DiscordGateway, { token: "a", intents: 1, shards: [0, 4] }),
  ],
  [
    'Cannot run these shards: give a number, "recommended", or { count, ids }',
    () => make(DiscordGateway, { token: "a", intents: 1, shards: { count: 4 } }),
  ],
  [
    'Cannot run these shards: give a number, "recommended", or { count, ids }',
    () => make(DiscordGateway, { token: "a", intents: 1, shards: "4" }),
  ],
  [
    "Cannot make an IrcClient: there is no option `timeouts.idel`; did you mean `timeouts.idle`?",
    () => make(IrcClient, { host: "a", nick: "a", timeouts: { idel: 1 } }),
  ],
  [
    "Cannot make an IrcClient: there is no option `backoff.attemps`; did you mean `backoff.attempts`?",
    () => make(IrcClient, { host: "a", nick: "a", backoff: { attemps: 3 } }),
  ],
  [
    "Cannot make an IrcClient: there is no option `sasl.userName`; did you mean `sasl.username`?",
    () => make(IrcClient, { host: "a", nick: "a", sasl: { userName: "a", password: "b" } }),
  ],
  [
    "Cannot make an IrcClient: there is no option `webirc.hostName`; did you mean `webirc.hostname`?",
    () => make(IrcClient, { host: "a", nick: "a", webirc: { password: "b", hostName: "c" } }),
  ],
  [
    "Cannot make an IrcClient: there is no option `ctcp.versoin`; did you mean `ctcp.version`?",
    () => make(IrcClient, { host: "a", nick: "a", ctcp: { versoin: "bot" } }),
  ],
  [
    "Cannot make an IrcClient: there is no option `flood.lines`; did you mean `flood.line`?",
    () => make(IrcClient, { host: "a", nick: "a", flood: { lines: 1 } }),
  ],
  [
    "Cannot make an IrcClient: there is no option `runtime.obsrve`; did you mean `runtime.observe`?",
    () => make(IrcClient, { host: "a", nick: "a", runtime: { obsrve: () => {} } }),
  ],
  [
    "Cannot make an IrcClient: there is no option `account`; did you mean `sasl`?",
    () => make(IrcClient, { host: "a", nick: "a", account: { account: "a", password: "b" } }),
  ],
  [
    "Cannot make an IrcClient: there is no option `gecos`; did you mean `realname`?",
    () => make(IrcClient, { host: "a", nick: "a", gecos: "A bot" }),
  ],
  [
    "Cannot make an IrcClient: there is no option `username`; did you mean `user`?",
    () => make(IrcClient, { host: "a", nick: "a", username: "a" }),
  ],
  [
    "Cannot make a DiscordGateway: there is no option `timeouts.Ready`; did you mean `timeouts.ready`?",
    () => make(DiscordGateway, { token: "a.bot.token", intents: 1, timeouts: { Ready: 1 } }),
  ],
  [
    "Cannot make a DiscordGateway: there is no option `backoff.bass`; did you mean `backoff.base`?",
    () => make(DiscordGateway, { token: "a.bot.token", intents: 1, backoff: { bass: 1 } }),
  ],
  [
    "Cannot make a DiscordGateway: there is no option `properties.browzer`; did you mean",
    () => make(DiscordGateway, { token: "a.bot.token", intents: 1, properties: { browzer: "a" } }),
  ],
  [
    "Cannot make a DiscordGateway: there is no option `runtime.permit`; did you mean `runtime.permits`?",
    () => make(DiscordGateway, { token: "a.bot.token", intents: 1, runtime: { permit: {} } }),
  ],
  [
    "Cannot make a DiscordRest: there is no option `maxwait`; did you mean `maxWait`?",
    () => make(DiscordGateway, { token: "a.bot.token", intents: 1, rest: { maxwait: 1 } }),
  ],
  [
    "Cannot log in by identity: give login and token",
    () => make(TwitchClient, { identity: { username: "a", password: "oauth:b" }, channels: ["a"] }),
  ],
  [
    'Cannot listen to "messageCreate": Discord calls it "MESSAGE_CREATE"',
    () => call(gateway().on.bind(gateway()), "messageCreate", () => {}),
  ],
  [
    'Cannot listen to "guildJoin": Discord has no event of that name; what is not known comes as "unknown"',
    () => call(gateway().on.bind(gateway()), "guildJoin", () => {}),
  ],
  [
    'Cannot listen to "MESAGE_CREATE": Discord has no event of that name; what is not known comes as "unknown"',
    () => call(gateway().wait.bind(gateway()), "MESAGE_CREATE"),
  ],
  [
    'Cannot listen to "READY": here it is "ready"',
    () => call(gateway().once.bind(gateway()), "READY", () => {}),
  ],
  [
    'Cannot listen to "messageCreate": Discord calls it "MESSAGE_CREATE"',
    () => call(gateway().waitAll.bind(gateway()), ["ready", "messageCreate"]),
  ],
  [
    'Cannot listen to "privmsg": no event is called so',
    () => call(irc().on.bind(irc()), "privmsg", () => {}),
  ],
  [
    'Cannot listen to "registered": no event is called so',
    () => call(irc().wait.bind(irc()), "registered"),
  ],
  [
    'Cannot listen to "001": no event is called so',
    () => call(irc().once.bind(irc()), "001", () => {}),
  ],
  [
    'Cannot listen to "message": no event is called so',
    () => call(TwitchClient.prototype.on.bind(new TwitchClient()), "message", () => {}),
  ],
  [
    'Cannot listen to "connected": no event is called so',
    () => call(TwitchClient.prototype.waitAll.bind(new TwitchClient()), ["ready", "connected"]),
  ],
  [
    "Cannot use a router: give an InteractionRouter",
    () => call(gateway().use.bind(gateway()), { add: () => {} }),
  ],
  ["Cannot make a DiscordRest: give its options", () => make(DiscordRest)],
  ["Cannot make a DiscordRest: give its options", () => make(DiscordRest, "a.bot.token")],
  [
    "Cannot make a DiscordRest: there is no option `maxwait`; did you mean `maxWait`?",
    () => make(DiscordRest, { token: "a", maxwait: 1 }),
  ],
  [
    'Cannot define command "a": "b" is in the wrong place',
    () => call(ui.command, "a", "b", { b: "string" }, () => {}),
  ],
  [
    'Cannot define modal "a": it has no handler; pass one last',
    () => call(ui.modal, "a", { title: "b", components: [] }),
  ],
  ['Cannot define modal "a": it has no form', () => call(ui.modal, "a", "b", {}, () => {})],
  ["Cannot answer without a router", () => call(ui.interactionHandler, { publicKey: KEY })],
  ["Cannot answer without a router", () => call(interactions, { publicKey: KEY })],
  [
    "Cannot register commands: `commands` is an object; give an array",
    () => call(ui.registerCommands, { rest: {}, commands: new ui.InteractionRouter() }),
  ],
  [
    "Cannot register commands: `rest` is missing; give an object",
    () => call(ui.registerCommands, { commands: [] }),
  ],
  [
    "Cannot add what is no command: give",
    () => call(new CommandRouter().add.bind(new CommandRouter()), undefined),
  ],
  [
    "Cannot add what is no command: give",
    () => call(new CommandRouter().add.bind(new CommandRouter()), ui.command("a", "b", () => {})),
  ],
  [
    "Cannot add what is no command: give",
    () => call(new CommandRouter().add.bind(new CommandRouter()), { handler: () => {} }),
  ],
  ["Cannot make a CommandRouter: give its options", () => make(CommandRouter, "!")],
  ["Cannot make a CommandRouter: `prefix` is a number", () => make(CommandRouter, { prefix: 1 })],
  ["Cannot make a CommandRouter: `onError` is a string", () => make(CommandRouter, { onError: "a" })],
  [
    "Cannot use a middleware that is no function",
    () => call(new CommandRouter().use.bind(new CommandRouter()), undefined),
  ],
  ['Cannot call a command "7"', () => call(command, 7, "a", () => {})],
  [
    'Cannot define command "roll": its `aliases` are no array',
    () => call(command, "roll", "Rolls", () => {}, { aliases: "dice" }),
  ],
  [
    'Cannot define command "roll": option "sides" is none; make it by `option`',
    () => call(command, "roll", "Rolls", { sides: "integer" }, () => {}),
  ],
  [
    "Cannot add what is no command, component or modal",
    () => call(ui.InteractionRouter.prototype.add.bind(new ui.InteractionRouter()), undefined),
  ],
  [
    "Cannot add what is no command, component or modal",
    () =>
      call(
        ui.InteractionRouter.prototype.add.bind(new ui.InteractionRouter()),
        command("a", "b", () => {}),
      ),
  ],
  [
    "Cannot use a middleware that is no function",
    () => call(ui.InteractionRouter.prototype.use.bind(new ui.InteractionRouter()), undefined),
  ],
  [
    "Cannot use a middleware that is no function",
    () => call(ui.InteractionRouter.prototype.use.bind(new ui.InteractionRouter()), [() => {}, {}]),
  ],
  ['Cannot define command "a": it has no handler', () => call(ui.userCommand, "a")],
  ['Cannot define command "a": it has no handler', () => call(ui.messageCommand, "a", {})],
  ['Cannot define command "a": it has no handler', () => call(ui.entryPoint, "a", "b", {})],
  ["Cannot handle webhook events: give its options", () => call(ui.webhookHandler)],
  [
    "Cannot handle webhook events: `on` is missing; give an object",
    () => call(ui.webhookHandler, { publicKey: KEY }),
  ],
  [
    "Cannot handle webhook events: there is no option `entitlementCreate`; did you mean `ENTITLEMENT_CREATE`?",
    () => call(ui.webhookHandler, { publicKey: KEY, on: { entitlementCreate: () => {} } }),
  ],
  ["Cannot define fallback: it has no handler", () => call(ui.fallback)],
  [
    "Cannot share permits: the secret has fewer than 16 characters",
    () => make(HttpPermits, "http://a/", { secret: "x" }),
  ],
  ["Cannot share permits: give its options", () => make(HttpPermits, "http://a/")],
  ["Cannot share permits: give its options", () => call(permitServer)],
];

for (const [message, mistake] of MISTAKES) {
  test(`plain JavaScript: ${message}`, async () => {
    const told = await Promise.resolve().then(mistake).then(() => "nothing", (error: unknown) => error);
    assert(told instanceof ParleyError, `Told: ${told}`);
    assertEquals(told.message.slice(0, message.length), message);
  });
}

/** All kinds of a protocol's events but those with the names of the wire: a compiler sees that none is left out. */
type OwnKinds<Event extends { readonly kind: string }> = Readonly<
  Record<Extract<(Event | ClientEvent)["kind"], Lowercase<string>>, unknown>
>;

test("IrcClient, TwitchClient: every kind of event can be listened to", () => {
  const both = { error: 1, undelivered: 1, lagged: 1, closed: 1, gap: 1, join_failed: 1, malformed: 1 };
  const ofTwitch: OwnKinds<TwitchEvent> = { ...both, ready: 1, reconnecting: 1, unknown: 1 };
  const more = { batch: 1, ctcp: 1, echo: 1, history: 1, login_failed: 1, network_lost: 1, playback: 1 };
  const ofIrc: OwnKinds<IrcEvent> = { ...ofTwitch, ...more };
  const irc = new IrcClient({ host: "irc.example.org", nick: "bot" });
  for (const kind of Object.keys(ofIrc)) call(irc.on.bind(irc), kind, () => {});
  const twitch = new TwitchClient();
  for (const kind of Object.keys(ofTwitch)) call(twitch.on.bind(twitch), kind, () => {});
});

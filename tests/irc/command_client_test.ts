import { test } from "node:test";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { IrcClient, type IrcClientOptions } from "../../src/irc/client.ts";
import { COMMANDS } from "../../src/irc/wire/commands/command_table.ts";
import { Driver } from "../../src/driver/driver.ts";
import { CommandError } from "../../src/protocol/errors.ts";
import { IrcServer, type IrcServerOptions } from "../../testing/irc/server.ts";
import { Simulation } from "../../testing/world/simulation.ts";
import { serveIrc } from "./_serve.ts";

const URL = "irc://irc.test";

/** A client on a server, and the lines the server gets of it, but for PING and PONG. */
async function connected(options: Partial<IrcClientOptions> = {}, server: IrcServerOptions = {}) {
  const simulation = new Simulation({ seed: 5 });
  const lines: string[] = [];
  const driver = new Driver(new IrcServer(server), {
    host: simulation.host("server"),
    label: "server",
    deliver: (event) => {
      if (event.kind === "line" && !/^P[IO]NG$/.test(event.message.command)) lines.push(event.message.raw);
    },
  });
  driver.start();
  simulation.serve(URL, driver);
  const irc = await simulation.until(
    new IrcClient({ url: URL, nick: "bot", runtime: simulation.host("bot"), ...options }).connect(),
  );
  await simulation.run(60_000);
  lines.length = 0;
  const sent = async (...doing: readonly Promise<unknown>[]) => {
    for (const command of doing) command.catch(() => {});
    await simulation.run(300_000);
    return lines.splice(0);
  };
  return { simulation, driver, irc, sent };
}

test("IrcClient: has a method for every command, which sends its line", async () => {
  const { irc, sent } = await connected();
  const cases: readonly (readonly [string, Promise<unknown>])[] = [
    ["PASS secret", irc.pass("secret")],
    ["USER b 8 * B", irc.user("b", "B", 8)],
    ["OPER o secret", irc.oper("o", "secret")],
    ["MODE #a +o dan", irc.mode("#a", "+o", "dan")],
    ["MODE bot", irc.mode("bot")],
    ["SERVICE s * *.x 0 0 :a service", irc.service("s", "*.x", "0", "a service")],
    ["SQUIT irc.x bye", irc.squit("irc.x", "bye")],
    ["TOPIC #a", irc.topic("#a")],
    ["TOPIC #a :", irc.topic("#a", "")],
    ["NAMES #a", irc.names("#a")],
    ["INVITE dan #a", irc.invite("dan", "#a")],
    ["KICK #a dan out", irc.kick("#a", "dan", "out")],
    ["MOTD", irc.motd()],
    ["LUSERS", irc.lusers()],
    ["VERSION", irc.version()],
    ["STATS u", irc.stats("u")],
    ["LINKS irc.x *.y", irc.links("*.y", "irc.x")],
    ["TIME", irc.time()],
    ["CONNECT irc.x 6667", irc.connectServer("irc.x", 6667)],
    ["TRACE", irc.trace()],
    ["ADMIN", irc.admin()],
    ["INFO", irc.info()],
    ["SERVLIST *", irc.servlist("*")],
    ["SQUERY s :hello there", irc.squery("s", "hello there")],
    ["WHO #a", irc.who("#a")],
    ["WHO #a o", irc.who("#a", { operators: true })],
    ["WHO #a %tna,3", irc.who("#a", { fields: "na" })],
    ["WHOIS dan dan", irc.whois("dan", "dan")],
    ["WHOWAS dan 3", irc.whowas("dan", 3)],
    ["KILL dan :bad bot", irc.kill("dan", "bad bot")],
    ["AWAY :at lunch", irc.away("at lunch")],
    ["AWAY", irc.away()],
    ["REHASH", irc.rehash()],
    ["DIE", irc.die()],
    ["RESTART", irc.restart()],
    ["SUMMON dan", irc.summon("dan")],
    ["USERS", irc.loggedInUsers()],
    ["WALLOPS hear", irc.wallops("hear")],
    ["USERHOST dan eve", irc.userhost(["dan", "eve"])],
    ["ISON dan eve", irc.ison(["dan", "eve"])],
    ["CAP REQ :a b", irc.cap("REQ", ["a", "b"])],
    ["AUTHENTICATE PLAIN", irc.authenticate("PLAIN")],
    ["@+typing=active TAGMSG #a", irc.tagmsg("#a", { "+typing": "active" })],
    ["BATCH +a chathistory #a", irc.batch("+a", "chathistory", "#a")],
    ["MONITOR + dan,eve", irc.monitor("+", ["dan", "eve"])],
    ["SETNAME :Bot B", irc.setname("Bot B")],
    ["WEBIRC p g h 1.2.3.4", irc.webirc("p", "g", "h", "1.2.3.4")],
    ["KNOCK #a :let me in", irc.send("KNOCK", ["#a", "let me in"])],
    ["@a=b FOO  x", irc.sendRaw("@a=b FOO  x")],
    ["JOIN #a", irc.join("#a")],
    ["JOIN #b key", irc.join({ name: "#b", key: "key" })],
    ["PART #a :so long", irc.part("#a", { reason: "so long" })],
    ["NICK robot", irc.setNick("robot")],
    ["PRIVMSG #b :hello there", irc.privmsg("#b", "hello there")],
    ["NOTICE #b hello", irc.notice("#b", "hello")],
    ["CHATHISTORY LATEST #b * 50", irc.chathistory("LATEST", "#b", ["*", "50"])],
    ["ISUPPORT", irc.askIsupport()],
    ["RENAME #b #c :a reason", irc.rename("#b", "#c", "a reason")],
    // An iterator begins a little later.
    ["LIST", Array.fromAsync(irc.list())],
  ];
  assertEquals(await sent(...cases.map(([, doing]) => doing)), cases.map(([line]) => line));
  const tested = new Set(cases.map(([line]) => line.replace(/^@\S+ /, "").split(" ")[0]));
  const left = Object.keys(COMMANDS).filter((command) => !tested.has(command));
  // These are not told by the server of these tests, end it, or need a capability (ircv3_client_test.ts).
  assertEquals(left, ["MARKREAD", "PING", "PONG", "QUIT", "REDACT", "REGISTER", "VERIFY"]);
  assertEquals(typeof irc.ping, "function");
  assertEquals(typeof irc.pong, "function");
});

test("IrcClient: sends nothing of a command that cannot be sent as a whole", async () => {
  const { irc, sent } = await connected();
  const bad: readonly (() => Promise<unknown>)[] = [
    () => irc.privmsg("#a", ""),
    () => irc.privmsg("#a b", "x"),
    () => irc.privmsg("#a", `${"word ".repeat(300)}\r\nQUIT`),
    () => irc.action("#a", `${"word ".repeat(300)}\x01`),
    () => irc.join(["#a", "b c"]),
    () => irc.part(["#a", "b c"]),
    () => irc.links(undefined, "irc.x"),
    () => irc.who("#a", { fields: "x y" }),
    () => irc.sendRaw("A\r\nB"),
    () => irc.privmsg("#a", "x", { tags: { "a b": "" } }),
  ];
  for (const command of bad) await assertRejects(command, CommandError);
  assertEquals(await sent(), []);
});

test("IrcClient: sends as many targets and modes in a line as the server takes", async () => {
  const { irc, driver, sent } = await connected();
  assertEquals(
    await sent(
      irc.kick("#a", ["dan", "eve"], "out"),
      irc.kick(["#a", "#b"], ["dan", "eve"]),
      irc.mode("#a", "+oo-v+om", ["a", "b", "c", "d"]),
    ),
    [
      "KICK #a dan out",
      "KICK #a eve out",
      "KICK #a dan",
      "KICK #b eve",
      // Three, where the server does not say.
      "MODE #a +oo-v a b c",
      "MODE #a +om d",
    ],
  );
  const limits = "TARGMAX=KICK:2,WHOWAS: MODES=2 CHANMODES=b,k,l,imnpst";
  void driver.command({ kind: "raw", line: `:irc.test 005 bot ${limits} :are supported` });
  await sent();
  assertEquals(
    await sent(
      irc.kick("#a", ["a", "b", "c"]),
      irc.whowas(["a", "b", "c"]),
      irc.mode("#a", "+bbl-k+b", ["x!*@*", "y!*@*", "5", "key", "z!*@*"]),
      irc.mode("#a", "+b"),
    ),
    [
      "KICK #a a,b",
      "KICK #a c",
      "WHOWAS a,b,c",
      "MODE #a +bb x!*@* y!*@*",
      "MODE #a +l-k 5 key",
      "MODE #a +b z!*@*",
      "MODE #a +b",
    ],
  );
});

test("IrcClient: a line may be as long as the server says by LINELEN", async () => {
  const { irc, driver, sent, simulation } = await connected();
  const text = "x".repeat(900);
  assertEquals((await sent(irc.privmsg("#a", text))).length, 3);
  void driver.command({ kind: "raw", line: ":irc.test 005 bot LINELEN=1024 :are supported" });
  await sent();
  assertEquals(await sent(irc.privmsg("#a", text)), [`PRIVMSG #a ${text}`]);
  assertEquals((await sent(irc.topic("#a", text))).length, 1);
  await simulation.until(irc.close());
});

test("IrcClient: sends tags with every command that is given some", async () => {
  const { irc, sent } = await connected();
  const tags = { "+x": "y" };
  assertEquals(
    await sent(
      irc.join(["#a", "#b"], { tags }),
      irc.topic("#a", "t", { tags }),
      irc.setNick("robot", { tags }),
      irc.part("#a", { tags }),
    ),
    ["@+x=y JOIN #a", "@+x=y JOIN #b", "@+x=y TOPIC #a t", "@+x=y NICK robot", "@+x=y PART #a"],
  );
  const { irc: plain } = await connected({ capabilities: ["-message-tags"] });
  for (
    const act of [
      () => plain.join("#a", { tags }),
      () => plain.part("#a", { tags }),
      () => plain.setNick("x", { tags }),
    ]
  ) {
    await assertRejects(act, CommandError, "does not take tags");
  }
});

test("IrcClient: sends tags only where the server takes them", async () => {
  const { irc } = await connected({ capabilities: ["-message-tags"] });
  await assertRejects(() => irc.tagmsg("#a", { "+typing": "active" }), CommandError, "does not take tags");
});

test("IrcClient.privmsg: splits a long text by the room that our own mask leaves", async () => {
  const { irc, simulation, sent } = await connected({ channels: ["#a"] });
  const { mask } = irc;
  assert(mask !== undefined && /^bot!\S+@\S+$/.test(mask));
  const text = Array.from({ length: 400 }, (_, n) => `wörd${n}`).join(" ");
  const lines = await sent(irc.privmsg("#a", text));
  const pieces = lines.map((line) => line.replace("PRIVMSG #a :", ""));
  assertEquals(pieces.join(" "), text);
  const bytes = lines.map((line) => new TextEncoder().encode(`:${mask} ${line}`).length);
  assert(bytes.every((length) => length <= 510) && bytes.slice(0, -1).every((length) => length > 490));
  const actions = await sent(irc.action("#a", text));
  assert(actions.length >= lines.length);
  assert(actions.every((line) => line.startsWith("PRIVMSG #a :\x01ACTION ") && line.endsWith("\x01")));
  await simulation.until(irc.close());
});

test("IrcClient.join: joins several with their keys, and 0 leaves all", async () => {
  const { irc, sent } = await connected({}, { keys: { "#k": "key" } });
  assertEquals(await sent(irc.join(["#a", { name: "#k", key: "key" }])), ["JOIN #k,#a key"]);
  assertEquals(irc.channels.names, ["#k", "#a"]);
  assertEquals(await sent(irc.join(["#b", "#a", "#c"])), ["JOIN #b,#c"]);
  assertEquals(await sent(irc.join(["#d", "#a"])), ["JOIN #d"]);
  assertEquals(await sent(irc.part(["#b", "#c", "#d"])), ["PART #b", "PART #c", "PART #d"]);
  assertEquals(await sent(irc.join("0")), ["PART #k", "PART #a"]);
  assertEquals(irc.channels.names, []);
  await irc.join("0");
  const refused = irc.join(["#a", "#k"], { key: "wrong" });
  await sent(refused);
  const error = await refused.catch((error) => error);
  assert(error instanceof CommandError && error.code === "refused");
  assertEquals(irc.channels.names, ["#a"]);
});

test("IrcClient: no secret is in an observation", async () => {
  const seen: unknown[] = [];
  const simulation = new Simulation({ seed: 6 });
  serveIrc(simulation, URL);
  const runtime = {
    ...simulation.host("bot"),
    observe: (observation: unknown) => void seen.push(observation),
  };
  const irc = await simulation.until(new IrcClient({ url: URL, nick: "bot", runtime }).connect());
  const doing = [
    irc.oper("o", "hunter2"),
    irc.pass("hunter2"),
    irc.sendRaw("OPER o hunter2"),
    irc.send("oper", ["o", "hunter2"]),
    irc.privmsg("NickServ", "IDENTIFY hunter2", { secret: true }),
  ];
  const errors = doing.map((command) => command.catch(String));
  await simulation.run(60_000);
  assert(!JSON.stringify([seen, await Promise.all(errors)]).includes("hunter2"));
  assert(JSON.stringify(seen).includes("NICK bot"));
});

test("IrcClient: answers CTCP queries put to it alone, not those to a channel, and not if told not to", async () => {
  for (const ctcp of [{ version: "mybot 1" }, false] as const) {
    const { simulation, driver, sent } = await connected({ ctcp, channels: ["#a"] });
    for (const target of ["bot", "#a"]) {
      const line = `:dan!d@h PRIVMSG ${target} :\x01VERSION\x01`;
      await simulation.until(driver.command({ kind: "raw", line }));
    }
    assertEquals(await sent(), ctcp ? ["NOTICE dan :\x01VERSION mybot 1\x01"] : []);
  }
});

test("IrcClient.isupport: has what the server has told, and compares by it", async () => {
  const { irc, simulation, driver } = await connected();
  await simulation.until(
    driver.command({ kind: "raw", line: ":irc.test 005 bot NETWORK=Test CASEMAPPING=ascii NICKLEN=12 :are" }),
  );
  await simulation.run(1_000);
  assertEquals([irc.isupport.network, irc.isupport.nickLen, irc.isupport.isSame("A[", "a{")], [
    "Test",
    12,
    false,
  ]);
});

import { test } from "node:test";
import { assertEquals } from "@std/assert";
import {
  IrcServer,
  type IrcServerCommand,
  type IrcServerEvent,
  type IrcServerOptions,
} from "../../testing/irc/server.ts";
import { Hand } from "../_hand.ts";

/** An IRC server driven by hand, and what one of its clients gets. */
class Server extends Hand<IrcServerCommand, IrcServerEvent> {
  constructor(options: IrcServerOptions = {}) {
    super(new IrcServer(options));
    this.start();
  }

  client(link: number, nick: string): (...lines: readonly string[]) => string[] {
    this.open(link);
    const ask = (...lines: readonly string[]) => {
      for (const line of lines) this.receive(`${line}\r\n`, link);
      return this.heard(link);
    };
    ask(`NICK ${nick}`, `USER ${nick} 0 * :${nick} himself`);
    return ask;
  }

  heard(link: number): string[] {
    return this.taken().flatMap((action) =>
      action.kind === "send" && action.link === link
        ? String(action.data).trimEnd().replace(/^:irc\.test /, "")
        : []
    );
  }
}

test("IrcServer: WHO tells of a channel's members, and of those whom a mask matches, each time with an end", () => {
  const server = new Server();
  const ann = server.client(-1, "ann");
  const bob = server.client(-2, "bob");
  ann("JOIN #a");
  bob("JOIN #b", "AWAY :lunch");
  server.command({ kind: "say", nick: "Zoe", channel: "#a", text: "hi" });
  server.heard(-1);
  assertEquals(ann("WHO #A"), [
    "352 ann #a ann client.test irc.test ann H@ :0 ann himself",
    "352 ann #a zoe people.test irc.test Zoe H :0 Zoe",
    "315 ann #A :End of /WHO list",
  ]);
  assertEquals(ann("WHO b?b"), [
    "352 ann * bob client.test irc.test bob G :0 bob himself",
    "315 ann b?b :End of /WHO list",
  ]);
  assertEquals(ann("WHO *.test").length, 4);
  assertEquals([ann("WHO #none"), ann("WHO nobody"), ann("WHO #a o"), ann("WHO")], [
    ["315 ann #none :End of /WHO list"],
    ["315 ann nobody :End of /WHO list"],
    ["315 ann #a :End of /WHO list"],
    ["315 ann * :End of /WHO list"],
  ]);
});

test("IrcServer: WHOX tells the fields that are asked for, in its own order", () => {
  const server = new Server({ whox: true });
  const ann = server.client(-1, "ann");
  ann("JOIN #a");
  server.command({ kind: "account", nick: "ann", account: "annie" });
  server.heard(-1);
  assertEquals(ann("WHO #a %rantc,42"), [
    "354 ann 42 #a ann annie :ann himself",
    "315 ann #a :End of /WHO list",
  ]);
});

test("IrcServer: WHOIS tells who somebody is, and ends whether or not there is one", () => {
  const server = new Server();
  const ann = server.client(-1, "ann");
  const bob = server.client(-2, "bob");
  bob("JOIN #b", "AWAY :lunch", "MODE bob +B");
  server.command({ kind: "account", nick: "bob", account: "bobby" });
  assertEquals(ann("WHOIS BOB"), [
    "311 ann bob bob client.test * :bob himself",
    "319 ann bob @#b",
    "312 ann bob irc.test :a server for tests",
    "301 ann bob lunch",
    "335 ann bob :is a bot",
    "330 ann bob bobby :is logged in as",
    "318 ann BOB :End of /WHOIS list",
  ]);
  assertEquals(ann("WHOIS nobody"), ["401 ann nobody :No such nick", "318 ann nobody :End of /WHOIS list"]);
  assertEquals(ann("WHOIS"), ["431 ann :No nickname given"]);
});

test("IrcServer: refuses each channel of a JOIN by FAIL", () => {
  const server = new Server();
  const ann = server.client(-1, "ann");
  server.command({ kind: "fail", command: "JOIN", code: "BUSY" });
  assertEquals(ann("JOIN #a,#b"), ["FAIL JOIN BUSY #a :It cannot be", "FAIL JOIN BUSY #b :It cannot be"]);
});

test("IrcServer: a bouncer loses its network, swallows what is said meanwhile, and joins again", () => {
  const server = new Server({ bouncer: 0 });
  const ann = server.client(-1, "ann");
  server.client(-2, "bob")("JOIN #a");
  ann("JOIN #a");
  server.heard(-1);
  server.command({ kind: "outage", nick: "ann", ms: 10_000 });
  assertEquals(
    server.taken().flatMap((action) => action.kind === "send" ? [[action.link, action.data]] : []),
    [
      [-2, ":ann!ann@client.test QUIT :Connection reset\r\n"],
      [-1, ":*status!znc@znc.in PRIVMSG ann :Disconnected from IRC. Reconnecting...\r\n"],
    ],
  );
  assertEquals(ann("PRIVMSG #a :lost", "MODE #a", "PING :x"), [
    ":*status!znc@znc.in PRIVMSG ann :Your message to #a got lost, you are not connected to IRC!",
    ":irc.znc.in PONG irc.znc.in :x",
  ]);
  server.pass(10_000);
  const back = server.heard(-1);
  assertEquals([back[0], back[1]?.slice(0, 7), back.slice(-3)], [
    ":*status!znc@znc.in PRIVMSG ann :Connected!",
    "001 ann",
    [":ann!ann@client.test JOIN #a", "353 ann = #a :@bob ann", "366 ann #a :End of /NAMES list"],
  ]);
});

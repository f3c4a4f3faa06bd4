import { test } from "node:test";
import { assertEquals } from "@std/assert";
import {
  IrcServer,
  type IrcServerCommand,
  type IrcServerEvent,
  type IrcServerOptions,
} from "../../testing/irc/server.ts";
import { Hand } from "../_hand.ts";

const ALL = [
  "account-notify",
  "account-tag",
  "away-notify",
  "batch",
  "draft/account-registration",
  "draft/channel-rename",
  "draft/chathistory",
  "draft/message-redaction",
  "draft/multiline",
  "draft/read-marker",
  "echo-message",
  "extended-monitor",
  "invite-notify",
  "labeled-response",
  "message-tags",
  "no-implicit-names",
  "server-time",
  "setname",
];

/** An IRC server driven by hand, with clients called `a`, `b`, … */
class Server extends Hand<IrcServerCommand, IrcServerEvent> {
  constructor(options: IrcServerOptions = {}) {
    super(new IrcServer({ capabilities: ALL, monitor: 10, ...options }));
    this.start();
  }

  /** A client that has asked for these; returns what sends its lines, and gives what each gets of it. */
  client(link: number, nick: string, capabilities: readonly string[] = ALL) {
    this.open(link);
    this.receive(
      `CAP REQ :${capabilities.join(" ")}\r\nNICK ${nick}\r\nUSER ${nick} 0 * :${nick}\r\nCAP END\r\n`,
      link,
    );
    this.receive("JOIN #a\r\n", link);
    this.taken();
    return (...lines: readonly string[]) => {
      for (const line of lines) this.receive(`${line}\r\n`, link);
      return this.got();
    };
  }

  /** What each link got, without the time, which stands still. */
  got(): Record<number, string[]> {
    const got: Record<number, string[]> = {};
    for (const action of this.taken()) {
      if (action.kind !== "send") continue;
      const line = String(action.data).replace(/\r\n$/, "").replace(/;?time=1970[^; ]+/, "").replace(
        /^@ /,
        "",
      );
      (got[action.link] ??= []).push(line);
    }
    return got;
  }
}

const BARE = ["message-tags"];

test("IrcServer: a text has one id for all who get it, and clients' tags alone are passed on", () => {
  const server = new Server();
  const a = server.client(-1, "a");
  server.client(-2, "b", []);
  server.client(-3, "c", BARE);
  assertEquals(a("@+reply=1;other=2;label=x PRIVMSG #a :hello there"), {
    [-1]: ["@label=x;msgid=5;+reply=1 :a!a@client.test PRIVMSG #a :hello there"],
    [-2]: [":a!a@client.test PRIVMSG #a :hello there"],
    [-3]: ["@msgid=5;+reply=1 :a!a@client.test PRIVMSG #a :hello there"],
  });
  assertEquals(a("@+typing=active TAGMSG #a")[-2], undefined);
  assertEquals(a("PRIVMSG @#a :for operators"), {
    [-1]: ["@msgid=7 :a!a@client.test PRIVMSG @#a :for operators"],
  });
  // What one says to oneself comes twice, and the label with the echo.
  assertEquals(a("@label=y NOTICE a :me"), {
    [-1]: ["@msgid=8 :a!a@client.test NOTICE a me", "@label=y;msgid=8 :a!a@client.test NOTICE a me"],
  });
});

test("IrcServer: a text of several lines is a batch to who takes that, and lines to others", () => {
  const server = new Server();
  const a = server.client(-1, "a");
  server.client(-2, "b", BARE);
  const lines = [
    "@batch=1 PRIVMSG #a hello",
    "@batch=1 PRIVMSG #a :",
    "@batch=1 PRIVMSG #a :how is ",
    "@batch=1;draft/multiline-concat PRIVMSG #a :everyone?",
  ];
  assertEquals(a("@label=x;+reply=7 BATCH +1 draft/multiline #a", ...lines, "BATCH -1"), {
    [-1]: [
      "@label=x;msgid=4;+reply=7 :a!a@client.test BATCH +b1 draft/multiline #a",
      "@batch=b1 :a!a@client.test PRIVMSG #a hello",
      "@batch=b1 :a!a@client.test PRIVMSG #a :",
      "@batch=b1 :a!a@client.test PRIVMSG #a :how is ",
      "@batch=b1;draft/multiline-concat :a!a@client.test PRIVMSG #a everyone?",
      ":irc.test BATCH -b1",
    ],
    [-2]: [
      "@msgid=4;+reply=7 :a!a@client.test PRIVMSG #a hello",
      ":a!a@client.test PRIVMSG #a :how is ",
      ":a!a@client.test PRIVMSG #a everyone?",
    ],
  });
});

test("IrcServer: refuses a text of several lines that is none", () => {
  const server = new Server();
  const a = server.client(-1, "a");
  const refusal = (...lines: readonly string[]) => {
    const { [-1]: [line = ""] = [] } = a("BATCH +1 draft/multiline #a", ...lines, "BATCH -1");
    return /FAIL BATCH (.*) :/.exec(line)?.[1];
  };
  assertEquals(refusal("@batch=1 PRIVMSG #b x"), "MULTILINE_INVALID_TARGET #a #b");
  assertEquals(refusal("@batch=1 PRIVMSG #a :", "@batch=1 PRIVMSG #a :"), "MULTILINE_INVALID");
  assertEquals(refusal("@batch=1 PRIVMSG #a x", "@batch=1 NOTICE #a x"), "MULTILINE_INVALID");
  assertEquals(
    refusal("@batch=1 PRIVMSG #a x", "@batch=1;draft/multiline-concat PRIVMSG #a :"),
    "MULTILINE_INVALID",
  );
  assertEquals(refusal(...Array(25).fill("@batch=1 PRIVMSG #a x")), "MULTILINE_MAX_LINES 24");
  assertEquals(
    refusal(...Array(12).fill(`@batch=1 PRIVMSG #a ${"x".repeat(400)}`)),
    "MULTILINE_MAX_BYTES 4096",
  );
  assertEquals(a("@label=x BATCH +2 example.com/foo"), {
    [-1]: ["@label=x :irc.test FAIL BATCH UNKNOWN_TYPE 2 example.com/foo :The batch is not accepted"],
  });
});

test("IrcServer: tells what was said before, by each subcommand of CHATHISTORY", () => {
  const server = new Server({ history: 3 });
  const a = server.client(-1, "a");
  for (let n = 1; n <= 5; n++) {
    server.pass(1_000);
    a(`PRIVMSG #a ${n}`);
  }
  const first = 2;
  const told = (line: string) => {
    const { [-1]: lines = [] } = a(`CHATHISTORY ${line}`);
    return lines.flatMap((one) => / PRIVMSG #a (.*)$/.exec(one)?.[1] ?? / FAIL (.*) :/.exec(one)?.[1] ?? [])
      .join(" ");
  };
  const id = (n: number) => `msgid=${first + n - 1}`;
  const at = (n: number) => `timestamp=${new Date(n * 1_000).toISOString()}`;
  assertEquals(told("LATEST #a * 2"), "4 5");
  assertEquals(told("LATEST #A * 50"), "3 4 5");
  assertEquals(told(`LATEST #a ${id(4)} 3`), "5");
  assertEquals(told(`BEFORE #a ${id(4)} 2`), "2 3");
  assertEquals(told(`BEFORE #a ${at(3)} 3`), "1 2");
  assertEquals(told(`AFTER #a ${id(2)} 2`), "3 4");
  assertEquals(told(`AFTER #a ${at(4)} 2`), "5");
  assertEquals(told(`AROUND #a ${id(3)} 3`), "2 3 4");
  assertEquals(told(`BETWEEN #a ${id(1)} ${id(5)} 2`), "2 3");
  assertEquals(told(`BETWEEN #a ${id(5)} ${id(1)} 2`), "3 4");
  assertEquals(told(`BETWEEN #a ${at(1)} ${at(3)} 3`), "2");
  assertEquals(told("LATEST #b * 5"), "CHATHISTORY INVALID_TARGET LATEST #b");
  assertEquals(told("LATER #a * 5"), "CHATHISTORY INVALID_PARAMS LATER");
  assertEquals(
    a("CHATHISTORY TARGETS timestamp=1970-01-01T00:00:00.000Z timestamp=1970-01-02T00:00:00.000Z 5")[-1]?.[1],
    "@batch=b12 :irc.test CHATHISTORY TARGETS #a 1970-01-01T00:00:05.000Z",
  );
  assertEquals(a("@label=x CHATHISTORY LATEST nobody * 1")[-1], [
    "@label=x :irc.test BATCH +b13 chathistory nobody",
    ":irc.test BATCH -b13",
  ]);
});

test("IrcServer: takes back what was said, for who said it and for operators", () => {
  const server = new Server();
  const a = server.client(-1, "a");
  const b = server.client(-2, "b");
  a("PRIVMSG #a one");
  assertEquals(b("REDACT #a 4"), {
    [-2]: [":irc.test FAIL REDACT REDACT_FORBIDDEN #a 4 :You are not authorised to delete this message"],
  });
  b("PRIVMSG #a two");
  const got = a("REDACT #a 5 :not here");
  assertEquals(got[-2]?.[0]?.replace(/^\S+ /, ""), ":a!a@client.test REDACT #a 5 :not here");
  assertEquals(a("CHATHISTORY LATEST #a * 5")[-1]?.length, 3);
  assertEquals(a("REDACT #a 5")[-1], [
    ":irc.test FAIL REDACT UNKNOWN_MSGID #a 5 :This message does not exist",
  ]);
});

test("IrcServer: keeps how far somebody has read, on all links of an account, and never less", () => {
  const server = new Server({ accounts: { user: "pass" } });
  const a = server.client(-1, "a");
  const b = server.client(-2, "b");
  server.command({ kind: "account", nick: "a", account: "user" });
  server.command({ kind: "account", nick: "b", account: "user" });
  server.taken();
  const late = "timestamp=2020-01-01T00:00:00.000Z";
  assertEquals(a(`MARKREAD #a ${late}`), {
    [-1]: [`:irc.test MARKREAD #a ${late}`],
    [-2]: [`:irc.test MARKREAD #a ${late}`],
  });
  assertEquals(b("MARKREAD #a timestamp=2019-01-01T00:00:00.000Z"), {
    [-2]: [`:irc.test MARKREAD #a ${late}`],
  });
  assertEquals(b("MARKREAD ann"), { [-2]: [":irc.test MARKREAD ann *"] });
  assertEquals(b("PART #a", "JOIN #a")[-2]?.at(-1), `:irc.test MARKREAD #a ${late}`);
});

test("IrcServer: gives a channel another name, which others see as a PART and a JOIN", () => {
  const server = new Server();
  const a = server.client(-1, "a");
  const b = server.client(-2, "b", []);
  const got = a("RENAME #a #b :moved");
  assertEquals(got[-1]?.map((line) => line.replace(/^@\S+ /, "")), [":a!a@client.test RENAME #a #b :moved"]);
  assertEquals(got[-2]?.slice(0, 3), [
    ":b!b@client.test PART #a :moved",
    ":b!b@client.test JOIN #b",
    ":irc.test 353 b = #b :@a b",
  ]);
  assertEquals(b("PART #b", "JOIN #a")[-2]?.slice(1, 3), [
    ":irc.test 470 b #a #b :The channel has been renamed",
    ":b!b@client.test JOIN #b",
  ]);
  assertEquals(a("JOIN #a")[-1], [
    ":irc.test FAIL JOIN CHANNEL_RENAMED #a #b :The channel has been renamed",
  ]);
});

test("IrcServer: registers accounts, with a code where it wants one", () => {
  const server = new Server({ verification: "7" });
  const a = server.client(-1, "a");
  server.client(-2, "b");
  assertEquals(a("REGISTER * a@example.org abc")[-1], [
    ":irc.test FAIL REGISTER WEAK_PASSWORD a :The password is too weak",
  ]);
  assertEquals(a("REGISTER * a@example.org sesame")[-1], [
    ":irc.test REGISTER VERIFICATION_REQUIRED a :A code was sent to a@example.org",
  ]);
  assertEquals(a("VERIFY a 8")[-1], [":irc.test FAIL VERIFY INVALID_CODE a :The code is not valid"]);
  const got = a("VERIFY a 7");
  assertEquals(got[-1]?.[0], ":irc.test VERIFY SUCCESS a :Account successfully registered");
  assertEquals(got[-2]?.map((line) => line.replace(/^@\S+ /, "")), [":a!a@client.test ACCOUNT a"]);
});

test("IrcServer: tells of those who are watched what others who share a channel are told", () => {
  const server = new Server();
  const a = server.client(-1, "a");
  const b = server.client(-2, "b");
  b("PART #a", "MONITOR + a");
  assertEquals(a("AWAY :gone")[-2]?.map((line) => line.replace(/^@\S+ /, "")), [
    ":a!a@client.test AWAY :gone",
  ]);
  server.command({ kind: "chghost", nick: "a", host: "cloak.test" });
  assertEquals(server.got()[-2], undefined);
  assertEquals(a("SETNAME :A new name")[-2]?.map((line) => line.replace(/^@\S+ /, "")), [
    ":a!a@cloak.test SETNAME :A new name",
  ]);
});

test("IrcServer: a bot by its mode is marked in what it says", () => {
  const server = new Server();
  const a = server.client(-1, "a");
  server.client(-2, "b", BARE);
  a("MODE a +B");
  assertEquals(a("PRIVMSG #a hi")[-2], ["@msgid=5;bot :a!a@client.test PRIVMSG #a hi"]);
});

test("IrcServer: an invitation is told to who wants to know, and a JOIN names nobody unasked", () => {
  const server = new Server();
  const a = server.client(-1, "a");
  server.client(-2, "b");
  server.open(-3).receive("NICK c\r\nUSER c 0 * :c\r\n", -3).taken();
  const got = a("INVITE c #a");
  assertEquals(got[-2]?.map((line) => line.replace(/^@\S+ /, "")), [":a!a@client.test INVITE c #a"]);
  assertEquals(server.receive("JOIN #b\r\n", -2).got()[-2]?.filter((line) => / (353|366) /.test(line)), []);
});

test("IrcServer: a netsplit is a batch, and tells of each once", () => {
  const server = new Server();
  const a = server.client(-1, "a");
  a("JOIN #b");
  for (const channel of ["#a", "#b"]) server.command({ kind: "say", nick: "ann", channel, text: "hi" });
  server.taken();
  server.command({ kind: "netsplit", ms: 1_000 });
  const bare = (lines: readonly string[] = []) => lines.map((line) => line.replace(/;?msgid=\d+/, ""));
  assertEquals(bare(server.got()[-1]), [
    ":irc.test BATCH +b1 netsplit irc.test split.test",
    "@batch=b1 :ann!ann@people.test QUIT :irc.test split.test",
    ":irc.test BATCH -b1",
  ]);
  server.pass(1_000);
  assertEquals(bare(server.got()[-1]), [
    ":irc.test BATCH +b2 netjoin irc.test split.test",
    "@batch=b2 :ann!ann@people.test JOIN #a",
    "@batch=b2 :ann!ann@people.test JOIN #b",
    ":irc.test BATCH -b2",
  ]);
});

test("IrcServer: plays back what came to pass, to who takes that, and texts alone to others", () => {
  const server = new Server({ capabilities: [...ALL, "draft/event-playback"] });
  const ann = server.client(-1, "ann");
  const bob = server.client(-2, "bob", [...ALL, "draft/event-playback"]);
  ann("PRIVMSG #a :hello", "TOPIC #a :news");
  const played = (client: typeof ann, link: number) =>
    (client("CHATHISTORY LATEST #a * 50")[link] ?? [])
      .map((line) => line.replace(/^@\S* /, "").replace(/^:(\w+)!\S+/, "$1"))
      .filter((line) => !line.includes("BATCH"));
  assertEquals(played(ann, -1), ["ann PRIVMSG #a hello"]);
  assertEquals(played(bob, -2), [
    "ann JOIN #a",
    "bob JOIN #a",
    "ann PRIVMSG #a hello",
    "ann TOPIC #a :news",
  ]);
});

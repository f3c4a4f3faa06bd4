import { after, before, describe, it } from "node:test";
import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { X509Certificate } from "node:crypto";
import type { ClientEvent } from "../../src/driver/client/client_event.ts";
import { IrcClient, type IrcClientOptions } from "../../src/irc/client.ts";
import { IrcRefusedError } from "../../src/irc/wire/outcomes/refusal.ts";
import { within } from "../_within.ts";
import type { IrcEvent } from "../../src/irc/wire/events/event.ts";
import { AuthenticationError, ConnectionError } from "../../src/protocol/errors.ts";
import { selfSignedCertificate } from "../../testing/world/network/certificate.ts";
import { dialer } from "../../src/transport/dial.ts";
import { onNode } from "../transport/_harness.ts";
import { hasInspircd, Inspircd, OPER } from "./_inspircd.ts";
import { Journal } from "./_serve.ts";

type Told = IrcEvent | ClientEvent;

/** What InspIRCd wants to see of whoever opens a WebSocket. */
const Origin = "https://example.org";

/** A client, and everything it tells. */
class Person implements AsyncDisposable {
  readonly irc: IrcClient;
  readonly #told: Journal<Told>;

  private constructor(irc: IrcClient) {
    this.irc = irc;
    const told = new Journal<Told>(irc.nick);
    this.#told = told;
    void (async () => {
      for await (const event of irc) told.write(event);
    })().catch(() => {});
  }

  static async connect(options: IrcClientOptions): Promise<Person> {
    const quick = { backoff: { base: 100, cap: 400 }, flood: { line: 50 } };
    return new Person(
      await new IrcClient({ ...quick, signal: AbortSignal.timeout(5_000), ...options }).connect(),
    );
  }

  /** The next event of a kind for which it holds. */
  async hears<Kind extends Told["kind"]>(
    kind: Kind,
    where: (event: Extract<Told, { kind: Kind }>) => boolean = () => true,
  ): Promise<Extract<Told, { kind: Kind }>> {
    const isIt = (event: Told): event is Extract<Told, { kind: Kind }> =>
      event.kind === kind && where(event as Extract<Told, { kind: Kind }>);
    return await this.#told.take(kind, isIt);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.irc.close();
  }
}

// Debian's packages "inspircd" and "atheme-services"; `.ci/run` installs them where it can.
if (hasInspircd) describe("InspIRCd", withServer);
else it("InspIRCd: is not installed, so its tests are skipped", { skip: true }, () => {});

function withServer(): void {
  let server: Inspircd;
  const trusting = () => ({ caCerts: [server.certificate.cert] });

  before(async () => {
    server = await Inspircd.start();
  });
  after(async () => {
    await server[Symbol.asyncDispose]();
  });

  /** Two people meet in a channel and talk, both ways, with characters of any length. */
  async function chat(place: string, options: Partial<IrcClientOptions>): Promise<void> {
    const channel = `#${place}`;
    const [first, second] = await Promise.all(
      [`ann-${place}`, `bob-${place}`].map((nick) =>
        Person.connect({ nick, channels: [channel], ...options })
      ),
    );
    assert(first !== undefined && second !== undefined);
    await using ann = first;
    await using bob = second;
    await ann.hears("JOIN", ({ own }) => own);
    await bob.hears("JOIN", ({ own }) => own);
    await ann.irc.privmsg(channel, "good morning ☀ 🦕");
    assertEquals((await bob.hears("PRIVMSG")).text, "good morning ☀ 🦕");
    await bob.irc.privmsg(ann.irc.nick, ":and to you");
    const event = await ann.hears("PRIVMSG");
    assertEquals([event.text, event.replyTarget], [":and to you", bob.irc.nick]);
    assert(event.message.tags.has("time"), "server-time is in force");
    assertEquals([...ann.irc.channels.names], [channel]);
  }

  it("IrcClient: two chat over TCP, and over TLS with a certificate trusted by its issuer or fingerprint", async () => {
    await Promise.all([
      chat("tcp", { url: server.urls.irc }),
      chat("issuer", { url: server.urls.ircs, tls: trusting() }),
      chat("fingerprint", { url: server.urls.ircs, tls: { fingerprints: [server.fingerprint] } }),
    ]);
  });

  it("IrcClient: two chat over ws: and wss:, though the server refuses every subprotocol", async () => {
    await Promise.all([
      chat("ws", { url: server.urls.ws, headers: { Origin } }),
      chat("wss", { url: server.urls.wss, ...await overTls() }),
    ]);
  });

  async function overTls(): Promise<Partial<IrcClientOptions>> {
    if (!onNode) return { tls: trusting(), headers: { Origin } };
    // Node's own WebSocket takes no certificates.
    const { WebSocket } = await import("ws");
    const { cert } = server.certificate;
    class Trusting extends WebSocket {
      constructor(url: string, protocols?: string[]) {
        super(url, protocols, { ca: cert, origin: Origin });
      }
    }
    return { runtime: { dial: dialer({ WebSocket: Trusting }) } };
  }

  it("IrcClient: says nothing to a server whose certificate is not trusted", async () => {
    const wrong = new X509Certificate((await selfSignedCertificate()).cert).fingerprint256;
    for (const tls of [true, { fingerprints: [wrong] }]) {
      const options = { nick: "eve", url: server.urls.ircs, tls, backoff: { attempts: 1 } };
      const error = await assertRejects(() => new IrcClient(options).connect(), ConnectionError);
      assertEquals(error.code, "untrusted");
      assertMatch(error.message, /certificate/);
    }
  });

  it("IrcClient: logs in by SASL PLAIN and EXTERNAL, and is turned away with the wrong password", async () => {
    const certificate = await selfSignedCertificate({ hosts: ["cat"] });
    const tls = { fingerprints: [server.fingerprint], ...certificate };
    const url = server.urls.ircs;
    {
      await using cat = await Person.connect({ nick: "cat", url, tls });
      await cat.irc.privmsg("NickServ", "REGISTER sesame cat@example.org");
      await cat.hears("NOTICE", ({ text }) => /is now registered/.test(text));
      const fingerprint = new X509Certificate(certificate.cert).fingerprint256.replaceAll(":", "")
        .toLowerCase();
      await cat.irc.privmsg("NickServ", `CERT ADD ${fingerprint}`);
      await cat.hears("NOTICE", ({ text }) => /added/i.test(text));
    }
    const logins = [
      { username: "cat", password: "sesame" },
      { username: "cat", password: "sesame", mechanisms: ["SCRAM-SHA-512", "EXTERNAL", "PLAIN"] },
      { mechanisms: ["EXTERNAL"] },
    ] as const;
    await Promise.all(logins.map(async (sasl, index) => {
      await using cat = await Person.connect({ nick: `cat${index}`, url, tls, sasl });
      await cat.hears("RPL_LOGGEDIN", ({ params }) => params[2] === "cat");
    }));
    const wrong = { username: "cat", password: "open barley" };
    const error = await assertRejects(
      () => Person.connect({ nick: "cat3", url, tls: { fingerprints: [server.fingerprint] }, sasl: wrong }),
      AuthenticationError,
    );
    assertMatch(error.message, /^Cannot log in as "cat": the server refuses PLAIN/);
    assert(!error.message.includes("barley"));
    await using guest = await Person.connect({ nick: "cat4", url, tls, sasl: { ...wrong, required: false } });
    await guest.hears("ERR_SASLFAIL");
  });

  it("IrcClient: gets its nick back when whoever holds it leaves", async () => {
    const url = server.urls.irc;
    const holder = await Person.connect({ nick: "nicky", url });
    await using late = await Person.connect({ nick: "nicky", url });
    assertEquals(late.irc.nick, "nicky_");
    // By MONITOR: they share no channel.
    await late.hears("RPL_MONONLINE");
    await holder.irc.quit("bye");
    await late.hears("NICK", ({ own, nick }) => own && nick === "nicky");
    assertEquals(late.irc.nick, "nicky");
  });

  it("IrcClient: comes back after a kill, with keys, and into the wanted channels only", async () => {
    const url = server.urls.irc;
    const channels = ["#one", "#two", { name: "#keyed", key: "sesame" }];
    const [first, second] = await Promise.all([
      Person.connect({ nick: "boss", url, channels: ["#keyed"] }),
      Person.connect({ nick: "victim", url, channels }),
    ]);
    await using oper = first;
    await using victim = second;
    for (const _ of channels) await victim.hears("JOIN", ({ own }) => own);
    await victim.irc.part("#two");
    await victim.irc.part("#keyed");
    await oper.irc.send("OPER", OPER);
    await oper.irc.send("MODE", ["#keyed", "+k", "sesame"]);
    await victim.irc.join("#keyed", { key: "sesame" });
    await oper.irc.send("KILL", ["victim", "for a test"]);
    const away = await victim.hears("reconnecting");
    assertMatch(away.said ?? "", /^Closing link: .*Killed \(boss \(for a test\)\)/i);
    await victim.hears("gap");
    assertEquals([...victim.irc.channels.names].sort(), ["#keyed", "#one"]);
  });

  it("IrcClient: knows who is there as the server says it to another, whatever people do", async () => {
    const url = server.urls.irc;
    const channels = ["#state1", "#state2"];
    await using ann = await Person.connect({ nick: "sann", url, channels });
    await ann.hears("JOIN", ({ own, channel }) => own && channel === "#state2");
    await using bot = await Person.connect({ nick: "sbot", url, channels, state: "who" });
    await using bob = await Person.connect({ nick: "sbob", url, channels });
    const eve = await Person.connect({ nick: "seve", url, channels });
    for (const one of [bot, bob, eve]) {
      await one.hears("JOIN", ({ own, channel }) => own && channel === "#state2");
    }
    const doing = ann.irc;
    await doing.op("#state1", "sbob");
    await doing.voice("#state1", ["sbob", "seve"]);
    await doing.mode("#state1", "+mk", ["sesame"]);
    await doing.topic("#state1", "News");
    await doing.kick("#state2", "sbob", "out");
    await bob.irc.away("at lunch");
    await bob.irc.setNick("srob");
    await eve.irc.quit("bye");
    await doing.part("#state2");
    await doing.privmsg("#state1", "that is all");
    await bot.hears("PRIVMSG", ({ text }) => text === "that is all");
    for (const name of channels) {
      const channel = bot.irc.channels.get(name);
      const told = (await (name === "#state1" ? ann : bot).irc.names(name)).map(({ prefix, nick }) =>
        prefix + nick
      );
      const known = Array.from(
        channel?.members ?? [],
        ({ user, modes }) =>
          [...modes].map((mode) => bot.irc.isupport.prefix.find((one) => one.mode === mode)?.prefix).join(
            "",
          ) + user.nick,
      );
      assertEquals(known.sort(), told.sort());
    }
    for (const { nick, user, host, realname, isAway } of await doing.who("#state1")) {
      const known = bot.irc.users.get(nick ?? "");
      assertEquals([known?.user, known?.host, known?.realname, known?.away !== false], [
        user,
        host,
        realname,
        isAway,
      ]);
    }
    const { modes } = await doing.mode("#state1");
    assertEquals([...bot.irc.channels.get("#state1")?.modes ?? []].sort(), [...modes].sort());
    assertEquals(bot.irc.channels.get("#state1")?.topic?.text, "News");
    assertEquals(bot.irc.users.has("seve"), false);
    assertEquals((await doing.whois("srob")).away, "at lunch");
  });

  it("IrcClient: a refusal comes out by its numeric, as the server says it", async () => {
    const url = server.urls.irc;
    await using ann = await Person.connect({ nick: "rann", url, channels: ["#mod"] });
    await using bob = await Person.connect({ nick: "rbob", url });
    await ann.hears("JOIN", ({ own }) => own);
    await ann.irc.mode("#mod", "+m");
    const numeric = async (doing: Promise<unknown>) =>
      (await assertRejects(() => doing, IrcRefusedError)).numeric;
    assertEquals(await numeric(ann.irc.kick("#mod", "ghost")), "401");
    assertEquals(await numeric(ann.irc.kick("#mod", "rbob")), "441");
    assertEquals(await numeric(ann.irc.op("#mod", "ghost")), "401");
    assertEquals(await numeric(ann.irc.mode("#mod", "+Z")), "472");
    assertEquals(await numeric(bob.irc.privmsg("#mod", "x")), "404");
    assertEquals(await numeric(bob.irc.invite("rann", "#mod")), "442");
    assertEquals(await numeric(bob.irc.oper("a", "b")), "491");
    assertEquals(await numeric(bob.irc.kill("rann", "x")), "481");
    assertEquals(await numeric(bob.irc.whois("ghost")), "401");
    assertEquals(await numeric(bob.irc.setNick("rann")), "433");
  });

  it("IrcClient: knows how late the server is, by a PING where nothing is said", async () => {
    await using ann = await Person.connect({ nick: "lann", url: server.urls.irc, timeouts: { ping: 500 } });
    const { irc } = ann;
    await within(
      "a PING to be answered",
      (async () => {
        while (irc.lag === undefined) await new Promise((resolve) => setTimeout(resolve, 50));
      })(),
    );
    assert(irc.lag !== undefined && irc.lag < 5_000);
  });

  it("IrcClient: comes back after the server has crashed", async () => {
    const url = server.urls.irc;
    await using ann = await Person.connect({ nick: "ann", url, channels: ["#talk"] });
    await ann.hears("JOIN");
    await server.crashIrcd();
    assertEquals((await ann.hears("reconnecting")).said, undefined);
    await server.startIrcd();
    await ann.hears("gap");
    assertEquals([...ann.irc.channels.names], ["#talk"]);
  });
}

import { test } from "node:test";
import { assertEquals } from "@std/assert";
import { parseCtcp } from "../../src/irc/wire/texts/ctcp.ts";
import { type DccOffer, parseDcc } from "../../src/irc/wire/texts/dcc.ts";
import { ScriptedServer } from "./_scripted.ts";

const parsed = (params: string) => parseDcc(parseCtcp(`\x01DCC ${params}\x01`));

test("parseDcc: has what is offered, and where", () => {
  const offer: DccOffer = {
    type: "SEND",
    argument: "a.txt",
    host: "192.0.2.1",
    port: 5_000,
    size: 1_024,
    token: undefined,
  };
  assertEquals(parsed("SEND a.txt 3221225985 5000 1024"), offer);
  assertEquals(parsed('send "a b.txt" 3221225985 5000'), { ...offer, argument: "a b.txt", size: undefined });
  assertEquals(parsed("SEND a.txt 2001:db8::1 0 1024 77"), {
    ...offer,
    host: "2001:db8::1",
    port: 0,
    token: "77",
  });
  assertEquals(parsed("CHAT chat 4294967295 1"), {
    ...offer,
    type: "CHAT",
    argument: "chat",
    host: "255.255.255.255",
    port: 1,
    size: undefined,
  });
  assertEquals(parsed("RESUME a.txt 5000 512"), { ...offer, type: "RESUME", host: undefined, size: 512 });
});

test("parseDcc: is nothing where nothing is offered", () => {
  for (const params of ["", "SEND", "SEND a.txt", "SEND a.txt 1", "SEND a.txt 1 99999", "SEND a.txt 1 -1"]) {
    assertEquals(parsed(params), undefined, params);
  }
  assertEquals(parseDcc(parseCtcp("\x01VERSION\x01")), undefined);
  assertEquals(parseDcc(undefined), undefined);
});

test("IrcClient: an offer by DCC is a ctcp event, and nothing is done about it", async () => {
  const server = new ScriptedServer();
  const irc = await server.connected();
  const told: unknown[] = [];
  irc.on("PRIVMSG", () => void told.push("PRIVMSG"));
  irc.on("ctcp", ({ nick, dcc }) => void told.push([nick, dcc?.type, dcc?.argument, dcc?.host]));
  const before = server.got.length;
  server.say(":ann!a@h PRIVMSG bot :\x01DCC SEND ../../etc/passwd 3221225985 5000 1\x01");
  await server.world.run(5_000);
  assertEquals([told, server.got.length, server.dials.length], [
    [["ann", "SEND", "../../etc/passwd", "192.0.2.1"]],
    before,
    1,
  ]);
});

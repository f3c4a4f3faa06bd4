import { test } from "node:test";
import { assert, assertEquals } from "@std/assert";
import { GatewaySession } from "../../../src/discord/gateway/mod.ts";
import { shownPayload, shownSession } from "../../../src/discord/gateway/wire/shown_payload.ts";
import type { Observation } from "../../../src/driver/host.ts";
import { Hand } from "./_drive.ts";
import { worldOf } from "./_world.ts";

test("observe: sees no token of an interaction, of voice or of a webhook, and no session's id", async () => {
  const { world, server, connect } = worldOf();
  const seen: Observation[] = [];
  const runtime = world.host("client", { observe: (observation) => void seen.push(observation) });
  const gateway = await connect({ runtime });
  const secret = "s3cr3t-token";
  const told: unknown[] = [];
  for (const kind of ["INTERACTION_CREATE", "VOICE_SERVER_UPDATE"] as const) {
    gateway.on(kind, ({ data }) => told.push(data.token));
  }
  const d = { id: "1", token: secret, guild_id: null };
  await server.command({ kind: "dispatch", t: "INTERACTION_CREATE", d });
  await server.command({ kind: "dispatch", t: "VOICE_SERVER_UPDATE", d: { token: secret } });
  await server.command({
    kind: "dispatch",
    t: "NEW_THING",
    d: { url: `https://discord.com/api/webhooks/1/${secret}` },
  });
  await world.run(1_000);
  const session = gateway.shards[0]?.resumePoint?.sessionId ?? "";
  world.cut();
  await world.until(gateway.wait("resumed"));
  // Events are the user's own.
  assertEquals(told, [secret, secret]);
  const all = JSON.stringify(seen);
  assert(session !== "" && all.includes("NEW_THING") && all.includes("VOICE_SERVER_UPDATE"));
  for (const word of [secret, session, "parley.test.token"]) assert(!all.includes(word), word);
  await world.until(gateway.close());
});

test("GatewaySession: what is malformed is told without the tokens in it", () => {
  const session = new GatewaySession({ token: "secret", intents: 0, random: () => 0.5 });
  session.start(0);
  session.opened(1, { url: "", protocol: "" }, 0);
  const [token, webhook] = ["aW50ZXJhY3Rpb246MTI", "w3bh00k"];
  for (
    const text of [
      `{"t":"INTERACTION_CREATE","s":3,"op":0,"d":{"version":1,"type":2,"token":"${token}","id":"1"}}`,
      `{"t":"INTERACTION_CREATE","s":-1,"op":0,"d":{"token":"${token.repeat(50)}"}}`,
      `{"t":"INTERACTION_CREATE","s":3,"op":0,"d":{"token":"${token}`,
      `not JSON: "token": "${token}", https://discord.com/api/webhooks/1/${webhook}`,
    ]
  ) {
    session.receive(1, text, 10);
  }
  const told = [];
  for (let output; (output = session.poll()) !== undefined;) told.push(output);
  const text = JSON.stringify(told);
  assertEquals(text.match(/"malformed"/g)?.length, 4);
  for (const secret of [token, webhook]) assert(!text.includes(secret), text);
});

test("GatewaySession: where a link was lost is told without user and password", () => {
  const hand = new Hand({ url: "wss://ada:s3cr3t@gateway.test" }).start();
  hand.closed(0, "refused");
  const urls = hand.outputs.flatMap((output) => output.kind === "reconnecting" ? [output.url] : []);
  assertEquals(urls, ["wss://gateway.test/?v=10&encoding=json"]);
});

test("GatewaySession: what is kept of where to resume has no user and password, which come back where the server is the same", () => {
  const url = "wss://ada:s3cr3t@gateway.test";
  const named: [byReady: string, kept: string, dialled: string][] = [
    ["wss://gateway.test/", "wss://gateway.test", "wss://ada:s3cr3t@gateway.test"],
    ["wss://bob:w0rd@gateway.test/", "wss://gateway.test", "wss://ada:s3cr3t@gateway.test"],
    // It is refused, so that the first is taken.
    ["wss://evil.example/", "wss://gateway.test", "wss://ada:s3cr3t@gateway.test"],
    // Others are given nothing.
    ["wss://gateway.test:444/", "wss://gateway.test:444", "wss://gateway.test:444"],
    [
      "wss://gateway-us-east1-b.discord.gg/",
      "wss://gateway-us-east1-b.discord.gg",
      "wss://gateway-us-east1-b.discord.gg",
    ],
  ];
  for (const [byReady, kept, dialled] of named) {
    const { session } = new Hand({ url }).start().open().hello().readyEvent("one", byReady);
    const { resumePoint: resume } = session;
    assertEquals(resume?.resumeUrl, `${kept}/?v=10&encoding=json`);
    assertEquals(session.restartPoint, resume);
    if (resume === undefined) throw new Error("It has a session");
    const hand = new Hand({ url, resume }).start();
    assertEquals(hand.took(), [`dial ${dialled}/?v=10&encoding=json`]);
    hand.closed(0, "refused");
    assertEquals(hand.session.restartPoint?.resumeUrl, resume.resumeUrl);
  }
});

test("shownPayload: hides the value of a secret, however it is written, and nothing else", () => {
  const cases: [given: string, shown: string][] = [
    ['{"d":{"token":"a\\"b\\\\","x":"c"}}', '{"d":{"token":"*","x":"c"}}'],
    [
      '{"session_id" : "one","d":[{"token":"b"},{"token":null}]}',
      `{"session_id" : "${shownSession("one")}","d":[{"token":"*"},{"token":null}]}`,
    ],
    ['{"content":"a \\"token\\":\\"b\\""}', '{"content":"a \\"token\\":\\"b\\""}'],
    ['{"content":"/webhooks/1/a-B_c/slack"}', '{"content":"/webhooks/1/*/slack"}'],
    ['{"d":{"token":"a cut', '{"d":{"token":"*'],
    ['{"d":{"token":"a cut \\', '{"d":{"token":"*'],
    ['{"token":"\\"token\\":\\"a","x":1}', '{"token":"*","x":1}'],
    ['{"custom_token":"a","token_type":"b"}', '{"custom_token":"a","token_type":"b"}'],
  ];
  for (const [given, shown] of cases) assertEquals(shownPayload(given), shown);
});

test("shownPayload: a secret may be as long as a message", () => {
  for (const part of ["a", "\\a"]) {
    assertEquals(shownPayload(`{"token":"${part.repeat(10_000_000)}"}`), '{"token":"*"}');
  }
});

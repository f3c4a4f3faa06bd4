import { after, before, describe, it } from "node:test";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { IrcClient, type IrcClientOptions } from "../../src/irc/client.ts";
import { IrcRefusedError } from "../../src/irc/wire/outcomes/refusal.ts";
import { within } from "../_within.ts";
import { hasInspircd, Inspircd } from "./_inspircd.ts";
import { hasZnc, Znc } from "./_znc.ts";

// Debian's packages "inspircd" and "znc"; `.ci/run` installs them where it can.
if (hasInspircd && hasZnc) describe("ZNC", withBouncer);
else it("ZNC: is not installed, or InspIRCd is not, so its tests are skipped", { skip: true }, () => {});

function withBouncer(): void {
  let server: Inspircd;
  let bouncer: Znc;

  before(async () => {
    server = await Inspircd.start();
    bouncer = await Znc.start(server.urls.irc);
  });
  after(async () => {
    await bouncer?.[Symbol.asyncDispose]();
    await server?.[Symbol.asyncDispose]();
  });

  const connect = (options: IrcClientOptions) =>
    new IrcClient({ backoff: { base: 100, cap: 400 }, flood: false, ...options }).connect();

  async function refusal(doing: Promise<void>): Promise<string> {
    const error = await within("a refusal", assertRejects(() => doing, IrcRefusedError));
    return error.numeric;
  }

  it("IrcClient: behind a bouncer joins, keys, refused messages and kicks come out as the network says", async () => {
    await using ann = await connect({ nick: "ann", url: server.urls.irc });
    await ann.join(["#key", "#mod", "#talk"]);
    await ann.mode("#key", "+k", "sesame");
    await ann.mode("#mod", "+m");
    const heard: string[] = [];
    ann.on("PRIVMSG", ({ target, text }) => void heard.push(`${target} ${text}`));
    const came = ann.wait("JOIN", { where: ({ channel, own }) => !own && channel === "#key" });

    const channels = ["#talk", { name: "#key", key: "sesame" }];
    await using bot = await connect({ nick: "bot", url: bouncer.url, password: bouncer.password, channels });
    await within("the bot to join", came);
    await bot.join("#mod");
    assertEquals([...bot.channels.names].sort(), ["#key", "#mod", "#talk"]);

    assertEquals(await refusal(bot.privmsg("#mod", "x")), "404");
    assertEquals(await refusal(bot.privmsg("nobody", "x")), "401");
    assertEquals(await refusal(bot.kick("#talk", "ann")), "482");
    assertEquals(await refusal(bot.topic("#mod", "x")), "482");
    await bot.privmsg("#talk", "hello");
    assertEquals(heard, ["#talk hello"]);
    await ann.mode("#talk", "+o", "bot");
    await ann.mode("#mod", "+i");
    await bot.part("#mod");
    assertEquals(await refusal(bot.join("#mod")), "473");
    await bot.part("#mod");
    await bot.kick("#talk", "ann", "out");

    // Its channels are forgotten with it.
    const back = bot.wait("gap");
    await bouncer.restart();
    await within("the bot to come back", back);
    assertEquals([...bot.channels.names].sort(), ["#key", "#talk"]);
  });

  it("IrcClient: behind a bouncer that loses its network, what is sent waits until that is back, and a gap is told", async () => {
    await using bot = await connect({ nick: "bot", url: bouncer.url, password: bouncer.password });
    await bot.join("#stay");
    const lost = bot.wait("network_lost");
    await server.crashIrcd();
    await within("the network to be lost", lost);
    assertEquals([...bot.channels.names], []);
    const gap = bot.wait("gap");
    const said = bot.privmsg("#stay", "still here");
    await server.startIrcd();
    const { from, to } = await within("the bot to be back", gap);
    assert(from < to);
    assertEquals([...bot.channels.names].includes("#stay"), true);
    // Nobody else is there; what the server refuses would reject.
    await within("what has waited to be said", said);
    assertEquals(await refusal(bot.privmsg("nobody", "x")), "401");
  });
}

import { describe, test } from "node:test";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { IrcClient } from "../../src/irc/client.ts";
import { OptionError } from "../../src/protocol/errors.ts";
import { IrcHand } from "./_registering.ts";
import { ScriptedServer } from "./_scripted.ts";

/** What InspIRCd 3.15 thinks of a client: a penalty that falls by one each second, and lines wait beyond ten. */
class Penalty {
  most = 0;
  #penalty = 0;
  #at = 0;

  add(now: number, cost: number): void {
    this.#penalty = Math.max(0, this.#penalty - (now - this.#at) / 1_000) + cost;
    this.#at = now;
    this.most = Math.max(this.most, this.#penalty);
  }
}

describe("IrcClient: 20 lines to InspIRCd take as long as its own limit demands, and never go beyond it", () => {
  for (const capabilities of ["batch labeled-response", "echo-message", ""]) {
    for (const awaited of [true, false]) {
      test(`${capabilities || "nothing"}, ${awaited ? "awaited one by one" : "at once"}`, async () => {
        const penalty = new Penalty();
        const server = new ScriptedServer({
          capabilities,
          version: "InspIRCd-3",
          on: (message, say) => {
            penalty.add(server.world.clock.now(), message.command === "JOIN" ? 2 : 1);
            if (message.command !== "PRIVMSG") return;
            if (capabilities === "echo-message") say(`:bot!u@h ${message.raw}`);
            else if (capabilities !== "") say(`@label=${message.tag("label")} :s ACK`);
          },
        });
        const irc = await server.connected({
          channels: ["#a"],
          capabilities: capabilities.split(" ").filter(Boolean),
        });
        penalty.most = 0;
        const began = server.world.clock.now();
        const saying: Promise<void>[] = [];
        for (let n = 0; n < 20; n++) {
          saying.push(irc.privmsg("#a", String(n)));
          if (awaited) await server.world.until(saying[n] ?? Promise.resolve());
        }
        await server.world.until(Promise.all(saying));
        const took = server.world.clock.now() - began;
        assert(penalty.most <= 10, String(penalty.most));
        // 20 lines of a second each, of which ten are free; a PING costs as much as a line.
        const pings = server.lines(/^PING/).length;
        assertEquals(pings > 0, capabilities === "");
        assert(took <= 12_000 + pings * 1_500, `${took} ms, ${pings} PINGs`);
      });
    }
  }
});

test("IrcClient: what a server makes lines cost is known by what it says it is, or by its network", async () => {
  const sentAtOnce = async (version: string, network: string, flood?: "inspircd" | false) => {
    const server = new ScriptedServer({ version, support: `CHANTYPES=# NETWORK=${network}` });
    const irc = await server.connected({ ...(flood !== undefined && { flood }) });
    for (let n = 0; n < 30; n++) irc.privmsg("#a", String(n)).catch(() => {});
    await server.world.run(0);
    return server.lines(/^PRIVMSG/).length;
  };
  const cases = [
    ["test-1", "Test", undefined, 4],
    ["InspIRCd-3", "Test", undefined, 9],
    ["solanum-1.0-dev", "Test", undefined, 4],
    ["u2.10.12.19", "Test", undefined, 3],
    ["UnrealIRCd-6.1", "Test", undefined, 7],
    ["soju", "Libera.Chat", undefined, 4],
    ["test-1", "Test", "inspircd", 9],
    ["test-1", "Test", false, 30],
  ] as const;
  for (const [version, network, flood, most] of cases) {
    assertEquals([version, await sentAtOnce(version, network, flood)], [version, most]);
  }
});

test("IrcSession: what a server makes lines cost is known by what it says it is, though it tells of nothing it supports", () => {
  const hand = new IrcHand().start().offers("")
    .lines(":s 001 bot :hi", ":s 004 bot s InspIRCd-3 i nt", ":s 422 bot :No MOTD");
  for (let n = 0; n < 30; n++) hand.command({ kind: "PRIVMSG", target: "#a", text: String(n) });
  assertEquals(hand.sent().filter((line) => line.startsWith("PRIVMSG")).length, 9);
});

test("IrcClient: a command costs as many lines as the server takes for it", async () => {
  const server = new ScriptedServer({ version: "InspIRCd-3" });
  const irc = await server.connected();
  for (let n = 0; n < 4; n++) irc.send("LIST").catch(() => {});
  await server.world.run(0);
  assertEquals(server.lines(/^LIST/).length, 1);
  await server.world.run(1_000);
  assertEquals(server.lines(/^LIST/).length, 2);
});

test("IrcClient: costs that cannot be are refused", () => {
  for (const flood of [{ line: 0 }, { line: 6_000 }, { byte: -1 }, { commands: { LIST: NaN } }]) {
    assertThrows(() => new IrcClient({ host: "irc.example.org", nick: "bot", flood }), OptionError);
  }
});

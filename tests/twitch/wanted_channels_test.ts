import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { WantedChannels } from "../../src/twitch/session/channels/wanted_channels.ts";

test("WantedChannels: where we have been we want to be, whoever gives up on joining it again", () => {
  const wanted = new WantedChannels();
  wanted.add("#a", 1);
  wanted.add("#b", 2);
  assertEquals(wanted.joined("#a"), [1]);
  for (const [channel, ticket] of [["#a", 3], ["#b", 4]] as const) wanted.add(channel, ticket);
  assertEquals([wanted.cancel("#a", 3), wanted.cancel("#b", 4), wanted.cancel("#b", 2)], [
    false,
    false,
    true,
  ]);
  assertEquals(wanted.names(), ["#a"]);
});

import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { ChannelMembership } from "../../src/irc/session/channels/channel_membership.ts";

function membership(): ChannelMembership {
  return new ChannelMembership({ settle: () => {}, joinFailed: () => {}, random: () => 0.5 });
}

const wanted = (channels: ChannelMembership) => channels.wantedChannels().map(({ name }) => name);

test("ChannelMembership.parting: a channel is left with the last of its PARTs", () => {
  const channels = membership();
  channels.want("#a", "sesame");
  channels.sawJoin("#a", 0);
  for (let parts = 0; parts < 2; parts++) {
    channels.part("#a", false);
    channels.parting("#a", 1);
  }
  channels.parting("#a", -1);
  channels.sawPart("#a", true);
  assertEquals([channels.get("#a")?.joined, channels.keyOf("#a")], [false, "sesame"]);
  channels.parting("#a", -1);
  channels.sawPart("#a", true);
  assertEquals([channels.get("#a"), channels.keyOf("#a")], [undefined, undefined]);
});

test("ChannelMembership.linkLost: what was being parted is forgotten with the link, and its key", () => {
  const channels = membership();
  channels.want("#a", "sesame");
  channels.want("#b");
  for (const name of ["#a", "#b"]) channels.sawJoin(name, 0);
  channels.part("#a", false);
  channels.linkLost();
  assertEquals([channels.get("#a"), channels.keyOf("#a"), wanted(channels)], [undefined, undefined, ["#b"]]);
  // Who is made to join it is in it as in any other.
  channels.sawJoin("#a", 0);
  assertEquals(wanted(channels), ["#b", "#a"]);
});

import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { parseMessage } from "../../../src/irc/wire/messages/message.ts";
import type { Outcome } from "../../../src/protocol/protocol.ts";
import { ChannelMembership } from "../../../src/irc/session/channels/channel_membership.ts";

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

test("ChannelMembership.part: every JOIN of the channel that is under way fails", () => {
  const settled: [number, string][] = [];
  const settle = (ticket: number, { kind }: Outcome) => void settled.push([ticket, kind]);
  const channels = new ChannelMembership({ settle, joinFailed: () => {}, random: () => 0.5 });
  channels.want("#a", undefined, 1);
  channels.want("#a", undefined, 2);
  channels.part("#a", false);
  assertEquals(settled, [[1, "failed"], [2, "failed"]]);
});

test("ChannelMembership.sawPart: who is made to leave where another JOIN is under way is still to be there", () => {
  const channels = membership();
  channels.want("#a");
  channels.sawJoin("#a", 0);
  channels.want("#a", undefined, 1);
  channels.sawPart("#a", false);
  assertEquals([channels.get("#a")?.joined, wanted(channels)], [false, ["#a"]]);
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

test("ChannelMembership.cancel: what only that JOIN wanted is wanted no more, and what another wants is", () => {
  const channels = membership();
  channels.want("#a", undefined, 1);
  channels.want("#b");
  channels.want("#b", undefined, 2);
  channels.want("#c", undefined, 3);
  channels.want("#c", undefined, 4);
  assertEquals([1, 2, 3, 5].map((ticket) => channels.cancel(ticket)), [true, true, true, false]);
  assertEquals(wanted(channels), ["#b", "#c"]);
});

test("ChannelMembership.remap: who is in one of two channels that turn out to be one is in it", () => {
  for (const joined of ["#a[", "#a{"]) {
    const channels = membership();
    channels.remap("ascii");
    for (const name of ["#a[", "#a{"]) channels.want(name);
    channels.sawJoin(joined, 0);
    channels.remap("rfc1459");
    assertEquals([channels.joinedNames(), wanted(channels)], [["#a["], ["#a["]]);
  }
});

test("ChannelMembership.sawKick: who had been in for long is back as fast as the first time", () => {
  const channels = new ChannelMembership(
    { settle: () => {}, joinFailed: () => {}, random: () => 0.5 },
    true,
  );
  channels.want("#a");
  let now = 0;
  const waits: number[] = [];
  for (const stay of [0, 0, 0, 3_600_000, 0]) {
    channels.sawJoin("#a", now);
    now += stay;
    channels.sawKick("#a", now);
    waits.push(channels.retryAt - now);
    now = channels.retryAt;
    assertEquals(channels.toRetry(now).map(({ name }) => name), ["#a"]);
  }
  const [first, second = 0, third = 0] = waits;
  assertEquals([second > Number(first), third > second, waits.slice(3)], [true, true, [first, second]]);
});

test("ChannelMembership.toRetry: nothing is tried again that we are in meanwhile, or that is not wanted any more", () => {
  const channels = new ChannelMembership({ settle: () => {}, joinFailed: () => {}, random: () => 0.5 }, true);
  for (const name of ["#a", "#b", "#c"]) {
    channels.want(name);
    channels.sawJoin(name, 0);
    channels.sawKick(name, 1_000);
  }
  channels.sawJoin("#a", 1_500);
  channels.part("#b", false);
  const at = channels.retryAt;
  assertEquals(channels.toRetry(at).map(({ name }) => name), ["#c"]);
});

test("ChannelMembership.moved: a channel whose new name is one that we are in is joined", () => {
  const settled: [number, string][] = [];
  const settle = (ticket: number, { kind }: Outcome) => void settled.push([ticket, kind]);
  const channels = new ChannelMembership({ settle, joinFailed: () => {}, random: () => 0.5 });
  channels.want("#new");
  channels.sawJoin("#new", 0);
  channels.want("#old", undefined, 1);
  const message = parseMessage(":s FAIL JOIN CHANNEL_RENAMED #old #new :It has another name");
  assertEquals([channels.moved("#old", message), settled, wanted(channels)], [[], [[1, "done"]], ["#new"]]);
});

test("ChannelMembership.remap: where we were sent is another channel once its name is", () => {
  const channels = membership();
  channels.want("#old");
  channels.forward("#old", "#new[");
  assertEquals(["#new[", "#new{"].map((name) => channels.get(name)?.name), ["#old", "#old"]);
  channels.remap("ascii");
  assertEquals(["#new[", "#new{"].map((name) => channels.get(name)?.name), ["#old", undefined]);
});

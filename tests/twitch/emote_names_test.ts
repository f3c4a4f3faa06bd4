import { test } from "node:test";
import { assertEquals } from "@std/assert";
import { parseMessage } from "../../src/irc/wire/messages/message.ts";
import { TwitchEmoteNames } from "../../src/twitch/wire/emote_names.ts";
import { TwitchPrivmsgEvent } from "../../src/twitch/wire/events/privmsg.ts";

const said = (text: string, tags: string) =>
  new TwitchPrivmsgEvent(parseMessage(`@${tags} :ronni!ronni@ronni.tmi.twitch.tv PRIVMSG #dallas :${text}`));

/** What stands where a message's emotes are said to be. */
const shown = (names: TwitchEmoteNames, event: TwitchPrivmsgEvent) =>
  names.emotesOf(event).map(({ id, start, end, codePointStart, codePointEnd }) => {
    const points = [...event.text].slice(codePointStart, codePointEnd).join("");
    return [id, event.text.slice(start, end), points];
  });

test("TwitchEmoteNames: repairs ranges that Twitch's fault has moved, at the edges of words", () => {
  const names = new TwitchEmoteNames();
  names.take(said("Kappa LUL", "emotes=25:0-4/425618:6-8"));
  const moved = said("привет Kappa и LUL и Kappa 😀", "emotes=25:8-12,22-26/425618:16-18;flags=0-5:P.3");
  assertEquals(moved.emotes.map(({ start, end }) => moved.text.slice(start, end)), ["appa ", "UL ", "appa "]);
  assertEquals(shown(names, moved), [["25", "Kappa", "Kappa"], ["425618", "LUL", "LUL"], [
    "25",
    "Kappa",
    "Kappa",
  ]]);
  assertEquals(names.partsOf(moved).map(({ kind, text }) => [kind, text]), [
    ["text", "привет "],
    ["emote", "Kappa"],
    ["text", " и "],
    ["emote", "LUL"],
    ["text", " и "],
    ["emote", "Kappa"],
    ["text", " 😀"],
  ]);
});

test("TwitchEmoteNames: repairs ranges that lie beyond the text", () => {
  const names = new TwitchEmoteNames();
  names.set("425618", "LUL");
  // A line of twitchdev/issues 104: 51 code points, and a range that ends at 51.
  const beyond = said(`${"ж".repeat(47)} LUL`, "emotes=425618:49-51;flags=0-3:P.3");
  assertEquals(beyond.emotes, []);
  assertEquals(shown(names, beyond), [["425618", "LUL", "LUL"]]);
});

test("TwitchEmoteNames: each range has a word of its own, the nearest", () => {
  const names = new TwitchEmoteNames();
  names.set("25", "Kappa");
  const twice = said("ж Kappa Kappa", "emotes=25:3-7,9-13;flags=0-1:P.3");
  assertEquals(names.emotesOf(twice).map(({ start }) => start), [2, 8]);
});

test("TwitchEmoteNames: leaves alone what is right, what it does not know, and what is no word", () => {
  const names = new TwitchEmoteNames();
  const right = said("Kappa 😀", "emotes=25:0-4;flags=");
  assertEquals(names.emotesOf(right), right.emotes);
  names.set("25", "Keepo");
  const other = said("ж Kappa", "emotes=25:2-6/7:0-0;flags=0-1:P.3");
  assertEquals(shown(names, other), [["7", "ж", "ж"], ["25", "Kappa", "Kappa"]]);
});

test("TwitchEmoteNames: learns of messages that cannot have the fault, and remembers so many", () => {
  const names = new TwitchEmoteNames({ capacity: 2 });
  names.take(said("ж Kappa", "emotes=25:3-7;flags=0-1:P.3"));
  assertEquals(names.size, 0);
  names.take(said("a Kappa", "emotes=25:2-6;flags=0-1:P.3"));
  names.take(said("Kappab", "emotes=26:0-4;flags="));
  assertEquals([names.get("25"), names.get("26")], ["Kappa", undefined]);
  names.set("1", "a");
  names.set("25", "Kappa");
  names.set("2", "b");
  assertEquals([names.size, names.get("1"), names.get("25")], [2, undefined, "Kappa"]);
});

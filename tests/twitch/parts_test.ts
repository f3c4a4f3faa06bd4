import { test } from "node:test";
import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { parseMessage } from "../../src/irc/wire/messages/message.ts";
import { TwitchEmote } from "../../src/twitch/wire/texts/emotes.ts";
import { TwitchPrivmsgEvent } from "../../src/twitch/wire/events/privmsg.ts";

const said = (text: string, tags = "bits=") =>
  new TwitchPrivmsgEvent(parseMessage(`@${tags} :ronni!ronni@ronni.tmi.twitch.tv PRIVMSG #dallas :${text}`));

const shown = (text: string, tags?: string) => said(text, tags).parts.map(({ kind, text }) => [kind, text]);

test("TwitchPrivmsgEvent.parts: text, emotes and mentions, in their order", () => {
  assertEquals(shown("Kappa @Dallas, hi Kappa", "emotes=25:0-4,18-22"), [
    ["emote", "Kappa"],
    ["text", " "],
    ["mention", "@Dallas"],
    ["text", ", hi "],
    ["emote", "Kappa"],
  ]);
  const [, , mention] = said("Kappa @Dallas", "emotes=25:0-4").parts;
  assertEquals(mention, { kind: "mention", text: "@Dallas", login: "dallas" });
  assertEquals(shown("mail@example.com is @ home"), [["text", "mail@example.com is @ home"]]);
});

test("TwitchPrivmsgEvent.parts: links, without what ends the sentence", () => {
  assertEquals(shown("see https://example.com/a?b=(c), or (http://x.example)."), [
    ["text", "see "],
    ["link", "https://example.com/a?b=(c"],
    ["text", "), or (http://x.example)."],
  ]);
  assertEquals(shown("https://clips.twitch.tv/abc!"), [
    ["link", "https://clips.twitch.tv/abc"],
    ["text", "!"],
  ]);
});

test("TwitchPrivmsgEvent.parts: words are cheermotes where they make the bits together", () => {
  assertEquals(said("Cheer100 gg 4Head25", "bits=125").parts, [
    { kind: "cheermote", text: "Cheer100", prefix: "Cheer", bits: 100 },
    { kind: "text", text: " gg " },
    { kind: "cheermote", text: "4Head25", prefix: "4Head", bits: 25 },
  ]);
  assertEquals(shown("Cheer100 in room404", "bits=100"), [["text", "Cheer100 in room404"]]);
  assertEquals(shown("Cheer100", "mod=0"), [["text", "Cheer100"]]);
});

test("TwitchPrivmsgEvent.parts: together they are the text, whatever it and its ranges are", () => {
  const word = fc.constantFrom(
    "Kappa",
    "@ronni",
    "@",
    "https://a.example/",
    "http://",
    "cheer1",
    " ",
    "  ",
    "👨‍👩‍👧‍👦",
    "x",
  );
  const ranges = fc.array(fc.tuple(fc.nat(30), fc.nat(12)), { maxLength: 4 });
  fc.assert(fc.property(fc.array(word), ranges, fc.nat(3), (words, ranges, bits) => {
    const text = words.join("");
    const emotes = ranges.map(([start, length]) => `25:${start}-${start + length}`).join("/");
    const event = said(text, `bits=${bits};emotes=${emotes}`);
    assertEquals(event.parts.map(({ text }) => text).join(""), event.text);
  }));
});

test("TwitchEmote.url: by size, background and whether it moves", () => {
  const emote = new TwitchEmote("emotesv2_dc24", 0, 5, 0, 5);
  const base = "https://static-cdn.jtvnw.net/emoticons/v2/emotesv2_dc24";
  assertEquals(emote.url(), `${base}/default/dark/1.0`);
  assertEquals(emote.url({ scale: 3, theme: "light", format: "static" }), `${base}/static/light/3.0`);
});

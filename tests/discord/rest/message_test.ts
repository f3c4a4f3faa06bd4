import { assertEquals, assertThrows } from "@std/assert";
import * as fc from "fast-check";
import { describe, it, test } from "node:test";
import {
  checkMessage,
  type MessageParts,
  type MessageUse,
} from "../../../src/discord/rest/bodies/message.ts";
import { CommandError } from "../../../src/protocol/errors.ts";

const V2 = 1 << 15;
const ID = "81384788765712384";
const fields = (count: number) => Array(count).fill({ name: "n", value: "v" });
const answers = (count: number) => Array(count).fill({ poll_media: { text: "a" } });
const poll = (more: object) => ({ poll: { question: { text: "q" }, answers: answers(2), ...more } });

/** What is refused, and what the error says of it. */
const REFUSED: readonly [why: string, message: object, said: string, use?: MessageUse][] = [
  ["content over 2000 characters", { content: "x".repeat(2001) }, "2000 characters"],
  ["content that is no text", { content: 7 }, "a number"],
  ["nothing at all", {}, "empty"],
  ["only blank content", { content: " \n" }, "empty"],
  ["an 11th embed", { embeds: Array(11).fill({ title: "t" }) }, '"11" embeds'],
  ["embeds that are no array", { embeds: { title: "t" } }, "embeds"],
  ["an embed that is null", { embeds: [null] }, "embeds[0]"],
  ["a title over 256", { embeds: [{ title: "x".repeat(257) }] }, "256"],
  ["a description over 4096", { embeds: [{ description: "x".repeat(4097) }] }, "4096"],
  ["a 26th field", { embeds: [{ fields: fields(26) }] }, '"26" fields'],
  ["a field without a name", { embeds: [{ fields: [{ value: "v" }] }] }, "name of fields[0]"],
  ["a field's value over 1024", { embeds: [{ fields: [{ name: "n", value: "x".repeat(1025) }] }] }, "1024"],
  ["a footer over 2048", { embeds: [{ footer: { text: "x".repeat(2049) } }] }, "2048"],
  ["an author over 256", { embeds: [{ author: { name: "x".repeat(257) } }] }, "256"],
  [
    "embeds over 6000 in sum",
    { embeds: Array(2).fill({ description: "x".repeat(3001) }) },
    '"6002" characters',
  ],
  ["a colour out of range", { embeds: [{ title: "t", color: 0x1000000 }] }, '"16777216"'],
  ["a timestamp that is none", { embeds: [{ title: "t", timestamp: "soon" }] }, '"soon"'],
  ["a page that is no URL", { embeds: [{ title: "t", url: "javascript:alert(1)" }] }, "its url"],
  ["an image that is no URL", { embeds: [{ title: "t", image: { url: "a.png" } }] }, "its image"],
  ["a poll without a question", poll({ question: {} }), "question"],
  ["a question over 300", poll({ question: { text: "x".repeat(301) } }), "300"],
  ["a poll without answers", poll({ answers: [] }), "answers"],
  ["an 11th answer", poll({ answers: answers(11) }), '"11" answers'],
  ["an answer over 55", poll({ answers: [{ poll_media: { text: "x".repeat(56) } }] }), "55"],
  ["a poll over 32 days", poll({ duration: 769 }), '"769"'],
  ["a poll of half an hour", poll({ duration: 0.5 }), '"0.5"'],
  ["mentions of an unknown type", { content: "x", allowed_mentions: { parse: ["all"] } }, '"all"'],
  [
    "mentions both parsed and listed",
    { content: "x", allowed_mentions: { parse: ["users"], users: [ID] } },
    'both parse "users"',
  ],
  ["mentions of what is no ID", { content: "x", allowed_mentions: { roles: ["@here"] } }, "no ID"],
  [
    "mentions of a 101st",
    { content: "x", allowed_mentions: { users: Array.from({ length: 101 }, (_, i) => `${i + 1}`) } },
    '"101" users',
  ],
  ["a fourth sticker", { sticker_ids: [ID, ID, ID, ID] }, '"4" stickers'],
  ["an 11th attachment", { attachments: Array(11).fill({ id: 1 }) }, '"11" attachments'],
  ["an 11th file", { content: "x" }, '"11" files', { files: 11 }],
  ["V2 with content", { flags: V2, content: "x", components: [] }, "components only"],
  ["V2 with embeds", { flags: V2, embeds: [{ title: "t" }] }, "components only"],
  ["V2 with stickers", { flags: V2, sticker_ids: [ID] }, "components only"],
  ["V2 with a poll", { flags: V2, ...poll({}) }, "components only"],
];

/** What is as much as Discord takes. */
const TAKEN: readonly [why: string, message: object, use?: MessageUse][] = [
  ["2000 characters beyond U+FFFF", { content: "😀".repeat(2000) }],
  ["10 embeds of 600", { embeds: Array(10).fill({ description: "x".repeat(600) }) }],
  ["blanks around 6000", {
    embeds: [{ description: ` ${"x".repeat(4096)} ` }, { description: "x".repeat(1904) }],
  }],
  ["25 fields", { embeds: [{ fields: fields(25) }] }],
  ["an image that comes along", { embeds: [{ image: { url: "attachment://a b#1.png" } }] }, { files: 1 }],
  ["10 answers, 32 days", poll({ answers: answers(10), duration: 768 })],
  ["an answer that is an emoji", poll({ answers: [{ poll_media: { emoji: { name: "👍" } } }] })],
  ["mentions listed", { content: "x", allowed_mentions: { parse: ["everyone"], users: [ID], roles: [] } }],
  ["mentions parsed beside an empty list", {
    content: "x",
    allowed_mentions: { parse: ["users"], users: [] },
  }],
  ["mentions of nobody", { content: "x", allowed_mentions: { parse: [] } }],
  ["an edit of nothing", {}, { isEdit: true }],
  ["an edit that takes all away", { content: null, embeds: [], components: [] }, { isEdit: true }],
  ["files alone", {}, { files: 10 }],
];

describe("checkMessage", () => {
  for (const [why, message, said, use] of REFUSED) {
    it(`checkMessage: refuses ${why}`, () => {
      const error = assertThrows(() => checkMessage("say it", message, use), CommandError, said);
      assertEquals(error.code, "invalid_command");
      assertEquals(error.message.startsWith("Cannot say it: "), true, error.message);
    });
  }
  for (const [why, message, use] of TAKEN) {
    it(`checkMessage: takes ${why}`, () => checkMessage("say it", message, use));
  }
});

test("checkMessage: whatever it is given, it takes it or throws a CommandError", () => {
  const part = fc.oneof(fc.anything(), fc.jsonValue());
  const message = fc.record({
    content: part,
    embeds: part,
    components: part,
    poll: part,
    allowed_mentions: part,
    attachments: part,
    sticker_ids: part,
    flags: fc.nat(),
  }, { requiredKeys: [] });
  fc.assert(
    fc.property(message, fc.boolean(), (message, isEdit) => {
      try {
        checkMessage("say it", message as MessageParts, { isEdit });
      } catch (error) {
        if (!(error instanceof CommandError)) throw error;
      }
    }),
    { numRuns: 500 },
  );
});

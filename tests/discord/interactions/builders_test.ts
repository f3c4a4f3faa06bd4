import { assertEquals, assertThrows } from "@std/assert";
import { describe, it, test } from "node:test";
import {
  actionRow,
  channelSelect,
  checkbox,
  checkboxGroup,
  container,
  dangerButton,
  file,
  fileUpload,
  label,
  layout,
  linkButton,
  mediaGallery,
  mentionableSelect,
  premiumButton,
  primaryButton,
  radioGroup,
  roleSelect,
  secondaryButton,
  section,
  separator,
  stringSelect,
  successButton,
  textDisplay,
  textInput,
  thumbnail,
  userSelect,
} from "../../../src/discord/interactions/mod.ts";
import { checkResponse } from "../../../src/discord/rest/bodies/response.ts";
import { OptionError } from "../../../src/protocol/errors.ts";

const ID = "81384788765712384";
const URL = "https://example.com/a.png";
const choices = [{ label: "One", value: "1" }, { label: "Two", value: "2" }];

/** What each builds, as Discord's documentation has it. */
const BUILT: readonly [name: string, component: object, json: object][] = [
  ["primaryButton", primaryButton("a", "A"), { type: 2, style: 1, custom_id: "a", label: "A" }],
  ["secondaryButton", secondaryButton("a", { label: "A", disabled: true }), {
    type: 2,
    style: 2,
    custom_id: "a",
    label: "A",
    disabled: true,
  }],
  ["successButton", successButton("a", { emoji: { name: "👍" } }), {
    type: 2,
    style: 3,
    custom_id: "a",
    emoji: { name: "👍" },
  }],
  ["dangerButton", dangerButton("a", "A"), { type: 2, style: 4, custom_id: "a", label: "A" }],
  ["linkButton", linkButton(URL, "A"), { type: 2, style: 5, url: URL, label: "A" }],
  ["premiumButton", premiumButton(ID, { id: 3 }), { type: 2, style: 6, sku_id: ID, id: 3 }],
  ["stringSelect", stringSelect("s", choices, { placeholder: "?" }), {
    type: 3,
    custom_id: "s",
    options: choices,
    placeholder: "?",
  }],
  ["userSelect", userSelect("u", { defaults: [ID] }), {
    type: 5,
    custom_id: "u",
    default_values: [{ id: ID, type: "user" }],
  }],
  ["roleSelect", roleSelect("r", { defaults: [ID], max_values: 2 }), {
    type: 6,
    custom_id: "r",
    max_values: 2,
    default_values: [{ id: ID, type: "role" }],
  }],
  ["mentionableSelect", mentionableSelect("m", { defaults: [{ type: "role", id: ID }] }), {
    type: 7,
    custom_id: "m",
    default_values: [{ type: "role", id: ID }],
  }],
  ["channelSelect", channelSelect("c", { channel_types: [0, 5], defaults: [ID] }), {
    type: 8,
    custom_id: "c",
    channel_types: [0, 5],
    default_values: [{ id: ID, type: "channel" }],
  }],
  ["actionRow", actionRow(userSelect("u")), { type: 1, components: [{ type: 5, custom_id: "u" }] }],
  ["textDisplay", textDisplay("t", { id: 9 }), { type: 10, content: "t", id: 9 }],
  ["section", section(["a", textDisplay("b")], thumbnail(URL)), {
    type: 9,
    components: [{ type: 10, content: "a" }, { type: 10, content: "b" }],
    accessory: { type: 11, media: { url: URL } },
  }],
  ["thumbnail", thumbnail(URL, { description: "d", spoiler: true }), {
    type: 11,
    media: { url: URL },
    description: "d",
    spoiler: true,
  }],
  ["mediaGallery", mediaGallery(URL, { url: URL, description: "d" }), {
    type: 12,
    items: [{ media: { url: URL } }, { media: { url: URL }, description: "d" }],
  }],
  ["file", file("a b.txt", { spoiler: true }), {
    type: 13,
    file: { url: "attachment://a b.txt" },
    spoiler: true,
  }],
  ["separator", separator({ divider: false, spacing: 2 }), { type: 14, divider: false, spacing: 2 }],
  ["container", container([textDisplay("t")], { accent_color: 0xff0000 }), {
    type: 17,
    components: [{ type: 10, content: "t" }],
    accent_color: 0xff0000,
  }],
  ["layout", layout(textDisplay("t")), { flags: 32768, components: [{ type: 10, content: "t" }] }],
  ["label", label("L", textInput("i"), { description: "d" }), {
    type: 18,
    label: "L",
    component: { type: 4, custom_id: "i", style: 1 },
    description: "d",
  }],
  ["textInput", textInput("i", { style: "paragraph", max_length: 5, value: "v" }), {
    type: 4,
    custom_id: "i",
    style: 2,
    max_length: 5,
    value: "v",
  }],
  ["fileUpload", fileUpload("f", { file_types: ["image", ".pdf"] }), {
    type: 19,
    custom_id: "f",
    file_types: ["image", ".pdf"],
  }],
  ["radioGroup", radioGroup("r", choices, { required: false }), {
    type: 21,
    custom_id: "r",
    options: choices,
    required: false,
  }],
  ["checkboxGroup", checkboxGroup("c", choices, { max_values: 1 }), {
    type: 22,
    custom_id: "c",
    options: choices,
    max_values: 1,
  }],
  ["checkbox", checkbox("c", { default: true }), { type: 23, custom_id: "c", default: true }],
];

describe("builders", () => {
  for (const [name, component, json] of BUILT) {
    it(`${name}: builds what Discord documents`, () => assertEquals(component, json));
  }
});

const long = (length: number) => "x".repeat(length);

/** What each refuses, at once. */
const REFUSED: readonly [name: string, what: string, build: () => unknown, said: string][] = [
  ["primaryButton", "a label over 80", () => primaryButton("a", long(81)), "Cannot build a button"],
  ["primaryButton", "a custom_id over 100", () => primaryButton(long(101), "A"), "custom_id"],
  ["secondaryButton", "an empty label", () => secondaryButton("a", ""), "neither a label nor an emoji"],
  ["linkButton", "what is no URL", () => linkButton("javascript:1", "A"), "its url"],
  ["premiumButton", "what is no ID", () => premiumButton("x"), "sku_id"],
  ["stringSelect", "no options", () => stringSelect("s", []), '"0" options'],
  ["userSelect", "min_values over max_values", () => userSelect("u", { min_values: 2 }), "max_values"],
  ["roleSelect", "more defaults than can be chosen", () => roleSelect("r", { defaults: [ID, "2"] }), '"2"'],
  ["channelSelect", "a default that is no ID", () => channelSelect("c", { defaults: ["x"] }), "no IDs"],
  ["actionRow", "a custom_id twice", () => actionRow(primaryButton("a", "A"), dangerButton("a", "B")), '"a"'],
  ["textDisplay", "no text", () => textDisplay(""), "empty"],
  ["thumbnail", "what is no URL", () => thumbnail("a.png"), "its media"],
  ["mediaGallery", "an 11th item", () => mediaGallery(URL, ...Array(10).fill(URL)), '"11" items'],
  ["file", "no name", () => file(""), "empty"],
  ["container", "a colour out of range", () => container([textDisplay("t")], { accent_color: -1 }), '"-1"'],
  ["layout", "a 41st component", () => layout(textDisplay("t"), ...Array(40).fill(textDisplay("t"))), '"41"'],
  ["layout", "an id twice", () => layout(textDisplay("a", { id: 1 }), textDisplay("b", { id: 1 })), '"1"'],
  ["label", "a text over 45", () => label(long(46), textInput("i")), "45"],
  ["label", "a disabled select", () => label("L", userSelect("u", { disabled: true })), "disabled"],
  ["textInput", "a value over max_length", () => textInput("i", { max_length: 1, value: "ab" }), "its value"],
  ["fileUpload", "an 11th file", () => fileUpload("f", { max_values: 11 }), '"11"'],
  ["radioGroup", "a single choice", () => radioGroup("r", choices.slice(1)), '"1" options'],
  ["checkboxGroup", "a value twice", () => checkboxGroup("c", [...choices, ...choices]), 'value "1"'],
  ["checkbox", "an empty custom_id", () => checkbox(""), "custom_id"],
];

describe("builders, refusing", () => {
  for (const [name, what, build, said] of REFUSED) {
    it(`${name}: refuses ${what}, at once`, () => void assertThrows(build, OptionError, said));
  }
});

test("layout: what is built passes the check that replies run", () => {
  const data = layout(
    textDisplay("# Poll"),
    container([section("Yes?", primaryButton("yes", "Yes")), separator(), actionRow(userSelect("who"))]),
    file("a.txt"),
  );
  checkResponse("reply", { type: 4, data });
});

test("builders: what there are too many of, or none, is refused, each by itself or in an array", () => {
  const six = Array.from({ length: 6 }, (_, n) => primaryButton(`a${n}`, "A"));
  const wrong: readonly (() => unknown)[] = [
    () => actionRow(...six),
    () => actionRow(six),
    () => actionRow(),
    () => actionRow([]),
    () => container([]),
    () => layout(),
    () => layout([]),
    () => mediaGallery([]),
    () => section([], thumbnail(URL)),
    () => section(["a", "b", "c", "d"], thumbnail(URL)),
  ];
  for (const build of wrong) assertThrows(build, OptionError);
  assertEquals(actionRow(six.slice(0, 2), primaryButton("b", "B")).components.length, 3);
  assertEquals(layout([textDisplay("a")], textDisplay("b")).components.length, 2);
});

test("builders: what cannot be sent does not compile", () => {
  const never = (_: () => unknown) => {};
  // @ts-expect-error: a select needs a row of its own
  never(() => actionRow(userSelect("u"), primaryButton("a", "A")));
  // @ts-expect-error: an input belongs into a label
  never(() => actionRow(textInput("i")));
  // @ts-expect-error: no button in a modal
  never(() => label("L", primaryButton("a", "A")));
  // @ts-expect-error: no container in a container
  never(() => container([container([textDisplay("t")])]));
  // @ts-expect-error: a section has an accessory
  never(() => section("a"));
  // @ts-expect-error: a thumbnail stands in a section only
  never(() => layout(thumbnail(URL)));
  // @ts-expect-error: a button stands in a row or a section
  never(() => layout(primaryButton("a", "A")));
  // @ts-expect-error: a premium button has no label
  never(() => premiumButton(ID, { label: "Buy" }));
  // @ts-expect-error: a button shows something
  never(() => primaryButton("a", {}));
  const id: "name" = textInput("name").custom_id;
  const inner: "meal" = label("Meal", stringSelect("meal", choices)).component.custom_id;
  assertEquals([id, inner], ["name", "meal"]);
});

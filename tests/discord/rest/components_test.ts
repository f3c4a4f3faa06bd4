import { assertEquals, assertThrows } from "@std/assert";
import * as fc from "fast-check";
import { describe, it, test } from "node:test";
import { checkMessage } from "../../../src/discord/rest/bodies/message.ts";
import { checkResponse } from "../../../src/discord/rest/bodies/response.ts";
import { CommandError } from "../../../src/protocol/errors.ts";

const V2 = 1 << 15;
const ID = "81384788765712384";
const text = (content = "t") => ({ type: 10, content });
const button = (more: object = {}) => ({ type: 2, style: 1, custom_id: "b", label: "Go", ...more });
const row = (...components: object[]) => ({ type: 1, components });
const options = (count: number) => Array.from({ length: count }, (_, i) => ({ label: "l", value: `${i}` }));
const select = (more: object = {}) => ({ type: 3, custom_id: "s", options: options(2), ...more });
const input = (more: object = {}) => ({ type: 4, custom_id: "i", style: 1, ...more });
const label = (component: object, more: object = {}) => ({ type: 18, label: "l", component, ...more });
const accessory = { type: 11, media: { url: "https://example.com/a.png" } };
const gallery = (count: number) => ({ type: 12, items: Array(count).fill({ media: accessory.media }) });
const section = (more: object) => ({ type: 9, components: [text()], accessory, ...more });

const REFUSED: readonly [why: string, components: unknown, said: string][] = [
  ["what is no component", [null], "components[0]: it is a null"],
  ["a type that is none", [{ type: "99" }], '"99"'],
  ["a button outside of a row", [button()], "a message cannot hold a button"],
  ["a text input in a message", [row(input())], "an action row cannot hold a text input"],
  ["a label in a message", [label(input())], "a message cannot hold a label"],
  ["a thumbnail by itself", [accessory], "a message cannot hold a thumbnail"],
  [
    "a container in a container",
    [{ type: 17, components: [{ type: 17, components: [text()] }] }],
    "cannot hold",
  ],
  ["a section in a section", [section({ components: [section({})] })], "a section cannot hold a section"],
  [
    "a text as accessory",
    [section({ accessory: text() })],
    "accessory of a section cannot hold a text display",
  ],
  ["a section without an accessory", [section({ accessory: undefined })], "components[0].accessory"],
  ["a section with a 4th text", [section({ components: Array(4).fill(text()) })], '"4" components'],
  ["an empty row", [row()], "1 to 5"],
  [
    "a 6th button in a row",
    [row(...Array.from({ length: 6 }, (_, i) => button({ custom_id: `${i}` })))],
    '"6"',
  ],
  ["a select beside a button", [row(select(), button())], "its own row"],
  ["an empty container", [{ type: 17, components: [] }], '"0" components'],
  ["an empty text", [text("")], "empty"],
  ["texts over 4000 in sum", [text("x".repeat(4000)), text()], '"4001" characters'],
  ["a 41st component", Array(41).fill(text()), '"41" components'],
  ["a 41st component, nested", [{ type: 17, components: Array(40).fill(text()) }], '"41" components'],
  ["an 11th media item", [gallery(11)], '"11" items'],
  ["an empty gallery", [gallery(0)], '"0" items'],
  ["media that is no URL", [{ type: 12, items: [{ media: { url: "a.png" } }] }], "items[0]: its media"],
  [
    "a description over 1024",
    [section({ accessory: { ...accessory, description: "x".repeat(1025) } })],
    "1024",
  ],
  ["a file from elsewhere", [{ type: 13, file: { url: "https://example.com/a" } }], '"attachment://"'],
  ["a file without a name", [{ type: 13, file: { url: "attachment://" } }], "its file"],
  ["a spacing of 3", [{ type: 14, spacing: 3 }], '"3"'],
  ["a colour out of range", [{ type: 17, components: [text()], accent_color: -1 }], '"-1"'],
  ["an id out of range", [{ ...text(), id: 2 ** 31 }], "its id"],
  ["an id twice", [{ ...text(), id: 7 }, { ...text(), id: 7 }], 'id "7"'],
  ["a custom_id twice", [row(button()), row(button())], 'custom_id "b"'],
  ["a custom_id over 100", [row(button({ custom_id: "x".repeat(101) }))], "100"],
  ["an empty custom_id", [row(button({ custom_id: "" }))], "custom_id is empty"],
  ["a button without a custom_id", [row(button({ custom_id: undefined }))], "no custom_id"],
  ["a button with custom_id and url", [row(button({ url: "https://example.com" }))], "cannot have"],
  ["a link without a url", [row(button({ style: 5, custom_id: undefined }))], "no url"],
  ["a link with a custom_id", [row(button({ style: 5, url: "https://example.com" }))], "has a custom_id"],
  ["a link that is none", [row({ type: 2, style: 5, url: "javascript:1", label: "l" })], "its url"],
  [
    "a link over 512",
    [row({ type: 2, style: 5, url: `https://example.com/${"x".repeat(512)}`, label: "l" })],
    "512",
  ],
  ["a premium button with a label", [row({ type: 2, style: 6, sku_id: ID, label: "l" })], "has a label"],
  ["a premium button without an SKU", [row({ type: 2, style: 6 })], "no sku_id"],
  ["a style that there is not", [row(button({ style: 7 }))], '"7"'],
  ["a button's label over 80", [row(button({ label: "x".repeat(81) }))], "80"],
  ["a button without a face", [row(button({ label: undefined }))], "neither a label nor an emoji"],
  ["a button with an empty emoji", [row(button({ emoji: {} }))], "emoji"],
  ["a select without options", [row(select({ options: [] }))], '"0" options'],
  ["a 26th option", [row(select({ options: options(26) }))], '"26" options'],
  ["an option's value twice", [row(select({ options: [...options(1), ...options(1)] }))], 'value "0"'],
  ["an option's label over 100", [row(select({ options: [{ label: "x".repeat(101), value: "v" }] }))], "100"],
  ["a placeholder over 150", [row(select({ placeholder: "x".repeat(151) }))], "150"],
  ["min_values over 25", [row(select({ min_values: 26 }))], '"26"'],
  ["min_values over max_values", [row(select({ min_values: 2 }))], "more than its max_values"],
  ["more defaults than can be chosen", [
    row(select({ options: options(2).map((one) => ({ ...one, default: true })) })),
  ], '"2" of its options'],
  ["more default users than can be chosen", [
    row({ type: 5, custom_id: "u", default_values: [{ id: ID, type: "user" }, { id: "2", type: "user" }] }),
  ], '"2" default_values'],
];

const MODALS_REFUSED: readonly [why: string, modal: object, said: string][] = [
  ["a title over 45", { title: "x".repeat(46) }, "45"],
  ["no title", { title: undefined }, "its title"],
  ["a custom_id over 100", { custom_id: "x".repeat(101) }, "100"],
  ["no components", { components: [] }, "1 to 5"],
  [
    "a 6th component",
    { components: Array.from({ length: 6 }, (_, i) => label(input({ custom_id: `${i}` }))) },
    '"6"',
  ],
  ["a button", { components: [row(button())] }, "an action row of a modal cannot hold a button"],
  ["an input outside of a label", { components: [input()] }, "a modal cannot hold a text input"],
  ["a section", { components: [section({})] }, "a modal cannot hold a section"],
  ["a button in a label", { components: [label(button())] }, "a label cannot hold a button"],
  ["a label over 45", { components: [label(input(), { label: "x".repeat(46) })] }, "45"],
  [
    "a label's description over 100",
    { components: [label(input(), { description: "x".repeat(101) })] },
    "100",
  ],
  ["an input in a row without a label", { components: [row(input())] }, "its label"],
  [
    "min_length over max_length",
    { components: [label(input({ min_length: 5, max_length: 4 }))] },
    "min_length",
  ],
  ["max_length over 4000", { components: [label(input({ max_length: 4001 }))] }, '"4001"'],
  [
    "a value over max_length",
    { components: [label(input({ max_length: 2, value: "abc" }))] },
    "2 characters",
  ],
  ["a disabled select", { components: [label(select({ disabled: true }))] }, "disabled"],
  ["a required select of at least 0", { components: [label(select({ min_values: 0 }))] }, "required"],
  [
    "one radio button",
    { components: [label({ type: 21, custom_id: "r", options: options(1) })] },
    '"1" options',
  ],
  ["an 11th checkbox", { components: [label({ type: 22, custom_id: "c", options: options(11) })] }, '"11"'],
  ["an upload of 11 files", { components: [label({ type: 19, custom_id: "f", max_values: 11 })] }, '"11"'],
  [
    "a file type that is none",
    { components: [label({ type: 19, custom_id: "f", file_types: ["pdf"] })] },
    '"pdf"',
  ],
  ["a checkbox without a custom_id", { components: [label({ type: 23 })] }, "its custom_id"],
  ["a custom_id twice", { components: [label(input()), label(input())] }, 'custom_id "i"'],
];

const modal = (more: object) => ({
  type: 9,
  data: { title: "t", custom_id: "m", components: [label(input())], ...more },
});

describe("checkMessage, of components", () => {
  for (const [why, components, said] of REFUSED) {
    it(`checkMessage: refuses components: ${why}`, () => {
      const message = { flags: V2, components: components as unknown[] };
      assertThrows(() => checkMessage("say it", message), CommandError, said);
    });
  }
});

test("checkMessage: without the flag, refuses what it takes with the flag", () => {
  assertThrows(() => checkMessage("say it", { components: [text()] }), CommandError, "IS_COMPONENTS_V2");
  const rows = Array.from({ length: 6 }, (_, i) => row(button({ custom_id: `${i}` })));
  assertThrows(() => checkMessage("say it", { components: rows }), CommandError, '"6" action rows');
  checkMessage("say it", { flags: V2, components: rows });
  checkMessage("say it", { content: "x", components: rows.slice(1) });
});

test("checkMessage: an edit need not repeat the flag, which stays", () => {
  checkMessage("edit it", { components: [text()] }, { isEdit: true });
  const mixed = { content: "x", components: [text()] };
  assertThrows(() => checkMessage("edit it", mixed, { isEdit: true }), CommandError, "IS_COMPONENTS_V2");
});

test("checkMessage: takes 40 components, 4000 characters, and each kind where it can stand", () => {
  checkMessage("say it", { flags: V2, components: Array(40).fill(text("x".repeat(100))) });
  checkMessage("say it", {
    flags: V2,
    components: [
      text(),
      section({ accessory: button({ custom_id: "b0" }) }),
      gallery(10),
      { type: 13, file: { url: "attachment://a b.txt" } },
      { type: 14, divider: false, spacing: 2 },
      { type: 17, accent_color: null, components: [text(), section({}), gallery(1), row(button())] },
      row(select({ min_values: 0, max_values: 2, options: options(25) })),
      row({ type: 8, custom_id: "c", channel_types: [0], default_values: [{ id: ID, type: "channel" }] }),
      row({ type: 2, style: 5, url: "discord://-/channels/@me", emoji: { name: "👋" } }, {
        type: 2,
        style: 6,
        sku_id: ID,
      }),
    ],
  });
});

describe("checkResponse", () => {
  for (const [why, more, said] of MODALS_REFUSED) {
    it(`checkResponse: refuses a modal: ${why}`, () => {
      assertThrows(() => checkResponse("ask", modal(more)), CommandError, said);
    });
  }

  it("checkResponse: takes a modal of five, each kind of part", () => {
    const parts = [
      text(),
      label(input({ min_length: 0, max_length: 4000, value: "v" })),
      label(select({ required: false, min_values: 0 })),
      label({ type: 19, custom_id: "f", max_values: 10, file_types: ["image", ".pdf"] }),
      label({ type: 22, custom_id: "c", options: options(10).map((one) => ({ ...one, default: true })) }),
    ];
    checkResponse("ask", modal({ components: parts }));
    const others = [
      label({ type: 21, custom_id: "r", options: options(2) }),
      label({ type: 23, custom_id: "y" }),
      row(input({ label: "l" })),
    ];
    checkResponse("ask", modal({ components: others }));
  });

  it("checkResponse: a defer takes no flag but EPHEMERAL", () => {
    checkResponse("defer", { type: 5 });
    checkResponse("defer", { type: 5, data: { flags: 64 } });
    for (const flags of [V2, V2 | 64, 4, 4096]) {
      assertThrows(() => checkResponse("defer", { type: 5, data: { flags } }), CommandError, "EPHEMERAL");
    }
  });

  it("checkResponse: a message takes the five flags that interactions can set, and no others", () => {
    for (const flags of [4, 64, 4096, 8192]) {
      checkResponse("reply", { type: 4, data: { content: "x", flags } });
    }
    for (const flags of [1, 128, -1, 0.5, "64"]) {
      const response = { type: 4, data: { content: "x", flags } };
      assertThrows(() => checkResponse("reply", response), CommandError, "flags");
    }
  });

  it("checkResponse: at most 25 choices, of 1 to 100 characters", () => {
    const choices = (count: number) => Array(count).fill({ name: "n", value: "v" });
    checkResponse("complete", { type: 8, data: { choices: choices(25) } });
    checkResponse("complete", { type: 8, data: { choices: [{ name: "n", value: 1.5 }] } });
    const refused = [choices(26), [{ name: "", value: "v" }], [{ name: "x".repeat(101), value: "v" }], [{
      name: "n",
      value: "x".repeat(101),
    }], undefined];
    for (const choices of refused) {
      assertThrows(() => checkResponse("complete", { type: 8, data: { choices } }), CommandError);
    }
  });
});

test("checkMessage: what is no number is refused, though it is no text either", () => {
  const components = [{ type: 1, id: [{ toString: "" }], components: [] }];
  assertThrows(() => checkMessage("say it", { components }), CommandError, '"array"');
});

test("checkMessage: whatever tree it is given, it takes it or throws a CommandError", () => {
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { depthSize: "small" },
      fc.record({ type: fc.integer({ min: -1, max: 24 }), custom_id: fc.jsonValue(), label: fc.jsonValue() }),
      fc.record({
        type: fc.integer({ min: 1, max: 23 }),
        components: fc.oneof(fc.array(tie("tree"), { maxLength: 3 }), fc.jsonValue()),
        component: tie("tree"),
        accessory: tie("tree"),
        options: fc.jsonValue(),
        items: fc.jsonValue(),
        id: fc.jsonValue(),
      }, { requiredKeys: ["type"] }),
    ),
  }));
  fc.assert(
    fc.property(fc.array(tree), fc.boolean(), (components, isV2) => {
      try {
        checkMessage("say it", { components, flags: isV2 ? V2 : 0 });
      } catch (error) {
        assertEquals(error instanceof CommandError, true, String(error));
      }
    }),
    { numRuns: 300 },
  );
});

import { isSnowflake } from "../../snowflake.ts";
import { isRecord } from "../../../protocol/data/json_value.ts";
import {
  checkList,
  checkText,
  checkTextIfAny,
  checkUrl,
  checkWholeIfAny,
  type Fields,
  type Refuse,
  typeOf,
} from "./_check.ts";

const ACTION_ROW = 1;
const BUTTON = 2;
const STRING_SELECT = 3;
const TEXT_INPUT = 4;
const USER_SELECT = 5;
const ROLE_SELECT = 6;
const MENTIONABLE_SELECT = 7;
const CHANNEL_SELECT = 8;
const SECTION = 9;
const TEXT_DISPLAY = 10;
const THUMBNAIL = 11;
const MEDIA_GALLERY = 12;
const FILE = 13;
const SEPARATOR = 14;
const CONTAINER = 17;
const LABEL = 18;
const FILE_UPLOAD = 19;
const RADIO_GROUP = 21;
const CHECKBOX_GROUP = 22;
const CHECKBOX = 23;

const SELECTS: readonly unknown[] = [
  STRING_SELECT,
  USER_SELECT,
  ROLE_SELECT,
  MENTIONABLE_SELECT,
  CHANNEL_SELECT,
];

/** What a component is called, by its type. Keys are written out: a bundler drops what it can see through. */
const NAMES: Readonly<Record<number, string>> = {
  1: "action row",
  2: "button",
  3: "string select",
  4: "text input",
  5: "user select",
  6: "role select",
  7: "mentionable select",
  8: "channel select",
  9: "section",
  10: "text display",
  11: "thumbnail",
  12: "media gallery",
  13: "file",
  14: "separator",
  17: "container",
  18: "label",
  19: "file upload",
  21: "radio group",
  22: "checkbox group",
  23: "checkbox",
};

/** Where a component can stand, and which types can stand there. */
const TAKES = {
  "a message": [ACTION_ROW, SECTION, TEXT_DISPLAY, MEDIA_GALLERY, FILE, SEPARATOR, CONTAINER],
  "a message without the flag IS_COMPONENTS_V2": [ACTION_ROW],
  "a container": [ACTION_ROW, SECTION, TEXT_DISPLAY, MEDIA_GALLERY, FILE, SEPARATOR],
  "an action row": [BUTTON, STRING_SELECT, USER_SELECT, ROLE_SELECT, MENTIONABLE_SELECT, CHANNEL_SELECT],
  "a section": [TEXT_DISPLAY],
  "the accessory of a section": [BUTTON, THUMBNAIL],
  "a modal": [LABEL, TEXT_DISPLAY, ACTION_ROW],
  "an action row of a modal": [TEXT_INPUT],
  "a label": [
    TEXT_INPUT,
    STRING_SELECT,
    USER_SELECT,
    ROLE_SELECT,
    MENTIONABLE_SELECT,
    CHANNEL_SELECT,
    FILE_UPLOAD,
    RADIO_GROUP,
    CHECKBOX_GROUP,
    CHECKBOX,
  ],
} as const;
type Place = keyof typeof TAKES;

const MOST_COMPONENTS = 40;
const MOST_ROWS = 5;
const MOST_MODAL_COMPONENTS = 5;
const MOST_TEXT = 4000;
const MOST_ID = 2_147_483_647;
const LINK = 5;
const PREMIUM = 6;
const WEB = ["https:", "http:"];

/** One walk over the components of a message or a modal: checks each where it stands, and all in sum. */
class Walk {
  count = 0;
  characters = 0;
  readonly #refuse: Refuse;
  readonly #ids = new Set<unknown>();
  readonly #customIds = new Set<unknown>();

  constructor(refuse: Refuse) {
    this.#refuse = refuse;
  }

  /** Checks a component and all below it. `path` says where it is, for errors; alone, it is "". */
  visit(component: unknown, place: Place | undefined, path: string): void {
    const at = path === "" ? "" : `${path}: `;
    if (!isRecord(component)) return this.#refuse(`${at}it is a ${typeOf(component)}, not a component`);
    const { type, id, custom_id: customId } = component;
    if (!Number.isInteger(type)) return this.#refuse(`${at}its type is "${type}", no number of a component`);
    // One that is newer than this code goes as it is.
    const name = NAMES[Number(type)] ?? "component";
    const refuse: Refuse = (why) => this.#refuse(`${path === "" ? "" : `${path} (${name}): `}${why}`);
    const taken: readonly unknown[] | undefined = place && TAKES[place];
    if (taken?.includes(type) === false && Number(type) in NAMES) {
      refuse(
        `${place} cannot hold a ${name}; it takes ${taken.map((type) => NAMES[Number(type)]).join(", ")}`,
      );
    }
    this.count++;
    checkWholeIfAny(refuse, "its id", id, 0, MOST_ID);
    // "Sending components with an id of 0 is allowed but will be treated as empty."
    if (id && this.#ids.size === this.#ids.add(id).size) refuse(`another component has its id "${id}", too`);
    if (customId !== undefined) {
      checkText(refuse, "its custom_id", customId, 1, 100);
      if (this.#customIds.size === this.#customIds.add(customId).size) {
        refuse(`another component has its custom_id "${customId}", too; each needs its own`);
      }
    }
    this.#check(component, refuse, place, path);
  }

  visitAll(components: readonly unknown[], place: Place, path: string): void {
    for (const [at, component] of components.entries()) this.visit(component, place, `${path}[${at}]`);
  }

  #check(component: Fields, refuse: Refuse, place: Place | undefined, path: string): void {
    const inModal = place === "a label" || place === "an action row of a modal";
    const below = (part: string) => path === "" ? part : `${path}.${part}`;
    const children = below("components");
    switch (component.type) {
      case ACTION_ROW:
        return this.#actionRow(component, refuse, place === "a modal", children);
      case BUTTON:
        return checkButton(component, refuse);
      case STRING_SELECT:
      case USER_SELECT:
      case ROLE_SELECT:
      case MENTIONABLE_SELECT:
      case CHANNEL_SELECT:
        return checkSelect(component, refuse, inModal);
      case TEXT_INPUT:
        return checkTextInput(component, refuse, place === "an action row of a modal");
      case SECTION:
        this.visitAll(checkList(refuse, "components", component.components, 1, 3), "a section", children);
        return this.visit(component.accessory, "the accessory of a section", below("accessory"));
      case TEXT_DISPLAY:
        checkText(refuse, "its content", component.content, 1, MOST_TEXT);
        this.characters += [...String(component.content)].length;
        return;
      case THUMBNAIL:
        return checkMedia(component, refuse);
      case MEDIA_GALLERY:
        for (const [at, item] of checkList(refuse, "items", component.items, 1, 10).entries()) {
          checkMedia(isRecord(item) ? item : {}, (why) => refuse(`items[${at}]: ${why}`));
        }
        return;
      case FILE: {
        const url = isRecord(component.file) ? component.file.url : undefined;
        return checkUrl(refuse, "its file", url, ["attachment:"]);
      }
      case SEPARATOR:
        return checkWholeIfAny(refuse, "its spacing", component.spacing, 1, 2);
      case CONTAINER:
        checkWholeIfAny(refuse, "its accent_color", component.accent_color ?? undefined, 0, 0xffffff);
        return this.visitAll(
          checkList(refuse, "components", component.components, 1, MOST_COMPONENTS),
          "a container",
          children,
        );
      case LABEL:
        checkText(refuse, "its label", component.label, 1, 45);
        checkTextIfAny(refuse, "its description", component.description, 100);
        return this.visit(component.component, "a label", below("component"));
      case FILE_UPLOAD:
      case RADIO_GROUP:
      case CHECKBOX_GROUP:
      case CHECKBOX:
        checkText(refuse, "its custom_id", component.custom_id, 1, 100);
        if (component.type === FILE_UPLOAD) checkFileUpload(component, refuse);
        if (component.type === RADIO_GROUP) checkOptions(component, refuse, 2, 10);
        if (component.type === CHECKBOX_GROUP) checkCheckboxGroup(component, refuse);
    }
  }

  #actionRow(row: Fields, refuse: Refuse, inModal: boolean, path: string): void {
    const components = checkList(refuse, "components", row.components, 1, inModal ? 1 : 5);
    if (components.length > 1) {
      const select = components.find((one) => isRecord(one) && SELECTS.includes(one.type));
      if (select !== undefined) {
        refuse("it has a select beside another component; a select needs its own row");
      }
    }
    this.visitAll(components, inModal ? "an action row of a modal" : "an action row", path);
  }
}

function checkButton(button: Fields, refuse: Refuse): void {
  const { style, label, emoji, custom_id, url, sku_id } = button;
  if (typeof style !== "number" || !(style >= 1 && style <= PREMIUM)) {
    refuse(`its style is "${style}"; Discord takes 1 to ${PREMIUM}`);
  }
  const needed = style === LINK ? "url" : style === PREMIUM ? "sku_id" : "custom_id";
  const named = { custom_id, url, sku_id, ...(style === PREMIUM && { label, emoji }) };
  for (const [field, value] of Object.entries(named)) {
    if (field === needed && value === undefined) refuse(`it has no ${field}, which its style needs`);
    if (field !== needed && value !== undefined) refuse(`it has a ${field}, which its style cannot have`);
  }
  checkTextIfAny(refuse, "its label", label, 80);
  if (style === LINK) {
    checkUrl(refuse, "its url", url, [...WEB, "discord:"]);
    checkText(refuse, "its url", url, 1, 512);
  } else if (style === PREMIUM) {
    if (!isSnowflake(sku_id)) refuse("its sku_id is no ID");
    return;
  }
  if (!label && emoji === undefined) refuse("it has neither a label nor an emoji; give it one");
  checkEmojiIfAny(emoji, refuse);
}

function checkEmojiIfAny(emoji: unknown, refuse: Refuse): void {
  if (emoji === undefined || (isRecord(emoji) && (emoji.id || emoji.name))) return;
  refuse("its emoji has neither an id nor a name");
}

function checkSelect(select: Fields, refuse: Refuse, inModal: boolean): void {
  checkText(refuse, "its custom_id", select.custom_id, 1, 100);
  checkTextIfAny(refuse, "its placeholder", select.placeholder, 150);
  if (inModal && select.disabled) refuse("it is disabled, which nothing in a modal can be");
  checkRange(select, refuse, 25, inModal);
  if (select.type === STRING_SELECT) return checkOptions(select, refuse, 1, 25);
  if (select.default_values === undefined) return;
  const { min_values: least = 1, max_values: most = 1 } = select;
  const defaults = checkList(refuse, "default_values", select.default_values, 0, 25);
  if (defaults.length > Number(most) || (defaults.length > 0 && defaults.length < Number(least))) {
    refuse(`it has "${defaults.length}" default_values; by its own limits it takes ${least} to ${most}`);
  }
  if (!defaults.every((one) => isRecord(one) && isSnowflake(one.id))) {
    refuse("its default_values have no IDs");
  }
}

/** `min_values` and `max_values`, which must leave something to choose. */
function checkRange(input: Fields, refuse: Refuse, limit: number, inModal: boolean): void {
  const { min_values: least, max_values: most } = input;
  checkWholeIfAny(refuse, "its min_values", least, 0, limit);
  checkWholeIfAny(refuse, "its max_values", most, 1, limit);
  if (typeof least === "number" && least > Number(most ?? (input.type === CHECKBOX_GROUP ? limit : 1))) {
    refuse(`its min_values "${least}" are more than its max_values "${most ?? 1}"`);
  }
  if (inModal && least === 0 && input.required !== false) {
    refuse("its min_values are 0, though it is required; set required to false");
  }
}

/** Options of a select or a group: each text within its limit, no value twice. */
function checkOptions(input: Fields, refuse: Refuse, least: number, most: number): void {
  const values = new Set<unknown>();
  let defaults = 0;
  for (const [at, option] of checkList(refuse, "options", input.options, least, most).entries()) {
    if (!isRecord(option)) return refuse(`options[${at}] is not an object`);
    checkText(refuse, `the label of options[${at}]`, option.label, 1, 100);
    checkText(refuse, `the value of options[${at}]`, option.value, 1, 100);
    checkTextIfAny(refuse, `the description of options[${at}]`, option.description, 100);
    checkEmojiIfAny(option.emoji, (why) => refuse(`options[${at}]: ${why}`));
    if (values.size === values.add(option.value).size) {
      refuse(`two of its options have the value "${option.value}"`);
    }
    if (option.default === true) defaults++;
  }
  const mostDefaults = input.type === CHECKBOX_GROUP ? most : 1;
  if (defaults > Number(input.max_values ?? mostDefaults)) {
    refuse(`"${defaults}" of its options are selected by default, more than can be chosen`);
  }
}

function checkCheckboxGroup(group: Fields, refuse: Refuse): void {
  checkRange(group, refuse, 10, true);
  checkOptions(group, refuse, 1, 10);
}

function checkFileUpload(upload: Fields, refuse: Refuse): void {
  checkRange(upload, refuse, 10, true);
  if (upload.file_types === undefined) return;
  for (const type of checkList(refuse, "file_types", upload.file_types, 1, 10)) {
    if (typeof type === "string" && /^(image|video|audio|\.[^\s.]+)$/i.test(type)) continue;
    refuse(`its file type "${type}" is none; pass "image", "video", "audio" or an extension such as ".pdf"`);
  }
}

function checkTextInput(input: Fields, refuse: Refuse, inRow: boolean): void {
  checkText(refuse, "its custom_id", input.custom_id, 1, 100);
  checkWholeIfAny(refuse, "its style", input.style ?? 0, 1, 2);
  if (inRow) checkText(refuse, "its label", input.label, 1, 45);
  const { min_length: least, max_length: most } = input;
  checkWholeIfAny(refuse, "its min_length", least, 0, 4000);
  checkWholeIfAny(refuse, "its max_length", most, 1, 4000);
  if (Number(least ?? 0) > Number(most ?? 4000)) refuse("its min_length is more than its max_length");
  checkTextIfAny(refuse, "its value", input.value, Number(most ?? 4000));
  checkTextIfAny(refuse, "its placeholder", input.placeholder, 100);
}

function checkMedia(holder: Fields, refuse: Refuse): void {
  const url = isRecord(holder.media) ? holder.media.url : undefined;
  checkUrl(refuse, "its media", url, [...WEB, "attachment:"]);
  checkTextIfAny(refuse, "its description", holder.description, 1024);
}

/** What the components of a message are checked as. */
export interface MessageComponentsUse {
  /** Whether the flag `IS_COMPONENTS_V2` is set; undefined if the message may have had it before an edit. */
  readonly isV2: boolean | undefined;
}

/**
 * Checks the components of a message: each where it stands, and all in sum.
 *
 * Source: Discord, "Component Reference".
 */
export function checkMessageComponents(
  refuse: Refuse,
  components: unknown,
  { isV2 }: MessageComponentsUse,
): void {
  const limit = isV2 === false ? MOST_ROWS : MOST_COMPONENTS;
  const listed = checkList(refuse, isV2 === false ? "action rows" : "components", components, 0, limit);
  const walk = new Walk(refuse);
  const place = isV2 === false ? "a message without the flag IS_COMPONENTS_V2" : "a message";
  walk.visitAll(listed, place, "components");
  if (isV2 === false) return;
  if (walk.count > MOST_COMPONENTS) {
    refuse(
      `it has "${walk.count}" components, nested ones included; Discord takes at most ${MOST_COMPONENTS}`,
    );
  }
  if (walk.characters > MOST_TEXT) {
    refuse(
      `its text displays have "${walk.characters}" characters; Discord takes at most ${MOST_TEXT} in sum`,
    );
  }
}

/**
 * Checks a modal.
 *
 * Source: Discord, "Receiving and Responding", Modal; "Component Reference".
 */
export function checkModalFields(refuse: Refuse, modal: Fields): void {
  checkText(refuse, "its title", modal.title, 1, 45);
  checkText(refuse, "its custom_id", modal.custom_id, 1, 100);
  const components = checkList(refuse, "components", modal.components, 1, MOST_MODAL_COMPONENTS);
  new Walk(refuse).visitAll(components, "a modal", "components");
}

/** Checks one component by itself, with all below it, wherever it will stand. */
export function checkComponent(refuse: Refuse, component: unknown): void {
  new Walk(refuse).visit(component, undefined, "");
}

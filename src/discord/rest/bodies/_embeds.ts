import { isRecord } from "../../../protocol/data/json_value.ts";
import { checkList, checkTextIfAny, checkUrl, checkWholeIfAny, type Fields, type Refuse } from "./_check.ts";

const MOST_EMBEDS = 10;
const MOST_CHARACTERS = 6000;
const MOST_FIELDS = 25;
const WEB = ["https:", "http:"];
const MEDIA = ["https:", "http:", "attachment:"];

/**
 * Checks the embeds of a message, each and in sum.
 *
 * Source: Discord, "Message", Embed Limits.
 */
export function checkEmbeds(refuse: Refuse, embeds: unknown): void {
  let characters = 0;
  for (const [at, embed] of checkList(refuse, "embeds", embeds, 0, MOST_EMBEDS).entries()) {
    const refuseThis: Refuse = (why) => refuse(`embeds[${at}]: ${why}`);
    if (!isRecord(embed)) return refuseThis("it is not an object");
    characters += checkEmbed(refuseThis, embed);
  }
  checkSum(refuse, "its embeds have", characters);
}

/** Checks one by itself. */
export function checkOneEmbed(refuse: Refuse, embed: unknown): void {
  if (!isRecord(embed)) return refuse("it is not an object");
  checkSum(refuse, "it has", checkEmbed(refuse, embed));
}

function checkSum(refuse: Refuse, what: string, characters: number): void {
  if (characters <= MOST_CHARACTERS) return;
  refuse(`${what} "${characters}" characters in sum; Discord takes at most ${MOST_CHARACTERS}`);
}

/** Checks one, and returns how many of its characters count. */
function checkEmbed(refuse: Refuse, embed: Fields): number {
  let characters = 0;
  const text = (what: string, value: unknown, most: number, least = 0) => {
    // "Leading and trailing whitespace characters are not included (they are trimmed automatically)."
    const trimmed = typeof value === "string" ? value.trim() : value;
    checkTextIfAny(refuse, what, trimmed, most, least);
    if (typeof trimmed === "string") characters += [...trimmed].length;
  };
  const { author, fields, footer } = embed;
  text("its title", embed.title, 256);
  text("its description", embed.description, 4096);
  if (isRecord(author)) text("the name of its author", author.name, 256, 1);
  if (isRecord(footer)) text("the text of its footer", footer.text, 2048, 1);
  if (fields !== undefined) {
    for (const [at, field] of checkList(refuse, "fields", fields, 0, MOST_FIELDS).entries()) {
      if (!isRecord(field)) return refuse(`fields[${at}] is not an object`);
      text(`the name of fields[${at}]`, field.name ?? "", 256, 1);
      text(`the value of fields[${at}]`, field.value ?? "", 1024, 1);
    }
  }
  checkWholeIfAny(refuse, "its color", embed.color, 0, 0xffffff);
  if (typeof embed.timestamp === "string" && Number.isNaN(Date.parse(embed.timestamp))) {
    refuse(`its timestamp "${embed.timestamp.slice(0, 40)}" is none; pass what Date's toISOString gives`);
  }
  if (embed.url !== undefined) checkUrl(refuse, "its url", embed.url, WEB);
  for (const part of ["image", "thumbnail"]) {
    const media = embed[part];
    if (isRecord(media)) checkUrl(refuse, `the url of its ${part}`, media.url, MEDIA);
  }
  return characters;
}

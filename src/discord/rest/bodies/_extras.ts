import { isSnowflake } from "../../snowflake.ts";
import { isRecord } from "../../../protocol/data/json_value.ts";
import { checkList, checkText, checkWholeIfAny, type Refuse } from "./_check.ts";

const MOST_HOURS = 32 * 24;
const MOST_ANSWERS = 10;
const MOST_MENTIONS = 100;
const MENTION_TYPES: readonly unknown[] = ["roles", "users", "everyone"];

/**
 * Checks a poll that is to be created.
 *
 * Source: Discord, "Poll", Poll Create Request Object, Poll Media Object.
 */
export function checkPoll(refuse: Refuse, poll: unknown): void {
  if (!isRecord(poll)) return refuse("its poll is not an object");
  const question = isRecord(poll.question) ? poll.question.text : undefined;
  checkText(refuse, "the question of its poll", question, 1, 300);
  for (
    const [at, answer] of checkList(refuse, "answers to its poll", poll.answers, 1, MOST_ANSWERS).entries()
  ) {
    const media = isRecord(answer) && isRecord(answer.poll_media) ? answer.poll_media : {};
    if (media.emoji === undefined || media.text !== undefined) {
      checkText(refuse, `the text of answers[${at}] to its poll`, media.text, 1, 55);
    }
  }
  checkWholeIfAny(refuse, "the duration of its poll, in hours,", poll.duration, 1, MOST_HOURS);
}

/**
 * Checks that the parts of `allowed_mentions` do not contradict each other.
 *
 * Source: Discord, "Message", Allowed Mentions Object.
 */
export function checkAllowedMentions(refuse: Refuse, mentions: unknown): void {
  if (!isRecord(mentions)) return refuse("its allowed_mentions are not an object");
  const { parse = [] } = mentions;
  const types = checkList(refuse, "types in allowed_mentions.parse", parse, 0, MENTION_TYPES.length);
  for (const type of types) {
    if (MENTION_TYPES.includes(type)) continue;
    refuse(`its allowed_mentions parse "${type}"; Discord takes ${MENTION_TYPES.join(", ")}`);
  }
  for (const kind of ["roles", "users"]) {
    const ids = mentions[kind];
    if (ids === undefined || ids === null) continue;
    const listed = checkList(refuse, `${kind} in allowed_mentions`, ids, 0, MOST_MENTIONS);
    if (!listed.every(isSnowflake)) refuse(`its allowed_mentions.${kind} hold what is no ID`);
    if (listed.length > 0 && types.includes(kind)) {
      refuse(`its allowed_mentions both parse "${kind}" and list some; do either`);
    }
  }
}

/** Checks the stickers of a message: at most 3, by their IDs. */
export function checkStickers(refuse: Refuse, stickers: unknown): void {
  if (!checkList(refuse, "stickers", stickers, 0, 3).every(isSnowflake)) {
    refuse("its sticker_ids hold what is no ID");
  }
}

/**
 * Checks choices that an autocomplete is answered with.
 *
 * Source: Discord, "Application Commands", Application Command Option Choice Structure.
 */
export function checkChoices(refuse: Refuse, choices: unknown): void {
  for (const [at, choice] of checkList(refuse, "choices", choices, 0, 25).entries()) {
    if (!isRecord(choice)) return refuse(`choices[${at}] is not an object`);
    checkText(refuse, `the name of choices[${at}]`, choice.name, 1, 100);
    const { value } = choice;
    if (typeof value === "number" && Number.isFinite(value)) continue;
    checkText(refuse, `the value of choices[${at}]`, value, 0, 100);
  }
}

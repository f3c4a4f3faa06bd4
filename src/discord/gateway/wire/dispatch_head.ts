import { isDispatchName } from "./dispatch_names.ts";

/** What the beginning of a dispatch tells. */
export interface DispatchHead {
  /** The name of the event, which is one of those that are known. */
  readonly name: string;
  /** Its number in the session. */
  readonly sequence: number;
}

/** How a dispatch of one name begins. */
interface Beginning {
  readonly text: string;
  readonly name: string;
}

const CLOSING_BRACE = 125;
const DIGIT_ZERO = 48;

/**
 * How dispatches began before, by a few letters of their names: nearly every one begins as another did, and to
 * compare it with that spares finding its name, cutting it out, and looking it up. Names that share a place find
 * each other there, and are looked for.
 */
const beginnings: (Beginning | undefined)[] = Array.from({ length: 256 }, () => undefined);

// One for all, since one is made for every message: whoever looks reads it before looking again.
const head = { name: "", sequence: 0 };

/**
 * Looks for the parts of a dispatch where Discord writes them: `{"t":"…","s":…,"op":0,"d":…}`. Whatever looks
 * otherwise, or has a name that is not known, is undefined, and to be parsed as a whole. What is returned
 * holds until the next look.
 */
export function peekDispatch(text: string): DispatchHead | undefined {
  const place = (text.charCodeAt(7) ^ (text.charCodeAt(11) << 2) ^ (text.charCodeAt(15) << 4)) & 255;
  let beginning = beginnings[place];
  if (beginning === undefined || !text.startsWith(beginning.text)) {
    beginning = find(text);
    if (beginning === undefined) return undefined;
    beginnings[place] = beginning;
  }
  const from = beginning.text.length;
  let at = from;
  let sequence = 0;
  for (; at < from + 15; at++) {
    const digit = text.charCodeAt(at) - DIGIT_ZERO;
    if (!(digit >= 0 && digit <= 9)) break;
    sequence = sequence * 10 + digit;
  }
  if (at === from || !text.startsWith(',"op":0,"d":', at)) return undefined;
  // A text cut short is the one mistake that a look at its beginning cannot see and its end can.
  if (text.charCodeAt(text.length - 1) !== CLOSING_BRACE) return undefined;
  head.name = beginning.name;
  head.sequence = sequence;
  return head;
}

function find(text: string): Beginning | undefined {
  if (!text.startsWith('{"t":"')) return undefined;
  const end = text.indexOf('"', 6);
  const name = text.slice(6, end);
  if (!(isDispatchName(name) && text.startsWith('","s":', end))) return undefined;
  return { text: `{"t":"${name}","s":`, name };
}

import type { Draw } from "./_fuzzer.ts";

const encoder = new TextEncoder();

/** A line that a peer could send, as it was or with something in it changed. */
export function mutated(draw: Draw, line: string): string {
  switch (draw.integer(0, 11)) {
    case 0: {
      const at = draw.integer(0, line.length);
      return line.slice(0, at) + draw.text(draw.integer(1, 4)) + line.slice(at + draw.integer(0, 3));
    }
    case 1:
      return line.slice(0, draw.integer(0, line.length));
    case 2: {
      const words = line.split(" ");
      words.splice(draw.integer(0, words.length - 1), 1, draw.pick(words), draw.pick(words));
      return words.join(" ");
    }
    case 3:
      return draw.chance(0.2) ? draw.text(draw.integer(0, 40)) : line;
    case 4:
      return draw.chance(0.1) ? line + "é".repeat(draw.integer(0, 9_000)) : line;
    case 5:
      return line.toUpperCase();
    default:
      return line;
  }
}

/** Bytes as a stream brings them: cut anywhere, or whole. */
export function streamed(draw: Draw, text: string): Uint8Array[] {
  const bytes = encoder.encode(text);
  return draw.chance(0.5) ? [bytes] : draw.cut(bytes, draw.integer(2, 6));
}

/** Why something that was sent is not one line of a client's; undefined: it is one. `framed`: as one message. */
export function faultOf(data: string | Uint8Array, framed: boolean): string | undefined {
  const text = typeof data === "string" ? data : new TextDecoder().decode(data);
  if (!framed && !text.endsWith("\r\n")) return "has no end";
  const line = framed ? text : text.slice(0, -2);
  if (line === "" || /[\r\n\0]/.test(line)) return "is empty, or holds CR, LF or NUL";
  const tags = line.startsWith("@") ? line.indexOf(" ") + 1 : 0;
  const { length } = encoder.encode(line.slice(tags));
  if (length > 510) return `takes ${length} bytes`;
  return tags > 4_096 ? "has too many tags" : undefined;
}

/** Reads all that an event has, each getter of its classes included. */
export function readAll(event: object): void {
  for (
    let type = Object.getPrototypeOf(event);
    type !== Object.prototype;
    type = Object.getPrototypeOf(type)
  ) {
    for (const name of Object.getOwnPropertyNames(type)) {
      if (Object.getOwnPropertyDescriptor(type, name)?.get !== undefined) Reflect.get(event, name);
    }
  }
}

/** What the same input came to, cut in two ways, must be the same. */
export function checkSame(one: readonly string[], other: readonly string[]): void {
  const at = one.findIndex((item, index) => item !== other[index]);
  if (at < 0 && one.length === other.length) return;
  const index = at < 0 ? one.length : at;
  throw new Error(
    `The cut of what came makes a difference: ${JSON.stringify(one[index])}, not ${
      JSON.stringify(other[index])
    }`,
  );
}

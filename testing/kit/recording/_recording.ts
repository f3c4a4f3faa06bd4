import type { Observation } from "@parley/parley/driver";
import { isRecord } from "@parley/parley/internal";
import type { CloseInfo, Data, Instant, OpenInfo } from "@parley/parley/protocol";

/** Something that happened on a link, as it was recorded. */
export type Step =
  | { readonly kind: "opened"; readonly at: Instant; readonly info: OpenInfo }
  /** `data`: undefined where it was secret. */
  | { readonly kind: "sent" | "received"; readonly at: Instant; readonly data: Data | undefined }
  | { readonly kind: "closed"; readonly at: Instant; readonly info: CloseInfo };

/** A link that was dialled, and what happened on it. */
export interface RecordedLink {
  readonly label: string;
  readonly dialledAt: Instant;
  readonly steps: Step[];
}

/** An observation as a line of a file. */
export function written(observation: Observation): string {
  return JSON.stringify(observation, (_, value: unknown) => {
    if (value instanceof Uint8Array) return { base64: base64(value) };
    return value instanceof Error ? String(value) : value;
  });
}

/**
 * The links in a file, in the order in which they were dialled.
 *
 * @throws if a line is no observation, unless it is the last and was not written to its end.
 */
export function linksIn(text: string): RecordedLink[] {
  const links: RecordedLink[] = [];
  const open = new Map<string, RecordedLink>();
  const lines = text.split("\n");
  for (const [index, line] of lines.entries()) {
    if (line === "") continue;
    const entry: unknown = parsed(line);
    if (entry === undefined && links.length > 0 && index === lines.length - 1) break;
    if (!isRecord(entry) || typeof entry.at !== "number" || typeof entry.label !== "string") {
      throw new Error(`Cannot replay: line ${index + 1} is no observation`);
    }
    const { kind, label, at, link } = entry;
    const key = `${link} ${label}`;
    if (kind === "dial") {
      const dialled = { label, dialledAt: at, steps: [] };
      links.push(dialled);
      open.set(key, dialled);
    }
    const step = stepOf(entry, at);
    if (step !== undefined) open.get(key)?.steps.push(step);
  }
  return links;
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function stepOf(entry: Readonly<Record<string, unknown>>, at: Instant): Step | undefined {
  const { kind, info, data } = entry;
  switch (kind) {
    case "opened": {
      const { url, protocol } = isRecord(info) ? info : {};
      return { kind, at, info: { url: String(url ?? ""), protocol: String(protocol ?? "") } };
    }
    case "sent":
    case "received":
      return { kind, at, data: dataOf(data) };
    case "closed": {
      const { code, reason, clean, cause } = isRecord(info) ? info : {};
      const closed = { code: Number(code ?? 1006), reason: String(reason ?? ""), clean: clean === true };
      return { kind, at, info: { ...closed, cause: causeOf(cause) } };
    }
    default:
      return undefined;
  }
}

const CAUSES = ["peer", "lost", "refused", "tls", "corrupt", "unknown"] as const;

function causeOf(cause: unknown): typeof CAUSES[number] {
  return CAUSES.find((known) => known === cause) ?? "lost";
}

function dataOf(data: unknown): Data | undefined {
  if (typeof data === "string") return data;
  if (!isRecord(data) || typeof data.base64 !== "string") return undefined;
  return Uint8Array.from(atob(data.base64), (character) => character.charCodeAt(0));
}

function base64(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

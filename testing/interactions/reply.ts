import type { APIInteractionResponse } from "discord-api-types/v10";
import { contentOf } from "./recorder.ts";

/** What an endpoint answered to an interaction. */
export class InteractionReply {
  /** The HTTP status. */
  readonly status: number;
  /** The HTTP headers. */
  readonly headers: Headers;
  /** The body: JSON, read, otherwise text; undefined if there was none. */
  readonly body: unknown;
  /** The files that came with it. */
  readonly files: readonly File[];
  /** The token of the interaction: what is in the path of later edits and follow-ups. */
  readonly token: string;

  private constructor(
    response: Response,
    content: { readonly body: unknown; readonly files: readonly File[] },
    token: string,
  ) {
    this.status = response.status;
    this.headers = response.headers;
    this.body = content.body;
    this.files = content.files;
    this.token = token;
  }

  /** Reads a response. */
  static async read(response: Response, token: string): Promise<InteractionReply> {
    return new InteractionReply(response, await contentOf(response), token);
  }

  /**
   * The interaction response.
   *
   * @throws if the answer was another one, such as a 401.
   */
  get response(): APIInteractionResponse {
    if (isResponse(this.body)) return this.body;
    throw new Error(`There is no interaction response in the answer: status "${this.status}"`);
  }

  /** The type of the response: 4 a message, 5 and 6 deferred, 7 an update, 8 choices, 9 a modal. */
  get type(): number {
    return this.response.type;
  }

  /** What it carries, as JSON; an empty object if nothing. */
  get data(): Readonly<Record<string, unknown>> {
    return Object("data" in this.response ? this.response.data ?? {} : {});
  }

  /** The text of a message, or undefined. */
  get content(): string | undefined {
    const { content } = this.data;
    return typeof content === "string" ? content : undefined;
  }

  /** Whether only the user sees it. */
  get isEphemeral(): boolean {
    return (Number(this.data.flags ?? 0) & 64) !== 0;
  }

  /** The components of a message or a modal, nested ones included, in their order. */
  get components(): readonly Readonly<Record<string, unknown>>[] {
    return nested(this.data);
  }
}

/** All components under something that has some, in their order. */
function nested(holder: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>>[] {
  const { components = [], component, accessory } = holder;
  const below: unknown[] = Array.isArray(components) ? [...components] : [];
  return [...below, component, accessory].flatMap((one) =>
    typeof one === "object" && one !== null ? [{ ...one }, ...nested({ ...one })] : []
  );
}

function isResponse(value: unknown): value is APIInteractionResponse {
  return typeof value === "object" && value !== null && "type" in value && typeof value.type === "number";
}

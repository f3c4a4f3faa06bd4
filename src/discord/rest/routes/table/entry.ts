/** A file to upload. What it holds is taken when it is given: to change it later changes nothing. */
export interface DiscordFile {
  /** Its name, 1 to 255 bytes long, without a path, quotes and control characters. */
  readonly name: string;
  /** What it holds; a string is sent as UTF-8. */
  readonly data: Blob | Uint8Array | string;
  /** Its media type, such as `image/png`. @default {the blob's own; Discord looks at the name, too} */
  readonly contentType?: string | undefined;
  /** What it shows, for those who cannot see it, at most 1024 characters. @default {undefined} */
  readonly description?: string | undefined;
}

/** What goes into the guild's audit log. */
export interface Audited {
  /** What the guild's audit log says about it, 1 to 512 characters. @default {undefined} */
  readonly reason?: string | undefined;
}

/** What carries a message. */
export interface Uploads {
  /** What is uploaded with the message; `attachment://name` refers to it. @default {[]} */
  readonly files?: readonly DiscordFile[] | undefined;
}

/** What is asked for, where `discord-api-types` does not say what it takes and answers. */
export interface UntypedGet {
  /** What comes after `?`. @default {undefined} */
  readonly query?: object | undefined;
  /** The answer, not checked. */
  readonly result: unknown;
}

/** The same where a body can be sent. */
export interface Untyped extends UntypedGet {
  /** What is sent, not checked. @default {undefined} */
  readonly body?: unknown;
}

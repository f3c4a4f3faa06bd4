/** A file of a request. */
export interface RestFile {
  /** What it is called. */
  readonly name: string;
  /** What is in it. */
  readonly data: Uint8Array;
}

/** An HTTP request to the server's REST API. */
export interface RestRequest {
  readonly method: string;
  /** With or without `/api` and the version before it; without the query. */
  readonly path: string;
  /** What is behind the `?`, if there is one. @default {""} */
  readonly query?: string;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  /** The JSON; of a form, its `payload_json`. */
  readonly body: string;
  /** The files of a form. @default {[]} */
  readonly files?: readonly RestFile[];
  /** Where the request went, such as `http://127.0.0.1:8080`. */
  readonly origin?: string;
}

/** What the server answers. */
export interface RestResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** An answer with JSON. */
export function json(status: number, body: unknown): RestResponse {
  return { status, headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
}

/** An answer with nothing. */
export function noContent(): RestResponse {
  return { status: 204, headers: {}, body: "" };
}

/** A refusal, with the code that Discord's list of JSON error codes has for it. */
export function refusal(status: number, code: number, message: string): RestResponse {
  return json(status, { message, code });
}

/** A refusal because of one field. */
export function invalidForm(field: string, message: string): RestResponse {
  const errors = { [field]: { _errors: [{ code: "BASE_TYPE_BAD_LENGTH", message }] } };
  return json(400, { message: "Invalid Form Body", code: 50035, errors });
}

/** The path of a request without what may be before and behind it. */
export function pathOf({ path }: RestRequest): string {
  return path.replace(/^\/api(?=\/)/, "").replace(/^\/v\d+(?=\/)/, "").replace(/\?.*$/, "");
}

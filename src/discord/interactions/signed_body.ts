import { OptionError } from "../../protocol/errors.ts";
import { type PublicKeys, readSignature, verify } from "./verify.ts";

/** How the body of a request is read. */
export interface SignedBodyOptions {
  /** The application's public key, imported, or as 64 hexadecimal digits; or several. */
  readonly publicKey: PublicKeys;
  /** How long a body may be, in bytes. @default {1_048_576} */
  readonly maxBodyBytes?: number | undefined;
}

/** How long a body may be, in bytes, unless told otherwise. */
export const MAX_BODY_BYTES: number = 1 << 20;

/** What the body of a request turned out to be. Only one that Discord signed is given away. */
export type SignedBody =
  /** Discord sent it. */
  | { readonly kind: "signed"; readonly body: Uint8Array | string; readonly timestamp: string }
  /** The signature, its headers or the key do not fit: answer 401. */
  | { readonly kind: "unsigned"; readonly status: 401 }
  /** The body is longer than allowed, and was not read to its end: answer 413. */
  | { readonly kind: "too_large"; readonly status: 413 };

/**
 * Reads a request's body and verifies that it is Discord's, for interactions and webhook events alike.
 *
 * Source: Discord, "Interactions: Overview", Validating Security Request Headers.
 *
 * @throws {OptionError} if something has read the body before.
 */
export async function readSignedBody(request: Request, options: SignedBodyOptions): Promise<SignedBody> {
  if (request.bodyUsed) {
    throw new OptionError("Cannot verify the request: its body was read before; verify the request first");
  }
  // Strangers without the headers are sent away before their body is read.
  const headers = readSignature(request.headers);
  if (headers === undefined) return { kind: "unsigned", status: 401 };
  const body = await readBody(request, options.maxBodyBytes ?? MAX_BODY_BYTES);
  if (body === undefined) return { kind: "too_large", status: 413 };
  if (!await verify(options.publicKey, headers, body)) return { kind: "unsigned", status: 401 };
  return { kind: "signed", body, timestamp: headers.timestamp };
}

/**
 * Reads a body to its end, or gives it up, undefined, once it is longer than the limit.
 *
 * Servers give no more of a body than its declared length, and one of a declared length is read as text, which
 * costs a tenth of reading it by pieces. What is not UTF-8 is no longer what was signed then.
 */
async function readBody(request: Request, limit: number): Promise<Uint8Array | string | undefined> {
  const declared = request.headers.get("content-length");
  if (Number(declared) > limit) {
    await request.body?.cancel().catch(() => {});
    return undefined;
  }
  if (declared === null || request.headers.has("transfer-encoding")) return await readPieces(request, limit);
  try {
    const text = await request.text();
    return text.length > limit ? undefined : text;
  } catch {
    // The sender is gone; what came of the body does not verify.
    return "";
  }
}

async function readPieces(request: Request, limit: number): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for (const reader = request.body?.getReader(); reader !== undefined;) {
      const { done, value } = await reader.read();
      if (done) break;
      length += value.length;
      if (length > limit) {
        await reader.cancel().catch(() => {});
        return undefined;
      }
      chunks.push(value);
    }
  } catch {
    // The sender is gone; what came of the body does not verify.
  }
  const [only] = chunks;
  if (chunks.length === 1 && only !== undefined) return only;
  const body = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    body.set(chunk, offset);
    offset += chunk.length;
  }
  return body;
}

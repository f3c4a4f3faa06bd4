import {
  type BodyLimits,
  checkBodyLimits,
  checkUnread,
  readBody,
  type UnreadBody,
} from "../../../http/read_body.ts";
import { checkPublicKeys, importPublicKeys, type PublicKeys, readSignature, verify } from "./verify.ts";

/** How the body of a request is read. */
export interface SignedBodyOptions extends BodyLimits {
  /**
   * The application's public key: 64 hexadecimal digits from the Developer Portal, or what `importPublicKey` makes
   * of them; or several.
   */
  readonly publicKey: PublicKeys;
}

/** What the body of a request turned out to be. Only one that Discord signed is given away. */
export type SignedBody =
  /** Discord sent it. */
  | { readonly kind: "signed"; readonly body: Uint8Array | string; readonly timestamp: string }
  | RefusedBody;

/** Why the body of a request is not given away. */
export type RefusedBody =
  /** The signature, its headers or the key do not fit: answer 401. */
  | { readonly kind: "unsigned"; readonly status: 401 }
  | UnreadBody;

/**
 * Reads a request's body and verifies that it is Discord's, for interactions and webhook events alike.
 *
 * Source: Discord, "Interactions: Overview", Validating Security Request Headers.
 *
 * @throws {OptionError} if something has read the body before, or a public key is none, or one that anybody can
 * sign for.
 */
export async function readSignedBody(request: Request, options: SignedBodyOptions): Promise<SignedBody> {
  const { publicKey } = options;
  checkPublicKeys(publicKey);
  checkBodyLimits(options);
  checkUnread(request);
  // Strangers without the headers are sent away before their body is read.
  const headers = readSignature(request.headers);
  if (headers === undefined) return UNSIGNED;
  const keys = await importPublicKeys(publicKey);
  const body = await readBody(request, options);
  if (typeof body === "object" && "kind" in body) return body;
  if (!await verify(keys, headers, body)) return UNSIGNED;
  return { kind: "signed", body, timestamp: headers.timestamp };
}

const UNSIGNED: RefusedBody = { kind: "unsigned", status: 401 };

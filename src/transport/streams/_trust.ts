import { type DialFailure, reasonOf } from "../../protocol/connection/dial_failure.ts";
import { OptionError } from "../../protocol/errors.ts";
import type { DialOptions } from "../options.ts";
import type { Proxy } from "../proxy/address.ts";

/** A fingerprint as it compares: lower case, without colons. */
export function plainFingerprint(fingerprint: string): string {
  return fingerprint.replaceAll(":", "").toLowerCase();
}

/** Why a server with this fingerprint, as it compares, is none to talk to. */
export function untrustedFingerprint(fingerprint: string): DialFailure {
  return { cause: "certificate_fingerprint", reason: `its SHA-256 fingerprint is "${fingerprint}"` };
}

/**
 * Whether Deno itself cannot dial that, and its `node:tls` can. It speaks no TLS within TLS, to which a secure proxy comes;
 * it can show a certificate, or ask for a name other than the one it connects to (as by a proxy), but not both; and
 * it does not tell the server's certificate, whose fingerprint is to be compared.
 */
export function needsNode({ tls }: DialOptions, secure: boolean, proxy?: Proxy): boolean {
  if (proxy?.protocol === "https") return true;
  return secure && ((tls?.cert !== undefined && (tls.hostname !== undefined || proxy !== undefined)) ||
    (tls?.fingerprints?.length ?? 0) > 0);
}

/** Node and Bun replace their own certificates with `ca`, where Deno adds to them: adding is what we promise. */
export function trustedByDefault(tls: typeof import("node:tls")): readonly string[] {
  return tls.getCACertificates?.("default") ?? tls.rootCertificates;
}

/** What a runtime has against certificates and keys that are its user's: to try them again is useless. */
export function badCertificates(error: unknown): OptionError {
  return new OptionError(
    `Cannot use tls.caCerts, or tls.cert with tls.key: ${
      reasonOf(error)
    }; check that they are whole and belong together`,
  );
}

import type { DialFailure } from "../protocol/dial_failure.ts";
import type { DialOptions } from "./options.ts";

/** A fingerprint as it compares: lower case, without colons. */
export function plainFingerprint(fingerprint: string): string {
  return fingerprint.replaceAll(":", "").toLowerCase();
}

/** Why a server with this fingerprint, as it compares, is none to talk to. */
export function untrustedFingerprint(fingerprint: string): DialFailure {
  return { cause: "certificate_fingerprint", reason: `its SHA-256 fingerprint is "${fingerprint}"` };
}

/**
 * Deno can show a certificate, or ask for a name other than the one it connects to (as by a proxy), but not both; and it does
 * not tell the server's certificate, whose fingerprint is to be compared.
 */
export function needsNode({ tls }: DialOptions, byProxy = false): boolean {
  return (tls?.cert !== undefined && (tls.hostname !== undefined || byProxy)) ||
    (tls?.fingerprints?.length ?? 0) > 0;
}

/** Node and Bun replace their own certificates with `ca`, where Deno adds to them: adding is what we promise. */
export function trustedByDefault(tls: typeof import("node:tls")): readonly string[] {
  return tls.getCACertificates?.("default") ?? tls.rootCertificates;
}

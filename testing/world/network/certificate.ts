/** A certificate and its key, as PEM text. */
export interface Certificate {
  /** The certificate; whoever is to accept it gets it as a trusted one. */
  readonly cert: string;
  /** Its private key. */
  readonly key: string;
}

/** What a certificate is made out to. */
export interface CertificateOptions {
  /** The names and IPv4 or IPv6 addresses it is good for; at least one. @default {["localhost", "127.0.0.1"]} */
  readonly hosts?: readonly string[];
  /** Since when it is valid. @default an hour ago */
  readonly validFrom?: Date;
  /** Until when it is valid. @default in a week */
  readonly validTo?: Date;
}

const HOUR = 3_600_000;

/**
 * Makes a self-signed certificate for a server on loopback or for a
 * client that shows who it is. Uses npm's `selfsigned`, which is loaded when this is first called.
 *
 * @example
 * ```ts
 * import { selfSignedCertificate } from "@parley/testing";
 *
 * const { cert, key } = await selfSignedCertificate({ hosts: ["127.0.0.1"] });
 * cert.startsWith("-----BEGIN CERTIFICATE-----"); // true
 * key.startsWith("-----BEGIN PRIVATE KEY-----"); // true
 * ```
 */
export async function selfSignedCertificate(options: CertificateOptions = {}): Promise<Certificate> {
  const { generate } = await import("selfsigned");
  const now = Date.now();
  const {
    hosts = ["localhost", "127.0.0.1"],
    // Clocks differ, if only between machines that share a test.
    validFrom = new Date(now - HOUR),
    validTo = new Date(now + 7 * 24 * HOUR),
  } = options;
  const { cert, private: key } = await generate([{ name: "commonName", value: hosts[0] ?? "parley" }], {
    keyType: "ec",
    algorithm: "sha256",
    notBeforeDate: validFrom,
    notAfterDate: validTo,
    extensions: [
      // Not an authority: rustls, which is Deno's, takes none for a server's own certificate.
      { name: "basicConstraints", cA: false, critical: true },
      { name: "keyUsage", digitalSignature: true, critical: true },
      { name: "extKeyUsage", serverAuth: true, clientAuth: true },
      {
        name: "subjectAltName",
        altNames: hosts.map((host) => isAddress(host) ? { type: 7, ip: host } : { type: 2, value: host }),
      },
    ],
  });
  return { cert, key };
}

function isAddress(host: string): boolean {
  return host.includes(":") || /^\d+(\.\d+){3}$/.test(host);
}

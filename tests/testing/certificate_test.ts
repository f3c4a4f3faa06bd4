import { createPrivateKey, X509Certificate } from "node:crypto";
import { describe, it } from "node:test";
import { assert, assertEquals } from "@std/assert";
import { selfSignedCertificate } from "../../testing/world/network/certificate.ts";

describe("selfSignedCertificate", () => {
  it("hosts: are localhost and 127.0.0.1 unless others are named", async () => {
    const { cert, key } = await selfSignedCertificate();
    const certificate = new X509Certificate(cert);
    assertEquals(certificate.subjectAltName?.split(", "), ["DNS:localhost", "IP Address:127.0.0.1"]);
    assert(certificate.checkPrivateKey(createPrivateKey(key)));
    assert(Date.parse(certificate.validFrom) < Date.now() && Date.parse(certificate.validTo) > Date.now());
    const other = new X509Certificate((await selfSignedCertificate({ hosts: ["parley.test"] })).cert);
    assertEquals(other.subjectAltName, "DNS:parley.test");
  });
});

import type { Fuzzer } from "./_fuzzer.ts";
import { frames } from "./frames_fuzz.ts";
import { gatewayPayload } from "./gateway_payload_fuzz.ts";
import { signedBody } from "./signed_body_fuzz.ts";

/** Every fuzzer there is. */
export const fuzzers: readonly Fuzzer[] = [frames, gatewayPayload, signedBody];

import type { Fuzzer } from "./_fuzzer.ts";
import { etf } from "./etf_fuzz.ts";
import { eventSubFuzzer } from "./eventsub_fuzz.ts";
import { frames } from "./frames_fuzz.ts";
import { gatewayPayload } from "./gateway_payload_fuzz.ts";
import { ircFuzzer } from "./irc_fuzz.ts";
import { ircState } from "./irc_state_fuzz.ts";
import { natsFuzzer } from "./nats_fuzz.ts";
import { proxyAnswers } from "./proxy_fuzz.ts";
import { scramFuzzer } from "./scram_fuzz.ts";
import { signedBody } from "./signed_body_fuzz.ts";
import { twitchFuzzer } from "./twitch_fuzz.ts";
import { upgradeAnswers } from "./upgrade_fuzz.ts";
import { websocketDifferential } from "./websocket_differential_fuzz.ts";

/** Every fuzzer there is. */
export const fuzzers: readonly Fuzzer[] = [
  etf,
  eventSubFuzzer,
  frames,
  gatewayPayload,
  ircFuzzer,
  ircState,
  natsFuzzer,
  proxyAnswers,
  scramFuzzer,
  signedBody,
  twitchFuzzer,
  upgradeAnswers,
  websocketDifferential,
];

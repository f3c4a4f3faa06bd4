import { type GatewayCodec, type GatewayEncoding, jsonCodec } from "./wire/encoding.ts";

/**
 * Loads what reads and writes payloads in an encoding: whoever speaks JSON does not load ETF.
 *
 * @example A session by hand that speaks ETF
 * ```ts
 * import { GatewaySession, loadCodec } from "@parley/parley/discord";
 *
 * const codec = await loadCodec("etf");
 * const session = new GatewaySession({ token: "secret", intents: 0, random: Math.random, codec });
 * session.start(0);
 * session.poll(); // { kind: "dial", link: 1, url: "wss://gateway.discord.gg/?v=10&encoding=etf" }
 * ```
 */
export async function loadCodec(encoding: GatewayEncoding): Promise<GatewayCodec> {
  return encoding === "etf" ? (await import("./wire/etf/etf.ts")).etfCodec : jsonCodec;
}

/**
 * What a gateway payload is for, as its `op` says.
 *
 * @see https://discord.com/developers/docs/topics/opcodes-and-status-codes#gateway-gateway-opcodes
 *
 * @example
 * ```ts
 * import { Opcode } from "@parley/parley/discord";
 *
 * Opcode.Heartbeat; // 1
 * ```
 */
export const Opcode: {
  readonly Dispatch: 0;
  readonly Heartbeat: 1;
  readonly Identify: 2;
  readonly PresenceUpdate: 3;
  readonly VoiceStateUpdate: 4;
  readonly Resume: 6;
  readonly Reconnect: 7;
  readonly RequestGuildMembers: 8;
  readonly InvalidSession: 9;
  readonly Hello: 10;
  readonly HeartbeatAck: 11;
  readonly RequestSoundboardSounds: 31;
  readonly RequestChannelInfo: 43;
} = {
  Dispatch: 0,
  Heartbeat: 1,
  Identify: 2,
  PresenceUpdate: 3,
  VoiceStateUpdate: 4,
  Resume: 6,
  Reconnect: 7,
  RequestGuildMembers: 8,
  InvalidSession: 9,
  Hello: 10,
  HeartbeatAck: 11,
  RequestSoundboardSounds: 31,
  RequestChannelInfo: 43,
};

// Written by tools/discord_types.ts, from the types that are installed.

/** Discord's `PermissionFlagsBits`. */
export const PermissionFlagsBits: {
  readonly CreateInstantInvite: bigint;
  readonly KickMembers: bigint;
  readonly BanMembers: bigint;
  readonly Administrator: bigint;
  readonly ManageChannels: bigint;
  readonly ManageGuild: bigint;
  readonly AddReactions: bigint;
  readonly ViewAuditLog: bigint;
  readonly PrioritySpeaker: bigint;
  readonly Stream: bigint;
  readonly ViewChannel: bigint;
  readonly SendMessages: bigint;
  readonly SendTTSMessages: bigint;
  readonly ManageMessages: bigint;
  readonly EmbedLinks: bigint;
  readonly AttachFiles: bigint;
  readonly ReadMessageHistory: bigint;
  readonly MentionEveryone: bigint;
  readonly UseExternalEmojis: bigint;
  readonly ViewGuildInsights: bigint;
  readonly Connect: bigint;
  readonly Speak: bigint;
  readonly MuteMembers: bigint;
  readonly DeafenMembers: bigint;
  readonly MoveMembers: bigint;
  readonly UseVAD: bigint;
  readonly ChangeNickname: bigint;
  readonly ManageNicknames: bigint;
  readonly ManageRoles: bigint;
  readonly ManageWebhooks: bigint;
  readonly ManageEmojisAndStickers: bigint;
  readonly ManageGuildExpressions: bigint;
  readonly UseApplicationCommands: bigint;
  readonly RequestToSpeak: bigint;
  readonly ManageEvents: bigint;
  readonly ManageThreads: bigint;
  readonly CreatePublicThreads: bigint;
  readonly CreatePrivateThreads: bigint;
  readonly UseExternalStickers: bigint;
  readonly SendMessagesInThreads: bigint;
  readonly UseEmbeddedActivities: bigint;
  readonly ModerateMembers: bigint;
  readonly ViewCreatorMonetizationAnalytics: bigint;
  readonly UseSoundboard: bigint;
  readonly CreateGuildExpressions: bigint;
  readonly CreateEvents: bigint;
  readonly UseExternalSounds: bigint;
  readonly SendVoiceMessages: bigint;
  readonly SetVoiceChannelStatus: bigint;
  readonly SendPolls: bigint;
  readonly UseExternalApps: bigint;
  readonly PinMessages: bigint;
  readonly BypassSlowmode: bigint;
} = {
  CreateInstantInvite: 1n,
  KickMembers: 2n,
  BanMembers: 4n,
  Administrator: 8n,
  ManageChannels: 16n,
  ManageGuild: 32n,
  AddReactions: 64n,
  ViewAuditLog: 128n,
  PrioritySpeaker: 256n,
  Stream: 512n,
  ViewChannel: 1024n,
  SendMessages: 2048n,
  SendTTSMessages: 4096n,
  ManageMessages: 8192n,
  EmbedLinks: 16384n,
  AttachFiles: 32768n,
  ReadMessageHistory: 65536n,
  MentionEveryone: 131072n,
  UseExternalEmojis: 262144n,
  ViewGuildInsights: 524288n,
  Connect: 1048576n,
  Speak: 2097152n,
  MuteMembers: 4194304n,
  DeafenMembers: 8388608n,
  MoveMembers: 16777216n,
  UseVAD: 33554432n,
  ChangeNickname: 67108864n,
  ManageNicknames: 134217728n,
  ManageRoles: 268435456n,
  ManageWebhooks: 536870912n,
  ManageEmojisAndStickers: 1073741824n,
  ManageGuildExpressions: 1073741824n,
  UseApplicationCommands: 2147483648n,
  RequestToSpeak: 4294967296n,
  ManageEvents: 8589934592n,
  ManageThreads: 17179869184n,
  CreatePublicThreads: 34359738368n,
  CreatePrivateThreads: 68719476736n,
  UseExternalStickers: 137438953472n,
  SendMessagesInThreads: 274877906944n,
  UseEmbeddedActivities: 549755813888n,
  ModerateMembers: 1099511627776n,
  ViewCreatorMonetizationAnalytics: 2199023255552n,
  UseSoundboard: 4398046511104n,
  CreateGuildExpressions: 8796093022208n,
  CreateEvents: 17592186044416n,
  UseExternalSounds: 35184372088832n,
  SendVoiceMessages: 70368744177664n,
  SetVoiceChannelStatus: 281474976710656n,
  SendPolls: 562949953421312n,
  UseExternalApps: 1125899906842624n,
  PinMessages: 2251799813685248n,
  BypassSlowmode: 4503599627370496n,
};

// Written by tools/discord_types.ts, from the types that are installed.
import type * as api from "discord-api-types/v10";

export type * from "discord-api-types/v10";
export { PermissionFlagsBits } from "./permission_flags.ts";

/** One of Discord's `ActivityFlags`. */
export type ActivityFlags = api.ActivityFlags;
/** Discord's `ActivityFlags`. */
export const ActivityFlags: {
  readonly Instance: api.ActivityFlags.Instance;
  readonly Join: api.ActivityFlags.Join;
  readonly Spectate: api.ActivityFlags.Spectate;
  readonly JoinRequest: api.ActivityFlags.JoinRequest;
  readonly Sync: api.ActivityFlags.Sync;
  readonly Play: api.ActivityFlags.Play;
  readonly PartyPrivacyFriends: api.ActivityFlags.PartyPrivacyFriends;
  readonly PartyPrivacyVoiceChannel: api.ActivityFlags.PartyPrivacyVoiceChannel;
  readonly Embedded: api.ActivityFlags.Embedded;
} = {
  Instance: 1,
  Join: 2,
  Spectate: 4,
  JoinRequest: 8,
  Sync: 16,
  Play: 32,
  PartyPrivacyFriends: 64,
  PartyPrivacyVoiceChannel: 128,
  Embedded: 256,
};

/** One of Discord's `ActivityLocationKind`. */
export type ActivityLocationKind = api.ActivityLocationKind;
/** Discord's `ActivityLocationKind`. */
export const ActivityLocationKind: {
  readonly GuildChannel: api.ActivityLocationKind.GuildChannel;
  readonly PrivateChannel: api.ActivityLocationKind.PrivateChannel;
} = {
  GuildChannel: "gc" as api.ActivityLocationKind.GuildChannel,
  PrivateChannel: "pc" as api.ActivityLocationKind.PrivateChannel,
};

/** One of Discord's `ActivityPlatform`. */
export type ActivityPlatform = api.ActivityPlatform;
/** Discord's `ActivityPlatform`. */
export const ActivityPlatform: {
  readonly Desktop: api.ActivityPlatform.Desktop;
  readonly Xbox: api.ActivityPlatform.Xbox;
  readonly Samsung: api.ActivityPlatform.Samsung;
  readonly IOS: api.ActivityPlatform.IOS;
  readonly Android: api.ActivityPlatform.Android;
  readonly Embedded: api.ActivityPlatform.Embedded;
  readonly PS4: api.ActivityPlatform.PS4;
  readonly PS5: api.ActivityPlatform.PS5;
} = {
  Desktop: "desktop" as api.ActivityPlatform.Desktop,
  Xbox: "xbox" as api.ActivityPlatform.Xbox,
  Samsung: "samsung" as api.ActivityPlatform.Samsung,
  IOS: "ios" as api.ActivityPlatform.IOS,
  Android: "android" as api.ActivityPlatform.Android,
  Embedded: "embedded" as api.ActivityPlatform.Embedded,
  PS4: "ps4" as api.ActivityPlatform.PS4,
  PS5: "ps5" as api.ActivityPlatform.PS5,
};

/** One of Discord's `ActivityType`. */
export type ActivityType = api.ActivityType;
/** Discord's `ActivityType`. */
export const ActivityType: {
  readonly Playing: api.ActivityType.Playing;
  readonly Streaming: api.ActivityType.Streaming;
  readonly Listening: api.ActivityType.Listening;
  readonly Watching: api.ActivityType.Watching;
  readonly Custom: api.ActivityType.Custom;
  readonly Competing: api.ActivityType.Competing;
} = {
  Playing: 0,
  Streaming: 1,
  Listening: 2,
  Watching: 3,
  Custom: 4,
  Competing: 5,
};

/** One of Discord's `AllowedMentionsTypes`. */
export type AllowedMentionsTypes = api.AllowedMentionsTypes;
/** Discord's `AllowedMentionsTypes`. */
export const AllowedMentionsTypes: {
  readonly Everyone: api.AllowedMentionsTypes.Everyone;
  readonly Role: api.AllowedMentionsTypes.Role;
  readonly User: api.AllowedMentionsTypes.User;
} = {
  Everyone: "everyone" as api.AllowedMentionsTypes.Everyone,
  Role: "roles" as api.AllowedMentionsTypes.Role,
  User: "users" as api.AllowedMentionsTypes.User,
};

/** One of Discord's `ApplicationCommandOptionType`. */
export type ApplicationCommandOptionType = api.ApplicationCommandOptionType;
/** Discord's `ApplicationCommandOptionType`. */
export const ApplicationCommandOptionType: {
  readonly Subcommand: api.ApplicationCommandOptionType.Subcommand;
  readonly SubcommandGroup: api.ApplicationCommandOptionType.SubcommandGroup;
  readonly String: api.ApplicationCommandOptionType.String;
  readonly Integer: api.ApplicationCommandOptionType.Integer;
  readonly Boolean: api.ApplicationCommandOptionType.Boolean;
  readonly User: api.ApplicationCommandOptionType.User;
  readonly Channel: api.ApplicationCommandOptionType.Channel;
  readonly Role: api.ApplicationCommandOptionType.Role;
  readonly Mentionable: api.ApplicationCommandOptionType.Mentionable;
  readonly Number: api.ApplicationCommandOptionType.Number;
  readonly Attachment: api.ApplicationCommandOptionType.Attachment;
} = {
  Subcommand: 1,
  SubcommandGroup: 2,
  String: 3,
  Integer: 4,
  Boolean: 5,
  User: 6,
  Channel: 7,
  Role: 8,
  Mentionable: 9,
  Number: 10,
  Attachment: 11,
};

/** One of Discord's `ApplicationCommandPermissionType`. */
export type ApplicationCommandPermissionType = api.ApplicationCommandPermissionType;
/** Discord's `ApplicationCommandPermissionType`. */
export const ApplicationCommandPermissionType: {
  readonly Role: api.ApplicationCommandPermissionType.Role;
  readonly User: api.ApplicationCommandPermissionType.User;
  readonly Channel: api.ApplicationCommandPermissionType.Channel;
} = {
  Role: 1,
  User: 2,
  Channel: 3,
};

/** One of Discord's `ApplicationCommandType`. */
export type ApplicationCommandType = api.ApplicationCommandType;
/** Discord's `ApplicationCommandType`. */
export const ApplicationCommandType: {
  readonly ChatInput: api.ApplicationCommandType.ChatInput;
  readonly User: api.ApplicationCommandType.User;
  readonly Message: api.ApplicationCommandType.Message;
  readonly PrimaryEntryPoint: api.ApplicationCommandType.PrimaryEntryPoint;
} = {
  ChatInput: 1,
  User: 2,
  Message: 3,
  PrimaryEntryPoint: 4,
};

/** One of Discord's `ApplicationFlags`. */
export type ApplicationFlags = api.ApplicationFlags;
/** Discord's `ApplicationFlags`. */
export const ApplicationFlags: {
  readonly EmbeddedReleased: api.ApplicationFlags.EmbeddedReleased;
  readonly ManagedEmoji: api.ApplicationFlags.ManagedEmoji;
  readonly EmbeddedIAP: api.ApplicationFlags.EmbeddedIAP;
  readonly GroupDMCreate: api.ApplicationFlags.GroupDMCreate;
  readonly ApplicationAutoModerationRuleCreateBadge:
    api.ApplicationFlags.ApplicationAutoModerationRuleCreateBadge;
  readonly RPCHasConnected: api.ApplicationFlags.RPCHasConnected;
  readonly GatewayPresence: api.ApplicationFlags.GatewayPresence;
  readonly GatewayPresenceLimited: api.ApplicationFlags.GatewayPresenceLimited;
  readonly GatewayGuildMembers: api.ApplicationFlags.GatewayGuildMembers;
  readonly GatewayGuildMembersLimited: api.ApplicationFlags.GatewayGuildMembersLimited;
  readonly VerificationPendingGuildLimit: api.ApplicationFlags.VerificationPendingGuildLimit;
  readonly Embedded: api.ApplicationFlags.Embedded;
  readonly GatewayMessageContent: api.ApplicationFlags.GatewayMessageContent;
  readonly GatewayMessageContentLimited: api.ApplicationFlags.GatewayMessageContentLimited;
  readonly EmbeddedFirstParty: api.ApplicationFlags.EmbeddedFirstParty;
  readonly ApplicationCommandBadge: api.ApplicationFlags.ApplicationCommandBadge;
} = {
  EmbeddedReleased: 2,
  ManagedEmoji: 4,
  EmbeddedIAP: 8,
  GroupDMCreate: 16,
  ApplicationAutoModerationRuleCreateBadge: 64,
  RPCHasConnected: 2048,
  GatewayPresence: 4096,
  GatewayPresenceLimited: 8192,
  GatewayGuildMembers: 16384,
  GatewayGuildMembersLimited: 32768,
  VerificationPendingGuildLimit: 65536,
  Embedded: 131072,
  GatewayMessageContent: 262144,
  GatewayMessageContentLimited: 524288,
  EmbeddedFirstParty: 1048576,
  ApplicationCommandBadge: 8388608,
};

/** One of Discord's `ApplicationIdentityProfileDynamicFieldType`. */
export type ApplicationIdentityProfileDynamicFieldType = api.ApplicationIdentityProfileDynamicFieldType;
/** Discord's `ApplicationIdentityProfileDynamicFieldType`. */
export const ApplicationIdentityProfileDynamicFieldType: {
  readonly String: api.ApplicationIdentityProfileDynamicFieldType.String;
  readonly Number: api.ApplicationIdentityProfileDynamicFieldType.Number;
  readonly Media: api.ApplicationIdentityProfileDynamicFieldType.Media;
} = {
  String: 1,
  Number: 2,
  Media: 3,
};

/** One of Discord's `ApplicationIntegrationType`. */
export type ApplicationIntegrationType = api.ApplicationIntegrationType;
/** Discord's `ApplicationIntegrationType`. */
export const ApplicationIntegrationType: {
  readonly GuildInstall: api.ApplicationIntegrationType.GuildInstall;
  readonly UserInstall: api.ApplicationIntegrationType.UserInstall;
} = {
  GuildInstall: 0,
  UserInstall: 1,
};

/** One of Discord's `ApplicationRoleConnectionMetadataType`. */
export type ApplicationRoleConnectionMetadataType = api.ApplicationRoleConnectionMetadataType;
/** Discord's `ApplicationRoleConnectionMetadataType`. */
export const ApplicationRoleConnectionMetadataType: {
  readonly IntegerLessThanOrEqual: api.ApplicationRoleConnectionMetadataType.IntegerLessThanOrEqual;
  readonly IntegerGreaterThanOrEqual: api.ApplicationRoleConnectionMetadataType.IntegerGreaterThanOrEqual;
  readonly IntegerEqual: api.ApplicationRoleConnectionMetadataType.IntegerEqual;
  readonly IntegerNotEqual: api.ApplicationRoleConnectionMetadataType.IntegerNotEqual;
  readonly DatetimeLessThanOrEqual: api.ApplicationRoleConnectionMetadataType.DatetimeLessThanOrEqual;
  readonly DatetimeGreaterThanOrEqual: api.ApplicationRoleConnectionMetadataType.DatetimeGreaterThanOrEqual;
  readonly BooleanEqual: api.ApplicationRoleConnectionMetadataType.BooleanEqual;
  readonly BooleanNotEqual: api.ApplicationRoleConnectionMetadataType.BooleanNotEqual;
} = {
  IntegerLessThanOrEqual: 1,
  IntegerGreaterThanOrEqual: 2,
  IntegerEqual: 3,
  IntegerNotEqual: 4,
  DatetimeLessThanOrEqual: 5,
  DatetimeGreaterThanOrEqual: 6,
  BooleanEqual: 7,
  BooleanNotEqual: 8,
};

/** One of Discord's `ApplicationWebhookEventStatus`. */
export type ApplicationWebhookEventStatus = api.ApplicationWebhookEventStatus;
/** Discord's `ApplicationWebhookEventStatus`. */
export const ApplicationWebhookEventStatus: {
  readonly Disabled: api.ApplicationWebhookEventStatus.Disabled;
  readonly Enabled: api.ApplicationWebhookEventStatus.Enabled;
  readonly DisabledByDiscord: api.ApplicationWebhookEventStatus.DisabledByDiscord;
} = {
  Disabled: 1,
  Enabled: 2,
  DisabledByDiscord: 3,
};

/** One of Discord's `ApplicationWebhookEventType`. */
export type ApplicationWebhookEventType = api.ApplicationWebhookEventType;
/** Discord's `ApplicationWebhookEventType`. */
export const ApplicationWebhookEventType: {
  readonly ApplicationAuthorized: api.ApplicationWebhookEventType.ApplicationAuthorized;
  readonly ApplicationDeauthorized: api.ApplicationWebhookEventType.ApplicationDeauthorized;
  readonly EntitlementCreate: api.ApplicationWebhookEventType.EntitlementCreate;
  readonly EntitlementUpdate: api.ApplicationWebhookEventType.EntitlementUpdate;
  readonly EntitlementDelete: api.ApplicationWebhookEventType.EntitlementDelete;
  readonly QuestUserEnrollment: api.ApplicationWebhookEventType.QuestUserEnrollment;
} = {
  ApplicationAuthorized: "APPLICATION_AUTHORIZED" as api.ApplicationWebhookEventType.ApplicationAuthorized,
  ApplicationDeauthorized:
    "APPLICATION_DEAUTHORIZED" as api.ApplicationWebhookEventType.ApplicationDeauthorized,
  EntitlementCreate: "ENTITLEMENT_CREATE" as api.ApplicationWebhookEventType.EntitlementCreate,
  EntitlementUpdate: "ENTITLEMENT_UPDATE" as api.ApplicationWebhookEventType.EntitlementUpdate,
  EntitlementDelete: "ENTITLEMENT_DELETE" as api.ApplicationWebhookEventType.EntitlementDelete,
  QuestUserEnrollment: "QUEST_USER_ENROLLMENT" as api.ApplicationWebhookEventType.QuestUserEnrollment,
};

/** One of Discord's `ApplicationWebhookType`. */
export type ApplicationWebhookType = api.ApplicationWebhookType;
/** Discord's `ApplicationWebhookType`. */
export const ApplicationWebhookType: {
  readonly Ping: api.ApplicationWebhookType.Ping;
  readonly Event: api.ApplicationWebhookType.Event;
} = {
  Ping: 0,
  Event: 1,
};

/** One of Discord's `AttachmentFlags`. */
export type AttachmentFlags = api.AttachmentFlags;
/** Discord's `AttachmentFlags`. */
export const AttachmentFlags: {
  readonly IsClip: api.AttachmentFlags.IsClip;
  readonly IsThumbnail: api.AttachmentFlags.IsThumbnail;
  readonly IsRemix: api.AttachmentFlags.IsRemix;
  readonly IsSpoiler: api.AttachmentFlags.IsSpoiler;
  readonly IsAnimated: api.AttachmentFlags.IsAnimated;
} = {
  IsClip: 1,
  IsThumbnail: 2,
  IsRemix: 4,
  IsSpoiler: 8,
  IsAnimated: 32,
};

/** One of Discord's `AuditLogEvent`. */
export type AuditLogEvent = api.AuditLogEvent;
/** Discord's `AuditLogEvent`. */
export const AuditLogEvent: {
  readonly GuildUpdate: api.AuditLogEvent.GuildUpdate;
  readonly ChannelCreate: api.AuditLogEvent.ChannelCreate;
  readonly ChannelUpdate: api.AuditLogEvent.ChannelUpdate;
  readonly ChannelDelete: api.AuditLogEvent.ChannelDelete;
  readonly ChannelOverwriteCreate: api.AuditLogEvent.ChannelOverwriteCreate;
  readonly ChannelOverwriteUpdate: api.AuditLogEvent.ChannelOverwriteUpdate;
  readonly ChannelOverwriteDelete: api.AuditLogEvent.ChannelOverwriteDelete;
  readonly MemberKick: api.AuditLogEvent.MemberKick;
  readonly MemberPrune: api.AuditLogEvent.MemberPrune;
  readonly MemberBanAdd: api.AuditLogEvent.MemberBanAdd;
  readonly MemberBanRemove: api.AuditLogEvent.MemberBanRemove;
  readonly MemberUpdate: api.AuditLogEvent.MemberUpdate;
  readonly MemberRoleUpdate: api.AuditLogEvent.MemberRoleUpdate;
  readonly MemberMove: api.AuditLogEvent.MemberMove;
  readonly MemberDisconnect: api.AuditLogEvent.MemberDisconnect;
  readonly BotAdd: api.AuditLogEvent.BotAdd;
  readonly RoleCreate: api.AuditLogEvent.RoleCreate;
  readonly RoleUpdate: api.AuditLogEvent.RoleUpdate;
  readonly RoleDelete: api.AuditLogEvent.RoleDelete;
  readonly InviteCreate: api.AuditLogEvent.InviteCreate;
  readonly InviteUpdate: api.AuditLogEvent.InviteUpdate;
  readonly InviteDelete: api.AuditLogEvent.InviteDelete;
  readonly WebhookCreate: api.AuditLogEvent.WebhookCreate;
  readonly WebhookUpdate: api.AuditLogEvent.WebhookUpdate;
  readonly WebhookDelete: api.AuditLogEvent.WebhookDelete;
  readonly EmojiCreate: api.AuditLogEvent.EmojiCreate;
  readonly EmojiUpdate: api.AuditLogEvent.EmojiUpdate;
  readonly EmojiDelete: api.AuditLogEvent.EmojiDelete;
  readonly MessageDelete: api.AuditLogEvent.MessageDelete;
  readonly MessageBulkDelete: api.AuditLogEvent.MessageBulkDelete;
  readonly MessagePin: api.AuditLogEvent.MessagePin;
  readonly MessageUnpin: api.AuditLogEvent.MessageUnpin;
  readonly IntegrationCreate: api.AuditLogEvent.IntegrationCreate;
  readonly IntegrationUpdate: api.AuditLogEvent.IntegrationUpdate;
  readonly IntegrationDelete: api.AuditLogEvent.IntegrationDelete;
  readonly StageInstanceCreate: api.AuditLogEvent.StageInstanceCreate;
  readonly StageInstanceUpdate: api.AuditLogEvent.StageInstanceUpdate;
  readonly StageInstanceDelete: api.AuditLogEvent.StageInstanceDelete;
  readonly StickerCreate: api.AuditLogEvent.StickerCreate;
  readonly StickerUpdate: api.AuditLogEvent.StickerUpdate;
  readonly StickerDelete: api.AuditLogEvent.StickerDelete;
  readonly GuildScheduledEventCreate: api.AuditLogEvent.GuildScheduledEventCreate;
  readonly GuildScheduledEventUpdate: api.AuditLogEvent.GuildScheduledEventUpdate;
  readonly GuildScheduledEventDelete: api.AuditLogEvent.GuildScheduledEventDelete;
  readonly ThreadCreate: api.AuditLogEvent.ThreadCreate;
  readonly ThreadUpdate: api.AuditLogEvent.ThreadUpdate;
  readonly ThreadDelete: api.AuditLogEvent.ThreadDelete;
  readonly ApplicationCommandPermissionUpdate: api.AuditLogEvent.ApplicationCommandPermissionUpdate;
  readonly SoundboardSoundCreate: api.AuditLogEvent.SoundboardSoundCreate;
  readonly SoundboardSoundUpdate: api.AuditLogEvent.SoundboardSoundUpdate;
  readonly SoundboardSoundDelete: api.AuditLogEvent.SoundboardSoundDelete;
  readonly AutoModerationRuleCreate: api.AuditLogEvent.AutoModerationRuleCreate;
  readonly AutoModerationRuleUpdate: api.AuditLogEvent.AutoModerationRuleUpdate;
  readonly AutoModerationRuleDelete: api.AuditLogEvent.AutoModerationRuleDelete;
  readonly AutoModerationBlockMessage: api.AuditLogEvent.AutoModerationBlockMessage;
  readonly AutoModerationFlagToChannel: api.AuditLogEvent.AutoModerationFlagToChannel;
  readonly AutoModerationUserCommunicationDisabled: api.AuditLogEvent.AutoModerationUserCommunicationDisabled;
  readonly AutoModerationQuarantineUser: api.AuditLogEvent.AutoModerationQuarantineUser;
  readonly CreatorMonetizationRequestCreated: api.AuditLogEvent.CreatorMonetizationRequestCreated;
  readonly CreatorMonetizationTermsAccepted: api.AuditLogEvent.CreatorMonetizationTermsAccepted;
  readonly OnboardingPromptCreate: api.AuditLogEvent.OnboardingPromptCreate;
  readonly OnboardingPromptUpdate: api.AuditLogEvent.OnboardingPromptUpdate;
  readonly OnboardingPromptDelete: api.AuditLogEvent.OnboardingPromptDelete;
  readonly OnboardingCreate: api.AuditLogEvent.OnboardingCreate;
  readonly OnboardingUpdate: api.AuditLogEvent.OnboardingUpdate;
  readonly HomeSettingsCreate: api.AuditLogEvent.HomeSettingsCreate;
  readonly HomeSettingsUpdate: api.AuditLogEvent.HomeSettingsUpdate;
  readonly VoiceChannelStatusCreate: api.AuditLogEvent.VoiceChannelStatusCreate;
  readonly VoiceChannelStatusDelete: api.AuditLogEvent.VoiceChannelStatusDelete;
} = {
  GuildUpdate: 1,
  ChannelCreate: 10,
  ChannelUpdate: 11,
  ChannelDelete: 12,
  ChannelOverwriteCreate: 13,
  ChannelOverwriteUpdate: 14,
  ChannelOverwriteDelete: 15,
  MemberKick: 20,
  MemberPrune: 21,
  MemberBanAdd: 22,
  MemberBanRemove: 23,
  MemberUpdate: 24,
  MemberRoleUpdate: 25,
  MemberMove: 26,
  MemberDisconnect: 27,
  BotAdd: 28,
  RoleCreate: 30,
  RoleUpdate: 31,
  RoleDelete: 32,
  InviteCreate: 40,
  InviteUpdate: 41,
  InviteDelete: 42,
  WebhookCreate: 50,
  WebhookUpdate: 51,
  WebhookDelete: 52,
  EmojiCreate: 60,
  EmojiUpdate: 61,
  EmojiDelete: 62,
  MessageDelete: 72,
  MessageBulkDelete: 73,
  MessagePin: 74,
  MessageUnpin: 75,
  IntegrationCreate: 80,
  IntegrationUpdate: 81,
  IntegrationDelete: 82,
  StageInstanceCreate: 83,
  StageInstanceUpdate: 84,
  StageInstanceDelete: 85,
  StickerCreate: 90,
  StickerUpdate: 91,
  StickerDelete: 92,
  GuildScheduledEventCreate: 100,
  GuildScheduledEventUpdate: 101,
  GuildScheduledEventDelete: 102,
  ThreadCreate: 110,
  ThreadUpdate: 111,
  ThreadDelete: 112,
  ApplicationCommandPermissionUpdate: 121,
  SoundboardSoundCreate: 130,
  SoundboardSoundUpdate: 131,
  SoundboardSoundDelete: 132,
  AutoModerationRuleCreate: 140,
  AutoModerationRuleUpdate: 141,
  AutoModerationRuleDelete: 142,
  AutoModerationBlockMessage: 143,
  AutoModerationFlagToChannel: 144,
  AutoModerationUserCommunicationDisabled: 145,
  AutoModerationQuarantineUser: 146,
  CreatorMonetizationRequestCreated: 150,
  CreatorMonetizationTermsAccepted: 151,
  OnboardingPromptCreate: 163,
  OnboardingPromptUpdate: 164,
  OnboardingPromptDelete: 165,
  OnboardingCreate: 166,
  OnboardingUpdate: 167,
  HomeSettingsCreate: 190,
  HomeSettingsUpdate: 191,
  VoiceChannelStatusCreate: 192,
  VoiceChannelStatusDelete: 193,
};

/** One of Discord's `AuditLogOptionsType`. */
export type AuditLogOptionsType = api.AuditLogOptionsType;
/** Discord's `AuditLogOptionsType`. */
export const AuditLogOptionsType: {
  readonly Role: api.AuditLogOptionsType.Role;
  readonly Member: api.AuditLogOptionsType.Member;
} = {
  Role: "0" as api.AuditLogOptionsType.Role,
  Member: "1" as api.AuditLogOptionsType.Member,
};

/** One of Discord's `AutoModerationActionType`. */
export type AutoModerationActionType = api.AutoModerationActionType;
/** Discord's `AutoModerationActionType`. */
export const AutoModerationActionType: {
  readonly BlockMessage: api.AutoModerationActionType.BlockMessage;
  readonly SendAlertMessage: api.AutoModerationActionType.SendAlertMessage;
  readonly Timeout: api.AutoModerationActionType.Timeout;
  readonly BlockMemberInteraction: api.AutoModerationActionType.BlockMemberInteraction;
} = {
  BlockMessage: 1,
  SendAlertMessage: 2,
  Timeout: 3,
  BlockMemberInteraction: 4,
};

/** One of Discord's `AutoModerationRuleEventType`. */
export type AutoModerationRuleEventType = api.AutoModerationRuleEventType;
/** Discord's `AutoModerationRuleEventType`. */
export const AutoModerationRuleEventType: {
  readonly MessageSend: api.AutoModerationRuleEventType.MessageSend;
  readonly MemberUpdate: api.AutoModerationRuleEventType.MemberUpdate;
} = {
  MessageSend: 1,
  MemberUpdate: 2,
};

/** One of Discord's `AutoModerationRuleKeywordPresetType`. */
export type AutoModerationRuleKeywordPresetType = api.AutoModerationRuleKeywordPresetType;
/** Discord's `AutoModerationRuleKeywordPresetType`. */
export const AutoModerationRuleKeywordPresetType: {
  readonly Profanity: api.AutoModerationRuleKeywordPresetType.Profanity;
  readonly SexualContent: api.AutoModerationRuleKeywordPresetType.SexualContent;
  readonly Slurs: api.AutoModerationRuleKeywordPresetType.Slurs;
} = {
  Profanity: 1,
  SexualContent: 2,
  Slurs: 3,
};

/** One of Discord's `AutoModerationRuleTriggerType`. */
export type AutoModerationRuleTriggerType = api.AutoModerationRuleTriggerType;
/** Discord's `AutoModerationRuleTriggerType`. */
export const AutoModerationRuleTriggerType: {
  readonly Keyword: api.AutoModerationRuleTriggerType.Keyword;
  readonly Spam: api.AutoModerationRuleTriggerType.Spam;
  readonly KeywordPreset: api.AutoModerationRuleTriggerType.KeywordPreset;
  readonly MentionSpam: api.AutoModerationRuleTriggerType.MentionSpam;
  readonly MemberProfile: api.AutoModerationRuleTriggerType.MemberProfile;
} = {
  Keyword: 1,
  Spam: 3,
  KeywordPreset: 4,
  MentionSpam: 5,
  MemberProfile: 6,
};

/** One of Discord's `BaseThemeType`. */
export type BaseThemeType = api.BaseThemeType;
/** Discord's `BaseThemeType`. */
export const BaseThemeType: {
  readonly Unset: api.BaseThemeType.Unset;
  readonly Dark: api.BaseThemeType.Dark;
  readonly Light: api.BaseThemeType.Light;
  readonly Darker: api.BaseThemeType.Darker;
  readonly Midnight: api.BaseThemeType.Midnight;
} = {
  Unset: 0,
  Dark: 1,
  Light: 2,
  Darker: 3,
  Midnight: 4,
};

/** One of Discord's `ButtonStyle`. */
export type ButtonStyle = api.ButtonStyle;
/** Discord's `ButtonStyle`. */
export const ButtonStyle: {
  readonly Primary: api.ButtonStyle.Primary;
  readonly Secondary: api.ButtonStyle.Secondary;
  readonly Success: api.ButtonStyle.Success;
  readonly Danger: api.ButtonStyle.Danger;
  readonly Link: api.ButtonStyle.Link;
  readonly Premium: api.ButtonStyle.Premium;
} = {
  Primary: 1,
  Secondary: 2,
  Success: 3,
  Danger: 4,
  Link: 5,
  Premium: 6,
};

/** One of Discord's `ChannelFlags`. */
export type ChannelFlags = api.ChannelFlags;
/** Discord's `ChannelFlags`. */
export const ChannelFlags: {
  readonly GuildFeedRemoved: api.ChannelFlags.GuildFeedRemoved;
  readonly Pinned: api.ChannelFlags.Pinned;
  readonly ActiveChannelsRemoved: api.ChannelFlags.ActiveChannelsRemoved;
  readonly RequireTag: api.ChannelFlags.RequireTag;
  readonly IsSpam: api.ChannelFlags.IsSpam;
  readonly IsGuildResourceChannel: api.ChannelFlags.IsGuildResourceChannel;
  readonly ClydeAI: api.ChannelFlags.ClydeAI;
  readonly IsScheduledForDeletion: api.ChannelFlags.IsScheduledForDeletion;
  readonly HideMediaDownloadOptions: api.ChannelFlags.HideMediaDownloadOptions;
  readonly ChannelObfuscated: api.ChannelFlags.ChannelObfuscated;
  readonly IsSpoilerChannel: api.ChannelFlags.IsSpoilerChannel;
} = {
  GuildFeedRemoved: 1,
  Pinned: 2,
  ActiveChannelsRemoved: 4,
  RequireTag: 16,
  IsSpam: 32,
  IsGuildResourceChannel: 128,
  ClydeAI: 256,
  IsScheduledForDeletion: 512,
  HideMediaDownloadOptions: 32768,
  ChannelObfuscated: 131072,
  IsSpoilerChannel: 2097152,
};

/** One of Discord's `ChannelType`. */
export type ChannelType = api.ChannelType;
/** Discord's `ChannelType`. */
export const ChannelType: {
  readonly GuildText: api.ChannelType.GuildText;
  readonly DM: api.ChannelType.DM;
  readonly GuildVoice: api.ChannelType.GuildVoice;
  readonly GroupDM: api.ChannelType.GroupDM;
  readonly GuildCategory: api.ChannelType.GuildCategory;
  readonly GuildAnnouncement: api.ChannelType.GuildAnnouncement;
  readonly AnnouncementThread: api.ChannelType.AnnouncementThread;
  readonly PublicThread: api.ChannelType.PublicThread;
  readonly PrivateThread: api.ChannelType.PrivateThread;
  readonly GuildStageVoice: api.ChannelType.GuildStageVoice;
  readonly GuildDirectory: api.ChannelType.GuildDirectory;
  readonly GuildForum: api.ChannelType.GuildForum;
  readonly GuildMedia: api.ChannelType.GuildMedia;
  readonly GuildNews: api.ChannelType.GuildNews;
  readonly GuildNewsThread: api.ChannelType.GuildNewsThread;
  readonly GuildPublicThread: api.ChannelType.GuildPublicThread;
  readonly GuildPrivateThread: api.ChannelType.GuildPrivateThread;
} = {
  GuildText: 0,
  DM: 1,
  GuildVoice: 2,
  GroupDM: 3,
  GuildCategory: 4,
  GuildAnnouncement: 5,
  AnnouncementThread: 10,
  PublicThread: 11,
  PrivateThread: 12,
  GuildStageVoice: 13,
  GuildDirectory: 14,
  GuildForum: 15,
  GuildMedia: 16,
  GuildNews: 5,
  GuildNewsThread: 10,
  GuildPublicThread: 11,
  GuildPrivateThread: 12,
};

/** One of Discord's `ComponentType`. */
export type ComponentType = api.ComponentType;
/** Discord's `ComponentType`. */
export const ComponentType: {
  readonly ActionRow: api.ComponentType.ActionRow;
  readonly Button: api.ComponentType.Button;
  readonly StringSelect: api.ComponentType.StringSelect;
  readonly TextInput: api.ComponentType.TextInput;
  readonly UserSelect: api.ComponentType.UserSelect;
  readonly RoleSelect: api.ComponentType.RoleSelect;
  readonly MentionableSelect: api.ComponentType.MentionableSelect;
  readonly ChannelSelect: api.ComponentType.ChannelSelect;
  readonly Section: api.ComponentType.Section;
  readonly TextDisplay: api.ComponentType.TextDisplay;
  readonly Thumbnail: api.ComponentType.Thumbnail;
  readonly MediaGallery: api.ComponentType.MediaGallery;
  readonly File: api.ComponentType.File;
  readonly Separator: api.ComponentType.Separator;
  readonly ContentInventoryEntry: api.ComponentType.ContentInventoryEntry;
  readonly Container: api.ComponentType.Container;
  readonly Label: api.ComponentType.Label;
  readonly FileUpload: api.ComponentType.FileUpload;
  readonly RadioGroup: api.ComponentType.RadioGroup;
  readonly CheckboxGroup: api.ComponentType.CheckboxGroup;
  readonly Checkbox: api.ComponentType.Checkbox;
  readonly SelectMenu: api.ComponentType.SelectMenu;
} = {
  ActionRow: 1,
  Button: 2,
  StringSelect: 3,
  TextInput: 4,
  UserSelect: 5,
  RoleSelect: 6,
  MentionableSelect: 7,
  ChannelSelect: 8,
  Section: 9,
  TextDisplay: 10,
  Thumbnail: 11,
  MediaGallery: 12,
  File: 13,
  Separator: 14,
  ContentInventoryEntry: 16,
  Container: 17,
  Label: 18,
  FileUpload: 19,
  RadioGroup: 21,
  CheckboxGroup: 22,
  Checkbox: 23,
  SelectMenu: 3,
};

/** One of Discord's `ConnectionService`. */
export type ConnectionService = api.ConnectionService;
/** Discord's `ConnectionService`. */
export const ConnectionService: {
  readonly AmazonMusic: api.ConnectionService.AmazonMusic;
  readonly BattleNet: api.ConnectionService.BattleNet;
  readonly Bluesky: api.ConnectionService.Bluesky;
  readonly BungieNet: api.ConnectionService.BungieNet;
  readonly Crunchyroll: api.ConnectionService.Crunchyroll;
  readonly Domain: api.ConnectionService.Domain;
  readonly eBay: api.ConnectionService.eBay;
  readonly EpicGames: api.ConnectionService.EpicGames;
  readonly Facebook: api.ConnectionService.Facebook;
  readonly GitHub: api.ConnectionService.GitHub;
  readonly Instagram: api.ConnectionService.Instagram;
  readonly LeagueOfLegends: api.ConnectionService.LeagueOfLegends;
  readonly Mastodon: api.ConnectionService.Mastodon;
  readonly PayPal: api.ConnectionService.PayPal;
  readonly PlayStationNetwork: api.ConnectionService.PlayStationNetwork;
  readonly Reddit: api.ConnectionService.Reddit;
  readonly RiotGames: api.ConnectionService.RiotGames;
  readonly Roblox: api.ConnectionService.Roblox;
  readonly Spotify: api.ConnectionService.Spotify;
  readonly Skype: api.ConnectionService.Skype;
  readonly Steam: api.ConnectionService.Steam;
  readonly TikTok: api.ConnectionService.TikTok;
  readonly Twitch: api.ConnectionService.Twitch;
  readonly X: api.ConnectionService.X;
  readonly Twitter: api.ConnectionService.Twitter;
  readonly Xbox: api.ConnectionService.Xbox;
  readonly YouTube: api.ConnectionService.YouTube;
} = {
  AmazonMusic: "amazon-music" as api.ConnectionService.AmazonMusic,
  BattleNet: "battlenet" as api.ConnectionService.BattleNet,
  Bluesky: "bluesky" as api.ConnectionService.Bluesky,
  BungieNet: "bungie" as api.ConnectionService.BungieNet,
  Crunchyroll: "crunchyroll" as api.ConnectionService.Crunchyroll,
  Domain: "domain" as api.ConnectionService.Domain,
  eBay: "ebay" as api.ConnectionService.eBay,
  EpicGames: "epicgames" as api.ConnectionService.EpicGames,
  Facebook: "facebook" as api.ConnectionService.Facebook,
  GitHub: "github" as api.ConnectionService.GitHub,
  Instagram: "instagram" as api.ConnectionService.Instagram,
  LeagueOfLegends: "leagueoflegends" as api.ConnectionService.LeagueOfLegends,
  Mastodon: "mastodon" as api.ConnectionService.Mastodon,
  PayPal: "paypal" as api.ConnectionService.PayPal,
  PlayStationNetwork: "playstation" as api.ConnectionService.PlayStationNetwork,
  Reddit: "reddit" as api.ConnectionService.Reddit,
  RiotGames: "riotgames" as api.ConnectionService.RiotGames,
  Roblox: "roblox" as api.ConnectionService.Roblox,
  Spotify: "spotify" as api.ConnectionService.Spotify,
  Skype: "skype" as api.ConnectionService.Skype,
  Steam: "steam" as api.ConnectionService.Steam,
  TikTok: "tiktok" as api.ConnectionService.TikTok,
  Twitch: "twitch" as api.ConnectionService.Twitch,
  X: "twitter" as api.ConnectionService.X,
  Twitter: "twitter" as api.ConnectionService.Twitter,
  Xbox: "xbox" as api.ConnectionService.Xbox,
  YouTube: "youtube" as api.ConnectionService.YouTube,
};

/** One of Discord's `ConnectionVisibility`. */
export type ConnectionVisibility = api.ConnectionVisibility;
/** Discord's `ConnectionVisibility`. */
export const ConnectionVisibility: {
  readonly None: api.ConnectionVisibility.None;
  readonly Everyone: api.ConnectionVisibility.Everyone;
} = {
  None: 0,
  Everyone: 1,
};

/** One of Discord's `EmbedFlags`. */
export type EmbedFlags = api.EmbedFlags;
/** Discord's `EmbedFlags`. */
export const EmbedFlags: { readonly IsContentInventoryEntry: api.EmbedFlags.IsContentInventoryEntry } = {
  IsContentInventoryEntry: 32,
};

/** One of Discord's `EmbedMediaFlags`. */
export type EmbedMediaFlags = api.EmbedMediaFlags;
/** Discord's `EmbedMediaFlags`. */
export const EmbedMediaFlags: { readonly IsAnimated: api.EmbedMediaFlags.IsAnimated } = {
  IsAnimated: 32,
};

/** One of Discord's `EmbedType`. */
export type EmbedType = api.EmbedType;
/** Discord's `EmbedType`. */
export const EmbedType: {
  readonly Rich: api.EmbedType.Rich;
  readonly Image: api.EmbedType.Image;
  readonly Video: api.EmbedType.Video;
  readonly GIFV: api.EmbedType.GIFV;
  readonly Article: api.EmbedType.Article;
  readonly Link: api.EmbedType.Link;
  readonly AutoModerationMessage: api.EmbedType.AutoModerationMessage;
  readonly PollResult: api.EmbedType.PollResult;
} = {
  Rich: "rich" as api.EmbedType.Rich,
  Image: "image" as api.EmbedType.Image,
  Video: "video" as api.EmbedType.Video,
  GIFV: "gifv" as api.EmbedType.GIFV,
  Article: "article" as api.EmbedType.Article,
  Link: "link" as api.EmbedType.Link,
  AutoModerationMessage: "auto_moderation_message" as api.EmbedType.AutoModerationMessage,
  PollResult: "poll_result" as api.EmbedType.PollResult,
};

/** One of Discord's `EntitlementOwnerType`. */
export type EntitlementOwnerType = api.EntitlementOwnerType;
/** Discord's `EntitlementOwnerType`. */
export const EntitlementOwnerType: {
  readonly Guild: api.EntitlementOwnerType.Guild;
  readonly User: api.EntitlementOwnerType.User;
} = {
  Guild: 1,
  User: 2,
};

/** One of Discord's `EntitlementType`. */
export type EntitlementType = api.EntitlementType;
/** Discord's `EntitlementType`. */
export const EntitlementType: {
  readonly Purchase: api.EntitlementType.Purchase;
  readonly PremiumSubscription: api.EntitlementType.PremiumSubscription;
  readonly DeveloperGift: api.EntitlementType.DeveloperGift;
  readonly TestModePurchase: api.EntitlementType.TestModePurchase;
  readonly FreePurchase: api.EntitlementType.FreePurchase;
  readonly UserGift: api.EntitlementType.UserGift;
  readonly PremiumPurchase: api.EntitlementType.PremiumPurchase;
  readonly ApplicationSubscription: api.EntitlementType.ApplicationSubscription;
} = {
  Purchase: 1,
  PremiumSubscription: 2,
  DeveloperGift: 3,
  TestModePurchase: 4,
  FreePurchase: 5,
  UserGift: 6,
  PremiumPurchase: 7,
  ApplicationSubscription: 8,
};

/** One of Discord's `EntryPointCommandHandlerType`. */
export type EntryPointCommandHandlerType = api.EntryPointCommandHandlerType;
/** Discord's `EntryPointCommandHandlerType`. */
export const EntryPointCommandHandlerType: {
  readonly AppHandler: api.EntryPointCommandHandlerType.AppHandler;
  readonly DiscordLaunchActivity: api.EntryPointCommandHandlerType.DiscordLaunchActivity;
} = {
  AppHandler: 1,
  DiscordLaunchActivity: 2,
};

/** One of Discord's `ForumLayoutType`. */
export type ForumLayoutType = api.ForumLayoutType;
/** Discord's `ForumLayoutType`. */
export const ForumLayoutType: {
  readonly NotSet: api.ForumLayoutType.NotSet;
  readonly ListView: api.ForumLayoutType.ListView;
  readonly GalleryView: api.ForumLayoutType.GalleryView;
} = {
  NotSet: 0,
  ListView: 1,
  GalleryView: 2,
};

/** One of Discord's `GatewayCapabilityBits`. */
export type GatewayCapabilityBits = api.GatewayCapabilityBits;
/** Discord's `GatewayCapabilityBits`. */
export const GatewayCapabilityBits: {
  readonly ChannelObfuscation: api.GatewayCapabilityBits.ChannelObfuscation;
} = {
  ChannelObfuscation: 32768,
};

/** One of Discord's `GatewayCloseCodes`. */
export type GatewayCloseCodes = api.GatewayCloseCodes;
/** Discord's `GatewayCloseCodes`. */
export const GatewayCloseCodes: {
  readonly UnknownError: api.GatewayCloseCodes.UnknownError;
  readonly UnknownOpcode: api.GatewayCloseCodes.UnknownOpcode;
  readonly DecodeError: api.GatewayCloseCodes.DecodeError;
  readonly NotAuthenticated: api.GatewayCloseCodes.NotAuthenticated;
  readonly AuthenticationFailed: api.GatewayCloseCodes.AuthenticationFailed;
  readonly AlreadyAuthenticated: api.GatewayCloseCodes.AlreadyAuthenticated;
  readonly InvalidSeq: api.GatewayCloseCodes.InvalidSeq;
  readonly RateLimited: api.GatewayCloseCodes.RateLimited;
  readonly SessionTimedOut: api.GatewayCloseCodes.SessionTimedOut;
  readonly InvalidShard: api.GatewayCloseCodes.InvalidShard;
  readonly ShardingRequired: api.GatewayCloseCodes.ShardingRequired;
  readonly InvalidAPIVersion: api.GatewayCloseCodes.InvalidAPIVersion;
  readonly InvalidIntents: api.GatewayCloseCodes.InvalidIntents;
  readonly DisallowedIntents: api.GatewayCloseCodes.DisallowedIntents;
} = {
  UnknownError: 4000,
  UnknownOpcode: 4001,
  DecodeError: 4002,
  NotAuthenticated: 4003,
  AuthenticationFailed: 4004,
  AlreadyAuthenticated: 4005,
  InvalidSeq: 4007,
  RateLimited: 4008,
  SessionTimedOut: 4009,
  InvalidShard: 4010,
  ShardingRequired: 4011,
  InvalidAPIVersion: 4012,
  InvalidIntents: 4013,
  DisallowedIntents: 4014,
};

/** One of Discord's `GatewayDispatchEvents`. */
export type GatewayDispatchEvents = api.GatewayDispatchEvents;
/** Discord's `GatewayDispatchEvents`. */
export const GatewayDispatchEvents: {
  readonly ApplicationCommandPermissionsUpdate: api.GatewayDispatchEvents.ApplicationCommandPermissionsUpdate;
  readonly AutoModerationActionExecution: api.GatewayDispatchEvents.AutoModerationActionExecution;
  readonly AutoModerationRuleCreate: api.GatewayDispatchEvents.AutoModerationRuleCreate;
  readonly AutoModerationRuleDelete: api.GatewayDispatchEvents.AutoModerationRuleDelete;
  readonly AutoModerationRuleUpdate: api.GatewayDispatchEvents.AutoModerationRuleUpdate;
  readonly ChannelCreate: api.GatewayDispatchEvents.ChannelCreate;
  readonly ChannelDelete: api.GatewayDispatchEvents.ChannelDelete;
  readonly ChannelInfo: api.GatewayDispatchEvents.ChannelInfo;
  readonly ChannelPinsUpdate: api.GatewayDispatchEvents.ChannelPinsUpdate;
  readonly ChannelUpdate: api.GatewayDispatchEvents.ChannelUpdate;
  readonly EntitlementCreate: api.GatewayDispatchEvents.EntitlementCreate;
  readonly EntitlementDelete: api.GatewayDispatchEvents.EntitlementDelete;
  readonly EntitlementUpdate: api.GatewayDispatchEvents.EntitlementUpdate;
  readonly GuildAuditLogEntryCreate: api.GatewayDispatchEvents.GuildAuditLogEntryCreate;
  readonly GuildBanAdd: api.GatewayDispatchEvents.GuildBanAdd;
  readonly GuildBanRemove: api.GatewayDispatchEvents.GuildBanRemove;
  readonly GuildCreate: api.GatewayDispatchEvents.GuildCreate;
  readonly GuildDelete: api.GatewayDispatchEvents.GuildDelete;
  readonly GuildEmojisUpdate: api.GatewayDispatchEvents.GuildEmojisUpdate;
  readonly GuildIntegrationsUpdate: api.GatewayDispatchEvents.GuildIntegrationsUpdate;
  readonly GuildMemberAdd: api.GatewayDispatchEvents.GuildMemberAdd;
  readonly GuildMemberRemove: api.GatewayDispatchEvents.GuildMemberRemove;
  readonly GuildMembersChunk: api.GatewayDispatchEvents.GuildMembersChunk;
  readonly GuildMemberUpdate: api.GatewayDispatchEvents.GuildMemberUpdate;
  readonly GuildRoleCreate: api.GatewayDispatchEvents.GuildRoleCreate;
  readonly GuildRoleDelete: api.GatewayDispatchEvents.GuildRoleDelete;
  readonly GuildRoleUpdate: api.GatewayDispatchEvents.GuildRoleUpdate;
  readonly GuildScheduledEventCreate: api.GatewayDispatchEvents.GuildScheduledEventCreate;
  readonly GuildScheduledEventDelete: api.GatewayDispatchEvents.GuildScheduledEventDelete;
  readonly GuildScheduledEventUpdate: api.GatewayDispatchEvents.GuildScheduledEventUpdate;
  readonly GuildScheduledEventUserAdd: api.GatewayDispatchEvents.GuildScheduledEventUserAdd;
  readonly GuildScheduledEventUserRemove: api.GatewayDispatchEvents.GuildScheduledEventUserRemove;
  readonly GuildSoundboardSoundCreate: api.GatewayDispatchEvents.GuildSoundboardSoundCreate;
  readonly GuildSoundboardSoundDelete: api.GatewayDispatchEvents.GuildSoundboardSoundDelete;
  readonly GuildSoundboardSoundsUpdate: api.GatewayDispatchEvents.GuildSoundboardSoundsUpdate;
  readonly GuildSoundboardSoundUpdate: api.GatewayDispatchEvents.GuildSoundboardSoundUpdate;
  readonly SoundboardSounds: api.GatewayDispatchEvents.SoundboardSounds;
  readonly GuildStickersUpdate: api.GatewayDispatchEvents.GuildStickersUpdate;
  readonly GuildUpdate: api.GatewayDispatchEvents.GuildUpdate;
  readonly IntegrationCreate: api.GatewayDispatchEvents.IntegrationCreate;
  readonly IntegrationDelete: api.GatewayDispatchEvents.IntegrationDelete;
  readonly IntegrationUpdate: api.GatewayDispatchEvents.IntegrationUpdate;
  readonly InteractionCreate: api.GatewayDispatchEvents.InteractionCreate;
  readonly InviteCreate: api.GatewayDispatchEvents.InviteCreate;
  readonly InviteDelete: api.GatewayDispatchEvents.InviteDelete;
  readonly MessageCreate: api.GatewayDispatchEvents.MessageCreate;
  readonly MessageDelete: api.GatewayDispatchEvents.MessageDelete;
  readonly MessageDeleteBulk: api.GatewayDispatchEvents.MessageDeleteBulk;
  readonly MessagePollVoteAdd: api.GatewayDispatchEvents.MessagePollVoteAdd;
  readonly MessagePollVoteRemove: api.GatewayDispatchEvents.MessagePollVoteRemove;
  readonly MessageReactionAdd: api.GatewayDispatchEvents.MessageReactionAdd;
  readonly MessageReactionRemove: api.GatewayDispatchEvents.MessageReactionRemove;
  readonly MessageReactionRemoveAll: api.GatewayDispatchEvents.MessageReactionRemoveAll;
  readonly MessageReactionRemoveEmoji: api.GatewayDispatchEvents.MessageReactionRemoveEmoji;
  readonly MessageUpdate: api.GatewayDispatchEvents.MessageUpdate;
  readonly PresenceUpdate: api.GatewayDispatchEvents.PresenceUpdate;
  readonly RateLimited: api.GatewayDispatchEvents.RateLimited;
  readonly Ready: api.GatewayDispatchEvents.Ready;
  readonly Resumed: api.GatewayDispatchEvents.Resumed;
  readonly StageInstanceCreate: api.GatewayDispatchEvents.StageInstanceCreate;
  readonly StageInstanceDelete: api.GatewayDispatchEvents.StageInstanceDelete;
  readonly StageInstanceUpdate: api.GatewayDispatchEvents.StageInstanceUpdate;
  readonly SubscriptionCreate: api.GatewayDispatchEvents.SubscriptionCreate;
  readonly SubscriptionDelete: api.GatewayDispatchEvents.SubscriptionDelete;
  readonly SubscriptionUpdate: api.GatewayDispatchEvents.SubscriptionUpdate;
  readonly ThreadCreate: api.GatewayDispatchEvents.ThreadCreate;
  readonly ThreadDelete: api.GatewayDispatchEvents.ThreadDelete;
  readonly ThreadListSync: api.GatewayDispatchEvents.ThreadListSync;
  readonly ThreadMembersUpdate: api.GatewayDispatchEvents.ThreadMembersUpdate;
  readonly ThreadMemberUpdate: api.GatewayDispatchEvents.ThreadMemberUpdate;
  readonly ThreadUpdate: api.GatewayDispatchEvents.ThreadUpdate;
  readonly TypingStart: api.GatewayDispatchEvents.TypingStart;
  readonly UserUpdate: api.GatewayDispatchEvents.UserUpdate;
  readonly VoiceChannelEffectSend: api.GatewayDispatchEvents.VoiceChannelEffectSend;
  readonly VoiceChannelStartTimeUpdate: api.GatewayDispatchEvents.VoiceChannelStartTimeUpdate;
  readonly VoiceChannelStatusUpdate: api.GatewayDispatchEvents.VoiceChannelStatusUpdate;
  readonly VoiceServerUpdate: api.GatewayDispatchEvents.VoiceServerUpdate;
  readonly VoiceStateUpdate: api.GatewayDispatchEvents.VoiceStateUpdate;
  readonly WebhooksUpdate: api.GatewayDispatchEvents.WebhooksUpdate;
} = {
  ApplicationCommandPermissionsUpdate:
    "APPLICATION_COMMAND_PERMISSIONS_UPDATE" as api.GatewayDispatchEvents.ApplicationCommandPermissionsUpdate,
  AutoModerationActionExecution:
    "AUTO_MODERATION_ACTION_EXECUTION" as api.GatewayDispatchEvents.AutoModerationActionExecution,
  AutoModerationRuleCreate:
    "AUTO_MODERATION_RULE_CREATE" as api.GatewayDispatchEvents.AutoModerationRuleCreate,
  AutoModerationRuleDelete:
    "AUTO_MODERATION_RULE_DELETE" as api.GatewayDispatchEvents.AutoModerationRuleDelete,
  AutoModerationRuleUpdate:
    "AUTO_MODERATION_RULE_UPDATE" as api.GatewayDispatchEvents.AutoModerationRuleUpdate,
  ChannelCreate: "CHANNEL_CREATE" as api.GatewayDispatchEvents.ChannelCreate,
  ChannelDelete: "CHANNEL_DELETE" as api.GatewayDispatchEvents.ChannelDelete,
  ChannelInfo: "CHANNEL_INFO" as api.GatewayDispatchEvents.ChannelInfo,
  ChannelPinsUpdate: "CHANNEL_PINS_UPDATE" as api.GatewayDispatchEvents.ChannelPinsUpdate,
  ChannelUpdate: "CHANNEL_UPDATE" as api.GatewayDispatchEvents.ChannelUpdate,
  EntitlementCreate: "ENTITLEMENT_CREATE" as api.GatewayDispatchEvents.EntitlementCreate,
  EntitlementDelete: "ENTITLEMENT_DELETE" as api.GatewayDispatchEvents.EntitlementDelete,
  EntitlementUpdate: "ENTITLEMENT_UPDATE" as api.GatewayDispatchEvents.EntitlementUpdate,
  GuildAuditLogEntryCreate:
    "GUILD_AUDIT_LOG_ENTRY_CREATE" as api.GatewayDispatchEvents.GuildAuditLogEntryCreate,
  GuildBanAdd: "GUILD_BAN_ADD" as api.GatewayDispatchEvents.GuildBanAdd,
  GuildBanRemove: "GUILD_BAN_REMOVE" as api.GatewayDispatchEvents.GuildBanRemove,
  GuildCreate: "GUILD_CREATE" as api.GatewayDispatchEvents.GuildCreate,
  GuildDelete: "GUILD_DELETE" as api.GatewayDispatchEvents.GuildDelete,
  GuildEmojisUpdate: "GUILD_EMOJIS_UPDATE" as api.GatewayDispatchEvents.GuildEmojisUpdate,
  GuildIntegrationsUpdate: "GUILD_INTEGRATIONS_UPDATE" as api.GatewayDispatchEvents.GuildIntegrationsUpdate,
  GuildMemberAdd: "GUILD_MEMBER_ADD" as api.GatewayDispatchEvents.GuildMemberAdd,
  GuildMemberRemove: "GUILD_MEMBER_REMOVE" as api.GatewayDispatchEvents.GuildMemberRemove,
  GuildMembersChunk: "GUILD_MEMBERS_CHUNK" as api.GatewayDispatchEvents.GuildMembersChunk,
  GuildMemberUpdate: "GUILD_MEMBER_UPDATE" as api.GatewayDispatchEvents.GuildMemberUpdate,
  GuildRoleCreate: "GUILD_ROLE_CREATE" as api.GatewayDispatchEvents.GuildRoleCreate,
  GuildRoleDelete: "GUILD_ROLE_DELETE" as api.GatewayDispatchEvents.GuildRoleDelete,
  GuildRoleUpdate: "GUILD_ROLE_UPDATE" as api.GatewayDispatchEvents.GuildRoleUpdate,
  GuildScheduledEventCreate:
    "GUILD_SCHEDULED_EVENT_CREATE" as api.GatewayDispatchEvents.GuildScheduledEventCreate,
  GuildScheduledEventDelete:
    "GUILD_SCHEDULED_EVENT_DELETE" as api.GatewayDispatchEvents.GuildScheduledEventDelete,
  GuildScheduledEventUpdate:
    "GUILD_SCHEDULED_EVENT_UPDATE" as api.GatewayDispatchEvents.GuildScheduledEventUpdate,
  GuildScheduledEventUserAdd:
    "GUILD_SCHEDULED_EVENT_USER_ADD" as api.GatewayDispatchEvents.GuildScheduledEventUserAdd,
  GuildScheduledEventUserRemove:
    "GUILD_SCHEDULED_EVENT_USER_REMOVE" as api.GatewayDispatchEvents.GuildScheduledEventUserRemove,
  GuildSoundboardSoundCreate:
    "GUILD_SOUNDBOARD_SOUND_CREATE" as api.GatewayDispatchEvents.GuildSoundboardSoundCreate,
  GuildSoundboardSoundDelete:
    "GUILD_SOUNDBOARD_SOUND_DELETE" as api.GatewayDispatchEvents.GuildSoundboardSoundDelete,
  GuildSoundboardSoundsUpdate:
    "GUILD_SOUNDBOARD_SOUNDS_UPDATE" as api.GatewayDispatchEvents.GuildSoundboardSoundsUpdate,
  GuildSoundboardSoundUpdate:
    "GUILD_SOUNDBOARD_SOUND_UPDATE" as api.GatewayDispatchEvents.GuildSoundboardSoundUpdate,
  SoundboardSounds: "SOUNDBOARD_SOUNDS" as api.GatewayDispatchEvents.SoundboardSounds,
  GuildStickersUpdate: "GUILD_STICKERS_UPDATE" as api.GatewayDispatchEvents.GuildStickersUpdate,
  GuildUpdate: "GUILD_UPDATE" as api.GatewayDispatchEvents.GuildUpdate,
  IntegrationCreate: "INTEGRATION_CREATE" as api.GatewayDispatchEvents.IntegrationCreate,
  IntegrationDelete: "INTEGRATION_DELETE" as api.GatewayDispatchEvents.IntegrationDelete,
  IntegrationUpdate: "INTEGRATION_UPDATE" as api.GatewayDispatchEvents.IntegrationUpdate,
  InteractionCreate: "INTERACTION_CREATE" as api.GatewayDispatchEvents.InteractionCreate,
  InviteCreate: "INVITE_CREATE" as api.GatewayDispatchEvents.InviteCreate,
  InviteDelete: "INVITE_DELETE" as api.GatewayDispatchEvents.InviteDelete,
  MessageCreate: "MESSAGE_CREATE" as api.GatewayDispatchEvents.MessageCreate,
  MessageDelete: "MESSAGE_DELETE" as api.GatewayDispatchEvents.MessageDelete,
  MessageDeleteBulk: "MESSAGE_DELETE_BULK" as api.GatewayDispatchEvents.MessageDeleteBulk,
  MessagePollVoteAdd: "MESSAGE_POLL_VOTE_ADD" as api.GatewayDispatchEvents.MessagePollVoteAdd,
  MessagePollVoteRemove: "MESSAGE_POLL_VOTE_REMOVE" as api.GatewayDispatchEvents.MessagePollVoteRemove,
  MessageReactionAdd: "MESSAGE_REACTION_ADD" as api.GatewayDispatchEvents.MessageReactionAdd,
  MessageReactionRemove: "MESSAGE_REACTION_REMOVE" as api.GatewayDispatchEvents.MessageReactionRemove,
  MessageReactionRemoveAll:
    "MESSAGE_REACTION_REMOVE_ALL" as api.GatewayDispatchEvents.MessageReactionRemoveAll,
  MessageReactionRemoveEmoji:
    "MESSAGE_REACTION_REMOVE_EMOJI" as api.GatewayDispatchEvents.MessageReactionRemoveEmoji,
  MessageUpdate: "MESSAGE_UPDATE" as api.GatewayDispatchEvents.MessageUpdate,
  PresenceUpdate: "PRESENCE_UPDATE" as api.GatewayDispatchEvents.PresenceUpdate,
  RateLimited: "RATE_LIMITED" as api.GatewayDispatchEvents.RateLimited,
  Ready: "READY" as api.GatewayDispatchEvents.Ready,
  Resumed: "RESUMED" as api.GatewayDispatchEvents.Resumed,
  StageInstanceCreate: "STAGE_INSTANCE_CREATE" as api.GatewayDispatchEvents.StageInstanceCreate,
  StageInstanceDelete: "STAGE_INSTANCE_DELETE" as api.GatewayDispatchEvents.StageInstanceDelete,
  StageInstanceUpdate: "STAGE_INSTANCE_UPDATE" as api.GatewayDispatchEvents.StageInstanceUpdate,
  SubscriptionCreate: "SUBSCRIPTION_CREATE" as api.GatewayDispatchEvents.SubscriptionCreate,
  SubscriptionDelete: "SUBSCRIPTION_DELETE" as api.GatewayDispatchEvents.SubscriptionDelete,
  SubscriptionUpdate: "SUBSCRIPTION_UPDATE" as api.GatewayDispatchEvents.SubscriptionUpdate,
  ThreadCreate: "THREAD_CREATE" as api.GatewayDispatchEvents.ThreadCreate,
  ThreadDelete: "THREAD_DELETE" as api.GatewayDispatchEvents.ThreadDelete,
  ThreadListSync: "THREAD_LIST_SYNC" as api.GatewayDispatchEvents.ThreadListSync,
  ThreadMembersUpdate: "THREAD_MEMBERS_UPDATE" as api.GatewayDispatchEvents.ThreadMembersUpdate,
  ThreadMemberUpdate: "THREAD_MEMBER_UPDATE" as api.GatewayDispatchEvents.ThreadMemberUpdate,
  ThreadUpdate: "THREAD_UPDATE" as api.GatewayDispatchEvents.ThreadUpdate,
  TypingStart: "TYPING_START" as api.GatewayDispatchEvents.TypingStart,
  UserUpdate: "USER_UPDATE" as api.GatewayDispatchEvents.UserUpdate,
  VoiceChannelEffectSend: "VOICE_CHANNEL_EFFECT_SEND" as api.GatewayDispatchEvents.VoiceChannelEffectSend,
  VoiceChannelStartTimeUpdate:
    "VOICE_CHANNEL_START_TIME_UPDATE" as api.GatewayDispatchEvents.VoiceChannelStartTimeUpdate,
  VoiceChannelStatusUpdate:
    "VOICE_CHANNEL_STATUS_UPDATE" as api.GatewayDispatchEvents.VoiceChannelStatusUpdate,
  VoiceServerUpdate: "VOICE_SERVER_UPDATE" as api.GatewayDispatchEvents.VoiceServerUpdate,
  VoiceStateUpdate: "VOICE_STATE_UPDATE" as api.GatewayDispatchEvents.VoiceStateUpdate,
  WebhooksUpdate: "WEBHOOKS_UPDATE" as api.GatewayDispatchEvents.WebhooksUpdate,
};

/** One of Discord's `GatewayIntentBits`. */
export type GatewayIntentBits = api.GatewayIntentBits;
/** Discord's `GatewayIntentBits`. */
export const GatewayIntentBits: {
  readonly Guilds: api.GatewayIntentBits.Guilds;
  readonly GuildMembers: api.GatewayIntentBits.GuildMembers;
  readonly GuildModeration: api.GatewayIntentBits.GuildModeration;
  readonly GuildBans: api.GatewayIntentBits.GuildBans;
  readonly GuildExpressions: api.GatewayIntentBits.GuildExpressions;
  readonly GuildEmojisAndStickers: api.GatewayIntentBits.GuildEmojisAndStickers;
  readonly GuildIntegrations: api.GatewayIntentBits.GuildIntegrations;
  readonly GuildWebhooks: api.GatewayIntentBits.GuildWebhooks;
  readonly GuildInvites: api.GatewayIntentBits.GuildInvites;
  readonly GuildVoiceStates: api.GatewayIntentBits.GuildVoiceStates;
  readonly GuildPresences: api.GatewayIntentBits.GuildPresences;
  readonly GuildMessages: api.GatewayIntentBits.GuildMessages;
  readonly GuildMessageReactions: api.GatewayIntentBits.GuildMessageReactions;
  readonly GuildMessageTyping: api.GatewayIntentBits.GuildMessageTyping;
  readonly DirectMessages: api.GatewayIntentBits.DirectMessages;
  readonly DirectMessageReactions: api.GatewayIntentBits.DirectMessageReactions;
  readonly DirectMessageTyping: api.GatewayIntentBits.DirectMessageTyping;
  readonly MessageContent: api.GatewayIntentBits.MessageContent;
  readonly GuildScheduledEvents: api.GatewayIntentBits.GuildScheduledEvents;
  readonly AutoModerationConfiguration: api.GatewayIntentBits.AutoModerationConfiguration;
  readonly AutoModerationExecution: api.GatewayIntentBits.AutoModerationExecution;
  readonly GuildMessagePolls: api.GatewayIntentBits.GuildMessagePolls;
  readonly DirectMessagePolls: api.GatewayIntentBits.DirectMessagePolls;
} = {
  Guilds: 1,
  GuildMembers: 2,
  GuildModeration: 4,
  GuildBans: 4,
  GuildExpressions: 8,
  GuildEmojisAndStickers: 8,
  GuildIntegrations: 16,
  GuildWebhooks: 32,
  GuildInvites: 64,
  GuildVoiceStates: 128,
  GuildPresences: 256,
  GuildMessages: 512,
  GuildMessageReactions: 1024,
  GuildMessageTyping: 2048,
  DirectMessages: 4096,
  DirectMessageReactions: 8192,
  DirectMessageTyping: 16384,
  MessageContent: 32768,
  GuildScheduledEvents: 65536,
  AutoModerationConfiguration: 1048576,
  AutoModerationExecution: 2097152,
  GuildMessagePolls: 16777216,
  DirectMessagePolls: 33554432,
};

/** One of Discord's `GatewayOpcodes`. */
export type GatewayOpcodes = api.GatewayOpcodes;
/** Discord's `GatewayOpcodes`. */
export const GatewayOpcodes: {
  readonly Dispatch: api.GatewayOpcodes.Dispatch;
  readonly Heartbeat: api.GatewayOpcodes.Heartbeat;
  readonly Identify: api.GatewayOpcodes.Identify;
  readonly PresenceUpdate: api.GatewayOpcodes.PresenceUpdate;
  readonly VoiceStateUpdate: api.GatewayOpcodes.VoiceStateUpdate;
  readonly Resume: api.GatewayOpcodes.Resume;
  readonly Reconnect: api.GatewayOpcodes.Reconnect;
  readonly RequestGuildMembers: api.GatewayOpcodes.RequestGuildMembers;
  readonly InvalidSession: api.GatewayOpcodes.InvalidSession;
  readonly Hello: api.GatewayOpcodes.Hello;
  readonly HeartbeatAck: api.GatewayOpcodes.HeartbeatAck;
  readonly RequestSoundboardSounds: api.GatewayOpcodes.RequestSoundboardSounds;
  readonly RequestChannelInfo: api.GatewayOpcodes.RequestChannelInfo;
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

/** One of Discord's `GatewayRequestChannelInfoField`. */
export type GatewayRequestChannelInfoField = api.GatewayRequestChannelInfoField;
/** Discord's `GatewayRequestChannelInfoField`. */
export const GatewayRequestChannelInfoField: {
  readonly Status: api.GatewayRequestChannelInfoField.Status;
  readonly VoiceStartTime: api.GatewayRequestChannelInfoField.VoiceStartTime;
} = {
  Status: "status" as api.GatewayRequestChannelInfoField.Status,
  VoiceStartTime: "voice_start_time" as api.GatewayRequestChannelInfoField.VoiceStartTime,
};

/** One of Discord's `GuildDefaultMessageNotifications`. */
export type GuildDefaultMessageNotifications = api.GuildDefaultMessageNotifications;
/** Discord's `GuildDefaultMessageNotifications`. */
export const GuildDefaultMessageNotifications: {
  readonly AllMessages: api.GuildDefaultMessageNotifications.AllMessages;
  readonly OnlyMentions: api.GuildDefaultMessageNotifications.OnlyMentions;
} = {
  AllMessages: 0,
  OnlyMentions: 1,
};

/** One of Discord's `GuildExplicitContentFilter`. */
export type GuildExplicitContentFilter = api.GuildExplicitContentFilter;
/** Discord's `GuildExplicitContentFilter`. */
export const GuildExplicitContentFilter: {
  readonly Disabled: api.GuildExplicitContentFilter.Disabled;
  readonly MembersWithoutRoles: api.GuildExplicitContentFilter.MembersWithoutRoles;
  readonly AllMembers: api.GuildExplicitContentFilter.AllMembers;
} = {
  Disabled: 0,
  MembersWithoutRoles: 1,
  AllMembers: 2,
};

/** One of Discord's `GuildFeature`. */
export type GuildFeature = api.GuildFeature;
/** Discord's `GuildFeature`. */
export const GuildFeature: {
  readonly AnimatedBanner: api.GuildFeature.AnimatedBanner;
  readonly AnimatedIcon: api.GuildFeature.AnimatedIcon;
  readonly ApplicationCommandPermissionsV2: api.GuildFeature.ApplicationCommandPermissionsV2;
  readonly AutoModeration: api.GuildFeature.AutoModeration;
  readonly Banner: api.GuildFeature.Banner;
  readonly Community: api.GuildFeature.Community;
  readonly CreatorMonetizableProvisional: api.GuildFeature.CreatorMonetizableProvisional;
  readonly CreatorStorePage: api.GuildFeature.CreatorStorePage;
  readonly DeveloperSupportServer: api.GuildFeature.DeveloperSupportServer;
  readonly Discoverable: api.GuildFeature.Discoverable;
  readonly EnhancedRoleColors: api.GuildFeature.EnhancedRoleColors;
  readonly Featurable: api.GuildFeature.Featurable;
  readonly GuestsEnabled: api.GuildFeature.GuestsEnabled;
  readonly GuildTags: api.GuildFeature.GuildTags;
  readonly HasDirectoryEntry: api.GuildFeature.HasDirectoryEntry;
  readonly Hub: api.GuildFeature.Hub;
  readonly InvitesDisabled: api.GuildFeature.InvitesDisabled;
  readonly InviteSplash: api.GuildFeature.InviteSplash;
  readonly LinkedToHub: api.GuildFeature.LinkedToHub;
  readonly MemberVerificationGateEnabled: api.GuildFeature.MemberVerificationGateEnabled;
  readonly MonetizationEnabled: api.GuildFeature.MonetizationEnabled;
  readonly MoreSoundboard: api.GuildFeature.MoreSoundboard;
  readonly MoreStickers: api.GuildFeature.MoreStickers;
  readonly News: api.GuildFeature.News;
  readonly Partnered: api.GuildFeature.Partnered;
  readonly PinPermissionMigrationComplete: api.GuildFeature.PinPermissionMigrationComplete;
  readonly PreviewEnabled: api.GuildFeature.PreviewEnabled;
  readonly PrivateThreads: api.GuildFeature.PrivateThreads;
  readonly PruneRequiresAdmin: api.GuildFeature.PruneRequiresAdmin;
  readonly RaidAlertsDisabled: api.GuildFeature.RaidAlertsDisabled;
  readonly RelayEnabled: api.GuildFeature.RelayEnabled;
  readonly RoleIcons: api.GuildFeature.RoleIcons;
  readonly RoleSubscriptionsAvailableForPurchase: api.GuildFeature.RoleSubscriptionsAvailableForPurchase;
  readonly RoleSubscriptionsEnabled: api.GuildFeature.RoleSubscriptionsEnabled;
  readonly Soundboard: api.GuildFeature.Soundboard;
  readonly TicketedEventsEnabled: api.GuildFeature.TicketedEventsEnabled;
  readonly VanityURL: api.GuildFeature.VanityURL;
  readonly Verified: api.GuildFeature.Verified;
  readonly VIPRegions: api.GuildFeature.VIPRegions;
  readonly WelcomeScreenEnabled: api.GuildFeature.WelcomeScreenEnabled;
} = {
  AnimatedBanner: "ANIMATED_BANNER" as api.GuildFeature.AnimatedBanner,
  AnimatedIcon: "ANIMATED_ICON" as api.GuildFeature.AnimatedIcon,
  ApplicationCommandPermissionsV2:
    "APPLICATION_COMMAND_PERMISSIONS_V2" as api.GuildFeature.ApplicationCommandPermissionsV2,
  AutoModeration: "AUTO_MODERATION" as api.GuildFeature.AutoModeration,
  Banner: "BANNER" as api.GuildFeature.Banner,
  Community: "COMMUNITY" as api.GuildFeature.Community,
  CreatorMonetizableProvisional:
    "CREATOR_MONETIZABLE_PROVISIONAL" as api.GuildFeature.CreatorMonetizableProvisional,
  CreatorStorePage: "CREATOR_STORE_PAGE" as api.GuildFeature.CreatorStorePage,
  DeveloperSupportServer: "DEVELOPER_SUPPORT_SERVER" as api.GuildFeature.DeveloperSupportServer,
  Discoverable: "DISCOVERABLE" as api.GuildFeature.Discoverable,
  EnhancedRoleColors: "ENHANCED_ROLE_COLORS" as api.GuildFeature.EnhancedRoleColors,
  Featurable: "FEATURABLE" as api.GuildFeature.Featurable,
  GuestsEnabled: "GUESTS_ENABLED" as api.GuildFeature.GuestsEnabled,
  GuildTags: "GUILD_TAGS" as api.GuildFeature.GuildTags,
  HasDirectoryEntry: "HAS_DIRECTORY_ENTRY" as api.GuildFeature.HasDirectoryEntry,
  Hub: "HUB" as api.GuildFeature.Hub,
  InvitesDisabled: "INVITES_DISABLED" as api.GuildFeature.InvitesDisabled,
  InviteSplash: "INVITE_SPLASH" as api.GuildFeature.InviteSplash,
  LinkedToHub: "LINKED_TO_HUB" as api.GuildFeature.LinkedToHub,
  MemberVerificationGateEnabled:
    "MEMBER_VERIFICATION_GATE_ENABLED" as api.GuildFeature.MemberVerificationGateEnabled,
  MonetizationEnabled: "MONETIZATION_ENABLED" as api.GuildFeature.MonetizationEnabled,
  MoreSoundboard: "MORE_SOUNDBOARD" as api.GuildFeature.MoreSoundboard,
  MoreStickers: "MORE_STICKERS" as api.GuildFeature.MoreStickers,
  News: "NEWS" as api.GuildFeature.News,
  Partnered: "PARTNERED" as api.GuildFeature.Partnered,
  PinPermissionMigrationComplete:
    "PIN_PERMISSION_MIGRATION_COMPLETE" as api.GuildFeature.PinPermissionMigrationComplete,
  PreviewEnabled: "PREVIEW_ENABLED" as api.GuildFeature.PreviewEnabled,
  PrivateThreads: "PRIVATE_THREADS" as api.GuildFeature.PrivateThreads,
  PruneRequiresAdmin: "PRUNE_REQUIRES_ADMIN" as api.GuildFeature.PruneRequiresAdmin,
  RaidAlertsDisabled: "RAID_ALERTS_DISABLED" as api.GuildFeature.RaidAlertsDisabled,
  RelayEnabled: "RELAY_ENABLED" as api.GuildFeature.RelayEnabled,
  RoleIcons: "ROLE_ICONS" as api.GuildFeature.RoleIcons,
  RoleSubscriptionsAvailableForPurchase:
    "ROLE_SUBSCRIPTIONS_AVAILABLE_FOR_PURCHASE" as api.GuildFeature.RoleSubscriptionsAvailableForPurchase,
  RoleSubscriptionsEnabled: "ROLE_SUBSCRIPTIONS_ENABLED" as api.GuildFeature.RoleSubscriptionsEnabled,
  Soundboard: "SOUNDBOARD" as api.GuildFeature.Soundboard,
  TicketedEventsEnabled: "TICKETED_EVENTS_ENABLED" as api.GuildFeature.TicketedEventsEnabled,
  VanityURL: "VANITY_URL" as api.GuildFeature.VanityURL,
  Verified: "VERIFIED" as api.GuildFeature.Verified,
  VIPRegions: "VIP_REGIONS" as api.GuildFeature.VIPRegions,
  WelcomeScreenEnabled: "WELCOME_SCREEN_ENABLED" as api.GuildFeature.WelcomeScreenEnabled,
};

/** One of Discord's `GuildHubType`. */
export type GuildHubType = api.GuildHubType;
/** Discord's `GuildHubType`. */
export const GuildHubType: {
  readonly Default: api.GuildHubType.Default;
  readonly HighSchool: api.GuildHubType.HighSchool;
  readonly College: api.GuildHubType.College;
} = {
  Default: 0,
  HighSchool: 1,
  College: 2,
};

/** One of Discord's `GuildMFALevel`. */
export type GuildMFALevel = api.GuildMFALevel;
/** Discord's `GuildMFALevel`. */
export const GuildMFALevel: {
  readonly None: api.GuildMFALevel.None;
  readonly Elevated: api.GuildMFALevel.Elevated;
} = {
  None: 0,
  Elevated: 1,
};

/** One of Discord's `GuildMemberFlags`. */
export type GuildMemberFlags = api.GuildMemberFlags;
/** Discord's `GuildMemberFlags`. */
export const GuildMemberFlags: {
  readonly DidRejoin: api.GuildMemberFlags.DidRejoin;
  readonly CompletedOnboarding: api.GuildMemberFlags.CompletedOnboarding;
  readonly BypassesVerification: api.GuildMemberFlags.BypassesVerification;
  readonly StartedOnboarding: api.GuildMemberFlags.StartedOnboarding;
  readonly IsGuest: api.GuildMemberFlags.IsGuest;
  readonly StartedHomeActions: api.GuildMemberFlags.StartedHomeActions;
  readonly CompletedHomeActions: api.GuildMemberFlags.CompletedHomeActions;
  readonly AutomodQuarantinedUsernameOrGuildNickname:
    api.GuildMemberFlags.AutomodQuarantinedUsernameOrGuildNickname;
  readonly AutomodQuarantinedBio: api.GuildMemberFlags.AutomodQuarantinedBio;
  readonly DmSettingsUpsellAcknowledged: api.GuildMemberFlags.DmSettingsUpsellAcknowledged;
  readonly AutoModQuarantinedGuildTag: api.GuildMemberFlags.AutoModQuarantinedGuildTag;
} = {
  DidRejoin: 1,
  CompletedOnboarding: 2,
  BypassesVerification: 4,
  StartedOnboarding: 8,
  IsGuest: 16,
  StartedHomeActions: 32,
  CompletedHomeActions: 64,
  AutomodQuarantinedUsernameOrGuildNickname: 128,
  AutomodQuarantinedBio: 256,
  DmSettingsUpsellAcknowledged: 512,
  AutoModQuarantinedGuildTag: 1024,
};

/** One of Discord's `GuildNSFWLevel`. */
export type GuildNSFWLevel = api.GuildNSFWLevel;
/** Discord's `GuildNSFWLevel`. */
export const GuildNSFWLevel: {
  readonly Default: api.GuildNSFWLevel.Default;
  readonly Explicit: api.GuildNSFWLevel.Explicit;
  readonly Safe: api.GuildNSFWLevel.Safe;
  readonly AgeRestricted: api.GuildNSFWLevel.AgeRestricted;
} = {
  Default: 0,
  Explicit: 1,
  Safe: 2,
  AgeRestricted: 3,
};

/** One of Discord's `GuildOnboardingMode`. */
export type GuildOnboardingMode = api.GuildOnboardingMode;
/** Discord's `GuildOnboardingMode`. */
export const GuildOnboardingMode: {
  readonly OnboardingDefault: api.GuildOnboardingMode.OnboardingDefault;
  readonly OnboardingAdvanced: api.GuildOnboardingMode.OnboardingAdvanced;
} = {
  OnboardingDefault: 0,
  OnboardingAdvanced: 1,
};

/** One of Discord's `GuildOnboardingPromptType`. */
export type GuildOnboardingPromptType = api.GuildOnboardingPromptType;
/** Discord's `GuildOnboardingPromptType`. */
export const GuildOnboardingPromptType: {
  readonly MultipleChoice: api.GuildOnboardingPromptType.MultipleChoice;
  readonly Dropdown: api.GuildOnboardingPromptType.Dropdown;
} = {
  MultipleChoice: 0,
  Dropdown: 1,
};

/** One of Discord's `GuildPremiumTier`. */
export type GuildPremiumTier = api.GuildPremiumTier;
/** Discord's `GuildPremiumTier`. */
export const GuildPremiumTier: {
  readonly None: api.GuildPremiumTier.None;
  readonly Tier1: api.GuildPremiumTier.Tier1;
  readonly Tier2: api.GuildPremiumTier.Tier2;
  readonly Tier3: api.GuildPremiumTier.Tier3;
} = {
  None: 0,
  Tier1: 1,
  Tier2: 2,
  Tier3: 3,
};

/** One of Discord's `GuildScheduledEventEntityType`. */
export type GuildScheduledEventEntityType = api.GuildScheduledEventEntityType;
/** Discord's `GuildScheduledEventEntityType`. */
export const GuildScheduledEventEntityType: {
  readonly StageInstance: api.GuildScheduledEventEntityType.StageInstance;
  readonly Voice: api.GuildScheduledEventEntityType.Voice;
  readonly External: api.GuildScheduledEventEntityType.External;
} = {
  StageInstance: 1,
  Voice: 2,
  External: 3,
};

/** One of Discord's `GuildScheduledEventPrivacyLevel`. */
export type GuildScheduledEventPrivacyLevel = api.GuildScheduledEventPrivacyLevel;
/** Discord's `GuildScheduledEventPrivacyLevel`. */
export const GuildScheduledEventPrivacyLevel: {
  readonly GuildOnly: api.GuildScheduledEventPrivacyLevel.GuildOnly;
} = {
  GuildOnly: 2,
};

/** One of Discord's `GuildScheduledEventRecurrenceRuleFrequency`. */
export type GuildScheduledEventRecurrenceRuleFrequency = api.GuildScheduledEventRecurrenceRuleFrequency;
/** Discord's `GuildScheduledEventRecurrenceRuleFrequency`. */
export const GuildScheduledEventRecurrenceRuleFrequency: {
  readonly Yearly: api.GuildScheduledEventRecurrenceRuleFrequency.Yearly;
  readonly Monthly: api.GuildScheduledEventRecurrenceRuleFrequency.Monthly;
  readonly Weekly: api.GuildScheduledEventRecurrenceRuleFrequency.Weekly;
  readonly Daily: api.GuildScheduledEventRecurrenceRuleFrequency.Daily;
} = {
  Yearly: 0,
  Monthly: 1,
  Weekly: 2,
  Daily: 3,
};

/** One of Discord's `GuildScheduledEventRecurrenceRuleMonth`. */
export type GuildScheduledEventRecurrenceRuleMonth = api.GuildScheduledEventRecurrenceRuleMonth;
/** Discord's `GuildScheduledEventRecurrenceRuleMonth`. */
export const GuildScheduledEventRecurrenceRuleMonth: {
  readonly January: api.GuildScheduledEventRecurrenceRuleMonth.January;
  readonly February: api.GuildScheduledEventRecurrenceRuleMonth.February;
  readonly March: api.GuildScheduledEventRecurrenceRuleMonth.March;
  readonly April: api.GuildScheduledEventRecurrenceRuleMonth.April;
  readonly May: api.GuildScheduledEventRecurrenceRuleMonth.May;
  readonly June: api.GuildScheduledEventRecurrenceRuleMonth.June;
  readonly July: api.GuildScheduledEventRecurrenceRuleMonth.July;
  readonly August: api.GuildScheduledEventRecurrenceRuleMonth.August;
  readonly September: api.GuildScheduledEventRecurrenceRuleMonth.September;
  readonly October: api.GuildScheduledEventRecurrenceRuleMonth.October;
  readonly November: api.GuildScheduledEventRecurrenceRuleMonth.November;
  readonly December: api.GuildScheduledEventRecurrenceRuleMonth.December;
} = {
  January: 1,
  February: 2,
  March: 3,
  April: 4,
  May: 5,
  June: 6,
  July: 7,
  August: 8,
  September: 9,
  October: 10,
  November: 11,
  December: 12,
};

/** One of Discord's `GuildScheduledEventRecurrenceRuleWeekday`. */
export type GuildScheduledEventRecurrenceRuleWeekday = api.GuildScheduledEventRecurrenceRuleWeekday;
/** Discord's `GuildScheduledEventRecurrenceRuleWeekday`. */
export const GuildScheduledEventRecurrenceRuleWeekday: {
  readonly Monday: api.GuildScheduledEventRecurrenceRuleWeekday.Monday;
  readonly Tuesday: api.GuildScheduledEventRecurrenceRuleWeekday.Tuesday;
  readonly Wednesday: api.GuildScheduledEventRecurrenceRuleWeekday.Wednesday;
  readonly Thursday: api.GuildScheduledEventRecurrenceRuleWeekday.Thursday;
  readonly Friday: api.GuildScheduledEventRecurrenceRuleWeekday.Friday;
  readonly Saturday: api.GuildScheduledEventRecurrenceRuleWeekday.Saturday;
  readonly Sunday: api.GuildScheduledEventRecurrenceRuleWeekday.Sunday;
} = {
  Monday: 0,
  Tuesday: 1,
  Wednesday: 2,
  Thursday: 3,
  Friday: 4,
  Saturday: 5,
  Sunday: 6,
};

/** One of Discord's `GuildScheduledEventStatus`. */
export type GuildScheduledEventStatus = api.GuildScheduledEventStatus;
/** Discord's `GuildScheduledEventStatus`. */
export const GuildScheduledEventStatus: {
  readonly Scheduled: api.GuildScheduledEventStatus.Scheduled;
  readonly Active: api.GuildScheduledEventStatus.Active;
  readonly Completed: api.GuildScheduledEventStatus.Completed;
  readonly Canceled: api.GuildScheduledEventStatus.Canceled;
} = {
  Scheduled: 1,
  Active: 2,
  Completed: 3,
  Canceled: 4,
};

/** One of Discord's `GuildSystemChannelFlags`. */
export type GuildSystemChannelFlags = api.GuildSystemChannelFlags;
/** Discord's `GuildSystemChannelFlags`. */
export const GuildSystemChannelFlags: {
  readonly SuppressJoinNotifications: api.GuildSystemChannelFlags.SuppressJoinNotifications;
  readonly SuppressPremiumSubscriptions: api.GuildSystemChannelFlags.SuppressPremiumSubscriptions;
  readonly SuppressGuildReminderNotifications: api.GuildSystemChannelFlags.SuppressGuildReminderNotifications;
  readonly SuppressJoinNotificationReplies: api.GuildSystemChannelFlags.SuppressJoinNotificationReplies;
  readonly SuppressRoleSubscriptionPurchaseNotifications:
    api.GuildSystemChannelFlags.SuppressRoleSubscriptionPurchaseNotifications;
  readonly SuppressRoleSubscriptionPurchaseNotificationReplies:
    api.GuildSystemChannelFlags.SuppressRoleSubscriptionPurchaseNotificationReplies;
} = {
  SuppressJoinNotifications: 1,
  SuppressPremiumSubscriptions: 2,
  SuppressGuildReminderNotifications: 4,
  SuppressJoinNotificationReplies: 8,
  SuppressRoleSubscriptionPurchaseNotifications: 16,
  SuppressRoleSubscriptionPurchaseNotificationReplies: 32,
};

/** One of Discord's `GuildVerificationLevel`. */
export type GuildVerificationLevel = api.GuildVerificationLevel;
/** Discord's `GuildVerificationLevel`. */
export const GuildVerificationLevel: {
  readonly None: api.GuildVerificationLevel.None;
  readonly Low: api.GuildVerificationLevel.Low;
  readonly Medium: api.GuildVerificationLevel.Medium;
  readonly High: api.GuildVerificationLevel.High;
  readonly VeryHigh: api.GuildVerificationLevel.VeryHigh;
} = {
  None: 0,
  Low: 1,
  Medium: 2,
  High: 3,
  VeryHigh: 4,
};

/** One of Discord's `GuildWidgetStyle`. */
export type GuildWidgetStyle = api.GuildWidgetStyle;
/** Discord's `GuildWidgetStyle`. */
export const GuildWidgetStyle: {
  readonly Shield: api.GuildWidgetStyle.Shield;
  readonly Banner1: api.GuildWidgetStyle.Banner1;
  readonly Banner2: api.GuildWidgetStyle.Banner2;
  readonly Banner3: api.GuildWidgetStyle.Banner3;
  readonly Banner4: api.GuildWidgetStyle.Banner4;
} = {
  Shield: "shield" as api.GuildWidgetStyle.Shield,
  Banner1: "banner1" as api.GuildWidgetStyle.Banner1,
  Banner2: "banner2" as api.GuildWidgetStyle.Banner2,
  Banner3: "banner3" as api.GuildWidgetStyle.Banner3,
  Banner4: "banner4" as api.GuildWidgetStyle.Banner4,
};

/** One of Discord's `IntegrationExpireBehavior`. */
export type IntegrationExpireBehavior = api.IntegrationExpireBehavior;
/** Discord's `IntegrationExpireBehavior`. */
export const IntegrationExpireBehavior: {
  readonly RemoveRole: api.IntegrationExpireBehavior.RemoveRole;
  readonly Kick: api.IntegrationExpireBehavior.Kick;
} = {
  RemoveRole: 0,
  Kick: 1,
};

/** One of Discord's `InteractionContextType`. */
export type InteractionContextType = api.InteractionContextType;
/** Discord's `InteractionContextType`. */
export const InteractionContextType: {
  readonly Guild: api.InteractionContextType.Guild;
  readonly BotDM: api.InteractionContextType.BotDM;
  readonly PrivateChannel: api.InteractionContextType.PrivateChannel;
} = {
  Guild: 0,
  BotDM: 1,
  PrivateChannel: 2,
};

/** One of Discord's `InteractionResponseType`. */
export type InteractionResponseType = api.InteractionResponseType;
/** Discord's `InteractionResponseType`. */
export const InteractionResponseType: {
  readonly Pong: api.InteractionResponseType.Pong;
  readonly ChannelMessageWithSource: api.InteractionResponseType.ChannelMessageWithSource;
  readonly DeferredChannelMessageWithSource: api.InteractionResponseType.DeferredChannelMessageWithSource;
  readonly DeferredMessageUpdate: api.InteractionResponseType.DeferredMessageUpdate;
  readonly UpdateMessage: api.InteractionResponseType.UpdateMessage;
  readonly ApplicationCommandAutocompleteResult:
    api.InteractionResponseType.ApplicationCommandAutocompleteResult;
  readonly Modal: api.InteractionResponseType.Modal;
  readonly PremiumRequired: api.InteractionResponseType.PremiumRequired;
  readonly LaunchActivity: api.InteractionResponseType.LaunchActivity;
} = {
  Pong: 1,
  ChannelMessageWithSource: 4,
  DeferredChannelMessageWithSource: 5,
  DeferredMessageUpdate: 6,
  UpdateMessage: 7,
  ApplicationCommandAutocompleteResult: 8,
  Modal: 9,
  PremiumRequired: 10,
  LaunchActivity: 12,
};

/** One of Discord's `InteractionType`. */
export type InteractionType = api.InteractionType;
/** Discord's `InteractionType`. */
export const InteractionType: {
  readonly Ping: api.InteractionType.Ping;
  readonly ApplicationCommand: api.InteractionType.ApplicationCommand;
  readonly MessageComponent: api.InteractionType.MessageComponent;
  readonly ApplicationCommandAutocomplete: api.InteractionType.ApplicationCommandAutocomplete;
  readonly ModalSubmit: api.InteractionType.ModalSubmit;
} = {
  Ping: 1,
  ApplicationCommand: 2,
  MessageComponent: 3,
  ApplicationCommandAutocomplete: 4,
  ModalSubmit: 5,
};

/** One of Discord's `InviteFlags`. */
export type InviteFlags = api.InviteFlags;
/** Discord's `InviteFlags`. */
export const InviteFlags: { readonly IsGuestInvite: api.InviteFlags.IsGuestInvite } = {
  IsGuestInvite: 1,
};

/** One of Discord's `InviteTargetType`. */
export type InviteTargetType = api.InviteTargetType;
/** Discord's `InviteTargetType`. */
export const InviteTargetType: {
  readonly Stream: api.InviteTargetType.Stream;
  readonly EmbeddedApplication: api.InviteTargetType.EmbeddedApplication;
} = {
  Stream: 1,
  EmbeddedApplication: 2,
};

/** One of Discord's `InviteTargetUsersJobStatus`. */
export type InviteTargetUsersJobStatus = api.InviteTargetUsersJobStatus;
/** Discord's `InviteTargetUsersJobStatus`. */
export const InviteTargetUsersJobStatus: {
  readonly Unspecified: api.InviteTargetUsersJobStatus.Unspecified;
  readonly Processing: api.InviteTargetUsersJobStatus.Processing;
  readonly Completed: api.InviteTargetUsersJobStatus.Completed;
  readonly Failed: api.InviteTargetUsersJobStatus.Failed;
} = {
  Unspecified: 0,
  Processing: 1,
  Completed: 2,
  Failed: 3,
};

/** One of Discord's `InviteType`. */
export type InviteType = api.InviteType;
/** Discord's `InviteType`. */
export const InviteType: {
  readonly Guild: api.InviteType.Guild;
  readonly GroupDM: api.InviteType.GroupDM;
  readonly Friend: api.InviteType.Friend;
} = {
  Guild: 0,
  GroupDM: 1,
  Friend: 2,
};

/** One of Discord's `Locale`. */
export type Locale = api.Locale;
/** Discord's `Locale`. */
export const Locale: {
  readonly Indonesian: api.Locale.Indonesian;
  readonly EnglishUS: api.Locale.EnglishUS;
  readonly EnglishGB: api.Locale.EnglishGB;
  readonly Bulgarian: api.Locale.Bulgarian;
  readonly ChineseCN: api.Locale.ChineseCN;
  readonly ChineseTW: api.Locale.ChineseTW;
  readonly Croatian: api.Locale.Croatian;
  readonly Czech: api.Locale.Czech;
  readonly Danish: api.Locale.Danish;
  readonly Dutch: api.Locale.Dutch;
  readonly Finnish: api.Locale.Finnish;
  readonly French: api.Locale.French;
  readonly German: api.Locale.German;
  readonly Greek: api.Locale.Greek;
  readonly Hindi: api.Locale.Hindi;
  readonly Hungarian: api.Locale.Hungarian;
  readonly Italian: api.Locale.Italian;
  readonly Japanese: api.Locale.Japanese;
  readonly Korean: api.Locale.Korean;
  readonly Lithuanian: api.Locale.Lithuanian;
  readonly Norwegian: api.Locale.Norwegian;
  readonly Polish: api.Locale.Polish;
  readonly PortugueseBR: api.Locale.PortugueseBR;
  readonly Romanian: api.Locale.Romanian;
  readonly Russian: api.Locale.Russian;
  readonly SpanishES: api.Locale.SpanishES;
  readonly SpanishLATAM: api.Locale.SpanishLATAM;
  readonly Swedish: api.Locale.Swedish;
  readonly Thai: api.Locale.Thai;
  readonly Turkish: api.Locale.Turkish;
  readonly Ukrainian: api.Locale.Ukrainian;
  readonly Vietnamese: api.Locale.Vietnamese;
} = {
  Indonesian: "id" as api.Locale.Indonesian,
  EnglishUS: "en-US" as api.Locale.EnglishUS,
  EnglishGB: "en-GB" as api.Locale.EnglishGB,
  Bulgarian: "bg" as api.Locale.Bulgarian,
  ChineseCN: "zh-CN" as api.Locale.ChineseCN,
  ChineseTW: "zh-TW" as api.Locale.ChineseTW,
  Croatian: "hr" as api.Locale.Croatian,
  Czech: "cs" as api.Locale.Czech,
  Danish: "da" as api.Locale.Danish,
  Dutch: "nl" as api.Locale.Dutch,
  Finnish: "fi" as api.Locale.Finnish,
  French: "fr" as api.Locale.French,
  German: "de" as api.Locale.German,
  Greek: "el" as api.Locale.Greek,
  Hindi: "hi" as api.Locale.Hindi,
  Hungarian: "hu" as api.Locale.Hungarian,
  Italian: "it" as api.Locale.Italian,
  Japanese: "ja" as api.Locale.Japanese,
  Korean: "ko" as api.Locale.Korean,
  Lithuanian: "lt" as api.Locale.Lithuanian,
  Norwegian: "no" as api.Locale.Norwegian,
  Polish: "pl" as api.Locale.Polish,
  PortugueseBR: "pt-BR" as api.Locale.PortugueseBR,
  Romanian: "ro" as api.Locale.Romanian,
  Russian: "ru" as api.Locale.Russian,
  SpanishES: "es-ES" as api.Locale.SpanishES,
  SpanishLATAM: "es-419" as api.Locale.SpanishLATAM,
  Swedish: "sv-SE" as api.Locale.Swedish,
  Thai: "th" as api.Locale.Thai,
  Turkish: "tr" as api.Locale.Turkish,
  Ukrainian: "uk" as api.Locale.Ukrainian,
  Vietnamese: "vi" as api.Locale.Vietnamese,
};

/** One of Discord's `MembershipScreeningFieldType`. */
export type MembershipScreeningFieldType = api.MembershipScreeningFieldType;
/** Discord's `MembershipScreeningFieldType`. */
export const MembershipScreeningFieldType: { readonly Terms: api.MembershipScreeningFieldType.Terms } = {
  Terms: "TERMS" as api.MembershipScreeningFieldType.Terms,
};

/** One of Discord's `MessageActivityType`. */
export type MessageActivityType = api.MessageActivityType;
/** Discord's `MessageActivityType`. */
export const MessageActivityType: {
  readonly Join: api.MessageActivityType.Join;
  readonly Spectate: api.MessageActivityType.Spectate;
  readonly Listen: api.MessageActivityType.Listen;
  readonly JoinRequest: api.MessageActivityType.JoinRequest;
  readonly StreamRequest: api.MessageActivityType.StreamRequest;
} = {
  Join: 1,
  Spectate: 2,
  Listen: 3,
  JoinRequest: 5,
  StreamRequest: 6,
};

/** One of Discord's `MessageFlags`. */
export type MessageFlags = api.MessageFlags;
/** Discord's `MessageFlags`. */
export const MessageFlags: {
  readonly Crossposted: api.MessageFlags.Crossposted;
  readonly IsCrosspost: api.MessageFlags.IsCrosspost;
  readonly SuppressEmbeds: api.MessageFlags.SuppressEmbeds;
  readonly SourceMessageDeleted: api.MessageFlags.SourceMessageDeleted;
  readonly Urgent: api.MessageFlags.Urgent;
  readonly HasThread: api.MessageFlags.HasThread;
  readonly Ephemeral: api.MessageFlags.Ephemeral;
  readonly Loading: api.MessageFlags.Loading;
  readonly FailedToMentionSomeRolesInThread: api.MessageFlags.FailedToMentionSomeRolesInThread;
  readonly ShouldShowLinkNotDiscordWarning: api.MessageFlags.ShouldShowLinkNotDiscordWarning;
  readonly SuppressNotifications: api.MessageFlags.SuppressNotifications;
  readonly IsVoiceMessage: api.MessageFlags.IsVoiceMessage;
  readonly HasSnapshot: api.MessageFlags.HasSnapshot;
  readonly IsComponentsV2: api.MessageFlags.IsComponentsV2;
} = {
  Crossposted: 1,
  IsCrosspost: 2,
  SuppressEmbeds: 4,
  SourceMessageDeleted: 8,
  Urgent: 16,
  HasThread: 32,
  Ephemeral: 64,
  Loading: 128,
  FailedToMentionSomeRolesInThread: 256,
  ShouldShowLinkNotDiscordWarning: 1024,
  SuppressNotifications: 4096,
  IsVoiceMessage: 8192,
  HasSnapshot: 16384,
  IsComponentsV2: 32768,
};

/** One of Discord's `MessageReferenceType`. */
export type MessageReferenceType = api.MessageReferenceType;
/** Discord's `MessageReferenceType`. */
export const MessageReferenceType: {
  readonly Default: api.MessageReferenceType.Default;
  readonly Forward: api.MessageReferenceType.Forward;
} = {
  Default: 0,
  Forward: 1,
};

/** One of Discord's `MessageSearchAuthorType`. */
export type MessageSearchAuthorType = api.MessageSearchAuthorType;
/** Discord's `MessageSearchAuthorType`. */
export const MessageSearchAuthorType: {
  readonly User: api.MessageSearchAuthorType.User;
  readonly Bot: api.MessageSearchAuthorType.Bot;
  readonly Webhook: api.MessageSearchAuthorType.Webhook;
  readonly NotUser: api.MessageSearchAuthorType.NotUser;
  readonly NotBot: api.MessageSearchAuthorType.NotBot;
  readonly NotWebhook: api.MessageSearchAuthorType.NotWebhook;
} = {
  User: "user" as api.MessageSearchAuthorType.User,
  Bot: "bot" as api.MessageSearchAuthorType.Bot,
  Webhook: "webhook" as api.MessageSearchAuthorType.Webhook,
  NotUser: "-user" as api.MessageSearchAuthorType.NotUser,
  NotBot: "-bot" as api.MessageSearchAuthorType.NotBot,
  NotWebhook: "-webhook" as api.MessageSearchAuthorType.NotWebhook,
};

/** One of Discord's `MessageSearchEmbedType`. */
export type MessageSearchEmbedType = api.MessageSearchEmbedType;
/** Discord's `MessageSearchEmbedType`. */
export const MessageSearchEmbedType: {
  readonly Image: api.MessageSearchEmbedType.Image;
  readonly Video: api.MessageSearchEmbedType.Video;
  readonly Gif: api.MessageSearchEmbedType.Gif;
  readonly Sound: api.MessageSearchEmbedType.Sound;
  readonly Article: api.MessageSearchEmbedType.Article;
} = {
  Image: "image" as api.MessageSearchEmbedType.Image,
  Video: "video" as api.MessageSearchEmbedType.Video,
  Gif: "gif" as api.MessageSearchEmbedType.Gif,
  Sound: "sound" as api.MessageSearchEmbedType.Sound,
  Article: "article" as api.MessageSearchEmbedType.Article,
};

/** One of Discord's `MessageSearchHasType`. */
export type MessageSearchHasType = api.MessageSearchHasType;
/** Discord's `MessageSearchHasType`. */
export const MessageSearchHasType: {
  readonly Image: api.MessageSearchHasType.Image;
  readonly Sound: api.MessageSearchHasType.Sound;
  readonly Video: api.MessageSearchHasType.Video;
  readonly File: api.MessageSearchHasType.File;
  readonly Sticker: api.MessageSearchHasType.Sticker;
  readonly Embed: api.MessageSearchHasType.Embed;
  readonly Link: api.MessageSearchHasType.Link;
  readonly Poll: api.MessageSearchHasType.Poll;
  readonly Snapshot: api.MessageSearchHasType.Snapshot;
  readonly NotImage: api.MessageSearchHasType.NotImage;
  readonly NotSound: api.MessageSearchHasType.NotSound;
  readonly NotVideo: api.MessageSearchHasType.NotVideo;
  readonly NotFile: api.MessageSearchHasType.NotFile;
  readonly NotSticker: api.MessageSearchHasType.NotSticker;
  readonly NotEmbed: api.MessageSearchHasType.NotEmbed;
  readonly NotLink: api.MessageSearchHasType.NotLink;
  readonly NotPoll: api.MessageSearchHasType.NotPoll;
  readonly NotSnapshot: api.MessageSearchHasType.NotSnapshot;
} = {
  Image: "image" as api.MessageSearchHasType.Image,
  Sound: "sound" as api.MessageSearchHasType.Sound,
  Video: "video" as api.MessageSearchHasType.Video,
  File: "file" as api.MessageSearchHasType.File,
  Sticker: "sticker" as api.MessageSearchHasType.Sticker,
  Embed: "embed" as api.MessageSearchHasType.Embed,
  Link: "link" as api.MessageSearchHasType.Link,
  Poll: "poll" as api.MessageSearchHasType.Poll,
  Snapshot: "snapshot" as api.MessageSearchHasType.Snapshot,
  NotImage: "-image" as api.MessageSearchHasType.NotImage,
  NotSound: "-sound" as api.MessageSearchHasType.NotSound,
  NotVideo: "-video" as api.MessageSearchHasType.NotVideo,
  NotFile: "-file" as api.MessageSearchHasType.NotFile,
  NotSticker: "-sticker" as api.MessageSearchHasType.NotSticker,
  NotEmbed: "-embed" as api.MessageSearchHasType.NotEmbed,
  NotLink: "-link" as api.MessageSearchHasType.NotLink,
  NotPoll: "-poll" as api.MessageSearchHasType.NotPoll,
  NotSnapshot: "-snapshot" as api.MessageSearchHasType.NotSnapshot,
};

/** One of Discord's `MessageSearchSortMode`. */
export type MessageSearchSortMode = api.MessageSearchSortMode;
/** Discord's `MessageSearchSortMode`. */
export const MessageSearchSortMode: {
  readonly Timestamp: api.MessageSearchSortMode.Timestamp;
  readonly Relevance: api.MessageSearchSortMode.Relevance;
} = {
  Timestamp: "timestamp" as api.MessageSearchSortMode.Timestamp,
  Relevance: "relevance" as api.MessageSearchSortMode.Relevance,
};

/** One of Discord's `MessageType`. */
export type MessageType = api.MessageType;
/** Discord's `MessageType`. */
export const MessageType: {
  readonly Default: api.MessageType.Default;
  readonly RecipientAdd: api.MessageType.RecipientAdd;
  readonly RecipientRemove: api.MessageType.RecipientRemove;
  readonly Call: api.MessageType.Call;
  readonly ChannelNameChange: api.MessageType.ChannelNameChange;
  readonly ChannelIconChange: api.MessageType.ChannelIconChange;
  readonly ChannelPinnedMessage: api.MessageType.ChannelPinnedMessage;
  readonly UserJoin: api.MessageType.UserJoin;
  readonly GuildBoost: api.MessageType.GuildBoost;
  readonly GuildBoostTier1: api.MessageType.GuildBoostTier1;
  readonly GuildBoostTier2: api.MessageType.GuildBoostTier2;
  readonly GuildBoostTier3: api.MessageType.GuildBoostTier3;
  readonly ChannelFollowAdd: api.MessageType.ChannelFollowAdd;
  readonly GuildDiscoveryDisqualified: api.MessageType.GuildDiscoveryDisqualified;
  readonly GuildDiscoveryRequalified: api.MessageType.GuildDiscoveryRequalified;
  readonly GuildDiscoveryGracePeriodInitialWarning: api.MessageType.GuildDiscoveryGracePeriodInitialWarning;
  readonly GuildDiscoveryGracePeriodFinalWarning: api.MessageType.GuildDiscoveryGracePeriodFinalWarning;
  readonly ThreadCreated: api.MessageType.ThreadCreated;
  readonly Reply: api.MessageType.Reply;
  readonly ChatInputCommand: api.MessageType.ChatInputCommand;
  readonly ThreadStarterMessage: api.MessageType.ThreadStarterMessage;
  readonly GuildInviteReminder: api.MessageType.GuildInviteReminder;
  readonly ContextMenuCommand: api.MessageType.ContextMenuCommand;
  readonly AutoModerationAction: api.MessageType.AutoModerationAction;
  readonly RoleSubscriptionPurchase: api.MessageType.RoleSubscriptionPurchase;
  readonly InteractionPremiumUpsell: api.MessageType.InteractionPremiumUpsell;
  readonly StageStart: api.MessageType.StageStart;
  readonly StageEnd: api.MessageType.StageEnd;
  readonly StageSpeaker: api.MessageType.StageSpeaker;
  readonly StageRaiseHand: api.MessageType.StageRaiseHand;
  readonly StageTopic: api.MessageType.StageTopic;
  readonly GuildApplicationPremiumSubscription: api.MessageType.GuildApplicationPremiumSubscription;
  readonly GuildIncidentAlertModeEnabled: api.MessageType.GuildIncidentAlertModeEnabled;
  readonly GuildIncidentAlertModeDisabled: api.MessageType.GuildIncidentAlertModeDisabled;
  readonly GuildIncidentReportRaid: api.MessageType.GuildIncidentReportRaid;
  readonly GuildIncidentReportFalseAlarm: api.MessageType.GuildIncidentReportFalseAlarm;
  readonly PurchaseNotification: api.MessageType.PurchaseNotification;
  readonly PollResult: api.MessageType.PollResult;
} = {
  Default: 0,
  RecipientAdd: 1,
  RecipientRemove: 2,
  Call: 3,
  ChannelNameChange: 4,
  ChannelIconChange: 5,
  ChannelPinnedMessage: 6,
  UserJoin: 7,
  GuildBoost: 8,
  GuildBoostTier1: 9,
  GuildBoostTier2: 10,
  GuildBoostTier3: 11,
  ChannelFollowAdd: 12,
  GuildDiscoveryDisqualified: 14,
  GuildDiscoveryRequalified: 15,
  GuildDiscoveryGracePeriodInitialWarning: 16,
  GuildDiscoveryGracePeriodFinalWarning: 17,
  ThreadCreated: 18,
  Reply: 19,
  ChatInputCommand: 20,
  ThreadStarterMessage: 21,
  GuildInviteReminder: 22,
  ContextMenuCommand: 23,
  AutoModerationAction: 24,
  RoleSubscriptionPurchase: 25,
  InteractionPremiumUpsell: 26,
  StageStart: 27,
  StageEnd: 28,
  StageSpeaker: 29,
  StageRaiseHand: 30,
  StageTopic: 31,
  GuildApplicationPremiumSubscription: 32,
  GuildIncidentAlertModeEnabled: 36,
  GuildIncidentAlertModeDisabled: 37,
  GuildIncidentReportRaid: 38,
  GuildIncidentReportFalseAlarm: 39,
  PurchaseNotification: 44,
  PollResult: 46,
};

/** One of Discord's `NameplatePalette`. */
export type NameplatePalette = api.NameplatePalette;
/** Discord's `NameplatePalette`. */
export const NameplatePalette: {
  readonly Berry: api.NameplatePalette.Berry;
  readonly BubbleGum: api.NameplatePalette.BubbleGum;
  readonly Clover: api.NameplatePalette.Clover;
  readonly Cobalt: api.NameplatePalette.Cobalt;
  readonly Crimson: api.NameplatePalette.Crimson;
  readonly Forest: api.NameplatePalette.Forest;
  readonly Lemon: api.NameplatePalette.Lemon;
  readonly Sky: api.NameplatePalette.Sky;
  readonly Teal: api.NameplatePalette.Teal;
  readonly Violet: api.NameplatePalette.Violet;
  readonly White: api.NameplatePalette.White;
} = {
  Berry: "berry" as api.NameplatePalette.Berry,
  BubbleGum: "bubble_gum" as api.NameplatePalette.BubbleGum,
  Clover: "clover" as api.NameplatePalette.Clover,
  Cobalt: "cobalt" as api.NameplatePalette.Cobalt,
  Crimson: "crimson" as api.NameplatePalette.Crimson,
  Forest: "forest" as api.NameplatePalette.Forest,
  Lemon: "lemon" as api.NameplatePalette.Lemon,
  Sky: "sky" as api.NameplatePalette.Sky,
  Teal: "teal" as api.NameplatePalette.Teal,
  Violet: "violet" as api.NameplatePalette.Violet,
  White: "white" as api.NameplatePalette.White,
};

/** One of Discord's `OAuth2Scopes`. */
export type OAuth2Scopes = api.OAuth2Scopes;
/** Discord's `OAuth2Scopes`. */
export const OAuth2Scopes: {
  readonly Bot: api.OAuth2Scopes.Bot;
  readonly Connections: api.OAuth2Scopes.Connections;
  readonly DMChannelsRead: api.OAuth2Scopes.DMChannelsRead;
  readonly Email: api.OAuth2Scopes.Email;
  readonly Identify: api.OAuth2Scopes.Identify;
  readonly IdentifyPremium: api.OAuth2Scopes.IdentifyPremium;
  readonly Guilds: api.OAuth2Scopes.Guilds;
  readonly GuildsJoin: api.OAuth2Scopes.GuildsJoin;
  readonly GuildsMembersRead: api.OAuth2Scopes.GuildsMembersRead;
  readonly GroupDMJoins: api.OAuth2Scopes.GroupDMJoins;
  readonly MessagesRead: api.OAuth2Scopes.MessagesRead;
  readonly RoleConnectionsWrite: api.OAuth2Scopes.RoleConnectionsWrite;
  readonly RPC: api.OAuth2Scopes.RPC;
  readonly RPCActivitiesWrite: api.OAuth2Scopes.RPCActivitiesWrite;
  readonly RPCVoiceRead: api.OAuth2Scopes.RPCVoiceRead;
  readonly RPCVoiceWrite: api.OAuth2Scopes.RPCVoiceWrite;
  readonly RPCNotificationsRead: api.OAuth2Scopes.RPCNotificationsRead;
  readonly WebhookIncoming: api.OAuth2Scopes.WebhookIncoming;
  readonly Voice: api.OAuth2Scopes.Voice;
  readonly ApplicationsBuildsUpload: api.OAuth2Scopes.ApplicationsBuildsUpload;
  readonly ApplicationsBuildsRead: api.OAuth2Scopes.ApplicationsBuildsRead;
  readonly ApplicationsStoreUpdate: api.OAuth2Scopes.ApplicationsStoreUpdate;
  readonly ApplicationsEntitlements: api.OAuth2Scopes.ApplicationsEntitlements;
  readonly RelationshipsRead: api.OAuth2Scopes.RelationshipsRead;
  readonly ActivitiesRead: api.OAuth2Scopes.ActivitiesRead;
  readonly ActivitiesWrite: api.OAuth2Scopes.ActivitiesWrite;
  readonly ApplicationsCommands: api.OAuth2Scopes.ApplicationsCommands;
  readonly ApplicationsCommandsUpdate: api.OAuth2Scopes.ApplicationsCommandsUpdate;
  readonly ApplicationCommandsPermissionsUpdate: api.OAuth2Scopes.ApplicationCommandsPermissionsUpdate;
} = {
  Bot: "bot" as api.OAuth2Scopes.Bot,
  Connections: "connections" as api.OAuth2Scopes.Connections,
  DMChannelsRead: "dm_channels.read" as api.OAuth2Scopes.DMChannelsRead,
  Email: "email" as api.OAuth2Scopes.Email,
  Identify: "identify" as api.OAuth2Scopes.Identify,
  IdentifyPremium: "identify.premium" as api.OAuth2Scopes.IdentifyPremium,
  Guilds: "guilds" as api.OAuth2Scopes.Guilds,
  GuildsJoin: "guilds.join" as api.OAuth2Scopes.GuildsJoin,
  GuildsMembersRead: "guilds.members.read" as api.OAuth2Scopes.GuildsMembersRead,
  GroupDMJoins: "gdm.join" as api.OAuth2Scopes.GroupDMJoins,
  MessagesRead: "messages.read" as api.OAuth2Scopes.MessagesRead,
  RoleConnectionsWrite: "role_connections.write" as api.OAuth2Scopes.RoleConnectionsWrite,
  RPC: "rpc" as api.OAuth2Scopes.RPC,
  RPCActivitiesWrite: "rpc.activities.write" as api.OAuth2Scopes.RPCActivitiesWrite,
  RPCVoiceRead: "rpc.voice.read" as api.OAuth2Scopes.RPCVoiceRead,
  RPCVoiceWrite: "rpc.voice.write" as api.OAuth2Scopes.RPCVoiceWrite,
  RPCNotificationsRead: "rpc.notifications.read" as api.OAuth2Scopes.RPCNotificationsRead,
  WebhookIncoming: "webhook.incoming" as api.OAuth2Scopes.WebhookIncoming,
  Voice: "voice" as api.OAuth2Scopes.Voice,
  ApplicationsBuildsUpload: "applications.builds.upload" as api.OAuth2Scopes.ApplicationsBuildsUpload,
  ApplicationsBuildsRead: "applications.builds.read" as api.OAuth2Scopes.ApplicationsBuildsRead,
  ApplicationsStoreUpdate: "applications.store.update" as api.OAuth2Scopes.ApplicationsStoreUpdate,
  ApplicationsEntitlements: "applications.entitlements" as api.OAuth2Scopes.ApplicationsEntitlements,
  RelationshipsRead: "relationships.read" as api.OAuth2Scopes.RelationshipsRead,
  ActivitiesRead: "activities.read" as api.OAuth2Scopes.ActivitiesRead,
  ActivitiesWrite: "activities.write" as api.OAuth2Scopes.ActivitiesWrite,
  ApplicationsCommands: "applications.commands" as api.OAuth2Scopes.ApplicationsCommands,
  ApplicationsCommandsUpdate: "applications.commands.update" as api.OAuth2Scopes.ApplicationsCommandsUpdate,
  ApplicationCommandsPermissionsUpdate:
    "applications.commands.permissions.update" as api.OAuth2Scopes.ApplicationCommandsPermissionsUpdate,
};

/** One of Discord's `OverwriteType`. */
export type OverwriteType = api.OverwriteType;
/** Discord's `OverwriteType`. */
export const OverwriteType: {
  readonly Role: api.OverwriteType.Role;
  readonly Member: api.OverwriteType.Member;
} = {
  Role: 0,
  Member: 1,
};

/** One of Discord's `PollLayoutType`. */
export type PollLayoutType = api.PollLayoutType;
/** Discord's `PollLayoutType`. */
export const PollLayoutType: { readonly Default: api.PollLayoutType.Default } = {
  Default: 1,
};

/** One of Discord's `PresenceUpdateStatus`. */
export type PresenceUpdateStatus = api.PresenceUpdateStatus;
/** Discord's `PresenceUpdateStatus`. */
export const PresenceUpdateStatus: {
  readonly Online: api.PresenceUpdateStatus.Online;
  readonly DoNotDisturb: api.PresenceUpdateStatus.DoNotDisturb;
  readonly Idle: api.PresenceUpdateStatus.Idle;
  readonly Invisible: api.PresenceUpdateStatus.Invisible;
  readonly Offline: api.PresenceUpdateStatus.Offline;
} = {
  Online: "online" as api.PresenceUpdateStatus.Online,
  DoNotDisturb: "dnd" as api.PresenceUpdateStatus.DoNotDisturb,
  Idle: "idle" as api.PresenceUpdateStatus.Idle,
  Invisible: "invisible" as api.PresenceUpdateStatus.Invisible,
  Offline: "offline" as api.PresenceUpdateStatus.Offline,
};

/** One of Discord's `RESTJSONErrorCodes`. */
export type RESTJSONErrorCodes = api.RESTJSONErrorCodes;
/** Discord's `RESTJSONErrorCodes`. */
export const RESTJSONErrorCodes: {
  readonly GeneralError: api.RESTJSONErrorCodes.GeneralError;
  readonly UnknownAccount: api.RESTJSONErrorCodes.UnknownAccount;
  readonly UnknownApplication: api.RESTJSONErrorCodes.UnknownApplication;
  readonly UnknownChannel: api.RESTJSONErrorCodes.UnknownChannel;
  readonly UnknownGuild: api.RESTJSONErrorCodes.UnknownGuild;
  readonly UnknownIntegration: api.RESTJSONErrorCodes.UnknownIntegration;
  readonly UnknownInvite: api.RESTJSONErrorCodes.UnknownInvite;
  readonly UnknownMember: api.RESTJSONErrorCodes.UnknownMember;
  readonly UnknownMessage: api.RESTJSONErrorCodes.UnknownMessage;
  readonly UnknownPermissionOverwrite: api.RESTJSONErrorCodes.UnknownPermissionOverwrite;
  readonly UnknownProvider: api.RESTJSONErrorCodes.UnknownProvider;
  readonly UnknownRole: api.RESTJSONErrorCodes.UnknownRole;
  readonly UnknownToken: api.RESTJSONErrorCodes.UnknownToken;
  readonly UnknownUser: api.RESTJSONErrorCodes.UnknownUser;
  readonly UnknownEmoji: api.RESTJSONErrorCodes.UnknownEmoji;
  readonly UnknownWebhook: api.RESTJSONErrorCodes.UnknownWebhook;
  readonly UnknownWebhookService: api.RESTJSONErrorCodes.UnknownWebhookService;
  readonly UnknownSession: api.RESTJSONErrorCodes.UnknownSession;
  readonly UnknownAsset: api.RESTJSONErrorCodes.UnknownAsset;
  readonly UnknownBan: api.RESTJSONErrorCodes.UnknownBan;
  readonly UnknownSKU: api.RESTJSONErrorCodes.UnknownSKU;
  readonly UnknownStoreListing: api.RESTJSONErrorCodes.UnknownStoreListing;
  readonly UnknownEntitlement: api.RESTJSONErrorCodes.UnknownEntitlement;
  readonly UnknownBuild: api.RESTJSONErrorCodes.UnknownBuild;
  readonly UnknownLobby: api.RESTJSONErrorCodes.UnknownLobby;
  readonly UnknownBranch: api.RESTJSONErrorCodes.UnknownBranch;
  readonly UnknownStoreDirectoryLayout: api.RESTJSONErrorCodes.UnknownStoreDirectoryLayout;
  readonly UnknownRedistributable: api.RESTJSONErrorCodes.UnknownRedistributable;
  readonly UnknownGiftCode: api.RESTJSONErrorCodes.UnknownGiftCode;
  readonly UnknownStream: api.RESTJSONErrorCodes.UnknownStream;
  readonly UnknownPremiumServerSubscribeCooldown:
    api.RESTJSONErrorCodes.UnknownPremiumServerSubscribeCooldown;
  readonly UnknownGuildTemplate: api.RESTJSONErrorCodes.UnknownGuildTemplate;
  readonly UnknownDiscoverableServerCategory: api.RESTJSONErrorCodes.UnknownDiscoverableServerCategory;
  readonly UnknownSticker: api.RESTJSONErrorCodes.UnknownSticker;
  readonly UnknownStickerPack: api.RESTJSONErrorCodes.UnknownStickerPack;
  readonly UnknownInteraction: api.RESTJSONErrorCodes.UnknownInteraction;
  readonly UnknownApplicationCommand: api.RESTJSONErrorCodes.UnknownApplicationCommand;
  readonly UnknownVoiceState: api.RESTJSONErrorCodes.UnknownVoiceState;
  readonly UnknownApplicationCommandPermissions: api.RESTJSONErrorCodes.UnknownApplicationCommandPermissions;
  readonly UnknownStageInstance: api.RESTJSONErrorCodes.UnknownStageInstance;
  readonly UnknownGuildMemberVerificationForm: api.RESTJSONErrorCodes.UnknownGuildMemberVerificationForm;
  readonly UnknownGuildWelcomeScreen: api.RESTJSONErrorCodes.UnknownGuildWelcomeScreen;
  readonly UnknownGuildScheduledEvent: api.RESTJSONErrorCodes.UnknownGuildScheduledEvent;
  readonly UnknownGuildScheduledEventUser: api.RESTJSONErrorCodes.UnknownGuildScheduledEventUser;
  readonly UnknownTag: api.RESTJSONErrorCodes.UnknownTag;
  readonly UnknownSound: api.RESTJSONErrorCodes.UnknownSound;
  readonly UnknownInviteTargetUsersJob: api.RESTJSONErrorCodes.UnknownInviteTargetUsersJob;
  readonly UnknownInviteTargetUsers: api.RESTJSONErrorCodes.UnknownInviteTargetUsers;
  readonly BotsCannotUseThisEndpoint: api.RESTJSONErrorCodes.BotsCannotUseThisEndpoint;
  readonly OnlyBotsCanUseThisEndpoint: api.RESTJSONErrorCodes.OnlyBotsCanUseThisEndpoint;
  readonly ExplicitContentCannotBeSentToTheDesiredRecipient:
    api.RESTJSONErrorCodes.ExplicitContentCannotBeSentToTheDesiredRecipient;
  readonly NotAuthorizedToPerformThisActionOnThisApplication:
    api.RESTJSONErrorCodes.NotAuthorizedToPerformThisActionOnThisApplication;
  readonly ThisActionRequiresAPremiumSubscription:
    api.RESTJSONErrorCodes.ThisActionRequiresAPremiumSubscription;
  readonly ActionCannotBePerformedDueToSlowmodeRateLimit:
    api.RESTJSONErrorCodes.ActionCannotBePerformedDueToSlowmodeRateLimit;
  readonly TheMazeIsntMeantForYou: api.RESTJSONErrorCodes.TheMazeIsntMeantForYou;
  readonly OnlyTheOwnerOfThisAccountCanPerformThisAction:
    api.RESTJSONErrorCodes.OnlyTheOwnerOfThisAccountCanPerformThisAction;
  readonly AnnouncementEditLimitExceeded: api.RESTJSONErrorCodes.AnnouncementEditLimitExceeded;
  readonly UnderMinimumAge: api.RESTJSONErrorCodes.UnderMinimumAge;
  readonly ChannelWriteRateLimit: api.RESTJSONErrorCodes.ChannelWriteRateLimit;
  readonly ChannelSendRateLimit: api.RESTJSONErrorCodes.ChannelSendRateLimit;
  readonly ServerWriteRateLimit: api.RESTJSONErrorCodes.ServerWriteRateLimit;
  readonly ServerSendRateLimit: api.RESTJSONErrorCodes.ServerSendRateLimit;
  readonly StageTopicServerNameServerDescriptionOrChannelNamesContainDisallowedWords:
    api.RESTJSONErrorCodes.StageTopicServerNameServerDescriptionOrChannelNamesContainDisallowedWords;
  readonly GuildPremiumSubscriptionLevelTooLow: api.RESTJSONErrorCodes.GuildPremiumSubscriptionLevelTooLow;
  readonly MaximumNumberOfGuildsReached: api.RESTJSONErrorCodes.MaximumNumberOfGuildsReached;
  readonly MaximumNumberOfFriendsReached: api.RESTJSONErrorCodes.MaximumNumberOfFriendsReached;
  readonly MaximumNumberOfPinsReachedForTheChannel:
    api.RESTJSONErrorCodes.MaximumNumberOfPinsReachedForTheChannel;
  readonly MaximumNumberOfRecipientsReached: api.RESTJSONErrorCodes.MaximumNumberOfRecipientsReached;
  readonly MaximumNumberOfGuildRolesReached: api.RESTJSONErrorCodes.MaximumNumberOfGuildRolesReached;
  readonly MaximumNumberOfWebhooksReached: api.RESTJSONErrorCodes.MaximumNumberOfWebhooksReached;
  readonly MaximumNumberOfEmojisReached: api.RESTJSONErrorCodes.MaximumNumberOfEmojisReached;
  readonly MaximumNumberOfReactionsReached: api.RESTJSONErrorCodes.MaximumNumberOfReactionsReached;
  readonly MaximumNumberOfGroupDMsReached: api.RESTJSONErrorCodes.MaximumNumberOfGroupDMsReached;
  readonly MaximumNumberOfGuildChannelsReached: api.RESTJSONErrorCodes.MaximumNumberOfGuildChannelsReached;
  readonly MaximumNumberOfAttachmentsInAMessageReached:
    api.RESTJSONErrorCodes.MaximumNumberOfAttachmentsInAMessageReached;
  readonly MaximumNumberOfInvitesReached: api.RESTJSONErrorCodes.MaximumNumberOfInvitesReached;
  readonly MaximumNumberOfAnimatedEmojisReached: api.RESTJSONErrorCodes.MaximumNumberOfAnimatedEmojisReached;
  readonly MaximumNumberOfServerMembersReached: api.RESTJSONErrorCodes.MaximumNumberOfServerMembersReached;
  readonly MaximumNumberOfServerCategoriesReached:
    api.RESTJSONErrorCodes.MaximumNumberOfServerCategoriesReached;
  readonly GuildAlreadyHasTemplate: api.RESTJSONErrorCodes.GuildAlreadyHasTemplate;
  readonly MaximumNumberOfApplicationCommandsReached:
    api.RESTJSONErrorCodes.MaximumNumberOfApplicationCommandsReached;
  readonly MaximumThreadParticipantsReached: api.RESTJSONErrorCodes.MaximumThreadParticipantsReached;
  readonly MaximumDailyApplicationCommandCreatesReached:
    api.RESTJSONErrorCodes.MaximumDailyApplicationCommandCreatesReached;
  readonly MaximumNumberOfNonGuildMemberBansHasBeenExceeded:
    api.RESTJSONErrorCodes.MaximumNumberOfNonGuildMemberBansHasBeenExceeded;
  readonly MaximumNumberOfBanFetchesHasBeenReached:
    api.RESTJSONErrorCodes.MaximumNumberOfBanFetchesHasBeenReached;
  readonly MaximumNumberOfUncompletedGuildScheduledEventsReached:
    api.RESTJSONErrorCodes.MaximumNumberOfUncompletedGuildScheduledEventsReached;
  readonly MaximumNumberOfStickersReached: api.RESTJSONErrorCodes.MaximumNumberOfStickersReached;
  readonly MaximumNumberOfPruneRequestsHasBeenReached:
    api.RESTJSONErrorCodes.MaximumNumberOfPruneRequestsHasBeenReached;
  readonly MaximumNumberOfGuildWidgetSettingsUpdatesHasBeenReached:
    api.RESTJSONErrorCodes.MaximumNumberOfGuildWidgetSettingsUpdatesHasBeenReached;
  readonly MaximumNumberOfSoundboardSoundsReached:
    api.RESTJSONErrorCodes.MaximumNumberOfSoundboardSoundsReached;
  readonly MaximumNumberOfEditsToMessagesOlderThanOneHourReached:
    api.RESTJSONErrorCodes.MaximumNumberOfEditsToMessagesOlderThanOneHourReached;
  readonly MaximumNumberOfPinnedThreadsInForumHasBeenReached:
    api.RESTJSONErrorCodes.MaximumNumberOfPinnedThreadsInForumHasBeenReached;
  readonly MaximumNumberOfTagsInForumHasBeenReached:
    api.RESTJSONErrorCodes.MaximumNumberOfTagsInForumHasBeenReached;
  readonly BitrateIsTooHighForChannelOfThisType: api.RESTJSONErrorCodes.BitrateIsTooHighForChannelOfThisType;
  readonly MaximumNumberOfPremiumEmojisReached: api.RESTJSONErrorCodes.MaximumNumberOfPremiumEmojisReached;
  readonly MaximumNumberOfWebhooksPerGuildReached:
    api.RESTJSONErrorCodes.MaximumNumberOfWebhooksPerGuildReached;
  readonly MaximumNumberOfChannelPermissionOverwritesReached:
    api.RESTJSONErrorCodes.MaximumNumberOfChannelPermissionOverwritesReached;
  readonly TheChannelsForThisGuildAreTooLarge: api.RESTJSONErrorCodes.TheChannelsForThisGuildAreTooLarge;
  readonly Unauthorized: api.RESTJSONErrorCodes.Unauthorized;
  readonly VerifyYourAccount: api.RESTJSONErrorCodes.VerifyYourAccount;
  readonly OpeningDirectMessagesTooFast: api.RESTJSONErrorCodes.OpeningDirectMessagesTooFast;
  readonly SendMessagesHasBeenTemporarilyDisabled:
    api.RESTJSONErrorCodes.SendMessagesHasBeenTemporarilyDisabled;
  readonly RequestEntityTooLarge: api.RESTJSONErrorCodes.RequestEntityTooLarge;
  readonly FeatureTemporarilyDisabledServerSide: api.RESTJSONErrorCodes.FeatureTemporarilyDisabledServerSide;
  readonly UserBannedFromThisGuild: api.RESTJSONErrorCodes.UserBannedFromThisGuild;
  readonly OnlyOneChannelCanHaveAParentIdModifiedAtATime:
    api.RESTJSONErrorCodes.OnlyOneChannelCanHaveAParentIdModifiedAtATime;
  readonly ConnectionHasBeenRevoked: api.RESTJSONErrorCodes.ConnectionHasBeenRevoked;
  readonly OnlyConsumableSKUsCanBeConsumed: api.RESTJSONErrorCodes.OnlyConsumableSKUsCanBeConsumed;
  readonly YouCanOnlyDeleteSandboxEntitlements: api.RESTJSONErrorCodes.YouCanOnlyDeleteSandboxEntitlements;
  readonly TargetUserIsNotConnectedToVoice: api.RESTJSONErrorCodes.TargetUserIsNotConnectedToVoice;
  readonly ThisMessageWasAlreadyCrossposted: api.RESTJSONErrorCodes.ThisMessageWasAlreadyCrossposted;
  readonly ApplicationCommandWithThatNameAlreadyExists:
    api.RESTJSONErrorCodes.ApplicationCommandWithThatNameAlreadyExists;
  readonly ApplicationInteractionFailedToSend: api.RESTJSONErrorCodes.ApplicationInteractionFailedToSend;
  readonly CannotSendAMessageInAForumChannel: api.RESTJSONErrorCodes.CannotSendAMessageInAForumChannel;
  readonly InteractionHasAlreadyBeenAcknowledged:
    api.RESTJSONErrorCodes.InteractionHasAlreadyBeenAcknowledged;
  readonly TagNamesMustBeUnique: api.RESTJSONErrorCodes.TagNamesMustBeUnique;
  readonly ServiceResourceIsBeingRateLimited: api.RESTJSONErrorCodes.ServiceResourceIsBeingRateLimited;
  readonly ThereAreNoTagsAvailableThatCanBeSetByNonModerators:
    api.RESTJSONErrorCodes.ThereAreNoTagsAvailableThatCanBeSetByNonModerators;
  readonly TagRequiredToCreateAForumPostInThisChannel:
    api.RESTJSONErrorCodes.TagRequiredToCreateAForumPostInThisChannel;
  readonly AnEntitlementHasAlreadyBeenGrantedForThisResource:
    api.RESTJSONErrorCodes.AnEntitlementHasAlreadyBeenGrantedForThisResource;
  readonly ThisInteractionHasHitTheMaximumNumberOfFollowUpMessages:
    api.RESTJSONErrorCodes.ThisInteractionHasHitTheMaximumNumberOfFollowUpMessages;
  readonly CloudflareIsBlockingYourRequest: api.RESTJSONErrorCodes.CloudflareIsBlockingYourRequest;
  readonly MissingAccess: api.RESTJSONErrorCodes.MissingAccess;
  readonly InvalidAccountType: api.RESTJSONErrorCodes.InvalidAccountType;
  readonly CannotExecuteActionOnDMChannel: api.RESTJSONErrorCodes.CannotExecuteActionOnDMChannel;
  readonly GuildWidgetDisabled: api.RESTJSONErrorCodes.GuildWidgetDisabled;
  readonly CannotEditMessageAuthoredByAnotherUser:
    api.RESTJSONErrorCodes.CannotEditMessageAuthoredByAnotherUser;
  readonly CannotSendAnEmptyMessage: api.RESTJSONErrorCodes.CannotSendAnEmptyMessage;
  readonly CannotSendMessagesToThisUser: api.RESTJSONErrorCodes.CannotSendMessagesToThisUser;
  readonly CannotSendMessagesInNonTextChannel: api.RESTJSONErrorCodes.CannotSendMessagesInNonTextChannel;
  readonly ChannelVerificationLevelTooHighForYouToGainAccess:
    api.RESTJSONErrorCodes.ChannelVerificationLevelTooHighForYouToGainAccess;
  readonly OAuth2ApplicationDoesNotHaveBot: api.RESTJSONErrorCodes.OAuth2ApplicationDoesNotHaveBot;
  readonly OAuth2ApplicationLimitReached: api.RESTJSONErrorCodes.OAuth2ApplicationLimitReached;
  readonly InvalidOAuth2State: api.RESTJSONErrorCodes.InvalidOAuth2State;
  readonly MissingPermissions: api.RESTJSONErrorCodes.MissingPermissions;
  readonly InvalidToken: api.RESTJSONErrorCodes.InvalidToken;
  readonly NoteWasTooLong: api.RESTJSONErrorCodes.NoteWasTooLong;
  readonly ProvidedTooFewOrTooManyMessagesToDelete:
    api.RESTJSONErrorCodes.ProvidedTooFewOrTooManyMessagesToDelete;
  readonly InvalidMFALevel: api.RESTJSONErrorCodes.InvalidMFALevel;
  readonly MessageCanOnlyBePinnedInTheChannelItWasSentIn:
    api.RESTJSONErrorCodes.MessageCanOnlyBePinnedInTheChannelItWasSentIn;
  readonly InviteCodeInvalidOrTaken: api.RESTJSONErrorCodes.InviteCodeInvalidOrTaken;
  readonly CannotExecuteActionOnSystemMessage: api.RESTJSONErrorCodes.CannotExecuteActionOnSystemMessage;
  readonly CannotExecuteActionOnThisChannelType: api.RESTJSONErrorCodes.CannotExecuteActionOnThisChannelType;
  readonly InvalidOAuth2AccessToken: api.RESTJSONErrorCodes.InvalidOAuth2AccessToken;
  readonly MissingRequiredOAuth2Scope: api.RESTJSONErrorCodes.MissingRequiredOAuth2Scope;
  readonly InvalidWebhookToken: api.RESTJSONErrorCodes.InvalidWebhookToken;
  readonly InvalidRole: api.RESTJSONErrorCodes.InvalidRole;
  readonly InvalidRecipients: api.RESTJSONErrorCodes.InvalidRecipients;
  readonly OneOfTheMessagesProvidedWasTooOldForBulkDelete:
    api.RESTJSONErrorCodes.OneOfTheMessagesProvidedWasTooOldForBulkDelete;
  readonly InvalidFormBodyOrContentType: api.RESTJSONErrorCodes.InvalidFormBodyOrContentType;
  readonly InviteAcceptedToGuildWithoutTheBotBeingIn:
    api.RESTJSONErrorCodes.InviteAcceptedToGuildWithoutTheBotBeingIn;
  readonly InvalidActivityAction: api.RESTJSONErrorCodes.InvalidActivityAction;
  readonly InvalidAPIVersion: api.RESTJSONErrorCodes.InvalidAPIVersion;
  readonly FileUploadedExceedsMaximumSize: api.RESTJSONErrorCodes.FileUploadedExceedsMaximumSize;
  readonly InvalidFileUploaded: api.RESTJSONErrorCodes.InvalidFileUploaded;
  readonly CannotSelfRedeemThisGift: api.RESTJSONErrorCodes.CannotSelfRedeemThisGift;
  readonly InvalidGuild: api.RESTJSONErrorCodes.InvalidGuild;
  readonly InvalidSKU: api.RESTJSONErrorCodes.InvalidSKU;
  readonly InvalidRequestOrigin: api.RESTJSONErrorCodes.InvalidRequestOrigin;
  readonly InvalidMessageType: api.RESTJSONErrorCodes.InvalidMessageType;
  readonly PaymentSourceRequiredToRedeemGift: api.RESTJSONErrorCodes.PaymentSourceRequiredToRedeemGift;
  readonly CannotModifyASystemWebhook: api.RESTJSONErrorCodes.CannotModifyASystemWebhook;
  readonly CannotDeleteChannelRequiredForCommunityGuilds:
    api.RESTJSONErrorCodes.CannotDeleteChannelRequiredForCommunityGuilds;
  readonly CannotEditStickersWithinMessage: api.RESTJSONErrorCodes.CannotEditStickersWithinMessage;
  readonly InvalidStickerSent: api.RESTJSONErrorCodes.InvalidStickerSent;
  readonly InvalidActionOnArchivedThread: api.RESTJSONErrorCodes.InvalidActionOnArchivedThread;
  readonly InvalidThreadNotificationSettings: api.RESTJSONErrorCodes.InvalidThreadNotificationSettings;
  readonly ParameterEarlierThanCreation: api.RESTJSONErrorCodes.ParameterEarlierThanCreation;
  readonly CommunityServerChannelsMustBeTextChannels:
    api.RESTJSONErrorCodes.CommunityServerChannelsMustBeTextChannels;
  readonly TheEntityTypeOfTheEventIsDifferentFromTheEntityYouAreTryingToStartTheEventFor:
    api.RESTJSONErrorCodes.TheEntityTypeOfTheEventIsDifferentFromTheEntityYouAreTryingToStartTheEventFor;
  readonly ServerNotAvailableInYourLocation: api.RESTJSONErrorCodes.ServerNotAvailableInYourLocation;
  readonly ServerNeedsMonetizationEnabledToPerformThisAction:
    api.RESTJSONErrorCodes.ServerNeedsMonetizationEnabledToPerformThisAction;
  readonly ServerNeedsMoreBoostsToPerformThisAction:
    api.RESTJSONErrorCodes.ServerNeedsMoreBoostsToPerformThisAction;
  readonly RequestBodyContainsInvalidJSON: api.RESTJSONErrorCodes.RequestBodyContainsInvalidJSON;
  readonly ProvidedFileIsInvalid: api.RESTJSONErrorCodes.ProvidedFileIsInvalid;
  readonly ProvidedFileTypeIsInvalid: api.RESTJSONErrorCodes.ProvidedFileTypeIsInvalid;
  readonly ProvidedFileDurationExceedsMaximumLength:
    api.RESTJSONErrorCodes.ProvidedFileDurationExceedsMaximumLength;
  readonly OwnerCannotBePendingMember: api.RESTJSONErrorCodes.OwnerCannotBePendingMember;
  readonly OwnershipCannotBeMovedToABotUser: api.RESTJSONErrorCodes.OwnershipCannotBeMovedToABotUser;
  readonly FailedToResizeAssetBelowTheMaximumSize:
    api.RESTJSONErrorCodes.FailedToResizeAssetBelowTheMaximumSize;
  readonly FailedToResizeAssetBelowTheMinimumSize:
    api.RESTJSONErrorCodes.FailedToResizeAssetBelowTheMinimumSize;
  readonly CannotMixSubscriptionAndNonSubscriptionRolesForAnEmoji:
    api.RESTJSONErrorCodes.CannotMixSubscriptionAndNonSubscriptionRolesForAnEmoji;
  readonly CannotConvertBetweenPremiumEmojiAndNormalEmoji:
    api.RESTJSONErrorCodes.CannotConvertBetweenPremiumEmojiAndNormalEmoji;
  readonly UploadedFileNotFound: api.RESTJSONErrorCodes.UploadedFileNotFound;
  readonly SpecifiedEmojiIsInvalid: api.RESTJSONErrorCodes.SpecifiedEmojiIsInvalid;
  readonly VoiceMessagesDoNotSupportAdditionalContent:
    api.RESTJSONErrorCodes.VoiceMessagesDoNotSupportAdditionalContent;
  readonly VoiceMessagesMustHaveASingleAudioAttachment:
    api.RESTJSONErrorCodes.VoiceMessagesMustHaveASingleAudioAttachment;
  readonly VoiceMessagesMustHaveSupportingMetadata:
    api.RESTJSONErrorCodes.VoiceMessagesMustHaveSupportingMetadata;
  readonly VoiceMessagesCannotBeEdited: api.RESTJSONErrorCodes.VoiceMessagesCannotBeEdited;
  readonly CannotDeleteGuildSubscriptionIntegration:
    api.RESTJSONErrorCodes.CannotDeleteGuildSubscriptionIntegration;
  readonly CannotSendVoiceEffectWhenUserIsServerMutedDeafenedOrSuppressed:
    api.RESTJSONErrorCodes.CannotSendVoiceEffectWhenUserIsServerMutedDeafenedOrSuppressed;
  readonly YouCannotSendVoiceMessagesInThisChannel:
    api.RESTJSONErrorCodes.YouCannotSendVoiceMessagesInThisChannel;
  readonly TheUserAccountMustFirstBeVerified: api.RESTJSONErrorCodes.TheUserAccountMustFirstBeVerified;
  readonly ProvidedFileDoesNotHaveAValidDuration:
    api.RESTJSONErrorCodes.ProvidedFileDoesNotHaveAValidDuration;
  readonly CannotSendMessagesToThisUserDueToHavingNoMutualGuilds:
    api.RESTJSONErrorCodes.CannotSendMessagesToThisUserDueToHavingNoMutualGuilds;
  readonly YouDoNotHavePermissionToSendThisSticker:
    api.RESTJSONErrorCodes.YouDoNotHavePermissionToSendThisSticker;
  readonly TwoFactorAuthenticationIsRequired: api.RESTJSONErrorCodes.TwoFactorAuthenticationIsRequired;
  readonly NoUsersWithDiscordTagExist: api.RESTJSONErrorCodes.NoUsersWithDiscordTagExist;
  readonly ReactionWasBlocked: api.RESTJSONErrorCodes.ReactionWasBlocked;
  readonly UserCannotUseBurstReactions: api.RESTJSONErrorCodes.UserCannotUseBurstReactions;
  readonly IndexNotYetAvailable: api.RESTJSONErrorCodes.IndexNotYetAvailable;
  readonly ApplicationNotYetAvailable: api.RESTJSONErrorCodes.ApplicationNotYetAvailable;
  readonly APIResourceOverloaded: api.RESTJSONErrorCodes.APIResourceOverloaded;
  readonly TheStageIsAlreadyOpen: api.RESTJSONErrorCodes.TheStageIsAlreadyOpen;
  readonly CannotReplyWithoutPermissionToReadMessageHistory:
    api.RESTJSONErrorCodes.CannotReplyWithoutPermissionToReadMessageHistory;
  readonly ThreadAlreadyCreatedForMessage: api.RESTJSONErrorCodes.ThreadAlreadyCreatedForMessage;
  readonly ThreadLocked: api.RESTJSONErrorCodes.ThreadLocked;
  readonly MaximumActiveThreads: api.RESTJSONErrorCodes.MaximumActiveThreads;
  readonly MaximumActiveAnnouncementThreads: api.RESTJSONErrorCodes.MaximumActiveAnnouncementThreads;
  readonly CannotReferenceAMessageWithoutPermissionToReadMessageHistory:
    api.RESTJSONErrorCodes.CannotReferenceAMessageWithoutPermissionToReadMessageHistory;
  readonly NSFWChannelMessageReferenceNotAllowed:
    api.RESTJSONErrorCodes.NSFWChannelMessageReferenceNotAllowed;
  readonly CannotForwardMessageWithUnreadableContent:
    api.RESTJSONErrorCodes.CannotForwardMessageWithUnreadableContent;
  readonly InvalidJSONForUploadedLottieFile: api.RESTJSONErrorCodes.InvalidJSONForUploadedLottieFile;
  readonly UploadedLottiesCannotContainRasterizedImages:
    api.RESTJSONErrorCodes.UploadedLottiesCannotContainRasterizedImages;
  readonly StickerMaximumFramerateExceeded: api.RESTJSONErrorCodes.StickerMaximumFramerateExceeded;
  readonly StickerFrameCountExceedsMaximumOf1000Frames:
    api.RESTJSONErrorCodes.StickerFrameCountExceedsMaximumOf1000Frames;
  readonly LottieAnimationMaximumDimensionsExceeded:
    api.RESTJSONErrorCodes.LottieAnimationMaximumDimensionsExceeded;
  readonly StickerFramerateIsTooSmallOrTooLarge: api.RESTJSONErrorCodes.StickerFramerateIsTooSmallOrTooLarge;
  readonly StickerAnimationDurationExceedsMaximumOf5Seconds:
    api.RESTJSONErrorCodes.StickerAnimationDurationExceedsMaximumOf5Seconds;
  readonly CannotUpdateAFinishedEvent: api.RESTJSONErrorCodes.CannotUpdateAFinishedEvent;
  readonly FailedToCreateStageNeededForStageEvent:
    api.RESTJSONErrorCodes.FailedToCreateStageNeededForStageEvent;
  readonly MessageWasBlockedByAutomaticModeration:
    api.RESTJSONErrorCodes.MessageWasBlockedByAutomaticModeration;
  readonly TitleWasBlockedByAutomaticModeration: api.RESTJSONErrorCodes.TitleWasBlockedByAutomaticModeration;
  readonly WebhooksPostedToForumChannelsMustHaveAThreadNameOrThreadId:
    api.RESTJSONErrorCodes.WebhooksPostedToForumChannelsMustHaveAThreadNameOrThreadId;
  readonly WebhooksPostedToForumChannelsCannotHaveBothAThreadNameAndThreadId:
    api.RESTJSONErrorCodes.WebhooksPostedToForumChannelsCannotHaveBothAThreadNameAndThreadId;
  readonly WebhooksCanOnlyCreateThreadsInForumChannels:
    api.RESTJSONErrorCodes.WebhooksCanOnlyCreateThreadsInForumChannels;
  readonly WebhookServicesCannotBeUsedInForumChannels:
    api.RESTJSONErrorCodes.WebhookServicesCannotBeUsedInForumChannels;
  readonly MessageBlockedByHarmfulLinksFilter: api.RESTJSONErrorCodes.MessageBlockedByHarmfulLinksFilter;
  readonly AccessToJoiningNewServersHasBeenLimitedForTheUser:
    api.RESTJSONErrorCodes.AccessToJoiningNewServersHasBeenLimitedForTheUser;
  readonly CannotEnableOnboardingRequirementsAreNotMet:
    api.RESTJSONErrorCodes.CannotEnableOnboardingRequirementsAreNotMet;
  readonly CannotUpdateOnboardingWhileBelowRequirements:
    api.RESTJSONErrorCodes.CannotUpdateOnboardingWhileBelowRequirements;
  readonly AccessToFileUploadsHasBeenLimitedForThisGuild:
    api.RESTJSONErrorCodes.AccessToFileUploadsHasBeenLimitedForThisGuild;
  readonly FailedToBanUsers: api.RESTJSONErrorCodes.FailedToBanUsers;
  readonly PollVotingBlocked: api.RESTJSONErrorCodes.PollVotingBlocked;
  readonly PollExpired: api.RESTJSONErrorCodes.PollExpired;
  readonly InvalidChannelTypeForPollCreation: api.RESTJSONErrorCodes.InvalidChannelTypeForPollCreation;
  readonly CannotEditAPollMessage: api.RESTJSONErrorCodes.CannotEditAPollMessage;
  readonly CannotUseAnEmojiIncludedWithThePoll: api.RESTJSONErrorCodes.CannotUseAnEmojiIncludedWithThePoll;
  readonly CannotExpireANonPollMessage: api.RESTJSONErrorCodes.CannotExpireANonPollMessage;
  readonly ProvisionalAccountsPermissionNotGranted:
    api.RESTJSONErrorCodes.ProvisionalAccountsPermissionNotGranted;
  readonly IdTokenJWTExpired: api.RESTJSONErrorCodes.IdTokenJWTExpired;
  readonly IdTokenJWTIssuerMismatch: api.RESTJSONErrorCodes.IdTokenJWTIssuerMismatch;
  readonly IdTokenJWTAudienceMismatch: api.RESTJSONErrorCodes.IdTokenJWTAudienceMismatch;
  readonly IdTokenJWTIssuedTooLongAgo: api.RESTJSONErrorCodes.IdTokenJWTIssuedTooLongAgo;
  readonly FailedToGenerateUniqueUsername: api.RESTJSONErrorCodes.FailedToGenerateUniqueUsername;
  readonly InvalidClientSecret: api.RESTJSONErrorCodes.InvalidClientSecret;
} = {
  GeneralError: 0,
  UnknownAccount: 10001,
  UnknownApplication: 10002,
  UnknownChannel: 10003,
  UnknownGuild: 10004,
  UnknownIntegration: 10005,
  UnknownInvite: 10006,
  UnknownMember: 10007,
  UnknownMessage: 10008,
  UnknownPermissionOverwrite: 10009,
  UnknownProvider: 10010,
  UnknownRole: 10011,
  UnknownToken: 10012,
  UnknownUser: 10013,
  UnknownEmoji: 10014,
  UnknownWebhook: 10015,
  UnknownWebhookService: 10016,
  UnknownSession: 10020,
  UnknownAsset: 10021,
  UnknownBan: 10026,
  UnknownSKU: 10027,
  UnknownStoreListing: 10028,
  UnknownEntitlement: 10029,
  UnknownBuild: 10030,
  UnknownLobby: 10031,
  UnknownBranch: 10032,
  UnknownStoreDirectoryLayout: 10033,
  UnknownRedistributable: 10036,
  UnknownGiftCode: 10038,
  UnknownStream: 10049,
  UnknownPremiumServerSubscribeCooldown: 10050,
  UnknownGuildTemplate: 10057,
  UnknownDiscoverableServerCategory: 10059,
  UnknownSticker: 10060,
  UnknownStickerPack: 10061,
  UnknownInteraction: 10062,
  UnknownApplicationCommand: 10063,
  UnknownVoiceState: 10065,
  UnknownApplicationCommandPermissions: 10066,
  UnknownStageInstance: 10067,
  UnknownGuildMemberVerificationForm: 10068,
  UnknownGuildWelcomeScreen: 10069,
  UnknownGuildScheduledEvent: 10070,
  UnknownGuildScheduledEventUser: 10071,
  UnknownTag: 10087,
  UnknownSound: 10097,
  UnknownInviteTargetUsersJob: 10124,
  UnknownInviteTargetUsers: 10129,
  BotsCannotUseThisEndpoint: 20001,
  OnlyBotsCanUseThisEndpoint: 20002,
  ExplicitContentCannotBeSentToTheDesiredRecipient: 20009,
  NotAuthorizedToPerformThisActionOnThisApplication: 20012,
  ThisActionRequiresAPremiumSubscription: 20015,
  ActionCannotBePerformedDueToSlowmodeRateLimit: 20016,
  TheMazeIsntMeantForYou: 20017,
  OnlyTheOwnerOfThisAccountCanPerformThisAction: 20018,
  AnnouncementEditLimitExceeded: 20022,
  UnderMinimumAge: 20024,
  ChannelWriteRateLimit: 20028,
  ChannelSendRateLimit: 20028,
  ServerWriteRateLimit: 20029,
  ServerSendRateLimit: 20029,
  StageTopicServerNameServerDescriptionOrChannelNamesContainDisallowedWords: 20031,
  GuildPremiumSubscriptionLevelTooLow: 20035,
  MaximumNumberOfGuildsReached: 30001,
  MaximumNumberOfFriendsReached: 30002,
  MaximumNumberOfPinsReachedForTheChannel: 30003,
  MaximumNumberOfRecipientsReached: 30004,
  MaximumNumberOfGuildRolesReached: 30005,
  MaximumNumberOfWebhooksReached: 30007,
  MaximumNumberOfEmojisReached: 30008,
  MaximumNumberOfReactionsReached: 30010,
  MaximumNumberOfGroupDMsReached: 30011,
  MaximumNumberOfGuildChannelsReached: 30013,
  MaximumNumberOfAttachmentsInAMessageReached: 30015,
  MaximumNumberOfInvitesReached: 30016,
  MaximumNumberOfAnimatedEmojisReached: 30018,
  MaximumNumberOfServerMembersReached: 30019,
  MaximumNumberOfServerCategoriesReached: 30030,
  GuildAlreadyHasTemplate: 30031,
  MaximumNumberOfApplicationCommandsReached: 30032,
  MaximumThreadParticipantsReached: 30033,
  MaximumDailyApplicationCommandCreatesReached: 30034,
  MaximumNumberOfNonGuildMemberBansHasBeenExceeded: 30035,
  MaximumNumberOfBanFetchesHasBeenReached: 30037,
  MaximumNumberOfUncompletedGuildScheduledEventsReached: 30038,
  MaximumNumberOfStickersReached: 30039,
  MaximumNumberOfPruneRequestsHasBeenReached: 30040,
  MaximumNumberOfGuildWidgetSettingsUpdatesHasBeenReached: 30042,
  MaximumNumberOfSoundboardSoundsReached: 30045,
  MaximumNumberOfEditsToMessagesOlderThanOneHourReached: 30046,
  MaximumNumberOfPinnedThreadsInForumHasBeenReached: 30047,
  MaximumNumberOfTagsInForumHasBeenReached: 30048,
  BitrateIsTooHighForChannelOfThisType: 30052,
  MaximumNumberOfPremiumEmojisReached: 30056,
  MaximumNumberOfWebhooksPerGuildReached: 30058,
  MaximumNumberOfChannelPermissionOverwritesReached: 30060,
  TheChannelsForThisGuildAreTooLarge: 30061,
  Unauthorized: 40001,
  VerifyYourAccount: 40002,
  OpeningDirectMessagesTooFast: 40003,
  SendMessagesHasBeenTemporarilyDisabled: 40004,
  RequestEntityTooLarge: 40005,
  FeatureTemporarilyDisabledServerSide: 40006,
  UserBannedFromThisGuild: 40007,
  OnlyOneChannelCanHaveAParentIdModifiedAtATime: 40009,
  ConnectionHasBeenRevoked: 40012,
  OnlyConsumableSKUsCanBeConsumed: 40018,
  YouCanOnlyDeleteSandboxEntitlements: 40019,
  TargetUserIsNotConnectedToVoice: 40032,
  ThisMessageWasAlreadyCrossposted: 40033,
  ApplicationCommandWithThatNameAlreadyExists: 40041,
  ApplicationInteractionFailedToSend: 40043,
  CannotSendAMessageInAForumChannel: 40058,
  InteractionHasAlreadyBeenAcknowledged: 40060,
  TagNamesMustBeUnique: 40061,
  ServiceResourceIsBeingRateLimited: 40062,
  ThereAreNoTagsAvailableThatCanBeSetByNonModerators: 40066,
  TagRequiredToCreateAForumPostInThisChannel: 40067,
  AnEntitlementHasAlreadyBeenGrantedForThisResource: 40074,
  ThisInteractionHasHitTheMaximumNumberOfFollowUpMessages: 40094,
  CloudflareIsBlockingYourRequest: 40333,
  MissingAccess: 50001,
  InvalidAccountType: 50002,
  CannotExecuteActionOnDMChannel: 50003,
  GuildWidgetDisabled: 50004,
  CannotEditMessageAuthoredByAnotherUser: 50005,
  CannotSendAnEmptyMessage: 50006,
  CannotSendMessagesToThisUser: 50007,
  CannotSendMessagesInNonTextChannel: 50008,
  ChannelVerificationLevelTooHighForYouToGainAccess: 50009,
  OAuth2ApplicationDoesNotHaveBot: 50010,
  OAuth2ApplicationLimitReached: 50011,
  InvalidOAuth2State: 50012,
  MissingPermissions: 50013,
  InvalidToken: 50014,
  NoteWasTooLong: 50015,
  ProvidedTooFewOrTooManyMessagesToDelete: 50016,
  InvalidMFALevel: 50017,
  MessageCanOnlyBePinnedInTheChannelItWasSentIn: 50019,
  InviteCodeInvalidOrTaken: 50020,
  CannotExecuteActionOnSystemMessage: 50021,
  CannotExecuteActionOnThisChannelType: 50024,
  InvalidOAuth2AccessToken: 50025,
  MissingRequiredOAuth2Scope: 50026,
  InvalidWebhookToken: 50027,
  InvalidRole: 50028,
  InvalidRecipients: 50033,
  OneOfTheMessagesProvidedWasTooOldForBulkDelete: 50034,
  InvalidFormBodyOrContentType: 50035,
  InviteAcceptedToGuildWithoutTheBotBeingIn: 50036,
  InvalidActivityAction: 50039,
  InvalidAPIVersion: 50041,
  FileUploadedExceedsMaximumSize: 50045,
  InvalidFileUploaded: 50046,
  CannotSelfRedeemThisGift: 50054,
  InvalidGuild: 50055,
  InvalidSKU: 50057,
  InvalidRequestOrigin: 50067,
  InvalidMessageType: 50068,
  PaymentSourceRequiredToRedeemGift: 50070,
  CannotModifyASystemWebhook: 50073,
  CannotDeleteChannelRequiredForCommunityGuilds: 50074,
  CannotEditStickersWithinMessage: 50080,
  InvalidStickerSent: 50081,
  InvalidActionOnArchivedThread: 50083,
  InvalidThreadNotificationSettings: 50084,
  ParameterEarlierThanCreation: 50085,
  CommunityServerChannelsMustBeTextChannels: 50086,
  TheEntityTypeOfTheEventIsDifferentFromTheEntityYouAreTryingToStartTheEventFor: 50091,
  ServerNotAvailableInYourLocation: 50095,
  ServerNeedsMonetizationEnabledToPerformThisAction: 50097,
  ServerNeedsMoreBoostsToPerformThisAction: 50101,
  RequestBodyContainsInvalidJSON: 50109,
  ProvidedFileIsInvalid: 50110,
  ProvidedFileTypeIsInvalid: 50123,
  ProvidedFileDurationExceedsMaximumLength: 50124,
  OwnerCannotBePendingMember: 50131,
  OwnershipCannotBeMovedToABotUser: 50132,
  FailedToResizeAssetBelowTheMaximumSize: 50138,
  FailedToResizeAssetBelowTheMinimumSize: 50138,
  CannotMixSubscriptionAndNonSubscriptionRolesForAnEmoji: 50144,
  CannotConvertBetweenPremiumEmojiAndNormalEmoji: 50145,
  UploadedFileNotFound: 50146,
  SpecifiedEmojiIsInvalid: 50151,
  VoiceMessagesDoNotSupportAdditionalContent: 50159,
  VoiceMessagesMustHaveASingleAudioAttachment: 50160,
  VoiceMessagesMustHaveSupportingMetadata: 50161,
  VoiceMessagesCannotBeEdited: 50162,
  CannotDeleteGuildSubscriptionIntegration: 50163,
  CannotSendVoiceEffectWhenUserIsServerMutedDeafenedOrSuppressed: 50167,
  YouCannotSendVoiceMessagesInThisChannel: 50173,
  TheUserAccountMustFirstBeVerified: 50178,
  ProvidedFileDoesNotHaveAValidDuration: 50192,
  CannotSendMessagesToThisUserDueToHavingNoMutualGuilds: 50278,
  YouDoNotHavePermissionToSendThisSticker: 50600,
  TwoFactorAuthenticationIsRequired: 60003,
  NoUsersWithDiscordTagExist: 80004,
  ReactionWasBlocked: 90001,
  UserCannotUseBurstReactions: 90002,
  IndexNotYetAvailable: 110000,
  ApplicationNotYetAvailable: 110001,
  APIResourceOverloaded: 130000,
  TheStageIsAlreadyOpen: 150006,
  CannotReplyWithoutPermissionToReadMessageHistory: 160002,
  ThreadAlreadyCreatedForMessage: 160004,
  ThreadLocked: 160005,
  MaximumActiveThreads: 160006,
  MaximumActiveAnnouncementThreads: 160007,
  CannotReferenceAMessageWithoutPermissionToReadMessageHistory: 160009,
  NSFWChannelMessageReferenceNotAllowed: 160010,
  CannotForwardMessageWithUnreadableContent: 160014,
  InvalidJSONForUploadedLottieFile: 170001,
  UploadedLottiesCannotContainRasterizedImages: 170002,
  StickerMaximumFramerateExceeded: 170003,
  StickerFrameCountExceedsMaximumOf1000Frames: 170004,
  LottieAnimationMaximumDimensionsExceeded: 170005,
  StickerFramerateIsTooSmallOrTooLarge: 170006,
  StickerAnimationDurationExceedsMaximumOf5Seconds: 170007,
  CannotUpdateAFinishedEvent: 180000,
  FailedToCreateStageNeededForStageEvent: 180002,
  MessageWasBlockedByAutomaticModeration: 200000,
  TitleWasBlockedByAutomaticModeration: 200001,
  WebhooksPostedToForumChannelsMustHaveAThreadNameOrThreadId: 220001,
  WebhooksPostedToForumChannelsCannotHaveBothAThreadNameAndThreadId: 220002,
  WebhooksCanOnlyCreateThreadsInForumChannels: 220003,
  WebhookServicesCannotBeUsedInForumChannels: 220004,
  MessageBlockedByHarmfulLinksFilter: 240000,
  AccessToJoiningNewServersHasBeenLimitedForTheUser: 340015,
  CannotEnableOnboardingRequirementsAreNotMet: 350000,
  CannotUpdateOnboardingWhileBelowRequirements: 350001,
  AccessToFileUploadsHasBeenLimitedForThisGuild: 400001,
  FailedToBanUsers: 500000,
  PollVotingBlocked: 520000,
  PollExpired: 520001,
  InvalidChannelTypeForPollCreation: 520002,
  CannotEditAPollMessage: 520003,
  CannotUseAnEmojiIncludedWithThePoll: 520004,
  CannotExpireANonPollMessage: 520006,
  ProvisionalAccountsPermissionNotGranted: 530000,
  IdTokenJWTExpired: 530001,
  IdTokenJWTIssuerMismatch: 530002,
  IdTokenJWTAudienceMismatch: 530003,
  IdTokenJWTIssuedTooLongAgo: 530004,
  FailedToGenerateUniqueUsername: 530006,
  InvalidClientSecret: 530007,
};

/** One of Discord's `ReactionType`. */
export type ReactionType = api.ReactionType;
/** Discord's `ReactionType`. */
export const ReactionType: {
  readonly Normal: api.ReactionType.Normal;
  readonly Burst: api.ReactionType.Burst;
  readonly Super: api.ReactionType.Super;
} = {
  Normal: 0,
  Burst: 1,
  Super: 1,
};

/** One of Discord's `RoleFlags`. */
export type RoleFlags = api.RoleFlags;
/** Discord's `RoleFlags`. */
export const RoleFlags: { readonly InPrompt: api.RoleFlags.InPrompt } = {
  InPrompt: 1,
};

/** One of Discord's `SKUFlags`. */
export type SKUFlags = api.SKUFlags;
/** Discord's `SKUFlags`. */
export const SKUFlags: {
  readonly Available: api.SKUFlags.Available;
  readonly GuildSubscription: api.SKUFlags.GuildSubscription;
  readonly UserSubscription: api.SKUFlags.UserSubscription;
} = {
  Available: 4,
  GuildSubscription: 128,
  UserSubscription: 256,
};

/** One of Discord's `SKUType`. */
export type SKUType = api.SKUType;
/** Discord's `SKUType`. */
export const SKUType: {
  readonly Durable: api.SKUType.Durable;
  readonly Consumable: api.SKUType.Consumable;
  readonly Subscription: api.SKUType.Subscription;
  readonly SubscriptionGroup: api.SKUType.SubscriptionGroup;
} = {
  Durable: 2,
  Consumable: 3,
  Subscription: 5,
  SubscriptionGroup: 6,
};

/** One of Discord's `SelectMenuDefaultValueType`. */
export type SelectMenuDefaultValueType = api.SelectMenuDefaultValueType;
/** Discord's `SelectMenuDefaultValueType`. */
export const SelectMenuDefaultValueType: {
  readonly Channel: api.SelectMenuDefaultValueType.Channel;
  readonly Role: api.SelectMenuDefaultValueType.Role;
  readonly User: api.SelectMenuDefaultValueType.User;
} = {
  Channel: "channel" as api.SelectMenuDefaultValueType.Channel,
  Role: "role" as api.SelectMenuDefaultValueType.Role,
  User: "user" as api.SelectMenuDefaultValueType.User,
};

/** One of Discord's `SeparatorSpacingSize`. */
export type SeparatorSpacingSize = api.SeparatorSpacingSize;
/** Discord's `SeparatorSpacingSize`. */
export const SeparatorSpacingSize: {
  readonly Small: api.SeparatorSpacingSize.Small;
  readonly Large: api.SeparatorSpacingSize.Large;
} = {
  Small: 1,
  Large: 2,
};

/** One of Discord's `SortOrderType`. */
export type SortOrderType = api.SortOrderType;
/** Discord's `SortOrderType`. */
export const SortOrderType: {
  readonly LatestActivity: api.SortOrderType.LatestActivity;
  readonly CreationDate: api.SortOrderType.CreationDate;
} = {
  LatestActivity: 0,
  CreationDate: 1,
};

/** One of Discord's `StageInstancePrivacyLevel`. */
export type StageInstancePrivacyLevel = api.StageInstancePrivacyLevel;
/** Discord's `StageInstancePrivacyLevel`. */
export const StageInstancePrivacyLevel: {
  readonly Public: api.StageInstancePrivacyLevel.Public;
  readonly GuildOnly: api.StageInstancePrivacyLevel.GuildOnly;
} = {
  Public: 1,
  GuildOnly: 2,
};

/** One of Discord's `StatusDisplayType`. */
export type StatusDisplayType = api.StatusDisplayType;
/** Discord's `StatusDisplayType`. */
export const StatusDisplayType: {
  readonly Name: api.StatusDisplayType.Name;
  readonly State: api.StatusDisplayType.State;
  readonly Details: api.StatusDisplayType.Details;
} = {
  Name: 0,
  State: 1,
  Details: 2,
};

/** One of Discord's `StickerFormatType`. */
export type StickerFormatType = api.StickerFormatType;
/** Discord's `StickerFormatType`. */
export const StickerFormatType: {
  readonly PNG: api.StickerFormatType.PNG;
  readonly APNG: api.StickerFormatType.APNG;
  readonly Lottie: api.StickerFormatType.Lottie;
  readonly GIF: api.StickerFormatType.GIF;
} = {
  PNG: 1,
  APNG: 2,
  Lottie: 3,
  GIF: 4,
};

/** One of Discord's `StickerType`. */
export type StickerType = api.StickerType;
/** Discord's `StickerType`. */
export const StickerType: {
  readonly Standard: api.StickerType.Standard;
  readonly Guild: api.StickerType.Guild;
} = {
  Standard: 1,
  Guild: 2,
};

/** One of Discord's `SubscriptionStatus`. */
export type SubscriptionStatus = api.SubscriptionStatus;
/** Discord's `SubscriptionStatus`. */
export const SubscriptionStatus: {
  readonly Active: api.SubscriptionStatus.Active;
  readonly Inactive: api.SubscriptionStatus.Inactive;
  readonly Ending: api.SubscriptionStatus.Ending;
} = {
  Active: 0,
  Inactive: 1,
  Ending: 2,
};

/** One of Discord's `TeamMemberMembershipState`. */
export type TeamMemberMembershipState = api.TeamMemberMembershipState;
/** Discord's `TeamMemberMembershipState`. */
export const TeamMemberMembershipState: {
  readonly Invited: api.TeamMemberMembershipState.Invited;
  readonly Accepted: api.TeamMemberMembershipState.Accepted;
} = {
  Invited: 1,
  Accepted: 2,
};

/** One of Discord's `TeamMemberRole`. */
export type TeamMemberRole = api.TeamMemberRole;
/** Discord's `TeamMemberRole`. */
export const TeamMemberRole: {
  readonly Admin: api.TeamMemberRole.Admin;
  readonly Developer: api.TeamMemberRole.Developer;
  readonly ReadOnly: api.TeamMemberRole.ReadOnly;
} = {
  Admin: "admin" as api.TeamMemberRole.Admin,
  Developer: "developer" as api.TeamMemberRole.Developer,
  ReadOnly: "read_only" as api.TeamMemberRole.ReadOnly,
};

/** One of Discord's `TextInputStyle`. */
export type TextInputStyle = api.TextInputStyle;
/** Discord's `TextInputStyle`. */
export const TextInputStyle: {
  readonly Short: api.TextInputStyle.Short;
  readonly Paragraph: api.TextInputStyle.Paragraph;
} = {
  Short: 1,
  Paragraph: 2,
};

/** One of Discord's `ThreadAutoArchiveDuration`. */
export type ThreadAutoArchiveDuration = api.ThreadAutoArchiveDuration;
/** Discord's `ThreadAutoArchiveDuration`. */
export const ThreadAutoArchiveDuration: {
  readonly OneHour: api.ThreadAutoArchiveDuration.OneHour;
  readonly OneDay: api.ThreadAutoArchiveDuration.OneDay;
  readonly ThreeDays: api.ThreadAutoArchiveDuration.ThreeDays;
  readonly OneWeek: api.ThreadAutoArchiveDuration.OneWeek;
} = {
  OneHour: 60,
  OneDay: 1440,
  ThreeDays: 4320,
  OneWeek: 10080,
};

/** One of Discord's `ThreadMemberFlags`. */
export type ThreadMemberFlags = api.ThreadMemberFlags;
/** Discord's `ThreadMemberFlags`. */
export const ThreadMemberFlags: {
  readonly HasInteracted: api.ThreadMemberFlags.HasInteracted;
  readonly AllMessages: api.ThreadMemberFlags.AllMessages;
  readonly OnlyMentions: api.ThreadMemberFlags.OnlyMentions;
  readonly NoMessages: api.ThreadMemberFlags.NoMessages;
} = {
  HasInteracted: 1,
  AllMessages: 2,
  OnlyMentions: 4,
  NoMessages: 8,
};

/** One of Discord's `UnfurledMediaItemFlags`. */
export type UnfurledMediaItemFlags = api.UnfurledMediaItemFlags;
/** Discord's `UnfurledMediaItemFlags`. */
export const UnfurledMediaItemFlags: { readonly IsAnimated: api.UnfurledMediaItemFlags.IsAnimated } = {
  IsAnimated: 1,
};

/** One of Discord's `UnfurledMediaItemLoadingState`. */
export type UnfurledMediaItemLoadingState = api.UnfurledMediaItemLoadingState;
/** Discord's `UnfurledMediaItemLoadingState`. */
export const UnfurledMediaItemLoadingState: {
  readonly Unknown: api.UnfurledMediaItemLoadingState.Unknown;
  readonly Loading: api.UnfurledMediaItemLoadingState.Loading;
  readonly LoadedSuccess: api.UnfurledMediaItemLoadingState.LoadedSuccess;
  readonly LoadedNotFound: api.UnfurledMediaItemLoadingState.LoadedNotFound;
} = {
  Unknown: 0,
  Loading: 1,
  LoadedSuccess: 2,
  LoadedNotFound: 3,
};

/** One of Discord's `UserFlags`. */
export type UserFlags = api.UserFlags;
/** Discord's `UserFlags`. */
export const UserFlags: {
  readonly Staff: api.UserFlags.Staff;
  readonly Partner: api.UserFlags.Partner;
  readonly Hypesquad: api.UserFlags.Hypesquad;
  readonly BugHunterLevel1: api.UserFlags.BugHunterLevel1;
  readonly MFASMS: api.UserFlags.MFASMS;
  readonly PremiumPromoDismissed: api.UserFlags.PremiumPromoDismissed;
  readonly HypeSquadOnlineHouse1: api.UserFlags.HypeSquadOnlineHouse1;
  readonly HypeSquadOnlineHouse2: api.UserFlags.HypeSquadOnlineHouse2;
  readonly HypeSquadOnlineHouse3: api.UserFlags.HypeSquadOnlineHouse3;
  readonly PremiumEarlySupporter: api.UserFlags.PremiumEarlySupporter;
  readonly TeamPseudoUser: api.UserFlags.TeamPseudoUser;
  readonly HasUnreadUrgentMessages: api.UserFlags.HasUnreadUrgentMessages;
  readonly BugHunterLevel2: api.UserFlags.BugHunterLevel2;
  readonly VerifiedBot: api.UserFlags.VerifiedBot;
  readonly VerifiedDeveloper: api.UserFlags.VerifiedDeveloper;
  readonly CertifiedModerator: api.UserFlags.CertifiedModerator;
  readonly BotHTTPInteractions: api.UserFlags.BotHTTPInteractions;
  readonly Spammer: api.UserFlags.Spammer;
  readonly DisablePremium: api.UserFlags.DisablePremium;
  readonly ActiveDeveloper: api.UserFlags.ActiveDeveloper;
  readonly Quarantined: api.UserFlags.Quarantined;
  readonly Collaborator: api.UserFlags.Collaborator;
  readonly RestrictedCollaborator: api.UserFlags.RestrictedCollaborator;
} = {
  Staff: 1,
  Partner: 2,
  Hypesquad: 4,
  BugHunterLevel1: 8,
  MFASMS: 16,
  PremiumPromoDismissed: 32,
  HypeSquadOnlineHouse1: 64,
  HypeSquadOnlineHouse2: 128,
  HypeSquadOnlineHouse3: 256,
  PremiumEarlySupporter: 512,
  TeamPseudoUser: 1024,
  HasUnreadUrgentMessages: 8192,
  BugHunterLevel2: 16384,
  VerifiedBot: 65536,
  VerifiedDeveloper: 131072,
  CertifiedModerator: 262144,
  BotHTTPInteractions: 524288,
  Spammer: 1048576,
  DisablePremium: 2097152,
  ActiveDeveloper: 4194304,
  Quarantined: 17592186044416,
  Collaborator: 1125899906842624,
  RestrictedCollaborator: 2251799813685248,
};

/** One of Discord's `UserPremiumType`. */
export type UserPremiumType = api.UserPremiumType;
/** Discord's `UserPremiumType`. */
export const UserPremiumType: {
  readonly None: api.UserPremiumType.None;
  readonly NitroClassic: api.UserPremiumType.NitroClassic;
  readonly Nitro: api.UserPremiumType.Nitro;
  readonly NitroBasic: api.UserPremiumType.NitroBasic;
} = {
  None: 0,
  NitroClassic: 1,
  Nitro: 2,
  NitroBasic: 3,
};

/** One of Discord's `VideoQualityMode`. */
export type VideoQualityMode = api.VideoQualityMode;
/** Discord's `VideoQualityMode`. */
export const VideoQualityMode: {
  readonly Auto: api.VideoQualityMode.Auto;
  readonly Full: api.VideoQualityMode.Full;
} = {
  Auto: 1,
  Full: 2,
};

/** One of Discord's `VoiceChannelEffectSendAnimationType`. */
export type VoiceChannelEffectSendAnimationType = api.VoiceChannelEffectSendAnimationType;
/** Discord's `VoiceChannelEffectSendAnimationType`. */
export const VoiceChannelEffectSendAnimationType: {
  readonly Premium: api.VoiceChannelEffectSendAnimationType.Premium;
  readonly Basic: api.VoiceChannelEffectSendAnimationType.Basic;
} = {
  Premium: 0,
  Basic: 1,
};

/** One of Discord's `WebhookType`. */
export type WebhookType = api.WebhookType;
/** Discord's `WebhookType`. */
export const WebhookType: {
  readonly Incoming: api.WebhookType.Incoming;
  readonly ChannelFollower: api.WebhookType.ChannelFollower;
  readonly Application: api.WebhookType.Application;
} = {
  Incoming: 1,
  ChannelFollower: 2,
  Application: 3,
};

import type {
  RESTDeleteAPIGuildEmojiResult,
  RESTDeleteAPIGuildSoundboardSoundResult,
  RESTDeleteAPIGuildStickerResult,
  RESTGetAPIGuildEmojiResult,
  RESTGetAPIGuildEmojisResult,
  RESTGetAPIGuildSoundboardSoundResult,
  RESTGetAPIGuildSoundboardSoundsResult,
  RESTGetAPIGuildStickerResult,
  RESTGetAPIGuildStickersResult,
  RESTGetAPISoundboardDefaultSoundsResult,
  RESTGetAPIStickerPackResult,
  RESTGetAPIStickerResult,
  RESTGetStickerPacksResult,
  RESTPatchAPIGuildEmojiJSONBody,
  RESTPatchAPIGuildEmojiResult,
  RESTPatchAPIGuildSoundboardSoundJSONBody,
  RESTPatchAPIGuildSoundboardSoundResult,
  RESTPatchAPIGuildStickerJSONBody,
  RESTPatchAPIGuildStickerResult,
  RESTPostAPIGuildEmojiJSONBody,
  RESTPostAPIGuildEmojiResult,
  RESTPostAPIGuildSoundboardSoundJSONBody,
  RESTPostAPIGuildSoundboardSoundResult,
  RESTPostAPIGuildStickerResult,
} from "discord-api-types/v10";
import type { Audited } from "./entry.ts";

/** Emojis, stickers and sounds of a guild. */
export interface ExpressionRoutes {
  "GET /guilds/{guild.id}/emojis": { result: RESTGetAPIGuildEmojisResult };
  "GET /guilds/{guild.id}/emojis/{emoji.id}": { result: RESTGetAPIGuildEmojiResult };
  "POST /guilds/{guild.id}/emojis": Audited & {
    body: RESTPostAPIGuildEmojiJSONBody;
    result: RESTPostAPIGuildEmojiResult;
  };
  "PATCH /guilds/{guild.id}/emojis/{emoji.id}": Audited & {
    body: RESTPatchAPIGuildEmojiJSONBody;
    result: RESTPatchAPIGuildEmojiResult;
  };
  "DELETE /guilds/{guild.id}/emojis/{emoji.id}": Audited & { result: RESTDeleteAPIGuildEmojiResult };
  "GET /stickers/{sticker.id}": { result: RESTGetAPIStickerResult };
  "GET /sticker-packs": { result: RESTGetStickerPacksResult };
  "GET /sticker-packs/{pack.id}": { result: RESTGetAPIStickerPackResult };
  "GET /guilds/{guild.id}/stickers": { result: RESTGetAPIGuildStickersResult };
  "GET /guilds/{guild.id}/stickers/{sticker.id}": { result: RESTGetAPIGuildStickerResult };
  /** The fields of `RESTPostAPIGuildStickerFormDataBody`. */
  "POST /guilds/{guild.id}/stickers": Audited & { body: FormData; result: RESTPostAPIGuildStickerResult };
  "PATCH /guilds/{guild.id}/stickers/{sticker.id}": Audited & {
    body: RESTPatchAPIGuildStickerJSONBody;
    result: RESTPatchAPIGuildStickerResult;
  };
  "DELETE /guilds/{guild.id}/stickers/{sticker.id}": Audited & { result: RESTDeleteAPIGuildStickerResult };
  "GET /soundboard-default-sounds": { result: RESTGetAPISoundboardDefaultSoundsResult };
  "GET /guilds/{guild.id}/soundboard-sounds": { result: RESTGetAPIGuildSoundboardSoundsResult };
  "GET /guilds/{guild.id}/soundboard-sounds/{sound.id}": { result: RESTGetAPIGuildSoundboardSoundResult };
  "POST /guilds/{guild.id}/soundboard-sounds": Audited & {
    body: RESTPostAPIGuildSoundboardSoundJSONBody;
    result: RESTPostAPIGuildSoundboardSoundResult;
  };
  "PATCH /guilds/{guild.id}/soundboard-sounds/{sound.id}": Audited & {
    body: RESTPatchAPIGuildSoundboardSoundJSONBody;
    result: RESTPatchAPIGuildSoundboardSoundResult;
  };
  "DELETE /guilds/{guild.id}/soundboard-sounds/{sound.id}": Audited & {
    result: RESTDeleteAPIGuildSoundboardSoundResult;
  };
}

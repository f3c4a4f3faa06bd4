import { isRecord } from "@parley/parley/internal";
import { Bot } from "./bot.ts";

/** Whether a bot is there, and says of itself that it is well, if it says so at all. */
export function isWell(bot: Bot): boolean {
  const value: unknown = Bot.livesOf(bot).at(-1)?.value?.value;
  if (!bot.running || Bot.livesOf(bot).at(-1)?.value === undefined) return false;
  if (typeof value !== "object" || value === null) return true;
  const health: unknown = Reflect.get(value, "health");
  const said: unknown = typeof health === "function" ? Reflect.apply(health, value, []) : undefined;
  // A link that is being sought again for a moment is no trouble yet.
  return !isRecord(said) || said.ok !== false && (said.state === undefined || said.state === "ready");
}

/** Closes what can be closed; undefined: it cannot. */
export function closeOf(value: unknown, resumable: boolean): Promise<unknown> | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const close = Reflect.get(value, "close") ?? Reflect.get(value, Symbol.asyncDispose) ??
    Reflect.get(value, Symbol.dispose);
  if (typeof close !== "function") return undefined;
  return (async () => await Reflect.apply(close, value, [{ resumable }]))();
}

/** How a bot names itself, as Discord wants it. A test holds the version against deno.json's. */
export const USER_AGENT = "DiscordBot (https://jsr.io/@parley/parley, 0.1.0)";

// The tests beside the bots in examples/testing/ are run as they are.
import "../../examples/testing/discord_bot_test.ts";
import "../../examples/testing/irc_bot_test.ts";
import "../../examples/testing/twitch_bot_test.ts";

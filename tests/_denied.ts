// Run on Deno without permission for the network.
import { IrcClient } from "../src/irc/mod.ts";

await new IrcClient({ url: "ircs://127.0.0.1:6697", nick: "bot" }).connect().catch((error: Error) => {
  console.log(error.message);
});

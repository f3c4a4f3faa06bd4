/**
 * A bot that is stopped and started again: prints what it hears, one JSON text a line.
 *
 * @module
 */
import process from "node:process";
import { DiscordGateway, FileSessionStore, Intents } from "../../../src/discord/gateway/mod.ts";

const [baseUrl = "", path = "", holder = "", takeOverAfter = "0"] = process.argv.slice(2);
const gateway = new DiscordGateway({
  token: "parley.test.token",
  intents: Intents.GuildMessages | Intents.MessageContent,
  rest: { baseUrl },
  store: new FileSessionStore(path),
  holder,
  takeOverAfter: Number(takeOverAfter),
});
process.on("SIGTERM", () => void gateway.close({ resumable: true }));
gateway.on("error", ({ error }) => console.log(JSON.stringify({ error: String(error) })));
gateway.on("session_held", ({ holder }) => console.log(JSON.stringify({ held: holder })));
await gateway.connect();
console.log(JSON.stringify({ connected: true }));
for await (const event of gateway) {
  if (event.kind !== "MESSAGE_CREATE") continue;
  console.log(JSON.stringify({ at: `${event.session} ${event.sequence}`, content: event.data.content }));
}
console.log(JSON.stringify({ ended: true }));

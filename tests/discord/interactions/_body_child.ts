/**
 * An interactions endpoint, or one for webhook events. It prints where it listens and, once its input ends, by how
 * many MB what is resident has grown at most.
 *
 * @module
 */
import process from "node:process";
import {
  interactionHandler,
  InteractionRouter,
  webhookHandler,
} from "../../../src/discord/interactions/mod.ts";
import { SigningKeys } from "../../../testing/interactions/keys.ts";
import { listen } from "../../hono/_listen.ts";

const { publicKey } = await SigningKeys.generate();
// The memory is what is looked at, on machines of any speed.
const options = { publicKey, bodyTimeout: 60_000 };
const handler = process.argv[2] === "interactions"
  ? interactionHandler({ ...options, router: new InteractionRouter() })
  : webhookHandler({ ...options, on: {} });
const server = await listen((request) => handler(request));
const before = process.memoryUsage().rss;
let most = before;
const look = () => void (most = Math.max(most, process.memoryUsage().rss));
setInterval(look, 5);
process.stdin.on("end", () => {
  look();
  console.log(Math.round((most - before) / 1e6));
  process.exit();
}).resume();
console.log(new URL(server.origin).port);

// A bot on each network, against the servers that the environment names; prints what each has heard.
import process from "node:process";
import { discord, irc, twitch } from "./hear.mjs";

const { DISCORD, IRC, IRC_CERTIFICATE, TWITCH } = process.env;
const secure = { url: IRC, certificate: IRC_CERTIFICATE };
console.log(JSON.stringify(await Promise.all([irc(secure), twitch(TWITCH), discord(DISCORD)])));

// Uses the features that its arguments name; prints what came of each.
import process from "node:process";
import { use } from "./features.mjs";

console.log(JSON.stringify(await use(process.argv.slice(2), process.env)));
process.exit(0);

// Requires every entry; prints how many names each has.
const { name, exports: doors } = require("@parley/parley/package.json");
const entries = Object.keys(doors).filter((entry) => entry !== "./package.json");
const counts = {};
for (const entry of entries) counts[entry] = Object.keys(require(`${name}${entry.slice(1)}`)).length;
console.log(JSON.stringify(counts));

// Imports every entry; prints how many names each has.
const { default: { name, exports } } = await import("@parley/parley/package.json", {
  with: { type: "json" },
});
const entries = Object.keys(exports).filter((entry) => entry !== "./package.json");
const counts = {};
for (const entry of entries) counts[entry] = Object.keys(await import(`${name}${entry.slice(1)}`)).length;
console.log(JSON.stringify(counts));

/** Dials and fetches the URLs it is given, one after the other, and tells how each went. */
import process from "node:process";
import { dialer } from "../../src/transport/mod.ts";

const [, , ...urls] = process.argv;
for (const url of urls) {
  if (url.startsWith("http")) {
    const failed = await fetch(url, { signal: AbortSignal.timeout(5_000) }).then(() => "", String);
    console.log(`fetch ${url} ${failed === "" ? "answered" : "failed"}`);
    continue;
  }
  const { promise, resolve } = Promise.withResolvers<string>();
  const link = dialer()({ url }, {
    opened: () => resolve("opened"),
    receive: () => {},
    receiveBatch: () => {},
    closed: ({ cause, reason }) => resolve(`${cause}: ${reason}`),
  });
  console.log(`dial ${url} ${await promise}`);
  link.abort();
}
console.log("done");
process.exit(0);

import { test } from "node:test";
import { createServer, type ServerResponse } from "node:http";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { ProtocolError } from "../../src/protocol/errors.ts";
import { TwitchApi } from "../../src/twitch/api/api.ts";
import { within } from "../_within.ts";

const PIECE = new Uint8Array(1_000_000).fill(0x20);

/** Writes for as long as somebody reads, up to so many pieces. */
function flood(response: ServerResponse, pieces: number): void {
  if (response.destroyed || pieces === 0) return void response.end();
  response.write(PIECE, () => flood(response, pieces - 1));
}

test("TwitchApi: lets go of the connection by which an answer comes that has no end", async () => {
  const { promise: left, resolve: leave } = Promise.withResolvers<boolean>();
  const server = createServer((_, response) => {
    response.on("close", () => leave(response.writableFinished));
    response.writeHead(200, { "content-type": "application/json" });
    flood(response, 200);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    const address = server.address();
    assert(typeof address === "object" && address !== null);
    const auth = { clientId: "id", accessToken: () => "tok" };
    const api = new TwitchApi({ auth, baseUrl: `http://127.0.0.1:${address.port}` });
    await assertRejects(() => api.raw("GET", "/users"), ProtocolError, "it is longer than 25 MB");
    assertEquals(await within("the connection to be closed", left), false);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

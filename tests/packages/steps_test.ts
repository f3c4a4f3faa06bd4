import { assertEquals } from "@std/assert";
import { describe, it } from "node:test";
import { projectOf, sceneOf, stepsOf } from "./_steps.ts";

const PAGE = `# A page
\`\`\`sh
npm install a # or another
npm test \\
  --all
\`\`\`
\`\`\`ts no-eval
// src/bot.mjs: what it is
one();
\`\`\`
\`\`\`ts
two();
\`\`\`
\`\`\`sh outside
node two.mjs
\`\`\`
\`\`\`ts
three();
\`\`\`
\`\`\`json
{}
\`\`\`
\`\`\`sh clone
deno task test three.mjs
\`\`\`
`;

describe("what pages say", () => {
  it("stepsOf: programs under their names or by the commands behind them, and each line of commands", () => {
    assertEquals(stepsOf(PAGE), [
      { kind: "run", command: "npm install a" },
      { kind: "run", command: "npm test   --all" },
      { kind: "write", file: "src/bot.mjs", text: "// src/bot.mjs: what it is\none();\n" },
      { kind: "write", file: "two.mjs", text: "two();\n" },
      { kind: "outside", command: "node two.mjs" },
      { kind: "clone", command: "deno task test three.mjs" },
    ]);
  });

  it("sceneOf: what a command runs that can be run among our servers", () => {
    const written = new Map([
      [
        "bot.mjs",
        'import { IrcClient } from "@parley/parley/irc";\nnew IrcClient({}); irc.privmsg("#a", "b");',
      ],
      ["app.mjs", 'import { interactions } from "@parley/parley/hono";'],
    ]);
    const commands = {
      "IRC_PASSWORD=… node --permission bot.mjs": "irc",
      "deno run --allow-net=a:1 bot.mjs": "irc",
      "node --eval 'import app from \"./app.mjs\"; serve(app)'": "hono",
      "parley tail irc a '#b'": "hears",
      "parley tail twitch '#a' --json | jq": undefined,
      "deno compile bot.mjs": undefined,
      "node other.mjs": undefined,
    };
    for (const [command, scene] of Object.entries(commands)) {
      assertEquals(sceneOf(command, written), scene, command);
    }
  });

  it("projectOf: whose project a command belongs to", () => {
    const commands = ["A=b deno add jsr:c", "bun add c", "npx bun build c"];
    assertEquals(commands.map(projectOf), ["deno", "bun", "npm"]);
  });
});

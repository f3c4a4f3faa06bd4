/**
 * What authors naturally write, without an annotation to please the compiler. It is only compiled.
 *
 * @module
 */
import {
  actionRow,
  command,
  component,
  container,
  InteractionRouter,
  layout,
  mediaGallery,
  primaryButton,
  section,
  textDisplay,
  thumbnail,
  webhookHandler,
} from "../../../src/discord/interactions/mod.ts";
import { webhookEvents } from "../../../src/hono/mod.ts";

declare const texts: string[];
declare const byName: Map<string, string>;

const count = component("count:{n}", "button", (i) => i.update(counter(Number(i.params.n) + 1)));
const counter = (n: number) => ({
  content: `Clicked ${n} times`,
  components: [actionRow(primaryButton(count.id({ n: String(n) }), "Click"))],
});
const pages = component("page:{n}", async (i) => {
  await i.deferUpdate();
  await i.edit(page(Number(i.params.n)));
});
function page(n: number) {
  return layout(textDisplay(`Page ${n}`), actionRow(primaryButton(pages.id({ n: String(n + 1) }), "Next")));
}

export const router = new InteractionRouter().add(
  command("counter", "Counts", (i) => i.reply(counter(0))),
  command("pages", "Shows pages", (i) => i.reply(page(0))),
  count,
  pages,
);
export const row = actionRow(...texts.map((text, n) => primaryButton(`vote:${n}`, text)));
export const rows = actionRow(texts.map((text, n) => primaryButton(`vote:${n}`, text)));
export const gallery = mediaGallery(...texts);
export const galleries = mediaGallery([...byName.values()]);
export const box = container(texts.map((text) => textDisplay(text)));
export const message = layout(...texts.map((text) => textDisplay(text)));
export const messages = layout([...byName].map(([name, text]) => textDisplay(`${name}: ${text}`)));
export const part = section(texts, thumbnail("https://x.example/a.png"));
export const events = webhookEvents({ publicKey: (c) => c.env.KEY, on: {} });
export const plain = webhookHandler({ publicKey: (c: { env: { KEY: string } }) => c.env.KEY, on: {} });

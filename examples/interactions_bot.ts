/**
 * A small bot that answers interactions, apart from where it runs: `deploy.ts` serves it with Hono,
 * `bun_interactions.ts` without, `register.ts` tells Discord of its commands, and `gateway.use(router)` would
 * let it answer over the gateway.
 *
 * @module
 */
import {
  actionRow,
  autoDefer,
  checks,
  command,
  component,
  container,
  dangerButton,
  InteractionRouter,
  label,
  layout,
  type LayoutMessage,
  modal,
  option,
  separator,
  stringSelect,
  successButton,
  textDisplay,
  textInput,
  userCommand,
} from "@parley/parley/discord/interactions";

const ping = command("ping", "Answers pong", (i) => i.reply("pong"));

const roll = command("roll", "Rolls dice", {
  sides: option.integer("How many sides they have", { required: true, choices: [6, 12, 20] }),
  count: option.integer("How many are rolled", { min_value: 1, max_value: 10 }),
  secret: option.boolean("Whether only you see it"),
}, (i) => {
  const { sides, count = 1, secret = false } = i.options;
  const rolled = Array.from({ length: count }, () => 1 + Math.floor(Math.random() * sides));
  return i.reply({ content: `🎲 ${rolled.join(", ")}`, ephemeral: secret });
});

// What was voted so far is in the buttons themselves, so that nothing has to be stored.
const vote = component("vote:{yes}:{no}:{choice}", (i) => {
  const { choice } = i.params;
  const yes = Number(i.params.yes) + (choice === "yes" ? 1 : 0);
  const no = Number(i.params.no) + (choice === "no" ? 1 : 0);
  return i.update(ballot(yes, no));
});

function ballot(yes: number, no: number): LayoutMessage {
  const counts = { yes: String(yes), no: String(no) };
  return layout(container([
    textDisplay(`## Shall we?\n${yes} for it, ${no} against`),
    separator(),
    actionRow(
      successButton(vote.id({ ...counts, choice: "yes" }), "Yes"),
      dangerButton(vote.id({ ...counts, choice: "no" }), "No"),
    ),
  ], { accent_color: 0x5865f2 }));
}

const poll = command("poll", "Asks everybody", (i) => i.reply(ballot(0, 0)));

const feedback = modal("feedback", {
  title: "Feedback",
  components: [
    label(
      "What is it about?",
      stringSelect("topic", [{ label: "The bot", value: "bot" }, { label: "Else", value: "else" }]),
    ),
    label("What do you think?", textInput("thoughts", { style: "paragraph", max_length: 1_000 })),
  ],
}, async (i) => {
  await i.defer({ ephemeral: true });
  // Here it would be stored, which may take longer than the 3 seconds that Discord waits.
  await i.edit(`Thank you for ${i.fields.thoughts.length} characters about "${i.fields.topic[0]}"!`);
});

const ask = command("feedback", "Asks what you think", (i) => i.modal(feedback));

const greet = userCommand("Greet", (i) => {
  const { user } = i.target;
  // Whoever is greeted is mentioned, and nobody else.
  return i.reply({ content: `Hello <@${user.id}>!`, allowed_mentions: { users: [user.id] } });
});

/** All that the bot answers. */
export const router: InteractionRouter = new InteractionRouter({
  checks,
  onError: (error) => console.error(error),
  autoDefer: autoDefer(),
}).add(ping, roll, poll, vote, ask, feedback, greet);

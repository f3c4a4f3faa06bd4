import { follow } from "../../testing/discord/checking/_follower.ts";
import type { DiscordHistory } from "../../testing/discord/checker.ts";
import type { Instant } from "../../src/protocol/protocol.ts";
import type { Violation } from "../../testing/world/checking/violation.ts";
import type { Run, Save } from "./_discord_restarts.ts";

/** How long who looks in the store does not know yet what another has saved, in milliseconds. */
const UNSEEN = 500;
/** How long who holds a session need not have saved, by clocks that may be five minutes apart. */
const DEAD_AFTER = 450_000;

/** The runs of one shard, each of which ends for it where another has taken over. */
export function endedWhenTaken(runs: readonly Run[]): Run[] {
  return runs.map((run, place) => {
    // Once another has it, what is still consumed cannot be saved any more.
    const others = runs.slice(place + 1).flatMap(({ saves }) => saves);
    const taken = others.toSorted((one, other) => one.at - other.at)[0];
    const early = taken !== undefined && run.stopped !== undefined && taken.at < run.stopped.at;
    return early ? { ...run, stopped: { at: taken.at, politely: false } } : run;
  });
}

/**
 * Checks that the runs of one shard, some of which go on for a while beside the next, leave its session to each other:
 * - none takes it from another that has not given it back before it has waited for that for `takeOverAfter`
 * - who was replaced saves nothing any more, and does not resume
 *
 * What nobody can know while the store is `troubled` is excused.
 */
export function checkHolders(
  { observations, clients }: DiscordHistory,
  runs: readonly Run[],
  takeOverAfter: number,
  troubled: (from: Instant, to: Instant) => boolean,
): Violation[] {
  if (runs.length < 2) return [];
  const violations: Violation[] = [];
  const all = runs.flatMap((run) => run.saves.map((save) => ({ ...save, run })))
    .sort((one, other) => one.at - other.at);
  /** What says that another process holds it, whenever it was that somebody looked by that time. */
  const seen = (run: Run, by: Instant) => {
    const before = all.findLastIndex(({ at }) => at <= by - UNSEEN);
    const states = before < 0 ? [] : all.slice(before).filter(({ at }) => at <= by);
    return states.every((save) => save.run !== run && isOther(save, run)) ? states[0] : undefined;
  };
  for (const run of runs) {
    const { label, saves, began } = run;
    for (const save of saves) {
      const other = seen(run, save.begun);
      if (other === undefined || troubled(began, save.at)) continue;
      const told = `${label} saves at ${save.at} what ${other.run.label} has held since ${other.at}`;
      // What was begun before anything was saved takes it over.
      if (saves.some(({ at }) => at <= save.begun)) {
        violations.push({ rule: "saved_replaced", message: told });
      } else if (save.begun < began + takeOverAfter && !seemsDead(other, save)) {
        violations.push({ rule: "taken_early", message: told });
      }
    }
    const own = observations.filter((observation) => observation.label === label);
    follow(own, clients, ({ story }, { kind, at, ...rest }) => {
      // What is secret is RESUME, unless a permit to IDENTIFY was asked for.
      const resumes = kind === "sent" && "data" in rest && rest.data === undefined && !story?.asked;
      const other = resumes ? seen(run, at) : undefined;
      if (other === undefined || troubled(began, at)) return;
      violations.push({
        rule: "session_fought",
        message: `${label} resumes at ${at} what ${other.run.label} has held since ${other.at}`,
      });
    });
  }
  return violations;
}

function isOther({ stored: { holder } }: Save, { saves }: Run): boolean {
  return holder != null && holder.name !== saves[0]?.stored.holder?.name;
}

/** Whether by the clocks on their walls it has not been heard of for too long. */
function seemsDead({ stored: { holder } }: Save, { stored }: Save): boolean {
  return (stored.holder?.at ?? 0) - (holder?.at ?? 0) > DEAD_AFTER;
}

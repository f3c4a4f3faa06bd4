import { memberKey, ownerOf, slotKey } from "../../src/nats/leases/records.ts";
import { LeaseCore, type LeaseOptions, type LeaseWrite } from "../../src/nats/leases/lease_core.ts";
import type { LeaseState } from "../../src/nats/leases/lease_state.ts";

/** How long a lease lasts, and how far the clock is put each time: so that a lease is three steps. */
const LEASE = 12;
const STEP = 4;
/** After so many calm steps all must have come right: two leases, and some. */
const CALM = 10;

/** What may go wrong, and how often; and how many times the clock is put on. */
export interface Bounds {
  readonly steps: number;
  readonly crashes: number;
  readonly suspensions: number;
  /** Times that the clock is put on while something is under way that has not arrived. */
  readonly delays: number;
  /** Writes of which the writer does not hear what became, done then, later, or never. */
  readonly unheard: number;
  /** Processes that are asked to leave. */
  readonly leaves: number;
}

/** A wrong variant, to see that it is noticed. */
export type Plant = "removes without comparing" | "has a longer lease than it says" | "looks at no clock";

/** What a walk has come to. */
export interface Walk {
  readonly states: number;
  /** What is wrong in some state, and the steps that lead there. */
  readonly wrong: string | undefined;
}

interface Entry {
  readonly key: string;
  readonly text: string | null;
  readonly revision: number;
}

type Letter =
  | { readonly kind: "written"; readonly write: LeaseWrite; readonly result: number | "conflict" | "unknown" }
  | { readonly kind: "looked"; readonly entry: Entry };

interface Process {
  core: LeaseState;
  /** Whether its watch has been asked for, and has not begun. */
  asksWatch: boolean;
  /** What the watch has still to tell. */
  feed: Entry[];
  /** Answers on their way. */
  inbox: Letter[];
  writes: LeaseWrite[];
  looks: string[];
  /** Writes given up by whoever sent them, that may still arrive. */
  ghosts: LeaseWrite[];
  crashed: boolean;
  suspended: boolean;
}

interface Place {
  now: number;
  revision: number;
  table: Record<string, Entry>;
  processes: Process[];
  left: {
    steps: number;
    delays: number;
    crashes: number;
    suspensions: number;
    unheard: number;
    leaves: number;
  };
}

/** The processes' options; all else of a walk is data. */
export class Exploration {
  readonly #slots: number;
  readonly #plant: Plant | undefined;
  readonly #leases: readonly number[];
  readonly #whats: readonly string[];

  /** `other`: how long the lease of the second is; `what`: what that runs in the slots. */
  constructor(
    slots: number,
    { plant, other = LEASE, what = "slots" }: { plant?: Plant; other?: number; what?: string } = {},
  ) {
    this.#slots = slots;
    this.#plant = plant;
    this.#leases = [LEASE, other];
    this.#whats = ["slots", what];
  }

  /** Two processes that have not begun. */
  begin(bounds: Bounds): Place {
    const place: Place = { now: 0, revision: 0, table: {}, processes: [], left: { ...bounds } };
    for (const index of [0, 1]) this.#begin(place, index);
    return place;
  }

  #begin(place: Place, index: number): void {
    const core = new LeaseCore(this.#options(index));
    const process: Process = {
      core: core.state,
      asksWatch: false,
      feed: [],
      inbox: [],
      writes: [],
      looks: [],
      ghosts: [],
      crashed: false,
      suspended: false,
    };
    place.processes[index] = process;
    core.start(place.now);
    this.#drain(place, process, core);
  }

  /** One that has begun, and another that holds all. */
  joining(bounds: Bounds): Place {
    const place = this.begin({ ...bounds, steps: 0 });
    for (const process of place.processes.slice(0, 1)) {
      process.crashed = true;
      process.writes = [];
    }
    for (let rounds = 0; rounds < 12; rounds++) this.#calmRound(place);
    this.#begin(place, 0);
    place.left = { ...bounds };
    return place;
  }

  /** The same two, once each holds its share, with these bounds from then on. */
  settled(bounds: Bounds): Place {
    const place = this.begin({ ...bounds, steps: 0 });
    for (let rounds = 0; rounds < 12; rounds++) this.#calmRound(place);
    place.left = { ...bounds };
    return place;
  }

  /** Walks through all that can come of a state. */
  walk(from: Place, most: number): Walk {
    const seen = new Set<string>();
    const good = new Set<string>();
    let states = 0;
    const open: { place: Place; path: Path | undefined }[] = [{ place: from, path: undefined }];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const { place, path } = next;
      const key = keyOf(place, true);
      if (seen.has(key)) continue;
      seen.add(key);
      if (++states > most) throw new Error(`There are more than ${most} states`);
      const wrong = this.#wrong(place) ?? this.#neverComesRight(place, good);
      if (wrong !== undefined) return { states, wrong: `${wrong}\n${stepsOf(path)}` };
      for (const [step, run] of this.#steps(place)) {
        const copy = copyOf(place);
        run(copy);
        open.push({ place: copy, path: { step, before: path } });
      }
    }
    return { states, wrong: undefined };
  }

  /** Goes one way through what can come of a state, step by step as `random` says; tells what is wrong there. */
  wander(from: Place, random: () => number): string | undefined {
    const place = copyOf(from);
    const taken: string[] = [];
    for (;;) {
      const steps = this.#steps(place);
      const [name, run] = steps[Math.floor(random() * steps.length)] ?? [];
      if (name === undefined || run === undefined) break;
      // What goes wrong goes wrong for a while.
      const isRare = / (goes on|crashes|leaves|is suspended)$/.test(name);
      if (isRare && steps.length > 1 && random() < 0.9) continue;
      taken.push(name);
      run(place);
      const wrong = this.#wrong(place);
      if (wrong !== undefined) return `${wrong}\n${taken.join("\n")}`;
    }
    const wrong = this.#neverComesRight(place, new Set());
    return wrong && `${wrong}\n${taken.join("\n")}`;
  }

  #options(index: number): LeaseOptions {
    return {
      name: "ab"[index] ?? "",
      slots: this.#slots,
      what: this.#whats[index] ?? "",
      capacity: null,
      lease: this.#leases[index] ?? LEASE,
      patience: LEASE,
    };
  }

  #core(place: Place, index: number): LeaseCore {
    const process = place.processes[index];
    if (process === undefined) throw new RangeError("There is no such process");
    return new LeaseCore(this.#options(index), process.core);
  }

  /** What is wrong right now. */
  #wrong(place: Place): string | undefined {
    for (let slot = 0; slot < this.#slots; slot++) {
      const holders = place.processes.filter(({ crashed, suspended }, index) => {
        if (crashed || suspended) return false;
        const core = this.#core(place, index);
        return this.#plant === "looks at no clock"
          ? core.state.runs[slot] === "running"
          : core.holds(slot, place.now);
      });
      if (holders.length > 1) return `Slot ${slot} is held twice`;
    }
    const holding = place.processes.flatMap(({ crashed, suspended }, index) => {
      const core = this.#core(place, index);
      const slots = Object.keys(core.state.slots).map(Number);
      const holds = !crashed && !suspended && slots.some((slot) => core.holds(slot, place.now));
      return holds ? [this.#whats[index]] : [];
    });
    return new Set(holding).size > 1 ? "Two run different things" : undefined;
  }

  /** Once nothing more goes wrong, every slot must be held again. */
  #neverComesRight(place: Place, good: Set<string>): string | undefined {
    const calm = copyOf(place);
    for (const process of calm.processes) process.suspended = false;
    if (calm.processes.every(({ crashed, core }) => crashed || core.leaving)) return undefined;
    const passed: string[] = [];
    for (let rounds = 0;; rounds++) {
      this.#calmRound(calm);
      const wrong = this.#wrong(calm);
      if (wrong !== undefined) return `${wrong}, once all is calm`;
      const key = keyOf(calm, false);
      if (good.has(key)) break;
      passed.push(key);
      if (rounds >= CALM && this.#allHeld(calm)) break;
      if (rounds >= 2 * CALM) return `Some slot is not held in the end: ${JSON.stringify(calm.table)}`;
    }
    for (const key of passed) good.add(key);
    return undefined;
  }

  #allHeld(place: Place): boolean {
    const all = Array.from({ length: this.#slots }, (_, slot) => slot);
    return all.every((slot) =>
      place.processes.some(({ crashed }, index) =>
        !crashed && this.#core(place, index).holds(slot, place.now)
      )
    );
  }

  /** All that is under way arrives, and the clock goes on. */
  #calmRound(place: Place): void {
    for (let busy = true; busy;) {
      busy = false;
      for (const [index, process] of place.processes.entries()) {
        for (const ghost of process.ghosts.splice(0)) this.#apply(place, ghost);
        const writes = process.writes.splice(0);
        for (const write of writes) this.#arrive(place, process, write);
        busy ||= process.asksWatch;
        if (process.asksWatch) this.#watch(place, index);
        for (const key of process.looks.splice(0)) this.#read(place, process, key);
        if (process.crashed) continue;
        busy ||= writes.length + process.inbox.length + process.feed.length > 0;
        while (process.inbox.length > 0) this.#open(place, index);
        while (process.feed.length > 0) this.#hear(place, index);
      }
    }
    this.#pass(place);
  }

  #steps(place: Place): [string, (place: Place) => void][] {
    const { left } = place;
    const steps: [string, (place: Place) => void][] = [];
    // Nothing is under way that could arrive.
    const isQuiet = place.processes.every(({ crashed, suspended, asksWatch, feed, inbox, writes, looks }) => {
      const heard = crashed || suspended || feed.length + inbox.length === 0;
      return heard && !asksWatch && writes.length + looks.length === 0;
    });
    for (const [index, process] of place.processes.entries()) {
      const name = "ab"[index];
      const of = (run: (place: Place, process: Process) => void) => (place: Place) => {
        const process = place.processes[index];
        if (process !== undefined) run(place, process);
      };
      for (const [at, { key, text }] of process.writes.entries()) {
        const shown = `${name} writes ${key} = ${text}`;
        steps.push([
          shown,
          of((place, process) => {
            for (const write of process.writes.splice(at, 1)) this.#arrive(place, process, write);
          }),
        ]);
        if (left.unheard === 0) continue;
        steps.push([
          `${shown}, and does not hear of it`,
          of((place, process) => {
            place.left.unheard--;
            for (const write of process.writes.splice(at, 1)) {
              process.ghosts.push(write);
              process.inbox.push({ kind: "written", write, result: "unknown" });
            }
          }),
        ]);
      }
      if (process.asksWatch) {
        steps.push([`the watch of ${name} begins`, (place) => this.#watch(place, index)]);
      }
      for (const [at, { key }] of process.ghosts.entries()) {
        steps.push([
          `the write of ${key} by ${name} arrives`,
          of((place, process) => {
            for (const write of process.ghosts.splice(at, 1)) this.#apply(place, write);
          }),
        ]);
      }
      for (const [at, key] of process.looks.entries()) {
        steps.push([
          `${name} looks at ${key}`,
          of((place, process) => {
            process.looks.splice(at, 1);
            this.#read(place, process, key);
          }),
        ]);
      }
      if (process.crashed) continue;
      if (!process.suspended) {
        const { inbox: { length: answers }, feed: { length: news } } = process;
        if (answers > 0) {
          steps.push([`${name} gets its answers`, (place) => {
            for (let count = 0; count < answers; count++) this.#open(place, index);
          }]);
        }
        if (news > 0) {
          steps.push([
            `${name} hears of ${process.feed.map(({ key, text }) => `${key} = ${text}`).join(", ")}`,
            (place) => {
              for (let count = 0; count < news; count++) this.#hear(place, index);
            },
          ]);
        }
        if (left.leaves > 0 && isQuiet && !process.core.leaving) {
          steps.push([`${name} leaves`, (place) => {
            place.left.leaves--;
            this.#input(place, index, (core) => core.leave(place.now));
          }]);
        }
        // It makes no difference when in between, but many more states.
        if (left.suspensions > 0 && isQuiet) {
          steps.push([
            `${name} is suspended`,
            of((place, process) => {
              place.left.suspensions--;
              process.suspended = true;
            }),
          ]);
        }
      } else {
        steps.push([
          `${name} goes on`,
          of((_, process) => {
            process.suspended = false;
          }),
        ]);
      }
      if (left.crashes > 0) {
        steps.push([
          `${name} crashes`,
          of((place, process) => {
            place.left.crashes--;
            process.crashed = true;
            process.asksWatch = false;
            process.feed = [];
            process.inbox = [];
            process.looks = [];
          }),
        ]);
      }
    }
    if (left.steps > 0 && (isQuiet || left.delays > 0)) {
      steps.push(["time passes", (place) => {
        place.left.steps--;
        if (!isQuiet) place.left.delays--;
        this.#pass(place);
      }]);
    }
    return steps;
  }

  #pass(place: Place): void {
    place.now += STEP;
    for (const [index, { crashed, suspended }] of place.processes.entries()) {
      if (!crashed && !suspended) this.#input(place, index, (core) => core.tick(place.now));
    }
  }

  #input(place: Place, index: number, run: (core: LeaseCore) => void): void {
    const process = place.processes[index];
    if (process === undefined) return;
    const core = this.#core(place, index);
    run(core);
    this.#drain(place, process, core);
    process.feed = process.feed.filter((entry) => isNews(core, entry));
  }

  #drain(place: Place, process: Process, core: LeaseCore): void {
    for (let output = core.poll(); output !== undefined; output = core.poll()) {
      if (output.kind === "write") process.writes.push(this.#said(output.write));
      else if (output.kind === "look") process.looks.push(output.key);
      else if (output.kind === "watch") {
        process.asksWatch = true;
        process.feed = [];
      } else if (output.kind === "start") core.started(output.slot, place.now);
      else if (output.kind === "stop") core.stopped(output.slot, place.now);
    }
  }

  /** What is written of a process. */
  #said(write: LeaseWrite): LeaseWrite {
    const isShort = this.#plant === "has a longer lease than it says" && write.key.startsWith("member.b");
    const text = write.text?.replace(`"lease":${LEASE}`, `"lease":${LEASE / 3}`) ?? null;
    return isShort ? { ...write, text } : write;
  }

  #open(place: Place, index: number): void {
    const letter = place.processes[index]?.inbox.shift();
    if (letter?.kind === "written") {
      this.#input(place, index, (core) => core.written(letter.write, letter.result, place.now));
    } else if (letter?.kind === "looked") {
      const { key, text, revision } = letter.entry;
      this.#input(place, index, (core) => core.looked(key, text, revision, place.now));
    }
  }

  #hear(place: Place, index: number): void {
    const entry = place.processes[index]?.feed.shift();
    if (entry === undefined) return;
    const { key, text, revision } = entry;
    this.#input(place, index, (core) => core.told(key, text, revision, place.now));
  }

  #arrive(place: Place, process: Process, write: LeaseWrite): void {
    const result = this.#apply(place, write);
    if (!process.crashed) process.inbox.push({ kind: "written", write, result });
  }

  #read(place: Place, process: Process, key: string): void {
    const entry = place.table[key] ?? { key, text: null, revision: 0 };
    if (!process.crashed) process.inbox.push({ kind: "looked", entry });
  }

  #apply(place: Place, { key, text, revision }: LeaseWrite): number | "conflict" {
    const compares = this.#plant !== "removes without comparing" || text !== null;
    if (compares && (place.table[key]?.revision ?? 0) !== revision) return "conflict";
    const entry = { key, text, revision: ++place.revision };
    place.table[key] = entry;
    for (const { crashed, asksWatch, feed } of place.processes) {
      if (!crashed && !asksWatch) feed.push(entry);
    }
    return entry.revision;
  }

  /** The watch that a process has asked for begins: it tells each key's last entry, as it is now. */
  #watch(place: Place, index: number): void {
    const process = place.processes[index];
    if (process === undefined) return;
    process.asksWatch = false;
    const core = this.#core(place, index);
    process.feed = entriesOf(place).filter((entry) => isNews(core, entry));
  }
}

/** Whether a core does not know as much already. */
function isNews({ id, state }: LeaseCore, { key, revision }: Entry): boolean {
  const owner = ownerOf(key);
  if (owner === undefined) return false;
  if ("slot" in owner) return revision > (state.slots[owner.slot]?.revision ?? 0);
  if (owner.member === id) return revision > state.revision || !state.listed;
  return revision > Math.max(state.members[owner.member]?.revision ?? 0, state.gone[owner.member] ?? 0);
}

interface Path {
  readonly step: string;
  readonly before: Path | undefined;
}

function stepsOf(path: Path | undefined): string {
  const steps: string[] = [];
  for (let at = path; at !== undefined; at = at.before) steps.unshift(at.step);
  return steps.join("\n");
}

function entriesOf({ table }: Place): Entry[] {
  return Object.values(table).sort((one, other) => one.revision - other.revision);
}

/** A copy that shares what never changes. */
function copyOf(place: Place): Place {
  return {
    ...place,
    table: { ...place.table },
    left: { ...place.left },
    processes: place.processes.map(({ core, ...process }) => ({
      ...process,
      core: {
        ...core,
        sent: { ...core.sent },
        members: { ...core.members },
        gone: { ...core.gone },
        slots: { ...core.slots },
        runs: { ...core.runs },
        giving: { ...core.giving },
        given: { ...core.given },
        writing: { ...core.writing },
        notBefore: { ...core.notBefore },
        strangers: { ...core.strangers },
        looking: { ...core.looking },
      },
      feed: [...process.feed],
      inbox: [...process.inbox],
      writes: [...process.writes],
      looks: [...process.looks],
      ghosts: [...process.ghosts],
    })),
  };
}

/**
 * A text that is the same for states of which the same will come: of times, revisions and renewals it counts only how
 * they compare.
 */
function keyOf({ now, table, processes, left }: Place, counts: boolean): string {
  const renewals = new Map(processes.map(({ core }, index) => ["ab"[index], core.renewal]));
  const revisions = new Map<string, Set<number>>();
  const at = (time: number) => Math.max(time - now, -2 * LEASE);
  const parts: (string | number | (() => number))[] = [];
  const revision = (key: string, value: number) => {
    const ofKey = revisions.get(key) ?? new Set([0]);
    revisions.set(key, ofKey.add(value));
    parts.push(() => ranks.get(key)?.get(value) ?? 0);
  };
  const entry = ({ key, text, revision: value }: Entry) => {
    parts.push(key);
    // "member.a-1": the renewals of "a" go on from one incarnation to the next.
    const renewal = key.startsWith("member.") ? /"renewal":(\d+)/.exec(text ?? "")?.[1] : undefined;
    if (renewal === undefined) parts.push(text ?? "none");
    else {parts.push(
        Number(renewal) - (renewals.get(key[7]) ?? 0),
        text?.includes("true") ? "leaving" : "stays",
      );}
    revision(key, value);
  };
  for (const one of Object.values(table).sort((a, b) => a.key < b.key ? -1 : 1)) entry(one);
  for (
    const [index, { core, asksWatch, feed, inbox, writes, looks, ghosts, crashed, suspended }] of processes
      .entries()
  ) {
    parts.push(
      "|",
      `${crashed} ${suspended} ${core.incarnation} ${core.wasValid} ${core.listed} ${core.deaf}`,
    );
    parts.push(
      `${core.leaving} ${core.left} ${Math.max(at(core.renewAt), 0)} ${Math.max(at(core.validUntil), 0)}`,
    );
    revision(
      memberKey(`${"ab"[index]}${core.incarnation === 0 ? "" : `-${core.incarnation}`}`),
      core.revision,
    );
    for (const [renewal, sentAt] of Object.entries(core.sent)) {
      parts.push(
        Number(renewal) - core.renewal,
        at(sentAt),
      );
    }
    for (const id of Object.keys(core.members).sort()) {
      const member = core.members[id];
      if (member === undefined) continue;
      parts.push(id, at(member.seenAt), String(member.leaving), String(member.since < core.since));
      revision(memberKey(id), member.revision);
    }
    for (const id of Object.keys(core.gone).sort()) {
      parts.push(id);
      revision(memberKey(id), core.gone[id] ?? 0);
    }
    for (const [slot, { holder, ready, revision: value, freeSince }] of Object.entries(core.slots)) {
      parts.push(slot, holder, String(ready), freeSince === undefined ? "held" : at(freeSince));
      revision(slotKey(Number(slot)), value);
      parts.push(core.runs[Number(slot)] ?? "idle", String(Number(slot) in core.giving));
      parts.push(core.given[Number(slot)] === undefined ? "-" : at(core.given[Number(slot)] ?? 0));
    }
    for (const key of Object.keys(core.writing).sort()) parts.push("writing", key);
    for (const key of Object.keys(core.notBefore).sort()) {
      parts.push(
        "not",
        key,
        at(core.notBefore[key] ?? 0),
      );
    }
    for (const key of Object.keys(core.looking).sort()) parts.push("looking", key);
    for (const id of Object.keys(core.strangers).sort()) parts.push("stranger", id);
    parts.push(asksWatch ? "asks" : "feed");
    for (const one of feed) entry(one);
    for (const letter of inbox) {
      parts.push(letter.kind);
      if (letter.kind === "looked") {
        entry(letter.entry);
      } else {
        entry(letter.write);
        if (typeof letter.result === "number") revision(letter.write.key, letter.result);
        else parts.push(letter.result);
      }
    }
    parts.push("writes");
    for (const one of writes) entry(one);
    parts.push("ghosts");
    for (const one of ghosts) entry(one);
    parts.push("looks", ...looks);
  }
  const rank = (values: Set<number>) =>
    new Map([...values].sort((a, b) => a - b).map((value, rank) => [value, rank]));
  const ranks = new Map([...revisions].map(([key, values]) => [key, rank(values)]));
  const shown = parts.map((part) => typeof part === "function" ? part() : part).join(",");
  return counts ? `${Object.values(left)};${shown}` : shown;
}

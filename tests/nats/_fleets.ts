import { Fleet, type FleetEvent, type FleetOptions, type Seated } from "../../src/nats/fleet.ts";
import { Simulation } from "../../testing/world/simulation.ts";
import { NatsModel } from "./_model.ts";

/** A process of a fleet, in a simulation. */
export interface Process {
  readonly name: string;
  readonly fleet: Fleet;
  readonly told: FleetEvent[];
}

/** Processes that share slots in which nothing runs but a note of it. */
export class Fleets {
  readonly world: Simulation = new Simulation({ seed: 3 });
  readonly nats: NatsModel = new NatsModel(this.world.clock);
  readonly processes: Process[] = [];
  /** Slots in which two ran at one time. */
  readonly doubled: number[] = [];
  readonly #slots: number;
  readonly #lease: number;

  constructor(slots: number, lease = 6_000) {
    this.#slots = slots;
    this.#lease = lease;
  }

  /** Lets a process join. */
  join(name: string, more: Partial<FleetOptions> = {}): Process {
    const host = this.world.host(name);
    const told: FleetEvent[] = [];
    const fleet = new Fleet({
      nats: this.nats.client(name, host),
      name: "test",
      label: name,
      slots: this.#slots,
      lease: this.#lease,
      runtime: host,
      run: () => this.#seat(),
      onEvent: (event) => {
        told.push(event);
        if (event.kind === "slot_started") this.#check(event.slot);
      },
      ...more,
    });
    const process = { name, fleet, told };
    this.processes.push(process);
    fleet.join();
    return process;
  }

  #seat(): Seated {
    return { ready: Promise.resolve(), stop: () => Promise.resolve() };
  }

  #check(slot: number): void {
    if (this.processes.filter(({ fleet }) => fleet.held.includes(slot)).length > 1) this.doubled.push(slot);
  }

  /** How many slots each runs. */
  get counts(): number[] {
    return this.processes.map(({ fleet }) => fleet.held.length);
  }

  /** Lets time pass, and looks all the while whether some slot runs twice. */
  async run(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += 100) {
      await this.world.run(100);
      for (let slot = 0; slot < this.#slots; slot++) this.#check(slot);
    }
  }
}

/** A process that can carry slots. */
export interface Carrier {
  /** How many it can carry; null: any number. */
  readonly capacity: number | null;
  /** How many it carries. */
  readonly held: number;
}

/**
 * How many of so many slots each carrier takes at least, if they share evenly: what one cannot carry goes to the others.
 * What remains, fewer than there are carriers with room, goes to any of those, one each.
 */
export function evenShare(slots: number, carriers: readonly Pick<Carrier, "capacity">[]): number {
  const capacities = carriers.map(({ capacity }) => capacity ?? Infinity).sort((a, b) => a - b);
  let left = slots;
  let share = 0;
  for (const [index, capacity] of capacities.entries()) {
    share = Math.floor(left / (capacities.length - index));
    if (capacity >= share) return share;
    left -= capacity;
  }
  return share;
}

/** How many more a carrier can take before it has so many, or all that it can carry. */
export function roomUpTo(share: number, { capacity, held }: Carrier): number {
  return Math.max(0, Math.min(share, capacity ?? Infinity) - held);
}

/** Who may use the engine now: few small pieces of work at once, or a large one alone, in the order in which they ask. */

/**
 * So many periods are under way at once. Each small one is one thread of the engine and, in turns with it, the reading and writing of this program: two leave
 * cores idle, and a third month would follow alone. A large one has the engine for itself.
 */
export const periodsAtOnce = 4;

export interface Turns {
  /** Runs the work when its turn has come. `all`: beside nothing else. */
  take<T>(share: 'one' | 'all', work: () => Promise<T>): Promise<T>;
}

export function openTurns(places = periodsAtOnce): Turns {
  let free = places;
  const waiting: { readonly places: number; readonly begin: () => void }[] = [];
  const admit = (): void => {
    for (let [next] = waiting; next !== undefined && next.places <= free; [next] = waiting) {
      waiting.shift();
      free -= next.places;
      next.begin();
    }
  };
  return {
    take: async (share, work) => {
      const taken = share === 'all' ? places : 1;
      await new Promise<void>((begin) => {
        waiting.push({ places: taken, begin });
        admit();
      });
      try {
        return await work();
      } finally {
        free += taken;
        admit();
      }
    },
  };
}

/** Who may use the engine now: few small pieces of work at once, or a large one alone, in the order in which they ask. */

export interface Turns {
  /** Runs the work when its turn has come. `all`: beside nothing else. */
  take<T>(share: 'one' | 'all', work: () => Promise<T>): Promise<T>;
}

export function openTurns(places: number): Turns {
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

/** `work` on each item, at most `lanes` at once; the results in the order of the items. After a failure nothing new begins, and it is thrown when nothing runs any more. */
export async function inLanes<Item, Result>(items: readonly Item[], lanes: number, work: (item: Item) => Promise<Result>): Promise<Result[]> {
  const results: Result[] = [];
  const left = [...items.entries()];
  const failures: unknown[] = [];
  const lane = async (): Promise<void> => {
    for (let next = left.shift(); next !== undefined && failures.length === 0; next = left.shift()) {
      const [place, item] = next;
      try {
        results[place] = await work(item);
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  if (failures.length > 0) throw failures[0];
  return results;
}

/** Work that may run beside other work, a few pieces at a time. */

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

type Task = () => Promise<unknown>;

/** Independent tasks, at most `lanes` at once; their results in their order. */
export async function sideBySide<const Tasks extends readonly Task[]>(
  lanes: number,
  tasks: Tasks,
): Promise<{ -readonly [Place in keyof Tasks]: Awaited<ReturnType<Tasks[Place]>> }> {
  const results: unknown = await inLanes(tasks, lanes, (task) => task());
  return results as { -readonly [Place in keyof Tasks]: Awaited<ReturnType<Tasks[Place]>> };
}

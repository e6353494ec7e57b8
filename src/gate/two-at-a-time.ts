/** Two runs side by side: a small period is mostly planning, which one core does while the other has nothing to do. */

/** The results in the order of the items; the first error ends it, after what was begun has ended. */
export async function twoAtATime<Item, Done>(items: readonly Item[], work: (item: Item) => Promise<Done>): Promise<Done[]> {
  const done: Done[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < items.length) {
      const index = next;
      next += 1;
      done[index] = await work(items[index] as Item);
    }
  };
  const ended = await Promise.allSettled([worker(), worker()]);
  const failed = ended.find((end) => end.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  return done;
}

/** What a run has begun and would leave behind if it were stopped now: each is taken back by whoever began it, or, when the run is stopped, all at once. */

const begun = new Set<() => void>();

/** Remembers how to take something back, at once and without waiting; the answer forgets it again. */
export function whenStopped(takeBack: () => void): () => void {
  begun.add(takeBack);
  return () => void begun.delete(takeBack);
}

/** The latest first. What cannot be taken back does not keep the others from it. */
export function takeAllBack(): void {
  for (const takeBack of [...begun].toReversed()) {
    begun.delete(takeBack);
    try {
      takeBack();
    } catch {
      // The run is being stopped: there is nobody to tell, and the next start sweeps what is left.
    }
  }
}

/** Where two states of a file part. Pure. */

/** The first line, from 1, that differs; a line that both have when one of them goes on alone. null for what is not text. */
export function firstDifference(before: Buffer, after: Buffer): number | null {
  if (before.includes(0) || after.includes(0)) return null;
  const [old, now] = [before, after].map((content) => content.toString('utf8').replace(/\n$/, '').split('\n'));
  const shorter = Math.min(old?.length ?? 0, now?.length ?? 0);
  for (let index = 0; index < shorter; index += 1) if (old?.[index] !== now?.[index]) return index + 1;
  return shorter;
}

/** What a tag of a release means: its version, where npm files it, and which tag it moves. */

export interface ReleaseVersion {
  /** Such as `1.2.3` or `2.0.0-rc.1`. */
  readonly version: string;
  readonly numbers: readonly [number, number, number];
  readonly stage: 'final' | 'before';
}

/** null for a tag that names no release. */
export function releaseOf(tag: string): ReleaseVersion | null {
  const match = /^v((0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z.-]+)?)$/.exec(tag);
  if (match === null) return null;
  return { version: match[1] ?? '', numbers: [Number(match[2]), Number(match[3]), Number(match[4])], stage: match[5] === undefined ? 'final' : 'before' };
}

/** `latest` is what `npm install trueup` takes; what comes before a release is asked for by name. */
export function distTagOf({ stage }: ReleaseVersion): 'latest' | 'next' {
  return stage === 'final' ? 'latest' : 'next';
}

/** The major tag that this release moves; null when it moves none: it comes before a release, or a later one of the same major is out. */
export function movedTag(tag: string, allTags: readonly string[]): string | null {
  const release = releaseOf(tag);
  if (release === null || release.stage === 'before') return null;
  const finals = allTags.flatMap((one) => releaseOf(one) ?? []).filter(({ stage, numbers }) => stage === 'final' && numbers[0] === release.numbers[0]);
  return finals.some(({ numbers }) => isLater(numbers, release.numbers)) ? null : `v${release.numbers[0]}`;
}

function isLater(one: ReleaseVersion['numbers'], other: ReleaseVersion['numbers']): boolean {
  const at = one.findIndex((number, index) => number !== other[index]);
  return at !== -1 && (one[at] ?? 0) > (other[at] ?? 0);
}

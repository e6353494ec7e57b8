/** What a new ledger can be told without asking: where it stands, whose it is, and which month ended last. */
import type { Day } from '../../model/instant.ts';
import { lastEndedMonth, movedMonth } from './next-bounds.ts';

/** Whose usage a ledger can be written for with nothing but a key: `trueup usage pull` brings the evidence. */
export const pulledProviders = ['cometapi'] as const;
export type PulledProvider = (typeof pulledProviders)[number];

export interface InitFacts {
  /** Id of the ledger. */
  readonly id: string;
  /** Who owns the repository at its host; null = not known. */
  readonly owner: string | null;
  /** POSIX path of the ledger in the repository; `.` at its root. */
  readonly path: string;
  readonly day: Day;
  readonly month: { readonly id: string; readonly start: string; readonly end: string };
  /** null = the evidence is exported by hand. */
  readonly from: PulledProvider | null;
}

export interface InitPlace {
  /** Name of the repository's folder, or of the ledger's where there is no repository. */
  readonly folderName: string;
  /** URL of the remote `origin`; null = none. */
  readonly remote: string | null;
  readonly path: string;
  readonly day: Day;
  readonly from: PulledProvider | null;
}

export function initFacts({ folderName, remote, path, day, from }: InitPlace): InitFacts {
  const { owner = null, name = null } = remote === null ? {} : (/[/:](?<owner>[^/:]+)\/(?<name>[^/]+?)(?:\.git)?\/?$/.exec(remote)?.groups ?? {});
  return {
    id: idOf(name ?? folderName),
    owner: owner !== null && /^[A-Za-z0-9][A-Za-z0-9-]{0,38}$/.test(owner) ? owner : null,
    path,
    day,
    month: monthOf(day),
    from,
  };
}

/** A name that a ledger may have; what it may not hold becomes a hyphen. */
function idOf(name: string): string {
  const cleaned = name.replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^[^A-Za-z0-9]+/, '');
  return cleaned === '' ? 'llm-spend' : cleaned.slice(0, 100);
}

/** The month that ended last: the one whose exports and invoice can be had. */
function monthOf(day: Day): InitFacts['month'] {
  const id = lastEndedMonth(day);
  return { id, start: `${id}-01T00:00:00Z`, end: `${movedMonth(id, 1)}-01T00:00:00Z` };
}

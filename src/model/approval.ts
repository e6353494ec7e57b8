/** Who wrote and approved a close, as far as git and its host know: people, the reviews of its pull request, and who wrote what it rests on. */

export type ReviewState = 'approved' | 'changes-requested' | 'dismissed';

/** The last word of one reviewer; comments are none. */
export interface Review {
  readonly login: string;
  readonly state: ReviewState;
  /** The commit that was looked at; null when the host has forgotten it. */
  readonly commit: string | null;
}

/** A person and the commit by which they had a part in a file. */
export interface Contribution {
  readonly person: Person;
  readonly commit: string;
}

export interface ApprovalFacts {
  /** The head of the pull request. */
  readonly head: string;
  /** One per reviewer. */
  readonly reviews: readonly Review[];
  readonly closeWriters: readonly Contribution[];
  readonly evidenceWriters: readonly Contribution[];
}

/** Where a close and the evidence behind it lie: POSIX paths of files or folders, relative to the repository. */
export interface ApprovalPlaces {
  readonly close: string;
  readonly evidence: readonly string[];
}

/** The host was asked and gave no answer that can be used. */
export interface NoApprovalFacts {
  readonly unreadable: string;
}
export type ReadApproval = (places: ApprovalPlaces) => Promise<ApprovalFacts | NoApprovalFacts>;

/** A pull request that was merged, as the host knows it. */
export interface MergedPull {
  /** The head at the merge. */
  readonly head: string;
  readonly reviews: readonly Review[];
}

/** What an audit asks the host. */
export interface AuditHost {
  readPull(pull: number): Promise<MergedPull | NoApprovalFacts>;
  /** Commit → login of its author, for the commits before and at `commit` that touched a path (POSIX, relative to the repository). */
  readLogins(commit: string, path: string): Promise<ReadonlyMap<string, string> | NoApprovalFacts>;
}

export interface Person {
  /** The login at the host; null when the host does not know the author, or was not asked. */
  readonly login: string | null;
  /** As git records them: anybody can write anything here. */
  readonly name: string;
  readonly email: string;
}

/** Whether the person is the one behind a login: by login where there is one, else by what git's name and address say. */
export function isPerson(login: string, { login: known, name, email }: Person): boolean {
  const wanted = login.toLowerCase();
  if (known !== null) return known.toLowerCase() === wanted;
  const [local = '', host = ''] = email.toLowerCase().split('@');
  // `123456+login@users.noreply.github.com` is what the host writes for those who keep their address to themselves.
  const address = host.startsWith('users.noreply.') ? local.replace(/^\d+\+/, '') : local;
  return address === wanted || name.trim().toLowerCase() === wanted;
}

/** People whom the last lines of a commit message name, such as `Co-authored-by: Jane <jane@example.org>`. */
export function peopleNamed(message: string, trailers: readonly string[]): Person[] {
  const wanted = trailers.map((trailer) => trailer.toLowerCase());
  return message.split('\n').flatMap((line) => {
    const [, key = '', name = '', email = ''] = /^([A-Za-z-]{1,40}): {0,4}([^<>]{0,200}?) {0,4}<([^<>\s]{1,200})>\s*$/.exec(line) ?? [];
    return wanted.includes(key.toLowerCase()) ? [{ login: null, name, email }] : [];
  });
}

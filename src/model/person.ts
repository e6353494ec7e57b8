/** Who wrote or approved something, as far as git and its host know, and when two of them are the same. */

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

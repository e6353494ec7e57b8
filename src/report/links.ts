/** Links from what is said to what proves it: files of the repository as its host shows them at one commit. */
import { escapeMarkdown } from './escape-markdown.ts';

export interface Links {
  /** Address of the repository on its host, without a slash at the end: `https://github.com/acme/ledger`. */
  readonly repository: string;
  /** Lower-case hex: the commit that the places are those of. */
  readonly commit: string;
}

/** A place in a file of the repository, linked where there is somewhere to link to; `line` 0 = the file as a whole. */
export function placeLink(links: Links | null, path: string, line: number): string {
  const text = escapeMarkdown(line === 0 ? path : `${path}:${line}`);
  if (links === null || !plainPath.test(path)) return text;
  return `[${text}](${links.repository}/blob/${links.commit}/${addressOf(path)}${line === 0 ? '' : `#L${line}`})`;
}

/** Everything that a run left behind for the commit, artifacts too. */
export function checksLink({ repository, commit }: Links, text: string): string {
  return `[${text}](${repository}/commit/${commit}/checks)`;
}

/** Letters and digits of any script between dots, dashes and blanks: any other name is shown, and leads nowhere. */
const plainPath = /^[\p{L}\p{N}._/ -]{1,500}$/u;

function addressOf(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}

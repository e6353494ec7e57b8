/** What a tracking issue keeps open although the run that writes it has not judged it. */
import { manyOpen } from './comment-marker.ts';
import { escapeMarkdown } from './escape-markdown.ts';

/** As many names as a sentence can take. */
const mostNames = 20;

/** Empty when there is nothing to say, else one block of Markdown. */
export function renderStillOpen(left: readonly string[]): string[] {
  if (left.length === 0) return [];
  const named = left.filter((subject) => subject !== manyOpen);
  const names = named.slice(0, mostNames).map(escapeMarkdown).join(', ');
  const more = named.length > mostNames ? ` and ${named.length - mostNames} more` : '';
  const what = left.includes(manyOpen) ? 'more periods than can be named here' : `${names}${more}`;
  return [`**Still open from an earlier run, and not judged by this one:** ${what}. The issue closes when a run finds them well, or when they are closed.`];
}

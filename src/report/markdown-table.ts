/** Markdown tables; cells come escaped. */

interface Column {
  readonly name: string;
  readonly align: 'left' | 'right';
}

/** A table, or '' without rows. */
export function markdownTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '';
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const rule = columns.map(({ align }) => (align === 'right' ? '--:' : ':--'));
  return [line(columns.map(({ name }) => name)), line(rule), ...rows.map(line)].join('\n');
}

export const left = (name: string): Column => ({ name, align: 'left' });
export const right = (name: string): Column => ({ name, align: 'right' });

/** A heading and its body; nothing when there is no body. */
export function section(heading: string, body: string): string {
  return body === '' ? '' : `## ${heading}\n\n${body}`;
}

/** The first `most` of a list, and a line that says how many were left out and where they are. */
export function firstOf<Item>(items: readonly Item[], most: number, rest: string): { readonly shown: readonly Item[]; readonly note: string } {
  const left = items.length - most;
  return { shown: items.slice(0, most), note: left > 0 ? `\n\n${left} more are left out here; ${rest}.` : '' };
}

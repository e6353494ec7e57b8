/** The workflows that a Markdown page shows: fenced YAML blocks with jobs. */

export interface ShownWorkflow {
  /** The line of the page on which the block opens. */
  readonly line: number;
  readonly yaml: string;
}

/** Blocks inside lists or folded parts are indented; the indentation of the fence is taken off. */
export function workflowsOf(markdown: string): ShownWorkflow[] {
  const blocks = markdown.matchAll(/^([ \t]*)```ya?ml[^\n]*\n([^]*?)^[ \t]*```[ \t]*$/gm);
  return [...blocks].flatMap(({ index, 1: indentation = '', 2: text = '' }) => {
    const lines = text.split('\n').map((line) => (line.startsWith(indentation) ? line.slice(indentation.length) : line));
    const yaml = lines.join('\n');
    return /^jobs:/m.test(yaml) ? [{ line: markdown.slice(0, index).split('\n').length, yaml }] : [];
  });
}

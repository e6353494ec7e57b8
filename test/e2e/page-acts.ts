/** What a reader of a page of docs/ does: fenced blocks in order. */

export type Act =
  | { readonly file: string; readonly text: string }
  | { readonly command: readonly string[]; readonly exit: number }
  /** What the command before it prints. */
  | { readonly printed: string };

/** `sh` holds commands, `text` without a name what was printed, any other block is the file that the line before it names. */
export function actsOf(markdown: string): Act[] {
  return [...markdown.matchAll(/(?:`([^`\n]+)`:\n\n)?```(\w+)\n([^]*?)```/g)].flatMap(([, file, kind, text = '']): Act[] => {
    if (kind === 'text' && file === undefined) return [{ printed: text }];
    if (kind !== 'sh') return file === undefined ? [] : [{ file, text }];
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => {
        const [words = '', exit = '0'] = line.split(' # ');
        return { command: [...words.matchAll(/"([^"]*)"|(\S+)/g)].map((match) => match[1] ?? match[2] ?? ''), exit: Number(exit) };
      });
  });
}

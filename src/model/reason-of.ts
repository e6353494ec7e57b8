/** Why something failed, in one line that is never empty: some errors carry no message, only a code or the errors inside them. */

const longest = 300;

/** The first line of the message; without one the code, the reasons inside, or the error's name. */
export function reasonOf(error: unknown): string {
  return wordsOf(error, 0).slice(0, longest);
}

function wordsOf(error: unknown, depth: number): string {
  if (!(error instanceof Error)) return firstLine(String(error)) ?? 'no reason was given';
  const code = 'code' in error && typeof error.code === 'string' ? firstLine(error.code) : null;
  const inner: unknown = error instanceof AggregateError ? (error.errors as readonly unknown[])[0] : error.cause;
  const within = depth < 3 && inner !== undefined && inner !== null ? wordsOf(inner, depth + 1) : null;
  return firstLine(error.message) ?? within ?? code ?? firstLine(error.name) ?? 'no reason was given';
}

function firstLine(text: string): string | null {
  return (
    text
      .split('\n')
      .map((line) => line.trim())
      .find((line) => line !== '') ?? null
  );
}

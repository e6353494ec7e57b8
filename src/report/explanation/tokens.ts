/** Token counts of a row: as disjoint classes, and in words. */
import { tokenClasses, type CanonicalColumn, type TokenClass } from '../../model/evidence.ts';
import type { Tokens } from '../../model/cost.ts';
import type { TraceLine } from '../../model/line.ts';
import type { OriginalRow, TraceRow } from '../../model/trace.ts';
import { showInTerminal } from '../terminal-style.ts';

export const classWords: Readonly<Record<TokenClass, string>> = {
  input: 'input',
  cached_input: 'cached input',
  cache_write: 'cache write',
  cache_write_1h: 'cache write 1h',
  output: 'output',
  reasoning: 'reasoning',
};

/** The disjoint classes of a row; none when its counts contradict each other. */
export function tokensOfRow({ values, roles }: TraceRow): Tokens {
  if (roles.includes('token-data-error')) return {};
  const count = (column: CanonicalColumn): bigint | null => (values[column] === null ? null : BigInt(values[column]));
  const cached = count('cached_input_tokens');
  const write = count('cache_write_tokens');
  const writeHour = count('cache_write_1h_tokens');
  const reasoning = count('reasoning_tokens');
  const input = count('input_tokens');
  const output = count('output_tokens');
  return present({
    input: input === null ? null : input - (cached ?? 0n) - (write ?? 0n) - (writeHour ?? 0n),
    cached_input: cached,
    cache_write: write,
    cache_write_1h: writeHour,
    output: output === null ? null : output - (reasoning ?? 0n),
    reasoning,
  });
}

/** The quantities of a line. */
export function tokensOfLine(line: TraceLine): Tokens {
  return present(
    Object.fromEntries(tokenClasses.map((name) => [name, line[`${name}_quantity`]]).map(([name, text]) => [name, text === null ? null : BigInt(text ?? '0')])),
  );
}

function present(counts: Readonly<Record<string, bigint | null>>): Tokens {
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== null));
}

/** `input 5346 (226 uncached + 5120 cached input), output 491`; what the file says otherwise stands behind. */
export function tokenText(row: TraceRow, original: OriginalRow): string {
  if (row.roles.includes('token-data-error')) return `they contradict each other and count as missing (in the file: ${originalCounts(original)})`;
  const tokens = tokensOfRow(row);
  const parts = (['cached_input', 'cache_write', 'cache_write_1h'] as const).filter((name) => tokens[name] !== undefined);
  const inside =
    parts.length === 0 ? '' : ` (${[`${tokens.input ?? 'unknown'} uncached`, ...parts.map((name) => `${tokens[name]} ${classWords[name]}`)].join(' + ')})`;
  const thought = tokens.reasoning === undefined ? '' : ` (${tokens.output ?? 'unknown'} + ${tokens.reasoning} reasoning)`;
  const { input_tokens: input, output_tokens: output } = row.values;
  return [
    `input ${input ?? 'not reported'}${inside}${otherwise(input, original.input_tokens)}`,
    `output ${output ?? 'not reported'}${thought}${otherwise(output, original.output_tokens)}`,
  ].join(', ');
}

/** What the file says where that is something else. */
export function otherwise(value: string | null, original: string | undefined): string {
  return original === undefined || original === value ? '' : ` (in the file: ${showInTerminal(original)})`;
}

function originalCounts(original: OriginalRow): string {
  const counts = Object.entries(original).filter(([column]) => column.endsWith('_tokens'));
  return counts.map(([column, text]) => `${column} ${showInTerminal(text)}`).join(', ') || 'nothing';
}

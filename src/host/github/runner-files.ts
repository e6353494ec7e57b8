/** The files through which a step speaks to its runner: the job summary and the outputs. */
import { stat } from 'node:fs/promises';
import { setOutput, summary } from '@actions/core';
import type { Environment } from './environment.ts';

/** GitHub drops a summary of more than 1 MiB as a whole, and adds up what a step appends. */
const longestSummary = 1_000_000;

/** Appends what `render` makes of the bytes that still fit; nothing where the runner offers no summary. */
export async function appendSummary({ summaryFile }: Pick<Environment, 'summaryFile'>, render: (budget: number) => string): Promise<void> {
  if (summaryFile === null) return;
  const written = await stat(summaryFile).then(
    ({ size }) => size,
    () => 0,
  );
  const room = Math.max(longestSummary - written, 0);
  const markdown = render(room);
  if (Buffer.byteLength(markdown) > room) throw new Error('the summary is longer than the runner takes');
  await summary.emptyBuffer().addRaw(markdown).write();
}

/** Values are single lines. Nothing where the runner offers no file: the package would fall back to a command that is switched off. */
export function setOutputs({ outputFile }: Pick<Environment, 'outputFile'>, outputs: Readonly<Record<string, string>>): void {
  if (outputFile === null) return;
  for (const [name, value] of Object.entries(outputs)) setOutput(name, value.replace(/[\r\n]+/g, ' '));
}

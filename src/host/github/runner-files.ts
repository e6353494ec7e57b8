/** The files through which a step speaks to its runner: the job summary and the outputs. */
import { appendFile, stat } from 'node:fs/promises';

/** GitHub drops a summary of more than 1 MiB as a whole, and adds up what a step appends. */
const longestSummary = 1_000_000;

/** Bytes that still fit. */
export async function summaryRoom(file: string): Promise<number> {
  const size = await stat(file).then(
    (found) => found.size,
    () => 0,
  );
  return Math.max(longestSummary - size, 0);
}

export async function appendSummary(file: string, markdown: string): Promise<void> {
  if (Buffer.byteLength(markdown) > (await summaryRoom(file))) throw new Error('the summary is longer than the runner takes');
  await appendFile(file, markdown);
}

/** Appends each output behind a delimiter that `nonce` keeps unguessable; values are single lines. */
export async function appendOutputs(file: string, outputs: Readonly<Record<string, string>>, nonce: string): Promise<void> {
  const delimiter = `trueup_${nonce}`;
  const block = Object.entries(outputs).map(([name, value]) => {
    if (value.includes(delimiter)) throw new Error(`the output ${name} holds the delimiter`);
    return `${name}<<${delimiter}\n${value.replace(/[\r\n]+/g, ' ')}\n${delimiter}\n`;
  });
  await appendFile(file, block.join(''));
}

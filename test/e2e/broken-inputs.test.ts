/** A hundred and more broken inputs through the command line: none green, none with a stack, each with one line that says what is wrong. The first of each part goes through the built program. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { brokenInputs, type BrokenInput } from './broken-inputs.ts';
import { Repository, temporaryWorkspace } from './git-repository.ts';
import { callCli } from './call-cli.ts';
import { runCli } from './run-cli.ts';

const workspace = temporaryWorkspace();
afterAll(() => rmSync(workspace, { recursive: true, force: true }));

const withoutDay = new Set(['import', 'schema', undefined]);
const withoutLedger = new Set(['import', 'init', 'schema', undefined]);

/** The arguments with the ledger and the day, where the command takes them and the case says nothing itself. */
function argumentsOf({ command, exit }: BrokenInput): string[] {
  const [name] = command;
  if (exit === 64) return [...command];
  const ledger = withoutLedger.has(name) || command.includes('--ledger') ? [] : ['--ledger', 'ledger'];
  const day = withoutDay.has(name) || command.includes('--as-of') ? [] : ['--as-of', '2026-06-15'];
  return [...command, ...ledger, ...day];
}

const rows = new Map<string, string>();
let folders = 0;

async function outcomeOf(input: BrokenInput, isFirst: boolean) {
  folders += 1;
  const repository = new Repository(join(workspace, String(folders)));
  repository.addLedger('ledger');
  input.break?.(new Repository(join(repository.root, 'ledger')));
  const { code, stdout, stderr } = await (isFirst ? runCli : callCli)(repository.root, argumentsOf(input));
  const said = `${stdout}\n${stderr}`.replaceAll(repository.root, '<folder>');
  const lines = said.split('\n').filter((line) => line.trim() !== '');
  // Where a headline comes first, the line that names the fault says more.
  const told = lines.find((line) => line.includes(`${input.says}: `)) ?? lines.find((line) => line.includes(input.says)) ?? '';
  const shown = [...new Set([lines[0] ?? '', told])].filter((line) => line !== '');
  return { code, said, shown };
}

describe.each(brokenInputs)('%s', (part, inputs) => {
  it.each(inputs.map((input) => [input.what, input] as const))('%s', { timeout: 120_000 }, async (what, input) => {
    const { code, said, shown } = await outcomeOf(input, input === inputs[0]);
    rows.set(
      `${part}: ${what}`,
      `${String(code).padStart(2)}  ${['trueup', ...argumentsOf(input)].join(' ')}\n${shown.map((line) => `    ${line}`).join('\n')}`,
    );
    expect({ code, said: said.includes(input.says) ? input.says : said }).toEqual({ code: input.exit, said: input.says });
    expect(said).not.toMatch(/^\s+at .+:\d+:\d+\)?$/m);
    expect(said).not.toContain('a bug, please report it');
  });
});

describe('the table', () => {
  const all = brokenInputs.flatMap(([part, inputs]) => inputs.map(({ what }) => `${part}: ${what}`));

  it('has a hundred inputs and more, each once', () => {
    expect(new Set(all).size).toBe(all.length);
    expect(all.length).toBeGreaterThanOrEqual(100);
  });

  it('is test/broken-inputs.txt: what is broken, the exit code, the command, the first line', async () => {
    const text = all.map((name) => `${name}\n${rows.get(name) ?? ''}\n`).join('\n');
    await expect(text).toMatchFileSnapshot('../broken-inputs.txt');
  });
});

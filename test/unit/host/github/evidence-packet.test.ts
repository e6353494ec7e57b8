/** What of a period's inputs goes into the artifact when raw evidence stays out: the ledger's files, and the record of a pull, which holds no row. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { gatherPacket } from '../../../../src/host/github/evidence-packet.ts';
import type { GateReport } from '../../../../src/model/gate.ts';

const workspace = realpathSync(mkdtempSync(join(tmpdir(), 'trueup-packet-')));
afterAll(() => rmSync(workspace, { recursive: true, force: true }));

function write(name: string, text: string): void {
  mkdirSync(dirname(join(workspace, name)), { recursive: true });
  writeFileSync(join(workspace, name), text);
}

it.each([
  ['left-out', ['ledger/evidence/periods/2026-05/evidence/pull.json']],
  ['included', ['ledger/evidence/periods/2026-05/evidence/pull.json', 'ledger/evidence/periods/2026-05/evidence/usage.csv']],
] as const)('raw evidence %s', async (rawEvidence, expected) => {
  const inputs = [
    { name: 'trueup.yaml', role: 'ledger' },
    { name: 'periods/2026-05/evidence/usage.csv', role: 'provider' },
    { name: 'periods/2026-05/evidence/pull.json', role: 'pull' },
  ];
  for (const { name } of inputs) write(`ledger/${name}`, name);
  write('out/2026-05/manifest.json', JSON.stringify({ inputs }));
  const folder = join(workspace, `packet-${rawEvidence}`);
  const report = { ledgers: [{ path: 'ledger', periods: [{ folder: 'out/2026-05', result: { period: { id: '2026-05' } } }] }] } as unknown as GateReport;
  const { files, missing } = await gatherPacket({
    report,
    workspace,
    checkout: workspace,
    gateFile: null,
    folder,
    rawEvidence,
    evidenceRoot: null,
    scrub: (text) => text,
  });
  expect(missing).toEqual(['gate.json']);
  const gathered = files.map((file) => file.slice(folder.length + 1)).filter((name) => name.startsWith('ledger/evidence/'));
  expect(gathered.toSorted()).toEqual(expected);
});

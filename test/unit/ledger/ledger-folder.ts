/** A copy of the scenarios' base ledger to change and read. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { builtInFormats } from '../../../src/evidence/formats/built-in-formats.ts';
import { readLedger } from '../../../src/ledger/read-ledger.ts';
import type { LedgerReading } from '../../../src/model/ledger.ts';

export class LedgerFolder {
  readonly root = mkdtempSync(join(tmpdir(), 'trueup-ledger-'));

  constructor() {
    cpSync(new URL('../../scenarios/_base', import.meta.url).pathname, this.root, { recursive: true });
  }

  write(name: string, text: string): this {
    mkdirSync(dirname(join(this.root, name)), { recursive: true });
    writeFileSync(join(this.root, name), text);
    return this;
  }

  /** Replaces `before`, which must be there. */
  edit(name: string, before: string, after: string): this {
    const text = readFileSync(join(this.root, name), 'utf8');
    if (!text.includes(before)) throw new Error(`${name} does not contain ${before}`);
    return this.write(
      name,
      text.replace(before, () => after),
    );
  }

  async read(asOf = '2026-06-15'): Promise<LedgerReading> {
    return await readLedger(this.root, { asOf, builtInFormats });
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

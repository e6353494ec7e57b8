/** Writes docs/findings.md. */
import { writeFileSync } from 'node:fs';
import { findingsTable } from './findings-table.ts';

writeFileSync(new URL('../docs/findings.md', import.meta.url), findingsTable());

/** The engine says what the reference says on random ledgers: forty of them, or as many as TRUEUP_SEEDS names. */
import process from 'node:process';
import { test } from 'vitest';
import { expectAgreement } from './engine-agreement.ts';

const seeds = Number(process.env['TRUEUP_SEEDS'] ?? '40');

test(`seeds 0 to ${seeds - 1}`, { timeout: 60_000 + seeds * 10_000 }, () => expectAgreement(0, seeds));

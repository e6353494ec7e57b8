/** The engine says what the reference says on random ledgers. */
import { test } from 'vitest';
import { seedCount } from './drawn-seeds.ts';
import { expectAgreement } from './engine-agreement.ts';

test(`seeds 0 to ${seedCount - 1}`, { timeout: 60_000 + seedCount * 10_000 }, () => expectAgreement(0, seedCount));

/** The engine says what the reference says on random ledgers. */
import { test } from 'vitest';
import { seedCount, seedsOfGrain } from './drawn-seeds.ts';
import { expectAgreement } from './engine-agreement.ts';

const { calls } = seedsOfGrain(seedCount);
test(`seeds 0 to ${calls - 1}`, { timeout: 60_000 + calls * 10_000 }, () => expectAgreement(0, calls));

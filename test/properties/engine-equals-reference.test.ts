/** The engine says what the reference says on random ledgers. */
import { test } from 'vitest';
import { seedsOfGrain } from './drawn-seeds.ts';
import { expectAgreement } from './engine-agreement.ts';

test(`seeds 0 to ${seedsOfGrain.calls - 1}`, { timeout: 60_000 + seedsOfGrain.calls * 10_000 }, () => expectAgreement(0, seedsOfGrain.calls));

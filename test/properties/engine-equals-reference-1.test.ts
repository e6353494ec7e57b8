/** The engine says what the reference says: seeds 0 to 99. */
import { test } from 'vitest';
import { expectAgreement } from './engine-agreement.ts';

test('seeds 0 to 99', { timeout: 600_000 }, () => expectAgreement(0, 100));

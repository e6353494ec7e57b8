/** The engine says what the reference says: seeds 100 to 199. */
import { test } from 'vitest';
import { expectAgreement } from './engine-agreement.ts';

test('seeds 100 to 199', { timeout: 600_000 }, () => expectAgreement(100, 200));

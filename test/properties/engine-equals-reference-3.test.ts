/** The engine says what the reference says: seeds 200 to 299. */
import { test } from 'vitest';
import { expectAgreement } from './engine-agreement.ts';

test('seeds 200 to 299', { timeout: 600_000 }, () => expectAgreement(200, 300));

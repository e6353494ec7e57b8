/** The formats that need no file in the ledger. */
import type { Format } from '../../model/evidence.ts';
import { newApi } from './new-api.ts';
import { trueup } from './trueup.ts';

/** By the order in which documentation lists them. */
export const builtInFormats: readonly Format[] = [trueup, newApi];

/** Every kind of ledger file: its schema and how it becomes model. */
import { parseContract } from './parse/contract.ts';
import { parseFormat } from './parse/format.ts';
import { parseInvoice } from './parse/invoice.ts';
import { parseModels } from './parse/models.ts';
import { parsePrices } from './parse/prices.ts';
import { parseSettings } from './parse/settings.ts';
import { contractSchema } from './schemas/contract.ts';
import { formatSchema } from './schemas/format.ts';
import { invoiceSchema } from './schemas/invoice.ts';
import { modelsSchema } from './schemas/models.ts';
import { periodSchema } from './schemas/period.ts';
import type { PeriodFile } from './schemas/period.ts';
import { pricesSchema } from './schemas/prices.ts';
import { settingsSchema } from './schemas/settings.ts';

export const fileKinds = {
  settings: { schema: settingsSchema, parse: parseSettings },
  models: { schema: modelsSchema, parse: parseModels },
  contract: { schema: contractSchema, parse: parseContract },
  prices: { schema: pricesSchema, parse: parsePrices },
  format: { schema: formatSchema, parse: parseFormat },
  /** Becomes model together with its surroundings, see parse/period.ts. */
  period: { schema: periodSchema, parse: (file: PeriodFile): PeriodFile => file },
  invoice: { schema: invoiceSchema, parse: parseInvoice },
} as const;

/** Every kind of ledger file: its schema and how it becomes model. */
import { parseClose, parseReopen } from './parse/close.ts';
import { parseContract } from './parse/contract.ts';
import { parseDrill } from './parse/drill.ts';
import { parseExceptions } from './parse/exceptions.ts';
import { parseFormat } from './parse/format.ts';
import { parseInvoice } from './parse/invoice.ts';
import { parseLock } from './parse/lock.ts';
import { parseModels } from './parse/models.ts';
import { parsePrices } from './parse/prices.ts';
import { parseSettings } from './parse/settings.ts';
import { closeSchema } from './schemas/close.ts';
import { contractSchema } from './schemas/contract.ts';
import { drillSchema } from './schemas/drill.ts';
import { exceptionsSchema } from './schemas/exceptions.ts';
import { formatSchema } from './schemas/format.ts';
import { invoiceSchema } from './schemas/invoice.ts';
import { lockSchema } from './schemas/lock.ts';
import { modelsSchema } from './schemas/models.ts';
import { periodSchema } from './schemas/period.ts';
import type { PeriodFile } from './schemas/period.ts';
import { pricesSchema } from './schemas/prices.ts';
import { reopenSchema } from './schemas/reopen.ts';
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
  exceptions: { schema: exceptionsSchema, parse: parseExceptions },
  drill: { schema: drillSchema, parse: parseDrill },
  lock: { schema: lockSchema, parse: parseLock },
  close: { schema: closeSchema, parse: parseClose },
  reopen: { schema: reopenSchema, parse: parseReopen },
} as const;

/** Every kind of ledger file: its schema, how it becomes model, and the schema as it is published. */
import { z } from 'zod';
import { closeSchema, parseClose, parseReopen, reopenSchema } from './kinds/close.ts';
import { contractSchema, parseContract } from './kinds/contract.ts';
import { drillSchema, parseDrill } from './kinds/drill.ts';
import { exceptionsSchema, parseExceptions } from './kinds/exceptions.ts';
import { formatSchema, parseFormat } from './kinds/format.ts';
import { invoiceSchema, parseInvoice } from './kinds/invoice.ts';
import { lockSchema, parseLock } from './kinds/lock.ts';
import { modelsSchema, parseModels } from './kinds/models.ts';
import { type PeriodFile, periodSchema } from './kinds/period.ts';
import { parsePrices, pricesSchema } from './kinds/prices.ts';
import { parseSettings, settingsSchema } from './kinds/settings.ts';
import { parseStatement, statementSchema } from './kinds/statement.ts';
import { schemaAddress } from '../model/tool-version.ts';

export const fileKinds = {
  settings: { schema: settingsSchema, parse: parseSettings },
  models: { schema: modelsSchema, parse: parseModels },
  contract: { schema: contractSchema, parse: parseContract },
  prices: { schema: pricesSchema, parse: parsePrices },
  format: { schema: formatSchema, parse: parseFormat },
  /** Becomes model together with its surroundings, see parse/period.ts. */
  period: { schema: periodSchema, parse: (file: PeriodFile): PeriodFile => file },
  invoice: { schema: invoiceSchema, parse: parseInvoice },
  statement: { schema: statementSchema, parse: parseStatement },
  exceptions: { schema: exceptionsSchema, parse: parseExceptions },
  drill: { schema: drillSchema, parse: parseDrill },
  lock: { schema: lockSchema, parse: parseLock },
  close: { schema: closeSchema, parse: parseClose },
  reopen: { schema: reopenSchema, parse: parseReopen },
} as const;

type JsonSchema = Record<string, unknown>;

/** One JSON Schema (draft 2020-12) per file kind, by the kind's name. They describe files as an editor sees them: amounts may be numbers. */
export function ledgerSchemas(): Record<string, object> {
  return Object.fromEntries(Object.entries(fileKinds).map(([kind, { schema }]) => [kind, schemaOf(kind, schema)]));
}

function schemaOf(kind: string, schema: z.ZodType): object {
  const { $schema, ...generated } = z.toJSONSchema(schema, {
    io: 'input',
    target: 'draft-2020-12',
    unrepresentable: 'any',
    reused: 'inline',
    override: ({ jsonSchema }) => widen(jsonSchema as JsonSchema),
  });
  return { $schema, $id: schemaAddress(kind), ...generated, title: `Trueup ${kind} file` };
}

/** The reader takes every scalar as text; YAML editors see numbers and booleans. */
function widen(schema: JsonSchema): void {
  const also = schema['alsoWritten'];
  if (also === undefined) return;
  delete schema['alsoWritten'];
  schema['type'] = ['string', also];
}

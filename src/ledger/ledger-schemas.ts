/** The published JSON Schemas, generated from the schemas that the reader itself uses. */
import { z } from 'zod';
import { schemaAddress } from '../model/schema-address.ts';
import { fileKinds } from './file-kinds.ts';

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

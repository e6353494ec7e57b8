/** The published JSON Schema of `result.json`. */
import { z } from 'zod';
import { schemaAddress } from '../model/schema-address.ts';
import { resultSchema } from '../model/result.ts';

/** As the bytes of schema/result.schema.json. */
export function resultJsonSchema(): string {
  const { $schema, ...rest } = z.toJSONSchema(resultSchema, { target: 'draft-2020-12' });
  const title = 'Trueup result';
  const description = 'What a run of Trueup found for one period: counts, the bridge, every cut of it, findings and what decided.';
  return `${JSON.stringify({ $schema, $id: schemaAddress('result'), title, description, ...rest }, null, 2)}\n`;
}

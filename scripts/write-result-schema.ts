/** Writes schema/result.schema.json from the zod schema of the result. */
import { writeFileSync } from 'node:fs';
import { resultJsonSchema } from '../src/report/result-json-schema.ts';

writeFileSync(new URL('../schema/result.schema.json', import.meta.url), resultJsonSchema());
